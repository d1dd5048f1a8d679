"""The recipient's console in the browser: one plays the town hall.

Server-rendered, no script. It changes an invoice by the same function as
``traiter/recue``; ``PRISE_EN_COMPTE_DESTINATAIRE`` exists only here.
"""

import re
from pathlib import Path

from werkzeug.exceptions import HTTPException, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from . import (
    clock,
    directory,
    files,
    guard,
    html,
    labels,
    lifecycle,
    page_invoice,
    pages,
    search,
)
from .replies import Refusal
from .sql import writing

PAGE_SIZE = 25
STYLE = Path(__file__).with_name("console.css")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
STEPS = {"20s": 20, "1h": 3600, "1j": 86400, "30j": 30 * 86400}
WAITING = (
    "MISE_A_DISPOSITION",
    "PRISE_EN_COMPTE_DESTINATAIRE",
    "COMPLETEE",
    "SERVICE_FAIT",
    "MANDATEE",
    "MISE_A_DISPOSITION_COMPTABLE",
    "COMPTABILISEE",
)

ROUTES = Map(
    [
        Rule("/", endpoint="start"),
        Rule("/console", endpoint="entities"),
        Rule("/console/style.css", endpoint="style"),
        Rule("/console/flux", endpoint="flows"),
        Rule("/console/structures/<int:ident>", endpoint="entity"),
        Rule("/console/factures/<int:ident>", endpoint="invoice"),
        Rule("/console/factures/<int:ident>/fichier", endpoint="file"),
        Rule("/console/factures/<int:ident>/pieces/<int:piece>", endpoint="piece"),
        Rule("/console/factures/<int:ident>/statut", endpoint="act", methods=["POST"]),
        Rule("/console/factures/<int:ident>/statut", endpoint="back", methods=["GET"]),
        Rule("/console/horloge", endpoint="advance", methods=["POST"]),
    ],
    strict_slashes=False,
)


def answer(call):
    """Answer one request under ``/console``."""
    request = call.request
    safe = guard.is_local(request) and (
        request.method in ("GET", "HEAD") or guard.is_same_origin(request)
    )
    if not safe:
        return _finish(_html("Accès refusé", html.message("Accès refusé"), call, 403))
    adapter = ROUTES.bind_to_environ(request.environ)
    try:
        endpoint, values = adapter.match()
        return _finish(VIEWS[endpoint](call, **values))
    except HTTPException as error:
        text = f"{error.code} {error.name}"
        return _finish(_html(text, html.message(text), call, error.code))


def _finish(response):
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _html(title, body, call, status=200):
    page = html.layout(title, body, labels.when(call.now), call.request.path)
    return Response(str(page), status, content_type="text/html;charset=utf-8")


def start(_call):
    """Lead from the bare address to the console."""
    return redirect("/console", 303)


def style(_call):
    """Serve the style sheet."""
    return Response(STYLE.read_bytes(), content_type="text/css;charset=utf-8")


def entities(call):
    """List the public entities with what waits for each."""
    words = call.request.args.get("q", "").strip()
    marks = ", ".join("?" * len(WAITING))
    rows = call.db.execute(
        "SELECT structure.*, count(invoice.id) AS received,"  # noqa: S608 -- ours
        f" coalesce(sum(invoice.status IN ({marks})), 0) AS waiting"
        " FROM structure LEFT JOIN invoice ON recipient_id = structure.id"
        " WHERE public = 1 AND (structure.name LIKE ? OR siret LIKE ? OR town LIKE ?)"
        " GROUP BY structure.id ORDER BY received > 0 DESC, structure.name",
        (*WAITING, f"%{words}%", f"{words}%", f"%{words}%"),
    ).fetchall()
    shown = [(row, directory.is_open(row, call.now)) for row in rows]
    return _html("Destinataires", pages.entities(shown, words), call)


