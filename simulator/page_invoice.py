"""The console's page of one invoice: data, history and what one may do."""

import json

from markupsafe import Markup

from . import html, labels

REFUSALS = {
    "GDP_MSG_11.001": "Cette action n'est pas possible dans le statut actuel.",
    "Le motif est obligatoire": "Un motif est obligatoire pour suspendre ou rejeter.",
}
SIDE = ("SUSPENDUE", "A_RECYCLER", "REJETEE")

PAGE = Markup("""<p class="crumbs"><a href="/console">Destinataires</a> /
<a href="/console/structures/{recipient_id}">{recipient}</a></p>
<h1>{kind} {number} {badge}</h1>{error}
<div class="columns"><div>{facts}{lines}</div>
<div>{actions}{files}{history}</div></div>""")

ACTIONS = Markup("""<section><h2>Traiter la facture</h2>
<form class="act" method="post" action="/console/factures/{ident}/statut">
<div class="buttons">{main}</div>{side}</form></section>""")
SIDE_PART = Markup("""<label for="motif">Motif ou commentaire
<small>obligatoire pour suspendre ou rejeter</small></label>
<textarea id="motif" name="motif" rows="2">{comment}</textarea>
<div class="buttons">{buttons}</div>""")
BUTTON = Markup('<button class="{}" name="statut" value="{}">{}</button>')


def show(row, view):
    """Return the page; ``view`` has targets, history, pieces, error, comment."""
    data = json.loads(row["data"])
    error = view["error"]
    return PAGE.format(
        recipient_id=row["recipient_id"],
        recipient=row["recipient_name"],
        kind=labels.KINDS.get(row["kind"], row["kind"]),
        number=row["number"],
        badge=html.status_badge(row["status"]),
        error=Markup('<p class="error">{}</p>').format(error) if error else "",
        facts=_facts(row, data),
        lines=_lines(data),
        actions=_actions(row, view),
        files=_files(row, view["pieces"]),
        history=_history(view["history"]),
    )


def _facts(row, data):
    service = labels.NONE
    if row["service_code"]:
        service = f"{row['service_code']} ({row['service_name']})"
    facts = (
        ("Fournisseur", f"{row['supplier_name']} ({row['supplier_siret']})"),
        ("Destinataire", f"{row['recipient_name']} ({row['recipient_siret']})"),
        ("Service", service),
        ("Engagement", row["engagement"] or labels.NONE),
        ("Marché", row["contract"] or labels.NONE),
        ("Date de facture", labels.day(row["date"])),
        ("Déposée le", labels.when(row["deposited_at"])),
        ("Flux", row["flux_number"] or "saisie sur le portail"),
        ("Facture d'origine", row["origin"] or labels.NONE),
        ("IBAN", data.get("iban") or labels.NONE),
        ("Montant HT", f"{labels.euros(row['amount_untaxed'])} {row['currency']}"),
        ("Montant TTC", f"{labels.euros(row['amount_total'])} {row['currency']}"),
        ("Net à payer", f"{labels.euros(row['amount_due'])} {row['currency']}"),
    )
    items = html.join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in facts
    )
    return Markup(
        '<section><h2>Données</h2><dl class="facts">{}</dl></section>'
    ).format(items)


def _lines(data):
    rows = [
        html.row(
            html.cell(line["name"]),
            html.cell(labels.decimal(line["quantity"]), "num"),
            html.cell(labels.euros(line["price"] or None), "num"),
            html.cell(labels.decimal(line["rate"]), "num"),
            html.cell(labels.euros(line["total"] or None), "num"),
        )
        for line in data.get("lines", [])
    ]
    heads = ("Désignation", "Quantité*", "Prix HT*", "TVA %*", "Montant HT*")
    table = html.table(heads, rows, "Pas de ligne.")
    return Markup("<section><h2>Lignes</h2>{}</section>").format(table)


def _actions(row, view):
    targets = view["targets"]
    if not targets:
        text = "Aucune action possible dans ce statut."
        return Markup(
            '<section><h2>Traiter la facture</h2><p class="empty">{}</p></section>'
        ).format(text)
    forward = [code for code in targets if code not in SIDE]
    main = html.join(
        _button(code, "primary" if not i else "") for i, code in enumerate(forward)
    )
    back = [code for code in targets if code in SIDE]
    side = ""
    if back:
        buttons = html.join(_button(code, "warn") for code in back)
        side = SIDE_PART.format(comment=view["comment"], buttons=buttons)
    return ACTIONS.format(ident=row["id"], main=main, side=side)


def _button(code, kind):
    return BUTTON.format(kind, code, labels.BUTTONS[code])


def _files(row, pieces):
    links = [
        Markup('<li><a href="/console/factures/{}/pieces/{}">{}</a> {}</li>').format(
            row["id"], piece["id"], piece["name"], piece["designation"] or ""
        )
        for piece in pieces
    ]
    if row["flux_number"]:
        link = Markup('<li><a href="/console/factures/{}/fichier">{}</a></li>')
        links.insert(0, link.format(row["id"], "Télécharger la facture"))
    if not links:
        return ""
    return Markup("<section><h2>Fichiers</h2><ul>{}</ul></section>").format(
        html.join(links)
    )


def _history(history):
    rows = [
        html.row(
            html.cell(labels.when(line["at"]), "when"),
            html.cell(html.status_badge(line["code"])),
            html.cell(_person(line)),
            html.cell(line["comment"] or ""),
        )
        for line in history
    ]
    heads = ("Date", "Statut", "Par", "Commentaire")
    table = html.table(heads, rows, "")
    return Markup("<section><h2>Historique</h2>{}</section>").format(table)


def _person(line):
    if not line["person"]:
        return "Chorus Pro"
    person = json.loads(line["person"])
    return f"{person['prenom']} {person['nom']}"
