"""A hostile portal in front of Odoo: nothing stops, nothing grows, nothing is run."""

import json
import logging
from contextlib import contextmanager

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import codes
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon
from odoo.addons.l10n_fr_chorus_pro.tests.fuzz_common import (
    NASTY,
    FuzzCase,
    json_objects,
    st,
)
from odoo.addons.l10n_fr_chorus_pro.tests.test_fuzz_answers import KEYS

HTML = "<script>alert(1)</script><img src=x onerror=alert(2)><a href='javascript:x'>"
REPORT = "transverses/v1/consulterCRDetaille"
SEARCH = "factures/v1/rechercher/fournisseur"
HISTORY = "factures/v1/consulter/historique"
STRUCTURES = "structures/v1/rechercher"
STRUCTURE = "structures/v1/consulter"
SERVICES = "structures/v1/rechercher/services"
SERVICE = "structures/v1/consulter/service"
OURS = "odoo.addons.l10n_fr_chorus_pro"
# Where texts of the portal are kept: shown by views as plain text only.
TEXTS = {
    "chorus.pro.transmission": ("error", "detail", "portal_comment", "portal_status"),
    "chorus.pro.flow": ("portal_report", "portal_state", "detail", "name"),
    "chorus.pro.status": ("code", "comment", "person", "label", "portal_ref"),
    "chorus.pro.gate": ("pause_detail", "structure_id"),
    "chorus.pro.service": ("code", "name", "portal_id"),
    "account.move": ("chorus_pro_story",),
}
GARBAGE = (
    [],
    None,
    "x",
    {},
    {"codeRetour": "0\n0"},
    {"codeRetour": 20000, "libelle": HTML},
    {"codeRetour": 10**30},
)


