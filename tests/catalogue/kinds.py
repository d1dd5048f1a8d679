"""Kinds of documents: invoices, credit notes, down payments, who has paid what."""

from datetime import date

from odoo import Command

from .scenario import everywhere, scenario

BOTH = ("chorus", "ctc-fr")


@scenario(
    "Invoice, one line at 20 %",
    {
        "BT-3": "380",
        "BT-23": "A1",
        "BT-81": "30",
        "BT-109": "100.00",
        "BT-110": "20.00",
        "BT-112": "120.00",
        "BT-115": "120.00",
        "BG-4.legal_identifier": "99999999800019",
        "BG-7.legal_identifier": "21990002400015",
    },
    golden=BOTH,
)
def invoice(studio):
    return studio.invoice(
        studio.line(100), buyer_reference="TECH", purchase_order_reference="EJ-2026-118"
    )


@scenario(
    "Credit note for a whole invoice",
    {
        "BT-3": "381",
        "BT-81": None,
        "BT-84": None,
        "BT-112": "240.00",
        "BG-3.0.BT-25": "CREDIT-NOTE-O",
        "BG-3.0.BT-26": "2026-10-05",
    },
    golden=BOTH,
)
def credit_note(studio):
    return studio.post(studio.reverse(studio.original(studio.line(100, quantity=2))))


@scenario(
    "Credit note for part of an invoice: one line of two, smaller quantity",
    {"BT-3": "381", "BT-109": "30.00", "BG-25.0.BT-129": "3", "BG-25.1": None},
)
def credit_note_part(studio):
    original = studio.original(
        studio.line(50), studio.line(10, "tva_reduite", quantity=8, name="Carton")
    )
    refund = studio.reverse(original)
    refund.invoice_line_ids[0].unlink()
    refund.invoice_line_ids.quantity = 3
    return studio.post(refund)


@scenario(
    "Credit note whose original is not in Odoo: number and date typed",
    {"BT-3": "381", "BG-3.0.BT-25": "F2024-0099", "BG-3.0.BT-26": "2024-05-31"},
)
def credit_note_typed(studio):
    return studio.invoice(
        studio.line(75.5),
        move_type="out_refund",
        chorus_pro_original_number="F2024-0099",
        chorus_pro_original_date=date(2024, 5, 31),
    )


@scenario(
    "Credit note of lines with discounts and one negative line",
    {"BT-3": "381", "BT-109": "165.00"},
)
def credit_note_lines(studio):
    lines = (studio.line(100, quantity=2, discount=10), studio.line(-15))
    return studio.post(studio.reverse(studio.original(*lines)))


@scenario("Credit note for two originals", {}, refused=everywhere("preceding_several"))
def credit_note_two(studio):
    return studio.invoice(
        move_type="out_refund", chorus_pro_original_number="F2026-01, F2026-02"
    )


@scenario(
    "Down payment of 30 %, as type 386",
    {"BT-3": "386", "BT-109": "300.00", "BT-115": "360.00"},
    golden=("chorus",),
)
def down_payment(studio):
    return studio.invoice(
        studio.line(300, name="Acompte de 30 %"), chorus_pro_document_type="386"
    )


@scenario(
    "Final invoice: the down payment comes off as a negative line",
    {
        "BT-3": "380",
        "BT-109": "700.00",
        "BG-25.1.BT-129": "-1",
        "BG-25.1.BT-131": "-300.00",
        "BG-25.1.BT-146": "300.00",
    },
    golden=("chorus",),
)
def final_invoice(studio):
    return studio.invoice(
        studio.line(500, quantity=2, name="Tables de réunion"),
        studio.line(300, quantity=-1, name="Acompte F2026-0012 du 05/10/2026"),
    )


@scenario(
    "Corrected invoice, type 384, naming what it replaces",
    {"BT-3": "384", "BG-3.0.BT-25": "F2026-0077", "BT-81": "30"},
)
def corrected_invoice(studio):
    return studio.invoice(
        chorus_pro_document_type="384",
        chorus_pro_original_number="F2026-0077",
        chorus_pro_original_date=date(2026, 9, 30),
    )


@scenario(
    "Already paid (A2): all of it is prepaid, nothing due",
    {"BT-23": "A2", "BT-113": "120.00", "BT-115": "0.00"},
    golden=("chorus",),
)
def already_paid(studio):
    return studio.invoice(chorus_pro_framework="A2")


@scenario("Credit note for an invoice already paid", {"BT-3": "381"})
def already_paid_back(studio):
    original = studio.original(studio.line(100), chorus_pro_framework="A2")
    return studio.post(studio.reverse(original))


@scenario(
    "Partly paid before it is sent: the totals do not move",
    {"BT-112": "120.00", "BT-113": None, "BT-115": "120.00"},
)
def partly_paid(studio):
    move = studio.invoice()
    register = studio.env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids
    )
    register.create(
        {"amount": 50, "payment_date": date(2026, 11, 3)}
    )._create_payments()
    if move.amount_residual != 70:
        raise RuntimeError(f"{move.amount_residual} is due instead of 70")
    return move


@scenario("Subcontractor's invoice (A9)", {"BT-23": "A9", "BT-3": "380"})
def subcontractor(studio):
    return studio.invoice(chorus_pro_framework="A9")


@scenario("Joint contractor's invoice (A12)", {"BT-23": "A12", "BT-3": "380"})
def joint_contractor(studio):
    return studio.invoice(chorus_pro_framework="A12")


@scenario("Sales receipt", {}, refused=everywhere("kind"))
def sales_receipt(studio):
    return studio.invoice(move_type="out_receipt")


@scenario("Vendor bill", {}, refused=everywhere("kind"))
def vendor_bill(studio):
    return studio.invoice(
        studio.line(100, studio.env["account.tax"]),
        move_type="in_invoice",
        partner_bank_id=False,
        ref="BILL-1",
    )


@scenario("Sections, sub-sections and notes between the lines", {"BG-25.2": None})
def sections_and_notes(studio):
    def text(kind, name):
        return Command.create({"display_type": kind, "name": name})

    return studio.invoice(
        text("line_section", "Lot 1 : mobilier"),
        studio.line(100),
        text("line_note", "Livré en une fois"),
        text("line_section", "Lot 2 : pose"),
        studio.line(40, "tva_normale_encaissement", name="Pose"),
    )
