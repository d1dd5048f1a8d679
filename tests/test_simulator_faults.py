"""Every fault, in-process and over a real socket."""

import base64
import http.client
import json
import time

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.simulator import faults

from .simulator_common import Portal, SimulatorCase, facturx, serve

DEPOSIT = "factures/v1/deposer/flux"
SEARCH = "factures/v1/rechercher/fournisseur"


def deposit_body(content=b"x"):
    """Return the body of a deposit."""
    return {
        "fichierFlux": base64.b64encode(content).decode(),
        "nomFichier": "a.pdf",
        "syntaxeFlux": "IN_DP_E2_CII_FACTURX",
    }


class FaultCase(SimulatorCase):
    def setUp(self):
        super().setUp()
        self.portal.headers()

    def deposits(self):
        """Count what the portal has."""
        return len(self.portal.ledger()["deposits"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorFaultsBefore(FaultCase):
    def test_lost_before_acceptance(self):
        self.portal.fault("timeout_before", "factures/deposer/flux")
        with self.assertRaises(simulator.LostAnswer):
            self.portal.raw(DEPOSIT, deposit_body())
        self.assertEqual(self.deposits(), 0)
        self.assertEqual(self.portal.raw(DEPOSIT, deposit_body()).status_code, 200)

    def test_statuses(self):
        for name, status in (
            ("error_500", 500),
            ("error_503", 503),
            ("account_401", 401),
            ("forbidden_403", 403),
            ("quota_429", 429),
        ):
            self.portal.fault(name, "deposer/flux")
            answer = self.portal.raw(DEPOSIT, deposit_body())
            self.assertEqual(answer.status_code, status)
        self.assertEqual(self.deposits(), 0)

    def test_retry_after(self):
        self.portal.fault("quota_429", retry_after=7)
        self.assertEqual(self.portal.raw(SEARCH, {}).headers["Retry-After"], "7")

    def test_token_expires_early(self):
        self.portal.fault("token_401", "rechercher/fournisseur")
        answer = self.portal.raw(SEARCH, {})
        self.assertIn("invalid_token", answer.headers["WWW-Authenticate"])
        self.assertEqual(self.portal.raw(SEARCH, {}).status_code, 401)
        self.portal.token = None
        self.assertEqual(self.portal.raw(SEARCH, {}).status_code, 200)

    def test_token_endpoint(self):
        self.portal.fault("error_503", "oauth/token")
        self.assertEqual(self.portal.new_token().status_code, 503)
        self.portal.fault("timeout_after", "oauth/token")
        with self.assertRaises(simulator.LostAnswer):
            self.portal.new_token()

    def test_slow(self):
        self.portal.fault("slow", "rechercher/fournisseur", seconds=0.2)
        start = time.monotonic()
        self.assertEqual(self.portal.raw(SEARCH, {}).status_code, 200)
        self.assertGreaterEqual(time.monotonic() - start, 0.2)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorFaultsAfter(FaultCase):
    def test_lost_after_acceptance(self):
        self.portal.fault("timeout_after", "deposer/flux", times=2)
        for _attempt in range(2):
            with self.assertRaises(TimeoutError):
                self.portal.raw(DEPOSIT, deposit_body())
        self.assertEqual(self.deposits(), 2)
        self.assertEqual(self.portal.raw(DEPOSIT, deposit_body()).status_code, 200)

    def test_lost_after_a_while(self):
        for name, accepted in (("timeout_before", 0), ("timeout_after", 1)):
            self.portal.fault(name, "deposer/flux", hold=0.1)
            start = time.monotonic()
            with self.assertRaises(TimeoutError):
                self.portal.raw(DEPOSIT, deposit_body())
            self.assertGreaterEqual(time.monotonic() - start, 0.1)
            self.assertEqual(self.deposits(), accepted)

    def test_accepted_but_500(self):
        self.portal.fault("error_500_after", "deposer/flux")
        self.assertEqual(self.portal.raw(DEPOSIT, deposit_body()).status_code, 500)
        self.assertEqual(self.deposits(), 1)

    def test_accepted_but_html(self):
        self.portal.fault("html_200", "deposer/flux")
        answer = self.portal.raw(DEPOSIT, deposit_body())
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.mimetype, "text/html")
        self.assertEqual(self.deposits(), 1)

    def test_cut_in_the_middle(self):
        self.portal.fault("cut_body", "deposer/flux")
        answer = self.portal.raw(DEPOSIT, deposit_body())
        with self.assertRaises(ConnectionResetError):
            answer.get_data()
        self.assertEqual(self.deposits(), 1)

    def test_a_refused_call_does_not_use_them_up(self):
        self.portal.fault("timeout_after", "deposer/flux")
        self.assertEqual(self.portal.raw(DEPOSIT, {}).status_code, 400)
        with self.assertRaises(simulator.LostAnswer):
            self.portal.raw(DEPOSIT, deposit_body())


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorFaultsShapes(FaultCase):
    def test_no_flow_number(self):
        self.portal.fault("no_flux_number", "deposer/flux")
        answer = self.portal.call(DEPOSIT, **deposit_body())
        self.assertEqual(answer["codeRetour"], 0)
        self.assertNotIn("numeroFluxDepot", answer)
        self.assertEqual(self.deposits(), 1)

    def test_null_lists(self):
        self.portal.filed()
        self.portal.fault("null_lists")
        self.assertIsNone(self.portal.call(SEARCH)["listeFactures"])

    def test_object_instead_of_list(self):
        report = self.portal.send(facturx(means=""))
        self.portal.fault("object_lists", "transverses/consulterCRDetaille")
        answer = self.portal.report(report["number"])
        self.assertEqual(answer["listeErreurDP"]["numeroDP"], "FAC-1")
        self.assertEqual(answer["listeErreurTechnique"], [])

    def test_string_ids(self):
        ident = self.portal.filed()
        self.portal.fault("string_ids")
        item = self.portal.call(SEARCH)["listeFactures"][0]
        self.assertEqual(item["identifiantFactureCPP"], str(ident))
        self.assertIsInstance(item["idDestinataire"], str)
        self.assertIsInstance(item["montantTTC"], float)
        self.assertIs(item["rejetTraite"], False)

    def test_business_refusal_as_400(self):
        self.portal.fault("business_400")
        answer = self.portal.raw(SEARCH, {})
        self.assertEqual(answer.status_code, 400)
        self.assertRefused(answer.get_json(), 20000)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorFaultList(FaultCase):
    def test_list_and_clear(self):
        self.portal.fault("slow", times=3)
        listed = self.portal.control("faults", method="GET")
        self.assertEqual(listed["faults"][0]["times"], 3)
        self.assertEqual(set(listed["known"]), set(faults.FAULTS))
        self.portal.control("faults", method="DELETE")
        self.assertEqual(self.portal.ledger()["faults"], [])

    def test_every_name_has_a_kind(self):
        kinds = (*faults.BEFORE, *faults.AFTER, *faults.SHAPES, *faults.FATES, "slow")
        self.assertEqual(sorted(kinds), sorted(faults.FAULTS))

    def test_unknown_name(self):
        answer = self.portal.http.post("/_sim/faults", json={"name": "earthquake"})
        self.assertEqual(answer.status_code, 400)
        self.assertIn("timeout_after", answer.get_json()["error"])

    def test_another_service_is_spared(self):
        self.portal.fault("error_500", "structures/rechercher")
        self.assertEqual(self.portal.raw(SEARCH, {}).status_code, 200)
        self.assertEqual(
            self.portal.raw("structures/v1/rechercher", {}).status_code, 500
        )

    def test_a_call_fails_once(self):
        for name in ("forbidden_403", "error_500"):
            self.portal.fault(name, "deposer/flux")
        self.portal.fault("slow", "deposer/flux", seconds=0)
        for name in ("error_500_after", "html_200"):
            self.portal.fault(name, "deposer/flux")
        found, left = [], []
        for _attempt in range(5):
            found.append(self.portal.raw(DEPOSIT, deposit_body()).status_code)
            left.append(len(self.portal.ledger()["faults"]))
        self.assertEqual(found, [403, 500, 200, 500, 200])
        self.assertEqual(left, [4, 3, 2, 1, 0])

    def test_one_of_each_name_at_a_time(self):
        self.portal.fault("quota_429", retry_after=1)
        self.portal.fault("quota_429", retry_after=9)
        waits = [
            self.portal.raw(SEARCH, {}).headers["Retry-After"] for _attempt in range(2)
        ]
        self.assertEqual(waits, ["1", "9"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorFaultsOverHttp(BaseCase):
    def setUp(self):
        super().setUp()
        self.portal = Portal()
        self.addCleanup(self.portal.close)
        self.port = serve(self, self.portal.app)

    def post(self, path, body):
        """Post over a socket and return (status, bytes)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        self.addCleanup(connection.close)
        headers = {**self.portal.headers(), "Content-Type": "application/json"}
        connection.request("POST", f"/cpro/{path}", json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, response.read()

    def test_good_answer(self):
        status, data = self.post(DEPOSIT, deposit_body())
        self.assertEqual(status, 200)
        self.assertIn("numeroFluxDepot", json.loads(data))

    def test_lost_answer_closes_the_socket(self):
        self.portal.fault("timeout_after", "deposer/flux")
        with self.assertRaises(http.client.RemoteDisconnected):
            self.post(DEPOSIT, deposit_body())
        self.assertEqual(len(self.portal.ledger()["deposits"]), 1)

    def test_body_cut_in_the_middle(self):
        self.portal.fault("cut_body", "deposer/flux")
        with self.assertRaises(http.client.IncompleteRead):
            self.post(DEPOSIT, deposit_body())
        self.assertEqual(len(self.portal.ledger()["deposits"]), 1)
