"""What a screen is, and short words for the table of them. Plain data."""

from dataclasses import dataclass

BOTH = ("en_US", "fr_FR")
FORMS = ("desktop", "phone", "dark")
# Of what a phone has no view for.
WIDE = ("desktop", "dark")
INVOICES, ENTITIES = "chorus-pro-invoices", "chorus-pro-entities"
DEPOSITS, LATE = "chorus-pro-deposits", "chorus-pro-late"
MODAL = ".modal-content .modal-body"


def do(verb: str, *arguments: str) -> tuple[str, ...]:
    """One step: a method and what it is given."""
    return (verb, *arguments)


def view(kind: str) -> tuple[str, ...]:
    """Switch to another kind of view."""
    return do("click", f".o_switch_view.o_{kind}")


def button(name: str, within: str = ".o_form_view") -> tuple[str, ...]:
    """Press a button by its name, wherever a phone has put it."""
    return do("press_button", name, within)


@dataclass(frozen=True)
class Screen:
    """One screen; `record` is (model, domain) of what is opened, the newest one."""

    name: str
    where: str
    at: str
    steps: tuple = ()
    record: tuple = ()
    languages: tuple[str, ...] = BOTH
    forms: tuple[str, ...] = FORMS


def invoice(name: str, where: str, domain: list, *steps: tuple) -> Screen:
    """An invoice, its tab open."""
    page = (do("click", ".o_notebook a[name=chorus_pro]"),)
    return Screen(
        f"invoice-{name}",
        f"Invoice {where}, tab Chorus Pro",
        f"{INVOICES}/{{id}}",
        (*page, *steps),
        ("account.move", domain),
    )


def status(name: str) -> list:
    """Invoices that show a status."""
    return [("chorus_pro_status", "=", name), ("move_type", "=", "out_invoice")]


NEEDS = "commercial_partner_id.chorus_pro_requirement"
BLOCKED = [*status("to_send"), (NEEDS, "=", "engagement")]
READY = [*status("to_send"), ("state", "=", "posted"), (NEEDS, "=", "none")]
WRONG_VALIDATOR = [
    (
        "chorus_pro_transmission_ids.portal_status",
        "=",
        "ERREUR_FOURNISSEUR_SUR_VALIDEUR",
    )
]
DIALOG = do("wait", MODAL)
# The first value of the panel beside the list.
TO_SEND = do("click", ".o_search_panel input[type=checkbox]")
