"""The course of events, from the posted invoice to its end at the portal."""

from datetime import timedelta

from odoo import fields

from . import bills, company
from .clerk import Clerk
from .portal import Portal

# Long enough for the portal to check a deposit and hand its invoices on.
PORTAL_SECONDS = 30
# The sending action works a few seconds at a time; this many rounds are plenty.
ROUNDS = 20


class Course:
    """The story; `env` is the superuser's, as scheduled actions have it."""

    def __init__(self, env, portal: Portal) -> None:
        self.env = env
        self.portal = portal
        self.blocked: dict[str, list[str]] = {}
        sirets = dict.fromkeys(bill.siret for bill in bills.BILLS)
        claire = env["res.users"].search([("login", "=", "claire")])
        clerk_env = env(user=claire.id, su=False)
        self.clerk = Clerk(clerk_env, company.entities(env, sirets))

    def run(self) -> None:
        """Play the whole story; every step is committed, as in real life."""
        self.step("reading the entities at the portal", self.clerk.read_directory)
        self.step("posting the invoices", self.bill, wave=1)
        self.step("sending, first round", self.send, wave=1)
        self.step("recipients act at the portal", self.act, wave=1)
        self.step("an entity closes; sending, second round", self.send_to_closed)
        self.step("a credit note; sending, third round", self.send_credit_note)
        self.step("reading how everything ended", self.follow)

    def step(self, title: str, work, **options) -> None:
        """Say what happens, do it, commit it."""
        print(f"[demo] {title} …", flush=True)
        work(**options)
        self.commit()

    def commit(self) -> None:
        """End what would be one request: the next one finds empty caches."""
        self.env.cr.commit()
        self.env.invalidate_all()

    # === ODOO === #

    def bill(self, wave: int) -> None:
        """Make the invoices of one wave."""
        for bill in bills.BILLS:
            if bill.wave == wave:
                self.clerk.bill(bill)

    def send(self, wave: int) -> None:
        """Send one wave by the wizard, then let Odoo and the portal work."""
        keys = [bill.key for bill in bills.BILLS if bill.wave == wave]
        moves = self.clerk.env["account.move"].union(
            *(self.clerk.moves[key] for key in keys)
        )
        self.blocked |= self.clerk.send(moves)
        self.commit()
        if bills.TYPED_AT_PORTAL in keys:
            self.type_at_portal(self.clerk.moves[bills.TYPED_AT_PORTAL])
        self.run_sending()
        self.portal.advance(PORTAL_SECONDS)
        self.follow()

    def run_sending(self) -> None:
        """Run the sending action until the queue is empty."""
        for _round in range(ROUNDS):
            self._run("ir_cron_send_1")
            if not self.env["chorus.pro.flow"]._count_ready():
                return
        raise RuntimeError("the queue did not become empty")

    def follow(self) -> None:
        """Run the following action, with every waiting time over."""
        # Odoo would ask again after 1, 2, 5 … minutes; nobody waits for that here.
        waiting = self.env["chorus.pro.flow"].search([("next_check_at", "!=", False)])
        waiting.next_check_at = fields.Datetime.now() - timedelta(seconds=1)
        self._run("ir_cron_follow")

    def _run(self, action: str) -> None:
        """Run a scheduled action as the scheduler does."""
        self.commit()
        self.env.ref(f"{company.MODULE}.{action}").method_direct_trigger()
        # The action worked on a cursor of its own: see what it did.
        self.commit()

    # === PORTAL === #

    def type_at_portal(self, move) -> None:
        """Somebody files another invoice under this number by hand."""
        self.portal.type_invoice(
            number=move.name,
            supplier=company.SIRET,
            recipient=bills.VILLAGE,
            amount_total=57.6,
        )

    def act(self, wave: int) -> None:
        """Let the recipients of one wave do what they do, step by step."""
        for bill in bills.BILLS:
            number = bill.wave == wave and self.clerk.moves[bill.key].name
            for status, comment in bill.acts if number else ():
                self.portal.act(number, company.SIRET, status, comment)
        self.follow()

    def send_to_closed(self) -> None:
        """An entity closes at the portal while Odoo holds its older entry."""
        self.bill(wave=2)
        self.portal.close(bills.UNIVERSITY)
        self.send(wave=2)

    def send_credit_note(self) -> None:
        """A credit note for an invoice that the portal has."""
        self.bill(wave=3)
        self.send(wave=3)
        self.act(wave=3)
