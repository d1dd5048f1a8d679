"""Whether Odoo and the portal's ledger say the same at the end of the year."""

from collections import Counter

from story import compare

from odoo.addons.l10n_fr_chorus_pro.chorus_api import codes

REFUSED_INVOICES = ("IN_REJETE", "IN_INTEGRE_PARTIEL")
# Ends of a deposit that the story does not have.
DROPPED = {"QP_IRRECEVABLE": "rejected", "IN_INCIDENTE": "incident"}
TAKEN = "deja utilise"


class Books(compare.Books):
    """Odoo's side; what was re-routed or filed by hand is told as the portal does."""

    def deposits(self) -> dict:
        """EXTENDS compare: what never arrived has no number and is not there."""
        found = super().deposits()
        for flow in self.flows.filtered("name"):
            if DROPPED.get(flow.portal_state) == flow.state:
                found[flow.name]["state in Odoo"] = flow.portal_state
        found.pop(False, None)
        return found

    def invoices(self) -> dict:
        """EXTENDS compare: the recipient is that of the last re-routing."""
        found = super().invoices()
        for row in self.rows.filtered("portal_id"):
            facts = found[row.number]
            facts["flow"] = row.flow_number or None
            last = row.move_id.chorus_pro_request_ids.filtered(
                lambda one: one.kind == "reroute" and one.state == "done"
            ).sorted("id")[-1:]
            if last:
                facts["recipient"] = last.recipient_siret
        return found

    def refusals(self) -> dict:
        """EXTENDS compare: only what was refused by itself, not with its deposit."""
        found = super().refusals()
        return {
            row.number: found[row.number]
            for row in self.rows
            if row.state == "rejected" and row.flow_id.portal_state in REFUSED_INVOICES
        }


class Ledger(compare.Ledger):
    """The simulator's side, with what was filed by hand and is known to Odoo."""

    def __init__(self, told: dict, by_hand: set[str]) -> None:
        super().__init__(told)
        self.own += [
            line
            for line in told["invoices"]
            if not line["flow"] and line["number"] in by_hand
        ]


def problems(books: Books, ledger: Ledger, typed: set[str]) -> list[str]:
    """Every sentence about what the two sides do not agree on."""
    return [
        *compare.compare_tables("deposit", books.deposits(), ledger.deposits()),
        *compare.compare_tables("invoice", books.invoices(), ledger.invoices()),
        *compare.compare_tables("refused invoice", books.refusals(), ledger.refusals()),
        *_twice(ledger, typed),
        *_summaries(books),
    ]


def _twice(ledger: Ledger, typed: set[str]):
    """No number is at the portal twice, or was deposited when it had it already."""
    numbers = Counter(line["number"] for line in ledger.own)
    yield from (f"{number} filed {n} times" for number, n in numbers.items() if n > 1)
    for number, reason in ledger.refusals().items():
        if TAKEN in reason and number not in typed:
            yield f"{number} was deposited again"


def _summaries(books: Books):
    """What the lists show follows from the portal's status."""
    for row in books.rows.filtered("portal_id"):
        known = codes.INVOICE_STATUSES[row.portal_status].summary
        if row.move_id.chorus_pro_status != known:
            shown = row.move_id.chorus_pro_status
            yield f"{row.number}: shown as {shown}, at the portal {row.portal_status}"
