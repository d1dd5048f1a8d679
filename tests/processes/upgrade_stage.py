"""The data that an upgrade has to keep, made by the code of an older version.

`python upgrade_stage.py DATABASE FACTS` runs with that version on the addons path, in a
database where it is installed; the file FACTS takes what is there in the end. All is
made by the methods behind buttons and scheduled actions. Only rendering is canned, and
what nobody can bring about in a minute: days that have passed, a killed worker.
"""

import json
import sys
import threading
from datetime import timedelta
from pathlib import Path

import upgrade_facts
from upgrade_hands import HOSPITAL, MODULE, STATE, UNIVERSITY, VILLAGE, Hands, code

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config

sys.path.append(str(Path(__file__).parents[1]))

from factur_x_common import make_pdf

SUPPLIER, OTHER_SUPPLIER = "99999999800019", "99999999600013"
IBAN = "FR7630006000011234567890189"
SECRETS = {
    "chorus_pro_client_id": "kept-client",
    "chorus_pro_client_secret": "kept-secret",
    "chorus_pro_login": "TECH_1_kept@cpro.invalid",
    "chorus_pro_password": "kept-password",
}
# Nobody listens there.
NOWHERE = "http://127.0.0.1:9"
YEAR = 365 * 24 * 3600
# What each recipient does with the invoices that arrive.
ACTS = {
    "released": (
        ("SERVICE_FAIT", ""),
        ("MANDATEE", ""),
        ("COMPTABILISEE", ""),
        ("MISE_EN_PAIEMENT", ""),
    ),
    "approved": (("SERVICE_FAIT", ""),),
    "suspended": (("SUSPENDUE", "Bon de livraison manquant."),),
    "to re-route": (("A_RECYCLER", "Autre service."),),
    "refused": (("REJETEE", "Quantité facturée supérieure."),),
}


