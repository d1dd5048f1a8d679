"""References to the customer's papers, periods, notes, payment means."""

from datetime import date

from odoo import Command

from .scenario import scenario

DELAY = "days_after_end_of_month"


@scenario(
    "Every reference: service, engagement, contract, delivery note, project",
    {
        "BT-10": "SERVICE-TECHNIQUE",
        "BT-11": "Rénovation de la salle des fêtes",
        "BT-12": "M26-MOB-07",
        "BT-13": "EJ-2026-0118",
        "BT-16": "BL-4711",
        "BT-72": "2026-10-30",
    },
)
def references(studio):
    return studio.invoice(
        buyer_reference="SERVICE-TECHNIQUE",
        purchase_order_reference="EJ-2026-0118",
        contract_reference="M26-MOB-07",
        chorus_pro_delivery_note="BL-4711",
        chorus_pro_project="Rénovation de la salle des fêtes",
        delivery_date=date(2026, 10, 30),
    )


@scenario("Invoicing period, typed", {"BT-73": "2026-10-01", "BT-74": "2026-10-31"})
def period(studio):
    return studio.invoice(
        studio.line(90, "tva_normale_encaissement", name="Maintenance d'octobre"),
        chorus_pro_period_start=date(2026, 10, 1),
        chorus_pro_period_end=date(2026, 10, 31),
    )


@scenario(
    "Terms and conditions beside the legal mentions, which the company wrote itself",
    {"BG-1.0.BT-22": "Merci !", "BG-1.1.BT-22": "Indemnité forfaitaire de 40 €"},
    seller="own_notes",
)
def notes(studio):
    return studio.invoice(narration="<p>Merci !</p>")


@scenario("A hyperlink in the terms and conditions")
def hyperlink(studio):
    return studio.invoice(
        narration='<p>Voir <a href="https://example.org/cgv">nos conditions</a></p>'
    )


@scenario("Payment reference as a structured communication", {"BT-83": "RF18539007547"})
def payment_reference(studio):
    return studio.invoice(payment_reference="RF18539007547")


@scenario(
    "Payment terms of 30 days, end of month",
    {"BT-9": "2026-12-31", "BT-20": "30 jours fin de mois"},
)
def payment_terms(studio):
    term = studio.env["account.payment.term"].create(
        {
            "name": "30 jours fin de mois",
            "line_ids": [Command.create({"delay_type": DELAY, "nb_days": 31})],
        }
    )
    return studio.invoice(invoice_payment_term_id=term.id)


def _paid_by(studio, means):
    journal = studio.env["account.journal"].search(
        [("type", "=", "bank"), ("company_id", "=", studio.company.id)], limit=1
    )
    method = journal.inbound_payment_method_line_ids[:1].copy(
        {"name": f"Moyen {means}", "chorus_pro_payment_means": means}
    )
    return studio.invoice(preferred_payment_method_line_id=method.id)


@scenario("To be paid by cheque", {"BT-81": "20"})
def by_cheque(studio):
    return _paid_by(studio, "20")


@scenario("Paid by bank card", {"BT-81": "48"})
def by_card(studio):
    return _paid_by(studio, "48")


@scenario(
    "To a bank account (42)", {"BT-81": "42", "BT-84": "FR7630006000011234567890189"}
)
def to_account(studio):
    return _paid_by(studio, "42")


@scenario("SEPA credit transfer (58)", {"BT-81": "58"})
def sepa_transfer(studio):
    return _paid_by(studio, "58")
