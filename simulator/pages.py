"""The console's lists: entities, one entity's invoices, deposits."""

import json

from markupsafe import Markup

from . import clock, html, labels


def entities(rows, words):
    """Return the list of [(structure row with counts, is open)]."""
    found = [
        html.row(
            html.cell(
                Markup('<a href="/console/structures/{}">{}</a>{}').format(
                    row["id"], row["name"], "" if is_open else CLOSED
                )
            ),
            html.cell(row["siret"], "code"),
            html.cell(f"{row['postcode'] or ''} {row['town'] or ''}"),
            html.cell(labels.requirement(row)),
            html.cell(row["received"] or labels.NONE, "num"),
            html.cell(row["waiting"] or labels.NONE, "num strong"),
        )
        for row, is_open in rows
    ]
    heads = ("Structure", "SIRET", "Commune", "Exige", "Reçues*", "À traiter*")
    return SEARCH.format(words) + html.table(heads, found, "Aucune structure.")


CLOSED = Markup(' <span class="badge grey">inactive</span>')
SEARCH = Markup("""<h1>Structures destinataires</h1>
<form class="search" method="get" action="/console"><label for="q">Rechercher</label>
<input id="q" name="q" value="{}" placeholder="nom, SIRET ou commune">
<button>Rechercher</button></form>""")


def entity(row, invoices, view):
    """Return one entity: parameters, services, a page of its invoices."""
    head = Markup(
        '<p class="crumbs"><a href="/console">Destinataires</a></p><h1>{}{}</h1>'
        '<p class="facts"><span>SIRET {}</span><span>{} {}</span>'
        "<span>Exige : {}</span>{}</p>"
    ).format(
        row["name"],
        "" if view["is_open"] else CLOSED,
        row["siret"],
        row["postcode"] or "",
        row["town"] or "",
        labels.requirement(row),
        Markup("<span>Ne remonte pas la mise en paiement</span>")
        if row["payment_not_reported"]
        else "",
    )
    return html.join(
        (
            head,
            _services(view["services"]),
            _filters(row, view),
            _list(invoices),
            _pager(view),
        )
    )


def _services(services):
    if not services:
        return ""
    rows = [
        html.row(
            html.cell(line["code"], "code"),
            html.cell(line["name"]),
            html.cell(labels.day(clock.day(line["starts"]))),
            html.cell(labels.day(clock.day(line["ends"]))),
            html.cell("oui" if line["engagement_required"] else "non"),
            html.cell("actif" if is_open else CLOSED),
        )
        for line, is_open in services
    ]
    heads = ("Code", "Service", "Début", "Fin", "Exige un engagement", "État")
    return Markup("<details><summary>{} service(s)</summary>{}</details>").format(
        len(rows), html.table(heads, rows, "")
    )


def _filters(row, view):
    total = sum(count for _code, count in view["counts"])
    choices = [("", "Toutes", total)]
    choices += [
        (code, labels.STATUSES.get(code, code), count) for code, count in view["counts"]
    ]
    links = html.join(
        Markup('<a class="{}" href="?statut={}">{} <b>{}</b></a>').format(
            "current" if code == view["status"] else "", code, text, count
        )
        for code, text, count in choices
    )
    return Markup('<h2>Factures reçues</h2><p class="filters">{}</p>').format(links)


def _list(invoices):
    rows = [
        html.row(
            html.cell(
                Markup('<a href="/console/factures/{}">{}</a>').format(
                    row["id"], row["number"]
                )
            ),
            html.cell(labels.KINDS.get(row["kind"], row["kind"])),
            html.cell(row["supplier_name"]),
            html.cell(labels.day(row["date"])),
            html.cell(row["service_code"] or labels.NONE, "code"),
            html.cell(row["engagement"] or labels.NONE, "code"),
            html.cell(labels.euros(row["amount_total"]), "num"),
            html.cell(html.status_badge(row["status"])),
            html.cell(labels.when(row["status_at"]), "when"),
        )
        for row in invoices
    ]
    heads = (
        "Numéro",
        "Type",
        "Fournisseur",
        "Date",
        "Service",
        "Engagement",
        "Montant TTC*",
        "Statut",
        "Depuis",
    )
    return html.table(heads, rows, "Aucune facture.")


def _pager(view):
    link = Markup('<a href="?statut={}&amp;page={}">{}</a>')
    parts = []
    if view["page"] > 1:
        parts.append(link.format(view["status"], view["page"] - 1, "← Précédentes"))
    if view["has_more"]:
        parts.append(link.format(view["status"], view["page"] + 1, "Suivantes →"))
    return Markup('<p class="pager">{}</p>').format(html.join(parts)) if parts else ""


def flows(rows):
    """Return the list of deposits."""
    found = [
        html.row(
            html.cell(row["number"], "code"),
            html.cell(row["file_name"]),
            html.cell(labels.when(row["deposited_at"]), "when"),
            html.cell(html.flow_badge(row["state"])),
            html.cell(labels.when(row["state_at"]), "when"),
            html.cell(_integrated(row), "num"),
            html.cell(_errors(row)),
        )
        for row in rows
    ]
    heads = ("Flux", "Fichier", "Dépôt", "État", "Depuis", "Intégrées*", "Erreurs")
    return Markup("<h1>Suivi des flux</h1>{}").format(
        html.table(heads, found, "Aucun dépôt.")
    )


def _integrated(row):
    """Count the invoices; a single one is a link."""
    if row["integrated"] != 1:
        return row["integrated"]
    return Markup('<a href="/console/factures/{}">1</a>').format(row["first_invoice"])


def _errors(row):
    lines = [
        f"{error['numeroDP'] or '?'} : {error['libelleErreurDP']}"
        for error in json.loads(row["dp_errors"])
    ]
    lines += [error["libelleErreur"] for error in json.loads(row["technical_errors"])]
    if not lines:
        return labels.NONE
    items = html.join(Markup("<li>{}</li>").format(line) for line in lines)
    return Markup("<details><summary>{}</summary><ul>{}</ul></details>").format(
        len(lines), items
    )
