"""Building blocks of the console's pages.

``Markup.format`` escapes every value put in that is not Markup itself.
"""

from markupsafe import Markup

from . import labels

LAYOUT = Markup("""<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8">
<title>{title} | Simulateur Chorus Pro</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/console/style.css"></head>
<body>
<header><div class="bar"><a class="brand" href="/console">Simulateur Chorus Pro
<small>espace destinataire</small></a><nav>{nav}</nav>
<form class="clock" method="post" action="/console/horloge">
<span title="Horloge du simulateur">{now}</span>
<button name="pas" value="20s">+20 s</button><button name="pas" value="1h">+1 h</button>
<button name="pas" value="1j">+1 j</button><button name="pas" value="30j">+30 j</button>
</form></div></header>
<p class="fiction">Environnement fictif : rien ne part vers Chorus Pro.</p>
<main>{body}</main></body></html>
""")
NAV = (("/console", "Destinataires"), ("/console/flux", "Suivi des flux"))


def join(parts):
    """Return parts of a page one after the other."""
    return Markup("").join(parts)


def layout(title, body, now, path):
    """Wrap a page; ``path`` marks the current entry of the menu."""
    is_flows = path.startswith("/console/flux")
    nav = join(
        Markup('<a href="{}"{}>{}</a>').format(
            href,
            Markup(' class="current"') if is_flows == (href != "/console") else "",
            text,
        )
        for href, text in NAV
    )
    return LAYOUT.format(title=title, nav=nav, now=now, body=body)


def message(text):
    """Return a page that says one thing."""
    return Markup("<h1>{}</h1>").format(text)


def status_badge(code):
    """Return the status of an invoice as a coloured word, its code as tooltip."""
    return _badge(code, labels.STATUSES, labels.COLOURS)


def flow_badge(code):
    """Return the state of a flow as a coloured word, its code as tooltip."""
    return _badge(code, labels.FLOWS, labels.FLOW_COLOURS)


def _badge(code, words, colours):
    text = words.get(code, code)
    colour = colours.get(code, "grey")
    markup = Markup('<span class="badge {}" title="{}">{}</span>')
    return markup.format(colour, code, text)


def cell(content, kind=""):
    """Return a table cell; ``kind`` is its CSS class."""
    css = Markup(' class="{}"').format(kind) if kind else ""
    return Markup("<td{}>{}</td>").format(css, content)


def row(*cells):
    """Return a table row of finished cells."""
    return Markup("<tr>{}</tr>").format(join(cells))


def table(heads, rows, empty):
    """Return a table, or the text ``empty``; a head that ends in ``*`` is a number."""
    if not rows:
        return Markup('<p class="empty">{}</p>').format(empty)
    head = join(
        Markup("<th{}>{}</th>").format(
            Markup(' class="num"') if text.endswith("*") else "", text.rstrip("*")
        )
        for text in heads
    )
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(
        head, join(rows)
    )