class HostileCase(EngineCommon):
    """The simulator, of which some services answer what a test wants."""

    SPARE = 1

    def setUp(self):
        super().setUp()
        self.lies = {}
        portal = self.portal

        def app(environ, start_response):
            for service, body in self.lies.items():
                if environ["PATH_INFO"].endswith(service):
                    start_response("200 OK", [("Content-Type", "application/json")])
                    return [body]
            return portal(environ, start_response)

        self.patch(
            type(self.env["res.company"]), "_chorus_pro_demo_app", lambda company: app
        )

    @contextmanager
    def lie(self, **answers):
        """Let services, named by the constants of this module, answer something."""
        kept = dict(self.lies)
        for name, answer in answers.items():
            body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.lies[globals()[name]] = body
        try:
            yield
        finally:
            self.lies = kept

    def item(self, **values):
        """A row of a search that is this invoice."""
        return {
            "identifiantFactureCPP": 1,
            "numeroFacture": self.move.name,
            "numeroFluxDepot": self.flow.name,
            "statut": "DEPOSEE",
            **values,
        }

    def follow(self):
        """Follow, without a fault of ours."""
        with self.assertNoLogs(OURS, logging.ERROR):
            self.run_follow()
        self.end_pause()
        self.assertLessEqual(self.longest_text(), codes.TEXT_MAX + 200)

    def longest_text(self):
        """Characters of the longest text that was kept or told."""
        self.env.flush_all()
        lengths = [len(body) / 7 for body in self.move.message_ids.mapped("body")]
        for model, names in TEXTS.items():
            for record in self.env[model].sudo().search([]):
                lengths += [len(record[name] or "") for name in names]
        return max(lengths)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecurityHostile(HostileCase):
    """Chosen lies at every place."""

    def told(self):
        """The chatter of the invoice, as it is kept."""
        return "".join(self.move.message_ids.mapped("body"))

    def assert_harmless(self, text):
        """A text of the portal is only a text in what the web client shows."""
        self.assertNotIn("<script", text)
        self.assertNotIn("<img", text)
        self.assertNotIn("<a ", text)
        self.assertIn("&lt;script", text)

    def test_markup_in_a_rejection(self):
        self.send(self.move)
        error = {"numeroDP": self.move.name, "libelleErreurDP": HTML}
        with self.lie(
            REPORT={"etatCourantDepotFlux": "IN_REJETE", "listeErreurDP": [error]}
        ):
            self.follow()
        self.assertEqual(self.row.state, "rejected")
        self.assertEqual(self.row.error, HTML)
        self.assert_harmless(self.told())

    def test_markup_in_a_status(self):
        self.integrate(self.move)
        entry = {
            "histoStatutId": 9,
            "histoStatutCode": "SUSPENDUE",
            "histoStatutCommentaire": HTML,
            "histoStatutUtilisateurNom": HTML,
        }
        item = self.item(
            identifiantFactureCPP=self.row.portal_id,
            statut=HTML,
            commentaireEtatCourant=HTML,
            dateHeureEtatCourant="2026-09-14T10:00:00",
        )
        with self.lie(
            SEARCH={"listeFactures": [item]},
            HISTORY={"historiquesDesStatuts": {"histoStatut": [entry]}},
        ):
            self.follow()
        self.assertEqual(self.row.portal_status, HTML)
        self.assertEqual(self.row.portal_comment, HTML)
        self.assertIn(HTML, self.row.status_ids.mapped("comment"))
        self.assertEqual(self.move.chorus_pro_status, "filed")
        self.assert_harmless(self.told())

    def test_markup_in_a_refusal(self):
        self.lies["factures/v1/deposer/flux"] = json.dumps(
            {"codeRetour": 20001, "libelle": HTML}
        ).encode()
        self.send(self.move)
        self.assertEqual(self.row.state, "failed")
        self.assertIn("<script>", self.row.detail)
        self.assertNotIn("<script", self.told())

    def test_markup_in_an_activity(self):
        company = self.company.sudo()
        company._chorus_pro_raise_activity(HTML)
        self.assert_harmless(company.partner_id.activity_ids[:1].note)

    def test_texts_of_the_portal_are_shown_as_text(self):
        """In every view: a field that is text, and no widget that makes it markup."""
        for model, names in TEXTS.items():
            for name in names:
                field = self.env[model]._fields[name]
                self.assertIn(field.type, ("char", "text"), f"{model}.{name}")
        views = self.env["ir.ui.view"].search([("model", "in", list(TEXTS))])
        self.assertGreater(len(views), 5)
        for view in views:
            names = TEXTS[view.model]
            for node in etree.fromstring(view.arch).iter("field"):
                if node.get("name") in names:
                    widget = node.get("widget")
                    self.assertIn(widget, (None, "badge", "text", "char"), view.name)

    def test_texts_without_end(self):
        self.send(self.move)
        text = "é" * 9_000
        rows = [
            {"numeroDP": number, "libelleErreurDP": text}
            for number in (self.move.name, None, text, "other") * 2
        ]
        technical = [{"libelleErreur": text, "codeErreur": text}] * 4
        with self.lie(
            REPORT={
                "etatCourantDepotFlux": "IN_REJETE",
                "listeErreurDP": rows,
                "listeErreurTechnique": technical,
            }
        ):
            self.follow()
        self.assertEqual(self.row.state, "rejected")
        self.assertEqual(len(self.flow.portal_report), codes.TEXT_MAX)

    def test_identifiers_that_are_none(self):
        """One row that cannot be asked about stops no other."""
        self.integrate(self.move)
        row = self.row
        for portal_id in ("../1", "x", 10**30, None, [1]):
            item = self.item(identifiantFactureCPP=portal_id, statut="MANDATEE")
            row.portal_id = False
            with self.subTest(portal_id), self.lie(SEARCH={"listeFactures": [item]}):
                self.follow()
                self.assertFalse(row.portal_id)
        with self.lie(SEARCH={"listeFactures": [item, self.item(statut="MANDATEE")]}):
            self.follow()
        self.assertEqual(row.portal_id, "1")

    def test_garbage_in_the_directory(self):
        found = {"listeStructures": [{"idStructureCPP": 7}]}
        detail = {"informationGenerales": {"idStructureCPP": 7}}
        for lies in (
            {"STRUCTURES": {"listeStructures": [{"idStructureCPP": "../7"}]}},
            {"STRUCTURES": found, "STRUCTURE": []},
            {"STRUCTURES": found, "STRUCTURE": {"informationGenerales": {}}},
        ):
            with self.lie(**lies), self.assertRaises(UserError):
                self.sync()
        services = [{"idService": 1}, {"idService": None, "codeService": "A"}]
        with (
            self.lie(
                STRUCTURES=found,
                STRUCTURE=detail,
                SERVICES={"listeServices": services},
                SERVICE={"codeRetour": 0, "informationsGenerales": 1},
            ),
            self.assertRaises(UserError),
        ):
            self.sync()
        services = [{"idService": 1}, {"idService": 2, "codeService": HTML * 2}]
        times = {"dateDebutValidite": "9999-12-31", "dateFinValidite": "0001-01-01"}
        with self.lie(
            STRUCTURES=found,
            STRUCTURE=detail,
            SERVICES={"listeServices": services},
            SERVICE={"informationsGenerales": 1, "parametres": times},
        ):
            self.sync()
        [service] = self.entity.chorus_pro_service_ids.filtered("active")
        self.assertEqual(service.code, HTML * 2)

    def sync(self):
        """Read the entity from the directory, as a person does."""
        with self.portal_session():
            self.entity.sudo().action_chorus_pro_sync()


