"""The reader of the directory: each form of the file, each value in it."""

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    RecipientService,
    Unreadable,
    recipients,
)
from odoo.addons.l10n_fr_chorus_pro.tests.recipients_common import (
    CELLS,
    COMPTA,
    NAMES,
    SERVICES,
    SIRET,
    WHOLE,
    RecipientsCase,
    element,
    fields,
    read,
    table,
    workbook,
    zipped,
)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRecipientForms(RecipientsCase):
    """One structure in every form."""

    def test_csv_of_every_kind(self):
        for delimiter in ";,\t|":
            text = table(delimiter)
            for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16"):
                with self.subTest(delimiter=delimiter, encoding=encoding):
                    self.assertEqual(read(text.encode(encoding)), [WHOLE])

    def test_columns_in_any_order_and_spelling(self):
        names = [name.upper() for name in reversed(NAMES)]
        names[names.index("RAISONSOCIALE")] = "Raison sociale"
        text = (
            ";".join(names)
            + "\n"
            + ";".join(cell.replace(";", ",") for cell in reversed(CELLS))
        )
        expected = WHOLE._replace(
            street="1 place, bis", extra={"NUMTELEPHONE": "0100000000"}
        )
        self.assertEqual(read(f"Annuaire du 9 novembre\n\n{text}"), [expected])

    def test_xml_with_services_inside(self):
        service = element(
            "Service",
            fields(("Code", "Nom", "ServiceActif"), ("COMPTA", "Compta", "1")),
        )
        plain = element("Structure", fields(), element("Services", service))
        grouped = element(
            "Structure",
            element("Identification", fields(NAMES[:3], CELLS[:3])),
            "<!-- - --><?x y?>",
            element("Autres", fields(NAMES[3:], CELLS[3:])),
            service,
        )
        for record in (plain, grouped):
            for head in ("", '<?xml version="1.0" encoding="UTF-8"?>', "\ufeff \n"):
                text = f"{head}<A xmlns='urn:x'><L>{record * 3}</L></A>"
                with self.subTest(text[:30]):
                    self.assertEqual(read(text.strip(" \n")), [WHOLE, COMPTA] * 3)

    def test_xml_with_services_beside(self):
        names = ("Identifiant", "Code", "Nom")
        service = element("S", fields(names, (SIRET, "COMPTA", "Compta")))
        text = element("A", element("T", fields()), service, service)
        self.assertEqual(read(text), [WHOLE, COMPTA, COMPTA])

    def test_workbook(self):
        numbers = [int(c) if c.isdecimal() else c for c in CELLS]
        numbers = [c == "TRUE" if c in ("TRUE", "FALSE") else c for c in numbers]
        services = [
            ["Identifiant", "Raison sociale", "Code", "Nom", None],
            [float(SIRET), "x", "COMPTA", "Compta"],
            [],
        ]
        book = workbook(("Structures", [NAMES, numbers]), ("Services", services))
        expected = WHOLE._replace(extra={"NumTelephone": "100000000"})
        self.assertEqual(read(book), [expected, COMPTA])
        self.assertEqual(read(zipped(("a.xlsx", book))), [expected, COMPTA])

    def test_zip_of_several_members(self):
        content = zipped(
            ("folder/", ""),
            ("../../structures.csv", table()),
            ("services.csv", SERVICES + "COMPTA;Compta;;\n"),
            ("LISEZMOI.txt", "Bonjour"),
            ("inside.zip", zipped(("x.xml", element("A", element("S", fields()))))),
        )
        self.assertEqual(
            read(content),
            [WHOLE, COMPTA, Unreadable("LISEZMOI.txt", "no_columns"), WHOLE],
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRecipientValues(RecipientsCase):
    """What the cells of a row become."""

    def one(self, **changed):
        """Read the structure with some cells changed."""
        cells = dict(zip(NAMES, CELLS, strict=True)) | {"Adresse": "a"} | changed
        text = ";".join(cells) + "\n" + ";".join(cells.values()) + "\n"
        (record,) = read(text)
        return record

    def test_identifiers(self):
        for kind, given, expected in (
            ("1", "1990002400015", ("01990002400015", "SIRET", "019900024")),
            ("", SIRET, (SIRET, "SIRET", SIRET[:9])),
            ("SIRET", f" {SIRET[:9]} {SIRET[9:]} ", (SIRET, "SIRET", SIRET[:9])),
            ("4", "1234567", ("1234567", "RIDET", None)),
            ("2", "DE123456789", ("DE123456789", "UE_HORS_FRANCE", None)),
            ("2", "123456789012", ("123456789012", "UE_HORS_FRANCE", None)),
            ("9", "ABC", ("ABC", "9", None)),
            ("autre", "ABC", ("ABC", "AUTRE", None)),
            ("", "ABC", ("ABC", "", None)),
        ):
            with self.subTest(given=given, kind=kind):
                found = self.one(TypeIdentifiant=kind, Identifiant=given)
                self.assertEqual((found.identifier, found.kind, found.siren), expected)

    def test_requirements(self):
        for engagement, service, either, expected in (
            ("TRUE", "TRUE", "TRUE", "either"),
            ("oui", "Vrai", "non", "both"),
            ("1", "0", "0", "engagement"),
            ("", "TRUE", "", "service"),
            ("FALSE", "FALSE", "", "none"),
            ("FALSE", "", "", None),
            ("?", "?", "?", None),
        ):
            with self.subTest(expected):
                found = self.one(
                    GestionEngagement=engagement,
                    GestionService=service,
                    GestionServiceEngagement=either,
                )
                self.assertEqual(found.requirement, expected)

    def test_flags(self):
        for given, payment, active, works in (
            ("FALSE", False, False, False),
            ("TRUE", True, True, True),
            ("", None, True, False),
        ):
            with self.subTest(given):
                found = self.one(
                    GestionStatutMiseEnPaiement=given,
                    StructureActive=given,
                    EstMOAUniquement=given,
                )
                told = (found.payment_reported, found.active, found.works_only)
                self.assertEqual(told, (payment, active, works))

    def test_postcodes(self):
        for kind, given, expected in (
            ("1", "1210", "01210"),
            ("1", "99210.0", "99210"),
            ("2", "1210", "1210"),
            ("1", "AB12", "AB12"),
        ):
            identifier = SIRET if kind == "1" else "BE0123"
            with self.subTest(given=given, kind=kind):
                found = self.one(
                    TypeIdentifiant=kind, Identifiant=identifier, CodePostal=given
                )
                self.assertEqual(found.postcode, expected)

    def test_long_texts_are_cut_and_zero_bytes_left_out(self):
        found = self.one(RaisonSociale="x" * 9000, Ville="a\0b", NumTelephone="y" * 999)
        self.assertEqual((found.name, found.town), ("x" * 500, "ab"))
        self.assertEqual(found.extra, {"NumTelephone": "y" * 500})
        self.assertEqual(recipients.clean("x\0" + "y" * 600), "x" + "y" * 499)

    def test_services(self):
        for cells, expected in (
            ("A;;TRUE;FALSE", RecipientService(SIRET, "A", "A", False, True)),
            ("B", RecipientService(SIRET, "B", "B", True, False)),
            ("", Unreadable("2", "no_code")),
        ):
            with self.subTest(cells):
                self.assertEqual(read(SERVICES + cells), [expected])
        text = SERVICES.replace(SIRET, "")
        self.assertEqual(read(text + "A"), [Unreadable("2", "no_identifier")])

    def test_many_unknown_columns(self):
        names = ";".join(f"X{number}" for number in range(400))
        text = f"Identifiant;SIRET;RaisonSociale;;{names}\n{SIRET};b;N;;" + "v;" * 500
        (found,) = read(text)
        self.assertEqual(len(found.extra), recipients.EXTRA_MAX)
        self.assertEqual(found.extra["SIRET"], "b")
