"""What people are asked to do about Chorus Pro: one kind for each problem."""

from collections import namedtuple

from odoo.tools.translate import LazyTranslate

from .const import STORIES

_lt = LazyTranslate(__name__)

# `activity` is the xml id of the kind's type of activity, without the module; `note`
# may name values; `quiet` kinds come in bulk and send no e-mail.
Ask = namedtuple("Ask", "activity summary note quiet", defaults=(False,))

ASKS = {
    # On invoices.
    "lost": Ask(
        "mail_activity_lost",
        _lt("Chorus Pro: did this invoice arrive?"),
        _lt(
            "Look for it at the portal, then enter its flow number or deposit it again."
        ),
    ),
    "asked": Ask(
        "mail_activity_request",
        _lt("Chorus Pro: was this done?"),
        _lt(
            "Look at the portal whether “%(what)s” was carried out. If it was "
            "not, give it up on the Chorus Pro tab and ask again."
        ),
    ),
    "late": Ask(
        "mail_activity_late",
        _lt("Chorus Pro: still checking after a day"),
        _lt(
            "Chorus Pro has not finished checking the deposit %(flow)s with "
            "%(count)s of your invoices. Odoo goes on asking once a day. "
            "Ask the support of Chorus Pro and name the flow number."
        ),
    ),
    "error": Ask(
        "mail_activity_error",
        _lt("Chorus Pro: could not be sent"),
        STORIES["error"],
        quiet=True,
    ),
    "rejected": Ask(
        "mail_activity_rejected",
        _lt("Chorus Pro: rejected"),
        STORIES["rejected"],
        quiet=True,
    ),
    "suspended": Ask(
        "mail_activity_suspended",
        _lt("Chorus Pro: a document is missing"),
        STORIES["suspended"],
        quiet=True,
    ),
    "to_reroute": Ask(
        "mail_activity_reroute",
        _lt("Chorus Pro: to re-route"),
        STORIES["to_reroute"],
        quiet=True,
    ),
    # On entities.
    "service": Ask(
        "mail_activity_service",
        _lt("Choose another Chorus Pro service"),
        "%(reason)s",
    ),
    # On the contact of the company.
    "password": Ask(
        "mail_activity_password",
        _lt("Renew the Chorus Pro password of %(company)s before %(date)s"),
        _lt(
            "In your Chorus Pro space renew the password of the technical account, "
            "then save it in the Chorus Pro settings of Invoicing. Without it nothing "
            "is sent any more."
        ),
    ),
    "stopped": Ask(
        "mail_activity_stopped",
        _lt("Chorus Pro has stopped: %(company)s"),
        "%(reason)s",
    ),
}
# Kinds that are summaries of an invoice: its status alone tells whether they hold.
STATUS_KINDS = ("error", "rejected", "suspended", "to_reroute")
INVOICE_KINDS = ("lost", "asked", "late", *STATUS_KINDS)
