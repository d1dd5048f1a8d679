"""The client against the simulator, in-process: every verb, and the faults."""

import shutil
import tempfile
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    Client,
    Settings,
    codes,
    in_process_session,
)
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import ChorusApiCase
from odoo.addons.l10n_fr_chorus_pro.tests.simulator_common import (
    BOTH,
    EITHER,
    ENGAGEMENT,
    FOREIGN_SUPPLIER,
    NONE,
    SERVICE,
    SUPPLIER,
    archive,
    facturx,
)

WRONG = facturx(framework="B1", means="")
INSTANT = dict.fromkeys(
    (
        "unknown",
        "received",
        "exchanged",
        "waiting",
        "running",
        "finished",
        "routed",
        "available",
    ),
    0,
)


class SimulatorCase(ChorusApiCase):
    """A fresh simulator, a client of it and its control API."""

    def setUp(self):
        super().setUp()
        folder = tempfile.mkdtemp(prefix="chorus_api_")
        self.addCleanup(shutil.rmtree, folder)
        state = Path(folder) / "state.sqlite"
        self.session = in_process_session(
            simulator.create_app(str(state), latency=INSTANT)
        )
        self.addCleanup(self.session.close)
        self.client = self.connect()
        self.supplier_id = self.structure_id(SUPPLIER)

    def connect(self, **credentials):
        """Return a client; credentials given replace the right ones."""
        token_url, api_url = codes.ENVIRONMENTS["demo"]
        account = simulator.CREDENTIALS | credentials
        return Client(Settings(token_url, api_url, **account), session=self.session)

    def structure_id(self, siret):
        """Return the portal's identifier of a structure."""
        (structure,) = self.client.rechercher_structures(siret=siret)
        return structure.portal_id

    def control(self, path, **body):
        """Post to the control API and return its JSON."""
        url = f"http://localhost/_sim/{path}"
        answer = self.session.post(url, json=body, timeout=60)
        self.assertLess(answer.status_code, 300, answer.text)
        return answer.json()

    def add_invoice(self, number, amount="120.10"):
        """Type an invoice at the portal by hand."""
        self.control(
            "invoices",
            number=number,
            supplier=SUPPLIER,
            recipient=BOTH,
            amount_total=amount,
        )

    def search(self, **criteria):
        """Return all own invoices that meet the criteria."""
        return list(
            self.client.rechercher_fournisseur(supplier_id=self.supplier_id, **criteria)
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiSimulator(SimulatorCase):
    def test_health(self):
        self.assertIs(self.client.health_check(), True)

    def test_directory(self):
        (found,) = self.client.rechercher_structures(siret=BOTH)
        self.assertEqual((found.siret, found.active), (BOTH, True))
        detail = self.client.consulter_structure(found.portal_id)
        self.assertEqual(detail.requirement, "both")
        self.assertEqual((detail.siret, detail.public), (BOTH, True))
        services = list(self.client.rechercher_services(found.portal_id))
        self.assertIn("COMPTA", [service.code for service in services])
        service = self.client.consulter_service(found.portal_id, services[0].portal_id)
        self.assertEqual(service.code, services[0].code)
        self.assertEqual(service.starts, services[0].starts)
        self.assertIsNotNone(service.starts)

    def test_directory_by_name_and_place(self):
        found = list(self.client.rechercher_structures(name="GRANDE-BAIE"))
        self.assertEqual([entity.siret for entity in found], ["21997106600010"])
        again = list(
            self.client.rechercher_structures(name="GRANDE-BAIE", postcode="97199")
        )
        self.assertEqual(again, found)
        self.assertEqual(
            list(self.client.rechercher_structures(name="GRANDE-BAIE", town="PARIS")),
            [],
        )

    def test_an_entity_without_service(self):
        portal_id = self.structure_id(NONE)
        self.assertEqual(list(self.client.rechercher_services(portal_id)), [])

    def test_requirements_of_the_fictitious_entities(self):
        for siret, requirement in (
            (NONE, "none"),
            (ENGAGEMENT, "engagement"),
            (SERVICE, "service"),
            (BOTH, "both"),
            (EITHER, "either"),
        ):
            detail = self.client.consulter_structure(self.structure_id(siret))
            self.assertEqual(detail.requirement, requirement, siret)

    def test_own_company_and_the_end_of_its_password(self):
        detail = self.client.consulter_structure(self.supplier_id)
        self.assertIs(detail.public, False)
        left = detail.password_expires_at - datetime.now(timezone.utc)
        self.assertLess(left, timedelta(days=425))
        self.assertGreater(left, timedelta(days=422))

    def test_a_deposit_that_is_rejected(self):
        deposit = self.client.deposer_flux("FAC-1.pdf", WRONG)
        self.assertRegex(deposit.number, r"^CPP0011117\d{15}$")
        self.assertEqual(deposit.syntax, codes.SYNTAX_FACTURX)
        report = self.client.consulter_cr_detaille(deposit.number)
        self.assertTrue(report.known)
        self.assertEqual(report.state, "IN_REJETE")
        self.assertEqual(report.interface, "FSO1117A")
        self.assertTrue(report.file_name.endswith(deposit.number))
        (error,) = report.invoice_errors
        self.assertEqual((error.number, error.supplier), ("FAC-1", SUPPLIER))
        self.assertEqual(error.recipient, NONE)
        self.assertEqual(len(error.messages), 2)
        self.assertIn("PaymentMeans.TypeCode", " ".join(error.messages))
        self.assertEqual(self.search(flow_number=deposit.number), [])

    def test_a_deposit_that_is_integrated(self):
        content = facturx(recipient=BOTH, service="COMPTA", engagement="EJ-1")
        deposit = self.client.deposer_flux("FAC-1.pdf", content)
        report = self.client.consulter_cr_detaille(deposit.number)
        self.assertEqual(report.state, "IN_INTEGRE")
        self.assertEqual((report.invoice_errors, report.technical_errors), ((), ()))
        for moment in (report.deposited_at, report.state_at):
            age = datetime.now(timezone.utc) - moment
            self.assertLess(abs(age), timedelta(minutes=1))
        (item,) = self.search(flow_number=deposit.number)
        self.assertEqual((item.number, item.recipient_siret), ("FAC-1", BOTH))
        self.assertEqual(item.flow_number, deposit.number)
        self.assertEqual(item.amount_total, Decimal("120"))
        self.assertEqual(item.deposit_date, deposit.date)

    def test_an_archive_of_which_one_invoice_is_refused(self):
        good, bad = facturx(number="FAC-1"), facturx(number="FAC-2", means="")
        content = archive({"FAC-1.pdf": good, "FAC-2.pdf": bad})
        deposit = self.client.deposer_flux("flux.tar.gz", content)
        report = self.client.consulter_cr_detaille(deposit.number)
        self.assertEqual(codes.FLOW_STATES[report.state].event, "partial")
        self.assertEqual([error.number for error in report.invoice_errors], ["FAC-2"])
        found = self.search(flow_number=deposit.number)
        self.assertEqual([item.number for item in found], ["FAC-1"])

    def test_a_flow_that_is_unknown(self):
        report = self.client.consulter_cr_detaille("CPP0011117000000000999999")
        self.assertFalse(report.known)
        self.assertTrue(report.label)

    def test_search_and_history(self):
        since = datetime.now(timezone.utc) - timedelta(minutes=1)
        self.assertEqual(self.search(), [])
        self.add_invoice("FAC-1")
        self.add_invoice("FAC-2")
        (item,) = self.search(invoice_number="FAC-1")
        self.assertEqual(item.amount_total, Decimal("120.1"))
        self.assertEqual(item.supplier_siret, SUPPLIER)
        self.assertEqual(item.recipient_siret, BOTH)
        today = item.deposit_date
        period = {"deposited_from": today, "deposited_to": today}
        self.assertEqual(len(self.search(**period, changed_since=since)), 2)
        tomorrow = today + timedelta(days=1)
        self.assertEqual(self.search(deposited_from=tomorrow), [])
        future = datetime.now(timezone.utc) + timedelta(days=1)
        self.assertEqual(self.search(changed_since=future), [])
        self.control(
            "act",
            invoice="FAC-1",
            supplier=SUPPLIER,
            status="REJETEE",
            comment="Montant faux",
            force=True,
        )
        history = self.client.consulter_historique(item.portal_id)
        self.assertEqual((history.number, history.status), ("FAC-1", "REJETEE"))
        by_code = {entry.code: entry for entry in history.entries}
        self.assertEqual(by_code["REJETEE"].comment, "Montant faux")
        self.assertTrue(by_code["REJETEE"].person)
        self.assertTrue(all(entry.ref and entry.at for entry in history.entries))

    def test_an_unknown_invoice(self):
        with self.assert_error("business", "refused") as caught:
            self.client.consulter_historique("999999")
        self.assertEqual(caught.exception.label, "GDP_MSG_11.008")

    def test_all_pages_of_a_long_list(self):
        numbers = [f"F{number:03}" for number in range(205)]
        for number in numbers:
            self.add_invoice(number)
        self.assertEqual([item.number for item in self.search()], numbers)

    def test_a_company_that_the_account_may_not_see(self):
        found = self.client.rechercher_structures(siret=FOREIGN_SUPPLIER)
        self.assertEqual(list(found), [])

    def test_another_company_is_not_seen(self):
        self.add_invoice("FAC-1")
        other = self.structure_id("33254021516357")
        found = self.client.rechercher_fournisseur(supplier_id=other)
        self.assertEqual(list(found), [])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiSimulatorFaults(SimulatorCase):
    def deposits(self):
        """Return how many deposits the portal has taken."""
        ledger = self.session.get("http://localhost/_sim/ledger", timeout=60).json()
        return len(ledger["deposits"])

    def test_wrong_credentials(self):
        for name, code, outcome in (
            ("client_id", "token_refused", "not_sent"),
            ("client_secret", "token_refused", "not_sent"),
            ("login", "account_refused", "refused"),
            ("password", "account_refused", "refused"),
        ):
            client = self.connect(**{name: "wrong"})
            with self.subTest(name), self.assert_error(code, outcome):
                client.deposer_flux("FAC-1.pdf", WRONG)
        self.assertEqual(self.deposits(), 0)

    def test_outcomes_agree_with_the_ledger(self):
        table = [
            # fault, error code, was the deposit taken?
            ("timeout_before", "timeout", False),
            ("timeout_after", "timeout", True),
            ("error_500", "server_error", False),
            ("error_503", "server_error", False),
            ("error_500_after", "server_error", True),
            ("html_200", "not_json", True),
            ("cut_body", "interrupted", True),
            ("no_flux_number", "incomplete", True),
            ("forbidden_403", "forbidden", False),
            ("quota_429", "rate_limited", False),
        ]
        for fault, code, taken in table:
            self.control("faults", name=fault, service="deposer/flux")
            before = self.deposits()
            with self.subTest(fault), self.assertRaises(Exception) as caught:
                self.client.deposer_flux("FAC-1.pdf", WRONG)
            self.assertEqual(caught.exception.code, code)
            self.assertEqual(self.deposits() - before, int(taken))
            if caught.exception.outcome != "unknown":
                self.assertFalse(taken)

    def test_a_token_that_ends_early_costs_nothing(self):
        self.control("faults", name="token_401", service="deposer/flux")
        self.assertTrue(self.client.deposer_flux("FAC-1.pdf", WRONG).number)
        self.assertEqual(self.deposits(), 1)

    def test_a_token_that_has_ended(self):
        self.control("clock", advance=7200)
        self.assertTrue(self.client.deposer_flux("FAC-1.pdf", WRONG).number)

    def test_quota(self):
        self.control("faults", name="quota_429", params={"retry_after": 7})
        with self.assert_error("rate_limited", "refused") as caught:
            self.client.health_check()
        self.assertEqual(caught.exception.retry_after, 7)

    def test_an_account_that_is_not_active_any_more(self):
        self.control("clock", advance=430 * 86400)
        with self.assert_error("account_refused", "refused"):
            self.client.health_check()

    def test_odd_shapes(self):
        self.add_invoice("FAC-1")
        expected = self.search()
        for fault in ("object_lists", "string_ids"):
            self.control("faults", name=fault, service="rechercher/fournisseur")
            self.assertEqual(self.search(), expected)
        self.control("faults", name="null_lists", service="rechercher/fournisseur")
        with self.assert_error("incomplete", "unknown"):
            self.search()
        self.control("faults", name="business_400", service="rechercher/fournisseur")
        self.assertEqual(self.search(invoice_number="NONE"), [])

    def test_null_lists_of_a_report(self):
        deposit = self.client.deposer_flux("FAC-1.pdf", WRONG)
        self.control("faults", name="null_lists", service="consulterCRDetaille")
        report = self.client.consulter_cr_detaille(deposit.number)
        self.assertEqual((report.invoice_errors, report.technical_errors), ((), ()))
        self.assertEqual(codes.FLOW_STATES[report.state].event, "rejected")

    def test_unknown_codes_are_kept(self):
        self.add_invoice("FAC-1")
        self.control(
            "act", invoice="FAC-1", supplier=SUPPLIER, status="NOUVEAU", force=True
        )
        (item,) = self.search()
        self.assertEqual(item.status, "NOUVEAU")
        deposit = self.client.deposer_flux("FAC-1.pdf", WRONG)
        self.control("flows", flow=deposit.number, state="IN_NOUVEAU")
        report = self.client.consulter_cr_detaille(deposit.number)
        self.assertEqual(report.state, "IN_NOUVEAU")
