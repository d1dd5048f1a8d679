"""What a payment method of a journal is called in the file."""

from odoo import fields, models

from ..const import PAYMENT_MEANS


class AccountPaymentMethodLine(models.Model):
    """Payment methods of a journal, thus of one company."""

    _inherit = "account.payment.method.line"

    chorus_pro_payment_means = fields.Selection(
        PAYMENT_MEANS,
        string="Payment means (Chorus Pro)",
        help="Code that the invoice bears when it is to be paid this way (BT-81); "
        "empty: 30, credit transfer.",
    )
