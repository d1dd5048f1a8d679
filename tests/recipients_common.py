"""Files of the directory of recipients, one structure in many forms."""

import io
import zipfile

import openpyxl

from odoo.tests import BaseCase

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    Recipient,
    RecipientsError,
    RecipientService,
    read_recipients,
)

SIRET = "21990002400015"
NAMES = (
    "TypeIdentifiant",
    "Identifiant",
    "RaisonSociale",
    "GestionStatutMiseEnPaiement",
    "GestionEngagement",
    "GestionService",
    "GestionServiceEngagement",
    "EstMOAUniquement",
    "StructureActive",
    "Adresse",
    "CodePostal",
    "Ville",
    "CodePays",
    "NumTelephone",
)
CELLS = (
    "1",
    SIRET,
    "Hôtel de ville œ Valbrune",
    "TRUE",
    "FALSE",
    "TRUE",
    "FALSE",
    "FALSE",
    "TRUE",
    "1 place; bis",
    "99210",
    "VALBRUNE",
    "FR",
    "0100000000",
)
WHOLE = Recipient(
    identifier=SIRET,
    kind="SIRET",
    siren=SIRET[:9],
    name="Hôtel de ville œ Valbrune",
    street="1 place; bis",
    postcode="99210",
    town="VALBRUNE",
    country="FR",
    active=True,
    requirement="service",
    payment_reported=True,
    works_only=False,
    extra={"NumTelephone": "0100000000"},
)
COMPTA = RecipientService(SIRET, "COMPTA", "Compta", True, False)
SERVICES = f"Identifiant;RaisonSociale;Code;Nom;GestionEGMT;ServiceActif\n{SIRET};x;"


def read(content):
    """Everything that the reader gives."""
    content = content.encode() if isinstance(content, str) else content
    return list(read_recipients(io.BytesIO(content)))


def table(delimiter=";"):
    """The structure as CSV."""
    rows = ([f'"{cell}"' for cell in row] for row in (NAMES, CELLS))
    return "".join(delimiter.join(row) + "\r\n" for row in rows)


def element(name, *inside):
    """An XML element."""
    return f"<{name}>{''.join(inside)}</{name}>"


def fields(names=NAMES, cells=CELLS):
    """XML elements without children."""
    return "".join(map(element, names, cells))


def zipped(*members):
    """A ZIP of (name, content)."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def workbook(*sheets):
    """A workbook of (title, rows)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


class RecipientsCase(BaseCase):
    """Helps to expect errors."""

    def assert_unusable(self, code, content):
        """The file as a whole is refused."""
        with self.assertRaises(RecipientsError) as caught:
            read(content)
        self.assertEqual(caught.exception.code, code)
