"""What travels in the file beside the invoice, and how the page looks."""

import base64
import io
import zipfile

from PIL import Image

from .scenario import everywhere, scenario

PARAGRAPH = "<p>Les marchandises restent notre propriété jusqu'au paiement.</p>"


def _zip():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr(zipfile.ZipInfo("plan.txt", (2026, 11, 2, 0, 0, 0)), "plan")
    return target.getvalue()


def _png():
    target = io.BytesIO()
    Image.new("RGBA", (8, 8), (200, 0, 0, 120)).save(target, "PNG")
    return target.getvalue()


def _pdf():
    target = io.BytesIO()
    Image.new("RGB", (40, 40), (255, 255, 255)).save(target, "PDF")
    return target.getvalue()


@scenario("Seven attachments of as many types")
def attachments(studio):
    move = studio.invoice()
    for name, content in (
        ("bon-de-livraison.pdf", _pdf()),
        ("Détail des heures n° 1.csv", b"Jour;Heures\n02/11;7,5\n"),
        ("photo.png", _png()),
        ("plans.zip", _zip()),
        ("commande.xml", b"<?xml version='1.0'?><commande/>"),
        ("note.txt", "Œuvre reçue".encode()),
        ("tableau.xlsx", _zip()),
    ):
        studio.attach(move, name, content)
    return move


@scenario("Two attachments of one name", refused=everywhere("attachment_name_twice"))
def attachments_twice(studio):
    move = studio.invoice()
    studio.attach(move, "plan.txt", b"1")
    studio.attach(move, "plan.txt", b"2")
    return move


@scenario("Layout in boxes, two colours, a logo with alpha", seller="boxed")
def layout_boxed(studio):
    return studio.invoice(studio.line(100), studio.line(3, "tva_reduite", quantity=4))


@scenario("Layout of bubbles, a font of its own, over several pages", seller="bubble")
def layout_bubble(studio):
    lines = [studio.line(n + 1, name=f"Article {n}") for n in range(60)]
    return studio.invoice(*lines, narration=PARAGRAPH * 12)


@scenario("A layout that the company wrote: table, logo, link", seller="own_layout")
def layout_of_its_own(studio):
    return studio.invoice(studio.line(100), studio.line(3, "tva_reduite", quantity=4))


@scenario("A picture with alpha in the terms and conditions")
def picture(studio):
    image = base64.b64encode(_png()).decode()
    return studio.invoice(
        narration=f'<p>Cachet <img src="data:image/png;base64,{image}"/></p>'
    )