class Stage(Hands):
    """Two companies, their people and customers, and an invoice in each state."""

    # === SET-UP === #

    def set_up(self):
        """Two companies that may bill, their customers, two users."""
        for company, siret in ((self.company, SUPPLIER), (self.other, OTHER_SUPPLIER)):
            company.partner_id.write(
                {
                    "company_registry": siret,
                    "vat": "FR23334175221",
                    "street": "1 rue de la Fiction",
                    "zip": "75001",
                    "city": "Paris",
                    "country_id": self.env.ref("base.fr").id,
                    "bank_ids": [
                        Command.create({"acc_number": IBAN, "allow_out_payment": True})
                    ],
                }
            )
        self.make_people()
        self.make_entities()
        self.change_settings()
        self.commit()

    def make_people(self):
        """An officer and somebody who only bills."""
        groups = {
            "kept officer": ("group_chorus_pro_officer", MODULE),
            "kept clerk": ("group_account_invoice", "account"),
        }
        for name, (group, module) in groups.items():
            self.env["res.users"].create(
                {
                    "name": name,
                    "login": name,
                    "company_id": self.company.id,
                    "company_ids": [Command.set((self.company | self.other).ids)],
                    "group_ids": [Command.link(self.env.ref(f"{module}.{group}").id)],
                }
            )

    def make_entities(self):
        """One read from the directory with its services, one as people entered it."""
        names = {
            VILLAGE: "Valbrune",
            HOSPITAL: "Hospital",
            UNIVERSITY: "University",
            STATE: "State",
        }
        self.entities = {
            siret: self.env["res.partner"].create(
                {
                    "name": name,
                    "is_company": True,
                    "company_registry": siret,
                    "country_id": self.env.ref("base.fr").id,
                    "street": "1 place de la Fiction",
                    "zip": "99210",
                    "city": "Valbrune",
                    "chorus_pro_is_public": True,
                    "chorus_pro_requirement": "none",
                }
            )
            for siret, name in names.items()
        }
        hospital = self.entities[HOSPITAL]
        hospital.with_company(self.company).action_chorus_pro_sync()
        services = hospital.chorus_pro_service_ids.filtered("active")
        hospital.chorus_pro_default_service_id = services[0]

    def change_settings(self):
        """What administrators change in data that is installed once."""
        self.env.ref(f"{MODULE}.ir_cron_follow").write(
            {"active": False, "interval_number": 7, "interval_type": "minutes"}
        )
        self.env.ref(f"{MODULE}.ir_cron_send_1").write(
            {"name": "Kept name", "interval_number": 11, "priority": 3}
        )
        settings = self.env["ir.config_parameter"]
        settings.set_param(f"{MODULE}.production_token_url", f"{NOWHERE}/token")
        settings.set_param(f"{MODULE}.production_api_url", NOWHERE)
        # OdooBot's language decides about some texts: a company writes in its own.
        (self.company | self.other).partner_id.lang = "en_US"

    # === STORY === #

    def play(self):
        """Leave at least one invoice in each state that the version knows."""
        self.bill("released", "approved", "suspended", "refused", "credited")
        self.bill("to re-route", siret=HOSPITAL, purchase_order_reference="EJ-1")
        self.attach("released")
        self.integrate(*(key for key in self.moves))
        self.act()
        self.credit()
        self.reject()
        self.file_elsewhere()
        self.take_back()
        self.wait_for_person()
        self.go_to_production()
        self.leave_on_its_way()

    def act(self):
        """Let the recipients do what ACTS tells."""
        for key, acts in ACTS.items():
            for status, comment in acts:
                self.control(
                    "act",
                    invoice=self.moves[key].name,
                    supplier=SUPPLIER,
                    status=status,
                    comment=comment,
                )
        self.follow()

    def attach(self, key):
        """A file of the user goes into the invoice's."""
        move = self.moves[key]
        move.chorus_pro_attachment_ids = self.env["ir.attachment"].create(
            {
                "name": "bon.pdf",
                "raw": make_pdf("bon"),
                "mimetype": "application/pdf",
                "res_model": "account.move",
                "res_id": move.id,
            }
        )

    def credit(self):
        """Two credit notes: one that the portal has, one to send."""
        original = self.moves["credited"]
        for key in ("credit note", "credit note to send"):
            wizard = (
                self.env["account.move.reversal"]
                .with_company(self.company)
                .with_context(active_model="account.move", active_ids=original.ids)
                .create({"journal_id": original.journal_id.id, "reason": "Kept"})
            )
            credit = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
            credit.action_post()
            self.moves[key] = credit
        self.integrate("credit note")

    def reject(self):
        """An entity is closed for a while: one invoice is sent a second time."""
        self.bill("rejected", siret=UNIVERSITY)
        self.bill("second attempt", siret=UNIVERSITY, buyer_reference="UFR-SCI")
        self.control("structures", siret=UNIVERSITY, active=False)
        self.integrate("second attempt", "rejected")
        self.control("structures", siret=UNIVERSITY, active=True)
        self.integrate("second attempt")

    def file_elsewhere(self):
        """One is declared, one is found at the portal."""
        self.bill("declared", "found", "sent again")
        move = self.moves["found"]
        self.control(
            "invoices",
            number=move.name,
            supplier=SUPPLIER,
            recipient=VILLAGE,
            amount_total=move.amount_total,
        )
        move.action_chorus_pro_find()
        self.named("declared", "sent again").action_chorus_pro_mark_elsewhere()
        self.moves["sent again"].action_chorus_pro_unmark_elsewhere()

    def take_back(self):
        """One is queued and reset to draft; one is a draft all the time."""
        self.bill("taken back", "draft")
        self.named("taken back")._chorus_pro_enqueue()
        self.named("taken back", "draft").button_draft()

    def wait_for_person(self):
        """Refused before and at the deposit, and one that never arrived."""
        self.bill("failed", siret=UNIVERSITY)
        self.named("failed")._chorus_pro_enqueue()
        self.entities[UNIVERSITY].chorus_pro_requirement = "engagement"
        self.run("_cron_send")
        self.bill("too large")
        with self.answers("too_large"):
            self.send("too large")
        self.bill("never arrived")
        self.fault("timeout_before")
        self.send("never arrived")
        self.end_pause()
        flow = self.moves["never arrived"].chorus_pro_transmission_id.flow_id
        flow.attempted_at -= timedelta(days=2)
        self.follow()

    def leave_on_its_way(self):
        """What the next version has to go on with."""
        self.bill("incident")
        self.fault("IN_INCIDENTE")
        self.integrate("incident")
        self.bill("arrived")
        self.fault("timeout_after")
        self.send("arrived")
        self.end_pause()
        self.bill("killed")
        with self.dying_after_the_deposit():
            self.send("killed")
        self.bill("deposited")
        self.send("deposited")
        self.bill("queued", "to send")
        self.named("queued")._chorus_pro_enqueue()

    def go_to_production(self):
        """The other company has tried Demo and waits for an answer of Production."""
        self.bill("tried", "waiting", company=self.other)
        self.integrate("tried")
        self.other.write(
            {
                "chorus_pro_environment": "production",
                "chorus_pro_auto_send": True,
                **SECRETS,
            }
        )
        self.named("waiting")._chorus_pro_enqueue()
        gate = self.other._chorus_pro_gate()
        client, ends = code("chorus_api"), fields.Datetime.now() + timedelta(hours=1)
        store = code("models.chorus_pro_gate").GateTokenStore(gate)
        store.save(client.Token("kept-token", ends))
        gate._pause(
            client.ChorusError("rate_limited", service="flux", retry_after=YEAR)
        )
        self.commit()

    # === FACTS === #

    def facts(self):
        """All that is to be found again."""
        self.commit()
        return {
            "moves": {key: move.id for key, move in self.moves.items()},
            "statuses": {
                key: move.chorus_pro_status for key, move in self.moves.items()
            },
            "states": sorted(
                set(self.env["chorus.pro.transmission"].search([]).mapped("state"))
            ),
            "files": upgrade_facts.files(self.env),
            "ledger": self.control("ledger"),
            "names": upgrade_facts.names(self.env),
            "tables": upgrade_facts.tables(self.env.cr),
        }


def main(database, path):
    """Play the story in a database; the facts go to a file."""
    config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    server.start(preload=[], stop=True)
    # Names the database in the log.
    threading.current_thread().dbname = database
    registry = Registry(database)
    registry["ir.actions.report"]._chorus_pro_render = lambda _report, moves, *_: {
        move.id: make_pdf(move.name) for move in moves
    }
    with registry.cursor() as cr:
        stage = Stage(api.Environment(cr, SUPERUSER_ID, {}))
        stage.set_up()
        stage.play()
        Path(path).write_text(json.dumps(stage.facts()))


if __name__ == "__main__":
    main(*sys.argv[1:])
