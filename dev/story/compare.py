"""Odoo's database and the simulator's ledger, figure by figure.

Both sides are turned into the same plain facts by code of their own, then compared;
every difference becomes a sentence.
"""

from collections import Counter
from datetime import datetime, timezone

from . import bills

KINDS = {"out_invoice": "FACTURE", "out_refund": "AVOIR"}
FLOW_STATES = {
    "integrated": "IN_INTEGRE",
    "partial": "IN_INTEGRE_PARTIEL",
    "rejected": "IN_REJETE",
}
# Status at the portal -> the count it belongs to.
FIGURES = {
    "DEPOSEE": "filed",
    "EN_COURS_ACHEMINEMENT": "filed",
    "MISE_A_DISPOSITION": "available",
    "SERVICE_FAIT": "approved",
    "MANDATEE": "approved",
    "COMPTABILISEE": "accounted",
    "MISE_EN_PAIEMENT": "released",
    "SUSPENDUE": "suspended",
    "A_RECYCLER": "to_reroute",
    "REJETEE": "rejected_by_recipient",
}
SUMMARIES = (
    "filed",
    "available",
    "approved",
    "accounted",
    "released",
    "suspended",
    "to_reroute",
)
DEPOSIT_SERVICE = "factures/deposer/flux"


class Books:
    """Odoo's side, read with a cursor opened after the run."""

    def __init__(self, env) -> None:
        self.moves = env["account.move"].search(
            [("chorus_pro_status", "!=", False)], order="id"
        )
        self.rows = env["chorus.pro.transmission"].search([], order="id")
        self.flows = env["chorus.pro.flow"].search([], order="id")

    def deposits(self) -> dict:
        """{flow number: facts} of every deposit."""
        return {
            flow.name: {
                "state": flow.portal_state,
                "state in Odoo": FLOW_STATES.get(flow.state, flow.state),
                "file": flow.file_name,
                "size": flow.file_size,
                "SHA-256": flow.checksum,
                "report": sorted((flow.portal_report or "").splitlines()),
            }
            for flow in self.flows
        }

    def invoices(self) -> dict:
        """{number: facts} of every invoice that the portal took."""
        return {
            row.number: {
                "identifier": row.portal_id,
                "flow": row.flow_number,
                "recipient": row.move_id.chorus_pro_siret,
                "service": row.move_id.buyer_reference or None,
                "engagement": row.move_id.purchase_order_reference or None,
                "kind": KINDS[row.move_id.move_type],
                "amount": f"{row.move_id.amount_total:.2f}",
                "status": row.portal_status,
                "since": _minute(row.portal_status_at),
                "comment": row.portal_comment or None,
                "history": sorted(
                    f"{_minute(line.date)} {line.code} {line.comment or ''}"
                    for line in row.status_ids
                ),
            }
            for row in self.rows
            if row.portal_id
        }

    def refusals(self) -> dict:
        """{number: reason} of every invoice that the portal refused."""
        return {row.number: row.error for row in self.rows if row.state == "rejected"}

    def figures(self) -> dict[str, int]:
        """The counts of the last line."""
        counts = Counter(self.moves.mapped("chorus_pro_status"))
        states = Counter(self.rows.mapped("state"))
        gone = self.rows.filtered("flow_number")
        return {
            "sent": len(gone),
            "integrated": states["integrated"],
            **{name: counts[name] for name in SUMMARIES},
            "rejected_by_recipient": counts["rejected"] - states["rejected"],
            "rejected": counts["rejected"],
            "rejected_by_portal": states["rejected"],
            "entities": len(gone.partner_id),
            "deposits": sum(self.flows.mapped("tries")),
        }

    def count_blocked(self) -> int:
        """Posted invoices that were never sent."""
        return len(
            self.moves.filtered(lambda move: move.chorus_pro_status == "to_send")
        )


