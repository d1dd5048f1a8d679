"""Importing the directory of recipients: what changes, what stays, what is said."""

import base64
import io
import zipfile
from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.chorus_api import RecipientsError
from odoo.addons.l10n_fr_chorus_pro.models import (
    chorus_pro_recipient_import,
    chorus_pro_recipient_load,
)
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

HEADER = (
    "TypeIdentifiant;Identifiant;RaisonSociale;GestionStatutMiseEnPaiement;"
    "GestionEngagement;GestionService;GestionServiceEngagement;EstMOAUniquement;"
    "StructureActive;Adresse;CodePostal;Ville;CodePays;Courriel\n"
)
SERVICES = "Identifiant;RaisonSociale;Code;Nom;GestionEGMT;ServiceActif\n"
ANNUAIRE = "transverses/telecharger/annuaire/destinataire"
FIRST, SECOND, THIRD = "21990002400015", "21990002400023", "21990002500012"


def line(siret, name="COMMUNE", **changed):
    """One structure as a line of the file."""
    values = {
        "kind": "1",
        "siret": siret,
        "name": name,
        "payment": "TRUE",
        "engagement": "FALSE",
        "service": "TRUE",
        "either": "FALSE",
        "works": "FALSE",
        "active": "TRUE",
        "street": "1 place de la Fiction",
        "postcode": "99210",
        "town": "VALBRUNE",
        "country": "FR",
        "mail": "accueil@exemple.invalid",
        **changed,
    }
    return ";".join(values.values()) + "\n"


