"""The control API: clock, settings, ledger, acts, and who may call it."""

import time
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.simulator import clock, settings, store

from .simulator_common import NONE, SUPPLIER, Portal, SimulatorCase, facturx


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorClock(SimulatorCase):
    def now(self):
        """Return the simulator's time."""
        return datetime.fromisoformat(self.portal.control("clock", method="GET")["now"])

    def test_advance_and_reset(self):
        before = self.now()
        self.portal.advance(90.5)
        self.assertEqual(self.now() - before, timedelta(seconds=90.5))
        self.portal.control("clock", {"reset": True})
        self.assertLess(abs(self.now().timestamp() - time.time()), 60)

    def test_freeze_without_a_jump(self):
        self.assertEqual(self.now(), self.now())
        frozen = self.now()
        self.portal.control("clock", {"freeze": True})
        self.assertEqual(self.now(), frozen)
        self.portal.control("clock", {"freeze": False})
        self.assertLess(self.now() - frozen, timedelta(seconds=30))
        self.assertGreaterEqual(self.now(), frozen)

    def test_kept_in_the_file(self):
        self.portal.advance(1000)
        other = simulator.create_app(self.portal.path)
        with other.store.connect() as db:
            self.assertEqual(clock.iso(clock.now(db)), self.portal.ledger()["now"])

    def test_wrong_value(self):
        answer = self.portal.http.post("/_sim/clock", json={"advance": "soon"})
        self.assertEqual(answer.status_code, 400)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorDates(BaseCase):
    def test_parse(self):
        summer = clock.parse("2026-07-01")
        self.assertEqual(clock.iso(summer), "2026-07-01T00:00:00.000+02:00")
        winter = clock.parse("2026-01-01T12:30:00Z")
        self.assertEqual(clock.minute(winter), "2026-01-01 13:30")
        self.assertEqual(clock.parse("2026-01-01 13:30"), winter)
        self.assertEqual(clock.parse("2026-01-01T13:30:00.000+01:00"), winter)
        self.assertEqual(clock.day(clock.parse("2026-03-28", end=True)), "2026-03-28")
        self.assertRaises(ValueError, clock.parse, "01/02/2026")

    def test_both_clock_changes(self):
        spring = clock.parse("2026-03-29T01:00:00Z")
        self.assertEqual(clock.minute(spring - 1), "2026-03-29 01:59")
        self.assertEqual(clock.minute(spring), "2026-03-29 03:00")
        autumn = clock.parse("2026-10-25T01:00:00Z")
        self.assertEqual(clock.iso(autumn - 1), "2026-10-25T02:59:59.000+02:00")
        self.assertEqual(clock.iso(autumn), "2026-10-25T02:00:00.000+01:00")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorControl(SimulatorCase):
    def test_only_from_this_machine(self):
        for host, status in (
            ("localhost", 200),
            ("127.0.0.1:8080", 200),
            ("[::1]:80", 200),
            ("evil.example", 403),
            ("localhost.evil.example", 403),
        ):
            answer = self.portal.http.get("/_sim/ledger", headers={"Host": host})
            self.assertEqual(answer.status_code, status, host)

    def test_unknown_control(self):
        answer = self.portal.http.get("/_sim/nothing")
        self.assertEqual(answer.status_code, 404)
        self.assertIn("GET /_sim/ledger", answer.get_json()["known"])

    def test_json_only(self):
        for options in (
            {"data": {"reset": "1"}},
            {"data": "{}", "content_type": "text/plain"},
            {"json": []},
        ):
            answer = self.portal.http.post("/_sim/clock", **options)
            self.assertEqual(answer.status_code, 400, options)

    def test_settings(self):
        answer = self.portal.control("settings", {"latency": {"finished": 1}})
        self.assertEqual(answer["latency"], {**settings.LATENCY, "finished": 1})
        for body in (
            {"latency": {"nothing": 1}},
            {"quota": {"calls": 1}},
            {"results": "many"},
        ):
            wrong = self.portal.http.post("/_sim/settings", json=body)
            self.assertEqual(wrong.status_code, 400)

    def test_act(self):
        self.portal.filed(number="A-1")
        self.portal.advance(30)
        self.assertEqual(
            self.portal.act("A-1", "SERVICE_FAIT"),
            {"invoice": "A-1", "status": "SERVICE_FAIT"},
        )
        for body in (
            {"invoice": "A-1", "supplier": "33254021516357", "status": "MANDATEE"},
            {"invoice": "A-1", "supplier": SUPPLIER, "status": "SERVICE_FAIT"},
            {"invoice": "A-1", "supplier": SUPPLIER, "status": "REJETEE"},
            {"invoice": "A-1", "supplier": SUPPLIER},
        ):
            answer = self.portal.http.post("/_sim/act", json=body)
            self.assertEqual(answer.status_code, 400, body)

    def test_acts_of_the_past_all_or_none(self):
        self.portal.filed(number="A-1")
        self.portal.advance(7200)
        now = datetime.fromisoformat(self.portal.ledger()["now"])
        acts = [
            {
                "invoice": "A-1",
                "supplier": SUPPLIER,
                "status": status,
                "at": (now - timedelta(minutes=minutes)).isoformat(),
            }
            for status, minutes in (("SERVICE_FAIT", 60), ("COMPTABILISEE", 30))
        ]
        # Later than now, and earlier than the current status.
        for minutes in (-10, 45):
            late = {**acts[1], "at": (now - timedelta(minutes=minutes)).isoformat()}
            body = {"acts": [*acts, late]}
            answer = self.portal.http.post("/_sim/acts", json=body)
            self.assertEqual(answer.status_code, 400)
            self.assertIn("A-1: not between", answer.get_json()["error"])
            [line] = self.portal.ledger()["invoices"]
            self.assertEqual(line["status"], "MISE_A_DISPOSITION")
        self.portal.control("acts", {"acts": acts})
        [line] = self.portal.ledger()["invoices"]
        given = [(step["code"], step["at"]) for step in line["history"][-2:]]
        wanted = [(act["status"], datetime.fromisoformat(act["at"])) for act in acts]
        self.assertEqual([code for code, _at in given], [code for code, _at in wanted])
        for (_code, at), (_same, moment) in zip(given, wanted, strict=True):
            self.assertLess(
                abs(datetime.fromisoformat(at) - moment), timedelta(seconds=1)
            )

    def test_act_settles_first(self):
        self.portal.deposit(facturx(number="A-2"))
        self.portal.advance(60)
        self.portal.act("A-2", "MANDATEE")
        (line,) = self.portal.ledger()["invoices"]
        self.assertEqual(line["status"], "MANDATEE")

    def test_ledger(self):
        self.portal.filed(number="A-3", recipient=NONE)
        ledger = self.portal.ledger()
        (line,) = ledger["invoices"]
        self.assertEqual(line["supplier"], SUPPLIER)
        self.assertEqual(line["recipient"], NONE)
        self.assertEqual(line["flow"], ledger["deposits"][0]["number"])
        self.assertEqual(line["amount_total"], 120.0)

    def test_forget_what_was_filed(self):
        self.portal.filed(number="A-4")
        [before] = self.portal.ledger()["deposits"]
        self.portal.control("ledger", method="DELETE")
        ledger = self.portal.ledger()
        self.assertEqual((ledger["deposits"], ledger["invoices"]), ([], []))
        self.portal.filed(number="A-4")
        [after] = self.portal.ledger()["deposits"]
        self.assertGreater(after["number"], before["number"])


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorState(BaseCase):
    def test_latency_of_the_constructor_is_kept(self):
        portal = Portal(latency={"finished": 0, "received": 0})
        self.addCleanup(portal.close)
        simulator.create_app(portal.path)
        answer = portal.control("settings", {})
        self.assertEqual(answer["latency"]["finished"], 0)
        self.assertEqual(answer["latency"]["available"], settings.LATENCY["available"])
        with self.assertRaises(ValueError):
            simulator.create_app(portal.path, latency={"nothing": 1})

    def test_file_and_folder_are_made_and_made_again(self):
        portal = Portal()
        self.addCleanup(portal.close)
        deeper = portal.path.parent / "a" / "b" / "state.sqlite"
        other = Portal(deeper)
        other.filed()
        for file in deeper.parent.iterdir():
            file.unlink()
        self.assertEqual(other.ledger()["invoices"], [])

    def test_busy_while_switching_to_wal(self):
        class Busy:
            def __init__(self, failures):
                self.failures = failures

            def execute(self, statement):
                if self.failures:
                    self.failures -= 1
                    raise store.sqlite3.OperationalError(statement)

        store._use_wal(Busy(2))
        with (
            patch.object(store, "BUSY_SECONDS", 0),
            self.assertRaises(store.sqlite3.OperationalError),
        ):
            store._use_wal(Busy(1000))

    def test_another_process_made_the_file_first(self):
        portal = Portal()
        self.addCleanup(portal.close)
        portal.filed()
        with portal.app.store.connect() as db:
            portal.app.store._create(db)
        self.assertEqual(len(portal.ledger()["invoices"]), 1)
