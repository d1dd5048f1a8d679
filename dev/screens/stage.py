"""What the demo's story leaves out and pictures need: made once, in its database."""

import json
import time
import urllib.request

from .odoo import Odoo

# Of the village, which requires nothing.
TEMPLATE = [("chorus_pro_status", "=", "released"), ("move_type", "=", "out_invoice")]
READY = 3
BATCH = 4
# The portal asks for another validator; its codes have no picture in the story.
APPROVED = [("chorus_pro_status", "=", "approved")]
WRONG_VALIDATOR = "ERREUR_FOURNISSEUR_SUR_VALIDEUR"
WAIT_SECONDS = 180


def prepare(odoo: Odoo, portal: str) -> None:
    """Invoices that wait, one whose answer was lost, one in draft; a directory.

    :param portal: address of the simulator.
    """
    _choose_layout(odoo)
    lost = _copy(odoo, TEMPLATE)
    _lose(portal)
    _send(odoo, lost)
    _await(odoo, "account.move", lost, "chorus_pro_status", "unknown")
    for _number in range(READY):
        _copy(odoo, TEMPLATE)
    _copy(odoo, [("chorus_pro_status", "=", "available")], post=False)
    _ask_for_validator(odoo, portal)
    _send(odoo, *(_copy(odoo, TEMPLATE) for _number in range(BATCH)))
    _refresh_entities(odoo)
    _import_directory(odoo)


def _choose_layout(odoo: Odoo) -> None:
    """Odoo's own Send would ask for the layout of documents first."""
    view = odoo.newest("ir.ui.view", [("key", "=", "web.external_layout_standard")])
    companies = odoo.call("res.company", "search", [])
    odoo.call("res.company", "write", companies, {"external_report_layout_id": view})


def _ask_for_validator(odoo: Odoo, portal: str) -> None:
    """Let the recipient of an approved invoice miss the right validator."""
    move = odoo.newest("account.move", APPROVED)
    (bill,) = odoo.call("account.move", "read", [move], ["name", "company_id"])
    company = bill["company_id"][:1]
    (own,) = odoo.call("res.company", "read", company, ["company_registry"])
    act = {"invoice": bill["name"], "supplier": own["company_registry"]}
    # Whatever the simulator's graph says: this one is for works only.
    act |= {"status": WRONG_VALIDATOR, "comment": "Inconnu.", "force": True}
    _tell(portal, "act", act)
    odoo.call("account.move", "action_chorus_pro_refresh", [move])


def _copy(odoo: Odoo, domain: list, *, post: bool = True) -> int:
    """A new invoice like one that is there."""
    source = odoo.newest("account.move", domain)
    copied = odoo.call("account.move", "copy", [source])
    (made,) = copied if isinstance(copied, list) else [copied]
    odoo.call("account.move", "write", [made], {"invoice_date": _today()})
    if post:
        odoo.call("account.move", "action_post", [made])
    return made


def _lose(portal: str) -> None:
    """Let the next deposit end in an error of the portal."""
    fault = {"name": "error_500", "service": "factures/deposer/flux", "times": 1}
    _tell(portal, "faults", fault)


def _tell(portal: str, control: str, body: dict) -> None:
    """Call the simulator's control API."""
    request = urllib.request.Request(
        f"{portal}/_sim/{control}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=30).close()


def _send(odoo: Odoo, *moves: int) -> None:
    """Queue invoices by the dialog; the scheduler sends them."""
    values = {"move_ids": [(6, 0, moves)]}
    wizard = odoo.call("chorus.pro.send", "create", [values])
    odoo.call("chorus.pro.send", "action_confirm", wizard)


def _refresh_entities(odoo: Odoo) -> None:
    """Have every entity read; the scheduler does it."""
    public = odoo.call("res.partner", "search", [("chorus_pro_is_public", "=", True)])
    odoo.call("res.partner", "action_chorus_pro_refresh", public)


def _import_directory(odoo: Odoo) -> None:
    """Ask for the portal's directory; the scheduler reads it."""
    wizard = odoo.call("chorus.pro.recipient.upload", "create", [{"source": "portal"}])
    odoo.call("chorus.pro.recipient.upload", "action_confirm", wizard)
    made = odoo.newest("chorus.pro.recipient.import", [])
    _await(odoo, "chorus.pro.recipient.import", made, "state", "done")


def _await(odoo: Odoo, model: str, record: int, name: str, value: str) -> None:
    """Wait for what the scheduler does.

    :raises TimeoutError: when it does not come.
    """
    end = time.monotonic() + WAIT_SECONDS
    while odoo.call(model, "read", [record], [name])[0][name] != value:
        if time.monotonic() > end:
            raise TimeoutError(f"{model} {record} does not become {value}")
        time.sleep(1)


def _today() -> str:
    return time.strftime("%Y-%m-%d")