def entity(call, ident):
    """Show one entity and a page of the invoices it received."""
    row = directory.by_id(call.db, ident)
    if row is None or not row["public"]:
        raise NotFound
    status = call.request.args.get("statut", "")
    page = max(call.request.args.get("page", 1, type=int), 1)
    counts = call.db.execute(
        "SELECT status, count(*) FROM invoice WHERE recipient_id = ?"
        " GROUP BY status ORDER BY status",
        (ident,),
    ).fetchall()
    rows = call.db.execute(
        f"{search.SELECT} WHERE invoice.recipient_id = ? AND (? = '' OR status = ?)"
        " ORDER BY invoice.id DESC LIMIT ? OFFSET ?",
        (ident, status, status, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE),
    ).fetchall()
    services = call.db.execute(
        "SELECT * FROM service WHERE structure_id = ? ORDER BY code", (ident,)
    ).fetchall()
    listed = [(line, directory.is_open_service(line, call.now)) for line in services]
    view = {
        "is_open": directory.is_open(row, call.now),
        "services": listed,
        "counts": [tuple(count) for count in counts],
        "status": status,
        "page": page,
        "has_more": len(rows) > PAGE_SIZE,
    }
    return _html(row["name"], pages.entity(row, rows[:PAGE_SIZE], view), call)


def _invoice(call, ident):
    row = search.find(call.db, ident)
    if row is None:
        raise NotFound
    return row


def invoice(call, ident, error=None, comment=""):
    """Show one invoice: data, history, files and what the recipient may do."""
    row = _invoice(call, ident)
    history = call.db.execute(
        "SELECT * FROM history WHERE invoice_id = ? ORDER BY id DESC", (ident,)
    ).fetchall()
    pieces = call.db.execute(
        "SELECT attachment.id, name, designation, length(content) AS size"
        " FROM invoice_attachment JOIN attachment ON attachment.id = attachment_id"
        " WHERE invoice_id = ? ORDER BY invoice_attachment.id",
        (ident,),
    ).fetchall()
    view = {
        "targets": lifecycle.allowed(call.db, row),
        "history": history,
        "pieces": pieces,
        "error": error,
        "comment": comment,
    }
    status = 400 if error else 200
    return _html(row["number"], page_invoice.show(row, view), call, status)


def act(call, ident):
    """Give the status of the pressed button, or show why not."""
    _invoice(call, ident)
    target = call.request.form.get("statut", "")
    comment = call.request.form.get("motif", "").strip()
    try:
        with writing(call.db) as db:
            row = search.find(db, ident)
            lifecycle.act(db, row, target, call.now, comment=comment or None)
            subject = f"{row['number']} {target}"
            lifecycle.record_call(db, "console", subject, call.now)
    except Refusal as refusal:
        text = page_invoice.REFUSALS.get(refusal.label, refusal.label)
        return invoice(call, ident, error=text, comment=comment)
    return redirect(f"/console/factures/{ident}", 303)


def back(_call, ident):
    """Lead from the address of a refused act back to the invoice."""
    return redirect(f"/console/factures/{ident}", 303)


def file(call, ident):
    """Download the file as it was deposited."""
    row = _invoice(call, ident)
    try:
        data = files.invoice_file(call.db, row)
    except Refusal:
        raise NotFound from None
    suffix = files.suffix(data)
    return _download(f"{row['number']}.{suffix}", data, f"application/{suffix}")


def piece(call, ident, piece):
    """Download a document that the supplier added."""
    row = call.db.execute(
        "SELECT name, content FROM attachment"
        " JOIN invoice_attachment ON attachment_id = attachment.id"
        " WHERE invoice_id = ? AND attachment.id = ?",
        (ident, piece),
    ).fetchone()
    if row is None:
        raise NotFound
    return _download(row["name"], row["content"], "application/octet-stream")


def _download(name, data, mime):
    response = Response(data, content_type=mime)
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", name)
    response.headers["Content-Disposition"] = f'attachment; filename="{plain}"'
    return response


def flows(call):
    """List the last deposits with their errors."""
    rows = call.db.execute(
        "SELECT number, file_name, deposited_at, state, state_at, dp_errors,"
        " technical_errors,"
        " (SELECT count(*) FROM invoice WHERE flux_id = flux.id) AS integrated,"
        " (SELECT min(id) FROM invoice WHERE flux_id = flux.id) AS first_invoice"
        " FROM flux ORDER BY id DESC LIMIT 200"
    ).fetchall()
    return _html("Suivi des flux", pages.flows(rows), call)


def advance(call):
    """Move the simulator's clock by one of the steps offered."""
    step = STEPS.get(call.request.form.get("pas", ""))
    if step is None:
        raise NotFound
    with writing(call.db) as db:
        clock.change(db, {"advance": step})
    return redirect(guard.own_referrer(call.request, "/console"), 303)


VIEWS = {
    "start": start,
    "style": style,
    "entities": entities,
    "entity": entity,
    "invoice": invoice,
    "act": act,
    "back": back,
    "file": file,
    "piece": piece,
    "flows": flows,
    "advance": advance,
}
