"""Whatever the portal sends, the client gives a record or its one error."""

import ast
import importlib
import inspect
import io
import json
import math
import pkgutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from textwrap import dedent

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import chorus_api
from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    ChorusError,
    Client,
    Piece,
    codes,
    json_text,
    records,
    values,
)
from odoo.addons.l10n_fr_chorus_pro.chorus_api.redact import forms_of, redact
from odoo.addons.l10n_fr_chorus_pro.chorus_api.wire import Answer
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    NOW,
    SUCCESS,
    TOKEN,
    ChorusApiCase,
    canned,
)
from odoo.addons.l10n_fr_chorus_pro.tests.fuzz_common import (
    FuzzCase,
    json_objects,
    json_values,
    scalars,
    st,
    texts,
)

# Methods of the client that ask the portal nothing.
NO_SERVICE = {"close"}
# What a parser wants besides the object itself.
MORE = {
    records.History.parse: lambda row: {
        "rows": [row],
        "events": [row],
        "actions": [row],
    },
}
KEYS = (
    "codeRetour",
    "libelle",
    "numeroFluxDepot",
    "dateDepot",
    "etatCourantDepotFlux",
    "dateHeureEtatCourantFlux",
    "listeErreurDP",
    "libelleErreurDP",
    "numeroDP",
    "listeErreurTechnique",
    "libelleErreur",
    "listeFactures",
    "identifiantFactureCPP",
    "numeroFacture",
    "statut",
    "dateHeureEtatCourant",
    "commentaireEtatCourant",
    "codeDestinataire",
    "montantTTC",
    "parametresRetour",
    "pages",
    "total",
    "historiquesDesStatuts",
    "histoStatut",
    "pagesHistoStatut",
    "totalHistoStatut",
    "histoStatutId",
    "histoStatutCode",
    "histoStatutDatePassage",
    "histoStatutUtilisateurNom",
    "listeStructures",
    "idStructureCPP",
    "identifiantStructure",
    "informationGenerales",
    "parametres",
    "adressePostaleDuSiege",
    "adresse",
    "listeServices",
    "idService",
    "dateDbtService",
    "informationsGenerales",
    "statusCodeValue",
    "historiquesDesEvenementsComplementaires",
    "evenement",
    "pagesEvenement",
    "evenementId",
    "evenementDateHeure",
    "evenementLibelle",
    "evenementQui",
    "historiquesDesActionsUtilisateurs",
    "histoAction",
    "pagesHistoAction",
    "histoActionId",
    "histoActionCode",
    "histoActionDateHeure",
    "histoActionUtilisateurPrenom",
    "listeEngagementJuridique",
    "numeroEngagementJuridique",
    "etatCourantEngagementJuridique",
    "statutFacture",
    "dateTraitement",
    "listeTypePieceJointe",
    "codeTypePieceJointe",
    "libelleTypePieceJointe",
    "pieceJointeId",
    "fichierResultat",
)


def parsers():
    """Every `parse…` of a class of chorus_api, found by looking, by its full name."""
    found = {}
    for info in pkgutil.iter_modules(chorus_api.__path__):
        module = importlib.import_module(f"{chorus_api.__name__}.{info.name}")
        for _name, kind in inspect.getmembers(module, inspect.isclass):
            for name, method in inspect.getmembers(kind, inspect.ismethod):
                if name.startswith("parse") and kind.__module__ == module.__name__:
                    found[f"{info.name}.{kind.__name__}.{name}"] = method
    return found


def words_of(function):
    """The texts that a function's source holds, keys among them."""
    tree = ast.parse(dedent(inspect.getsource(function)))
    found = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {value for value in found if isinstance(value, str)}