@tagged("chorus_long", "post_install_l10n", "post_install", "-at_install")
class TestFuzzPortal(FuzzCase, HostileCase):
    """Chosen and made-up answers of every service that is asked while following."""

    def test_values_that_no_table_takes(self):
        self.integrate(self.move)
        for nasty in NASTY:
            item = self.item(
                identifiantFactureCPP=self.row.portal_id,
                statut=nasty,
                commentaireEtatCourant=nasty,
                montantTTC=nasty,
                dateHeureEtatCourant=nasty,
            )
            entry = {
                "histoStatutId": nasty,
                "histoStatutCode": nasty,
                "histoStatutCommentaire": nasty,
                "histoStatutDatePassage": nasty,
            }
            with (
                self.subTest(nasty[:30]),
                self.lie(
                    SEARCH={"listeFactures": [item]},
                    HISTORY={"historiquesDesStatuts": {"histoStatut": [entry] * 2}},
                ),
            ):
                self.follow()
                self.assertEqual(self.row.state, "integrated")

    def test_garbage_while_following(self):
        self.send(self.move)
        for garbage in GARBAGE:
            for name in ("REPORT", "SEARCH", "STRUCTURES"):
                with self.subTest(f"{name} {garbage}"), self.lie(**{name: garbage}):
                    self.follow()
                    self.assertEqual(self.row.state, "deposited")
        self.advance(60)
        self.follow()
        self.assertEqual(self.row.state, "integrated")

    def renew(self):
        """An invoice that was deposited and is followed."""
        if self.row.state not in ("deposited", "integrated"):
            self.move = self.make_invoice()
            self.send(self.move)

    def test_following(self):
        self.integrate(self.move)

        def run(report, item, entry):
            self.renew()
            item = {**self.item(), **item}
            with self.lie(
                REPORT={"etatCourantDepotFlux": "IN_INTEGRE", **report},
                SEARCH={"listeFactures": [item]},
                HISTORY={"historiquesDesStatuts": {"histoStatut": [entry]}},
            ):
                self.follow()

        rows = json_objects(KEYS)
        self.fuzz(run, rows, rows, rows, share=2)

    def test_statuses(self):
        self.integrate(self.move)

        def run(status, comment, moment, amount):
            item = self.item(
                identifiantFactureCPP=self.row.portal_id,
                statut=status,
                commentaireEtatCourant=comment,
                dateHeureEtatCourant=moment,
                montantTTC=amount,
            )
            with self.lie(SEARCH={"listeFactures": [item]}):
                self.follow()
            self.assertEqual(self.row.state, "integrated")

        known = st.sampled_from(sorted(codes.INVOICE_STATUSES))
        texts = st.sampled_from(NASTY) | st.text(max_size=30)
        moments = st.datetimes().map(lambda moment: moment.isoformat())
        self.fuzz(run, known | texts, texts, moments | texts, st.floats() | texts)
