"""Words for what officers ask of the portal about an invoice that it holds."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

REQUEST_KINDS = [
    ("reroute", "Re-routing"),
    ("complete", "Completion"),
    ("validator", "Other validator"),
    ("rejection", "Rejection handled"),
]

# The chatter of the invoice, when it is done.
DONE = {
    "reroute": _lt("Chorus Pro: re-routed to %(recipient)s."),
    "complete": _lt("Chorus Pro: completed; files added: %(files)s."),
    "validator": _lt("Chorus Pro: the validator is now %(recipient)s."),
    "rejection": _lt("Chorus Pro: the rejection is marked as handled."),
}
NOT_DONE = {
    "reroute": _lt("Chorus Pro: it was not re-routed."),
    "complete": _lt("Chorus Pro: it was not completed."),
    "validator": _lt("Chorus Pro: the validator was not changed."),
    "rejection": _lt("Chorus Pro: the rejection was not marked as handled."),
}

# What the portal may say to it, by chorus_api.codes.REFUSALS; and what we find.
REFUSALS = {
    "unknown_invoice": _lt("Chorus Pro does not know this invoice."),
    "no_right": _lt(
        "Chorus Pro does not let your technical account act on this invoice."
    ),
    "wrong_status": _lt("Chorus Pro refuses this in the invoice's current status."),
    "to_complete": _lt(
        "Chorus Pro takes documents for suspended invoices only, and this one is not: "
        "it is “to complete”. Complete it at the portal."
    ),
    "moved_on": _lt("The invoice stands at “%(status)s” by now: nothing was sent."),
    "not_done": _lt("It did not arrive: the invoice went on to “%(status)s”."),
}

# Beside the status, while a request lives.
WAITING = {
    "prepared": _lt("%(what)s: on its way to Chorus Pro."),
    "sending": _lt("%(what)s: on its way to Chorus Pro."),
    "unknown": _lt(
        "%(what)s: the answer of Chorus Pro was lost. Odoo looks whether it was done "
        "and sends nothing in the meantime."
    ),
}