class Ledger:
    """The simulator's side, as it tells it over HTTP."""

    def __init__(self, told: dict) -> None:
        self.told = told
        # What people typed at the portal by hand came by no flow.
        self.own = [line for line in told["invoices"] if line["flow"]]

    def deposits(self) -> dict:
        """{flow number: facts} of every deposit."""
        return {
            flow["number"]: {
                "state": flow["state"],
                "state in Odoo": flow["state"],
                "file": flow["file_name"],
                "size": flow["size"],
                "SHA-256": flow["sha256"],
                "report": sorted(self._report(flow)),
            }
            for flow in self.told["deposits"]
        }

    def _report(self, flow: dict) -> list[str]:
        """The lines that Odoo has to show of a deposit's errors."""
        return [
            *(
                f"{e['codeErreur']} {e['libelleErreur']}"
                for e in flow["technical_errors"]
            ),
            *(
                f"{error['numeroDP']}: {message}"
                for error in flow["dp_errors"]
                for message in error["libelleErreurDP"].split(" |")
            ),
        ]

    def invoices(self) -> dict:
        """{number: facts} of every invoice that came by a deposit."""
        return {
            line["number"]: {
                "identifier": str(line["id"]),
                "flow": line["flow"],
                "recipient": line["recipient"],
                "service": line["service"],
                "engagement": line["engagement"],
                "kind": line["kind"],
                "amount": f"{line['amount_total']:.2f}",
                "status": line["status"],
                "since": _utc_minute(line["status_at"]),
                "comment": line["comment"],
                "history": sorted(
                    f"{_utc_minute(step['at'])} {step['code']} {step['comment'] or ''}"
                    for step in line["history"]
                ),
            }
            for line in self.own
        }

    def refusals(self) -> dict:
        """{number: reason} of every invoice that a deposit's report names."""
        return {
            error["numeroDP"]: "\n".join(error["libelleErreurDP"].split(" |"))
            for flow in self.told["deposits"]
            for error in flow["dp_errors"]
        }

    def figures(self) -> dict[str, int]:
        """The counts of the last line."""
        errors = [e for flow in self.told["deposits"] for e in flow["dp_errors"]]
        calls = [call["service"] for call in self.told["calls"]]
        counts = Counter(FIGURES.get(line["status"]) for line in self.own)
        recipients = {line["recipient"] for line in self.own}
        return {
            "sent": len(self.own) + len(errors),
            "integrated": len(self.own),
            **{name: counts[name] for name in dict.fromkeys(FIGURES.values())},
            "rejected": counts["rejected_by_recipient"] + len(errors),
            "rejected_by_portal": len(errors),
            "entities": len(
                recipients | {e["identifiantDestinataire"] for e in errors}
            ),
            "deposits": calls.count(DEPOSIT_SERVICE),
        }


def _minute(moment: datetime) -> str:
    """A moment of Odoo's (naive UTC) as far as the portal's history tells it."""
    return f"{moment:%Y-%m-%d %H:%M}"


def _utc_minute(text: str) -> str:
    """The same of the ledger's ISO 8601 with offset."""
    return _minute(datetime.fromisoformat(text).astimezone(timezone.utc))


def differences(books: Books, ledger: Ledger) -> list[str]:
    """Every sentence about something that the two sides do not agree on."""
    numbers = Counter(line["number"] for line in ledger.own)
    return [
        *compare_tables("deposit", books.deposits(), ledger.deposits()),
        *compare_tables("invoice", books.invoices(), ledger.invoices()),
        *compare_tables("refused invoice", books.refusals(), ledger.refusals()),
        *(f"{number} was filed {n} times" for number, n in numbers.items() if n > 1),
        *compare_tables("number of", books.figures(), ledger.figures()),
    ]


def compare_tables(what: str, ours: dict, theirs: dict):
    """Compare two tables {name: fact or facts}."""
    for name in sorted(ours.keys() | theirs.keys(), key=str):
        if name not in ours or name not in theirs:
            where = "the portal" if name in ours else "Odoo"
            yield f"{what} {name} is missing in {where}"
        elif isinstance(ours[name], dict):
            yield from compare_tables(f"{what} {name}:", ours[name], theirs[name])
        elif ours[name] != theirs[name]:
            yield f"{what} {name}: Odoo {ours[name]!r}, portal {theirs[name]!r}"


def broken_promises(books: Books, moves: dict) -> list[str]:
    """What did not end as the story promises; `moves` is {bill key: number}."""
    ends = {move.name: move.chorus_pro_status for move in books.moves}
    return [
        f"{bill.key} ({moves[bill.key]}): {ends.get(moves[bill.key])}, not {bill.end}"
        for bill in bills.BILLS
        if ends.get(moves[bill.key]) != bill.end
    ]


def wrong_blocks(books: Books, blocked: dict) -> list[str]:
    """Differences between what the wizard refused and what Odoo still holds back.

    :param blocked: {number: [reasons]} that the wizard showed
    """
    held = books.moves.filtered(lambda move: move.chorus_pro_status == "to_send")
    if set(held.mapped("name")) == set(blocked):
        return []
    return [f"held back: {held.mapped('name')}, refused by the wizard: {[*blocked]}"]