def storable(value):
    """Whether PostgreSQL takes a text, and whether it is no longer than our bound."""
    value.encode()
    return "\x00" not in value and len(value) <= codes.TEXT_MAX


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFuzzValues(FuzzCase):
    """Readers of single values: the promised type or None."""

    def check(self, reader, kind, good, strategy=None):
        def run(value):
            read = reader(value)
            self.assertTrue(read is None or (isinstance(read, kind) and good(read)))

        self.fuzz(run, json_values() if strategy is None else strategy)

    def test_texts(self):
        self.check(values.as_text, str, lambda text: text and storable(text))

    def test_identifiers(self):
        self.check(
            values.as_identifier,
            str,
            lambda text: storable(text) and len(text) <= 200 and "\n" not in text,
        )
        self.check(values.as_portal_id, str, lambda text: 0 <= int(text) < 10**19)

    def test_numbers(self):
        self.check(values.as_int, int, lambda number: abs(number) < 10**18)
        self.check(
            values.as_amount,
            Decimal,
            lambda amount: math.isfinite(float(amount)) and len(f"{amount:f}") < 50,
            scalars()
            | st.decimals()
            | st.from_regex(r"[+-]?\d{1,30}(\.\d*)?(e-?\d+)?"),
        )
        self.check(values.as_flag, bool, lambda flag: True)

    def test_times(self):
        moments = st.from_regex(
            r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?([.,]\d+)?)?\s*(Z|[+-]\d\d:?\d\d)?",
            fullmatch=True,
        )
        plausible = st.datetimes().map(lambda moment: moment.isoformat())

        def good(moment):
            text = f"{moment:%Y-%m-%d}"
            return (
                isinstance(moment, datetime) <= bool(moment.tzinfo) and text >= "1899"
            )

        for strategy in (moments, plausible, json_values()):
            self.check(values.as_moment, datetime, good, strategy)
            self.check(values.as_day, object, lambda day: day.year >= 1899, strategy)

    def test_containers(self):
        self.check(values.as_dict, dict, lambda found: True)
        self.check(
            values.as_rows, list, lambda rows: all(isinstance(r, dict) for r in rows)
        )

    def test_headers(self):
        def run(value, body):
            headers = {"Retry-After": value, "WWW-Authenticate": value}
            answer = Answer(500, headers, body, (TOKEN,))
            seconds = answer.retry_after(NOW)
            self.assertTrue(seconds is None or 0 <= seconds <= codes.RETRY_AFTER_MAX)
            self.assertLessEqual(len(answer.excerpt()), 300)

        dates = st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ ([+-]?\d{4}|GMT|\w)")
        self.fuzz(run, texts() | dates, st.binary(max_size=300))

    def test_masking_leaves_nothing_of_a_secret(self):
        def run(before, secret, after):
            secrets = forms_of([secret])
            text = f"{before}{secret}{after}"
            if before.isascii() and after.isascii():
                self.assertNotIn(secret, redact(text, secrets))

        self.fuzz(run, texts(), st.text("abcXYZ019%+/= é", min_size=6), texts())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFuzzRecords(FuzzCase):
    """Typed answers: none fails, whatever the object holds."""

    def check_strings(self, value):
        """Every text of a record can be stored, at any depth but in `raw`."""
        if isinstance(value, str):
            self.assertTrue(storable(value))
        elif isinstance(value, tuple | list):
            for part in value:
                self.check_strings(part)
        elif isinstance(value, records.Record | records.InvoiceError):
            for name, part in vars(value).items():
                if name != "raw":
                    self.check_strings(part)

    def check_parser(self, parse):
        """Objects with the keys that it reads, at any depth, give a record."""
        more = MORE.get(parse, lambda _row: {})

        def run(row):
            self.check_strings(parse(row, **more(row)))

        keys = [word for word in words_of(parse) if word.isidentifier()]
        self.fuzz(run, json_objects(keys))

    def test_every_parser(self):
        for name, parse in parsers().items():
            with self.subTest(name):
                self.check_parser(parse)

    def test_no_parser_is_left_out(self):
        """What the sources define, read as text, is what the test above calls."""
        written = []
        for path in Path(chorus_api.__file__).parent.glob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef | ast.Module):
                    owner = getattr(node, "name", "")
                    written += [
                        f"{path.stem}.{owner}.{part.name}"
                        for part in node.body
                        if isinstance(part, ast.FunctionDef)
                        and part.name.startswith("parse")
                    ]
        self.assertEqual(sorted(parsers()), sorted(written))
        self.assertGreater(len(written), 15)

    def test_every_parser_has_its_keys(self):
        """A key that no made-up object has leaves its reader untried."""
        for name, parse in parsers().items():
            self.assertTrue(words_of(parse) & set(KEYS), name)

    def test_json(self):
        def run(content):
            value = json_text.read_json(content)
            json.dumps(value, default=str)

        self.fuzz(run, st.binary(max_size=200))
        self.fuzz(run, json_values(KEYS).map(lambda v: json.dumps(v).encode()))
        numbers = st.from_regex(rb"-?\d{1,60}(\.\d{1,60})?(e[+-]?\d{1,30})?")
        self.fuzz(run, numbers)
        depth = st.integers(0, 2000).map(lambda n: b"[" * n + b"]" * n)
        self.fuzz(run, depth)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestFuzzClient(FuzzCase, ChorusApiCase):
    """Every call, on answers that no portal should give."""

    def calls(self):
        """One call of each service, read to its end, by the client's method."""
        piece = Piece("1", "01", "Order")
        return {
            "deposer_flux": lambda c: c.deposer_flux("FAC-1.pdf", b"x"),
            "consulter_cr_detaille": lambda c: c.consulter_cr_detaille("CPP1"),
            "rechercher_fournisseur": lambda c: list(
                c.rechercher_fournisseur(supplier_id="1")
            ),
            "changes": lambda c: list(c.changes(supplier_id="1", since=NOW)),
            "consulter_historique": lambda c: c.consulter_historique("1"),
            "rechercher_structures": lambda c: list(c.rechercher_structures(siret="1")),
            "rechercher_structures_page": lambda c: c.rechercher_structures_page({}),
            "consulter_structure": lambda c: c.consulter_structure("1"),
            "rechercher_services": lambda c: list(c.rechercher_services("1")),
            "consulter_service": lambda c: c.consulter_service("1", "2"),
            "rechercher_engagements": lambda c: c.rechercher_engagements(
                supplier_id="1", number="EJ-1"
            ),
            "telecharger_annuaire_destinataire": lambda c: (
                c.telecharger_annuaire_destinataire(io.BytesIO())
            ),
            "telecharger_groupe": lambda c: c.telecharger_groupe("1"),
            "recycler": lambda c: c.recycler("1", siret="1"),
            "ajouter_fichier": lambda c: c.ajouter_fichier("a.pdf", b"x"),
            "recuperer_types_pj": lambda c: c.recuperer_types_pj(),
            "completer": lambda c: c.completer("1", [piece]),
            "corriger_valideur": lambda c: c.corriger_valideur("1", "1"),
            "traiter_rejet": lambda c: c.traiter_rejet("1"),
            "health_check": lambda c: c.health_check(),
            "fetch_token": lambda c: c.fetch_token(),
            "reach_transverses": lambda c: c.reach_transverses(),
            "reach_factures": lambda c: c.reach_factures("1"),
            "reach_engagements": lambda c: c.reach_engagements("1"),
        }

    def test_no_service_is_left_out(self):
        methods = inspect.getmembers(Client, inspect.isfunction)
        public = {name for name, _method in methods if not name.startswith("_")}
        self.assertEqual(set(self.calls()), public - NO_SERVICE)

    def check_answer(self, answer, tokens=()):
        """Each service gives a value or a ChorusError, in a bounded number of calls."""
        for call in self.calls().values():
            client, adapter = self.portal(*[answer] * 8, tokens=tokens)
            try:
                call(client)
            except ChorusError as error:
                self.assertLessEqual(len(str(error)), 1500)
            except IndexError:
                # It went on asking for pages: more than there are answers here.
                self.assertFalse(adapter.answers)

    def test_objects(self):
        def run(body, number, status):
            content = json.dumps(SUCCESS | body | {"codeRetour": number})
            self.check_answer(canned(content, status))

        statuses = st.sampled_from([200, 200, 200, 202, 400, 401, 404, 429, 500, 302])
        codes_of_return = st.sampled_from([0, 0, 0, 20000, "x", None, 10**50])
        self.fuzz(run, json_objects(KEYS), codes_of_return, statuses)

    def test_bytes(self):
        self.fuzz(lambda body: self.check_answer(canned(body)), st.binary(max_size=99))

    def test_tokens(self):
        def run(token, status):
            good = canned(SUCCESS | {"numeroFluxDepot": "CPP1"})
            answer = canned(json.dumps(token), status)
            client, _adapter = self.portal(good, tokens=[answer])
            try:
                client.deposer_flux("FAC-1.pdf", b"x")
            except ChorusError as error:
                self.assertEqual(error.outcome, "not_sent")

        keys = ("access_token", "expires_in", "error", "token_type")
        tokens = json_objects(keys) | json_values()
        self.fuzz(run, tokens, st.sampled_from([200, 200, 400, 401, 500]))