def zipped(**members):
    """A ZIP of CSV files by name."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.csv", text)
    return buffer.getvalue()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestRecipientImport(ChorusProCommon):
    """Requests, the scheduled action and the table."""

    def setUp(self):
        super().setUp()
        self.Import = self.env["chorus.pro.recipient.import"]
        self.Recipient = self.env["chorus.pro.recipient"].with_context(
            active_test=False
        )

    def run_import(self):
        """The scheduled action, as the scheduler runs it."""
        self._run("ir_cron_recipients")

    def load(self, content):
        """Import a file as a person does; returns the import."""
        content = content.encode() if isinstance(content, str) else content
        asked = self.Import._request(
            "file", self.company, base64.b64encode(content), "annuaire.csv"
        )
        self.run_import()
        return asked

    def rows(self):
        """What is stored: {siret: (name, active)}."""
        self.env.invalidate_all()
        found = self.Recipient.search([("environment", "=", "demo")])
        return {row.siret: (row.name, row.active) for row in found}

    def row(self, siret):
        """One stored recipient."""
        return self.Recipient.search(
            [("environment", "=", "demo"), ("siret", "=", siret)]
        )

    # === THE TABLE === #

    def test_every_fact_of_a_line(self):
        done = self.load(HEADER + line(FIRST, name="Hôtel\tde \\ville", note="x"))
        expected = {
            "kind": "SIRET",
            "siren": "219900024",
            "name": "Hôtel\tde \\ville",
            "street": "1 place de la Fiction",
            "postcode": "99210",
            "town": "VALBRUNE",
            "country_code": "FR",
            "active": True,
            "requirement": "service",
            "payment_reported": "yes",
            "works_only": False,
            "extra": {"Courriel": "accueil@exemple.invalid"},
            "services": False,
            "environment": "demo",
            "extra_text": "Courriel: accueil@exemple.invalid",
        }
        [found] = self.row(FIRST).read(list(expected))
        self.assertEqual({name: found[name] for name in expected}, expected)
        self.assertEqual(done.state, "done")
        self.assertFalse(done.file)

    def test_new_changed_vanished_and_the_same_again(self):
        file = HEADER + line(FIRST) + line(SECOND) + line(THIRD, active="FALSE")
        done = self.load(file)
        self.assertEqual((done.created, done.changed, done.vanished), (3, 0, 0))
        before = self.row(FIRST).write_date

        again = self.load(file)
        self.assertEqual((again.created, again.changed, again.vanished), (0, 0, 0))
        self.assertEqual(self.row(FIRST).write_date, before)

        fourth = "21990002600010"
        changed = self.load(HEADER + line(FIRST, name="VILLE") + line(fourth))
        self.assertEqual(
            (changed.created, changed.changed, changed.vanished), (1, 1, 1)
        )
        self.assertEqual(
            self.rows(),
            {
                FIRST: ("VILLE", True),
                SECOND: ("COMMUNE", False),
                THIRD: ("COMMUNE", False),
                fourth: ("COMMUNE", True),
            },
        )
        back = self.load(
            HEADER + line(FIRST, name="VILLE") + line(SECOND) + line(fourth)
        )
        self.assertEqual((back.created, back.changed, back.vanished), (0, 1, 0))
        self.assertEqual(self.rows()[SECOND], ("COMMUNE", True))

    def test_services_of_another_member(self):
        services = (
            SERVICES
            + f"{FIRST};x;COMPTA;Compta;TRUE;TRUE\n"
            + f"{FIRST};x;CLOS;Fermé;FALSE;FALSE\n"
            + f"{FIRST};x;SIMPLE;Simple;FALSE;TRUE\n"
            + f"{FIRST};x;FACTURES_PUBLIQUES;Entre publics;FALSE;TRUE\n"
            + f"{THIRD};x;NOBODY;Of none;FALSE;TRUE\n"
        )
        done = self.load(zipped(services=services, structures=HEADER + line(FIRST)))
        self.assertEqual(done.recipients, 1)
        self.assertEqual(
            self.row(FIRST).services_text.splitlines(),
            [
                "CLOS Fermé (closed)",
                "COMPTA Compta (engagement number required)",
                "SIMPLE Simple",
            ],
        )

    def test_what_the_file_does_not_tell_stays_unknown(self):
        self.load(f"SIRET;RaisonSociale\n{FIRST};COMMUNE\n")
        row = self.row(FIRST)
        self.assertEqual((row.requirement, row.active), ("unknown", True))
        told = (row.payment_reported, row.postcode, row.extra, row.services)
        self.assertFalse(any(told))

    def test_the_last_of_twins_counts(self):
        self.load(HEADER + line(FIRST) + line(FIRST, name="LAST"))
        self.assertEqual(self.rows(), {FIRST: ("LAST", True)})

    def test_of_many_services_the_first_are_kept(self):
        services = SERVICES + "".join(f"{FIRST};x;S{n};n;;\n" for n in range(5))
        self.patch(chorus_pro_recipient_load, "SERVICES_MAX", 3)
        self.patch(chorus_pro_recipient_load, "CHUNK", 2)
        self.load(zipped(a=services, b=HEADER + line(FIRST) + line(SECOND)))
        codes = [service["code"] for service in self.row(FIRST).services]
        self.assertEqual(codes, ["S0", "S1", "S2"])

    def test_a_part_of_the_directory_closes_nobody(self):
        self.load(HEADER + line(FIRST) + line(SECOND) + line(THIRD))
        done = self.load(HEADER + line(FIRST))
        self.assertEqual((done.vanished, done.kept), (0, 2))
        self.assertIn("more than half", done.summary)
        self.assertTrue(all(active for _name, active in self.rows().values()))

    def test_environments_do_not_mix(self):
        self.Recipient.sudo().create(
            {"environment": "production", "siret": FIRST, "name": "ELSEWHERE"}
        )
        self.load(HEADER + line(FIRST) + line(SECOND))
        kept = self.Recipient.search([("environment", "=", "production")])
        self.assertEqual((kept.name, kept.active), ("ELSEWHERE", True))

    # === WHAT IS SAID === #

    def test_unreadable_lines_are_named(self):
        bad = "".join(f"1;;NAMELESS {number}\n" for number in range(12))
        done = self.load(HEADER + line(FIRST) + f"1;{SECOND};\n" + bad)
        self.assertEqual((done.recipients, done.unreadable), (1, 13))
        self.assertIn("1 recipients read: 1 new, 0 changed", done.summary)
        self.assertIn("3 (no name); 4 (no SIRET)", done.summary)
        self.assertNotIn("14 (no SIRET)", done.summary)

    def test_a_file_that_is_none_changes_nothing(self):
        self.load(HEADER + line(FIRST))
        whole = zipped(structures=HEADER + line(SECOND) * 500)
        damaged = bytearray(whole)
        damaged[len(whole) // 2] ^= 0xFF
        for content, code, words in (
            (whole[:-30], "damaged", "damaged or incomplete"),
            (bytes(damaged), "damaged", "damaged or incomplete"),
            (b"bonjour", "no_columns", "No table of recipients"),
            (HEADER, "no_recipient", "names no recipient"),
            (SERVICES + f"{FIRST};x;A;B;;\n", "no_recipient", "names no recipient"),
        ):
            with self.subTest(words):
                failed = self.load(content)
                self.assertEqual((failed.state, failed.error_code), ("failed", code))
                self.assertIn(words, failed.summary)
                self.assertTrue(failed.file)
                self.assertEqual(self.rows(), {FIRST: ("COMMUNE", True)})

    def test_a_fault_of_ours_is_told_and_stops_no_other(self):
        first = self.Import._request("file", self.company, base64.b64encode(b"x"), "a")
        with (
            patch.object(type(self.Recipient), "_load", side_effect=ValueError("bug")),
            mute_logger(
                "odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_recipient_import"
            ),
        ):
            self.run_import()
        self.assertEqual(first.error_code, "internal")
        self.assertIn("server's log", first.summary)

    def test_progress_is_noted_while_it_reads(self):
        seen = []
        real = type(self.Import)._note

        def spy(one, progress):
            real(one, progress)
            one.invalidate_recordset(["progress"])
            seen.append((progress, one.progress))

        self.patch(chorus_pro_recipient_import, "NOTED_EACH", 1)
        self.patch(type(self.Import), "_note", spy)
        done = self.load(HEADER + line(FIRST) + line(SECOND))
        self.assertTrue(seen)
        for noted, stored in seen:
            self.assertTrue(0 < noted <= stored <= 90, (noted, stored))
        self.assertEqual((done.state, done.progress), ("done", 100))

    def test_a_dead_run_is_called_interrupted(self):
        dead = self.Import._request("portal", self.company)
        self.assertIn("within a minute", dead.summary)
        dead.sudo().state = "running"
        self.run_import()
        self.assertIn("interrupted", dead.summary)
        self.assertEqual(dead.state, "failed")

    def test_a_file_that_is_gone(self):
        asked = self.Import._request("file", self.company)
        self.run_import()
        self.assertEqual(asked.error_code, "no_file")

    def test_a_file_kept_in_the_database(self):
        self.env["ir.config_parameter"].set_param("ir_attachment.location", "db")
        self.load(HEADER + line(FIRST))
        self.assertEqual(self.rows(), {FIRST: ("COMMUNE", True)})

    # === THE PORTAL === #

    def test_download_from_the_portal(self):
        asked = self.Import._request("portal", self.company)
        self.run_import()
        self.assertEqual((asked.state, asked.unreadable), ("done", 0))
        row = self.row("12345678200044")
        self.assertEqual(
            (row.name, row.requirement), ("DESTINATAIRE EJ ET SERVICE", "both")
        )
        self.assertIn("COMPTA", row.services_text)
        self.assertIn(f"{asked.recipients} recipients read", asked.summary)

    def test_a_refusal_of_the_portal_is_told(self):
        self.fault("forbidden_403", ANNUAIRE, times=9)
        asked = self.Import._request("portal", self.company)
        self.run_import()
        self.assertEqual((asked.state, asked.error_code), ("failed", "forbidden"))
        self.assertTrue(asked.summary)

    def test_another_environment_by_now(self):
        asked = self.Import._request("portal", self.company)
        asked.sudo().environment = "production"
        self.run_import()
        self.assertEqual(asked.error_code, "other_environment")

    def test_the_monthly_action_asks_once_in_each_environment(self):
        self.env["res.company"].sudo().search([]).chorus_pro_client_id = False
        self.Import.with_user(SUPERUSER_ID)._cron_download()
        self.assertFalse(self.Import.search([]))
        self.company.write(
            {"chorus_pro_environment": "production", "chorus_pro_client_id": "x"}
        )
        self.Import.with_user(SUPERUSER_ID)._cron_download()
        self.Import.with_user(SUPERUSER_ID)._cron_download()
        asked = self.Import.search([])
        self.assertEqual(asked.mapped("environment"), ["production"])
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_recipients_download")
        self.assertFalse(cron.active)

    # === THE DIALOG === #

    def test_the_dialog_asks(self):
        dialog = self.env["chorus.pro.recipient.upload"].create({"source": "file"})
        with self.assertRaises(UserError):
            dialog.action_confirm()
        dialog.file = base64.b64encode((HEADER + line(FIRST)).encode())
        dialog.file_name = "annuaire.csv"
        action = dialog.action_confirm()
        cron = self.env.ref("l10n_fr_chorus_pro.ir_cron_recipients").sudo()
        triggers = self.env["ir.cron.trigger"].sudo()
        self.assertTrue(triggers.search([("cron_id", "=", cron.id)]))
        asked = self.Import.browse(action["res_id"])
        self.assertEqual((asked.state, asked.display_name), ("waiting", "annuaire.csv"))
        self.assertFalse(self.rows())
        self.run_import()
        self.assertEqual(len(self.rows()), 1)
        portal = self.env["chorus.pro.recipient.upload"].create({"source": "portal"})
        asked = self.Import.browse(portal.action_confirm()["res_id"])
        self.assertEqual((asked.source, bool(asked.file)), ("portal", False))

    def test_only_managers_ask(self):
        with self.assertRaises(AccessError):
            self.Import.with_user(self.clerk)._request("portal", self.company)

    def test_what_the_reader_raises_is_not_swallowed(self):
        def records():
            yield from ()
            raise RecipientsError(code="damaged")

        with self.assertRaises(RecipientsError):
            self.Recipient._load(records(), "demo")
