"""The two state machines: their tables, their only writer, their repetition."""

import ast
import logging
import re
from pathlib import Path

from psycopg2 import errors as pg_errors

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.models import chorus_pro_state
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_state import (
    COLLISION_TRIES,
    COLLISIONS,
    FLOW_STATES,
    FLOW_TRANSITIONS,
    TRANSMISSION_STATES,
    TRANSMISSION_TRANSITIONS,
)
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon

ROOT = Path(chorus_pro_state.__file__).parents[1]

# The diagram of the design, written a second time. A lost attempt that a person
# deposits again is cancelled and a new row takes its place.
TRANSMISSION_DIAGRAM = """
    to_send -> sending failed cancelled
    sending -> deposited to_send failed unknown
    unknown -> deposited cancelled
    deposited -> integrated rejected to_send unknown
    failed -> to_send cancelled
    elsewhere -> cancelled
    integrated ->
    rejected ->
    cancelled ->
"""
FLOW_DIAGRAM = """
    prepared -> sending
    sending -> deposited refused unknown prepared
    unknown -> deposited
    deposited -> integrated partial rejected incident unknown
    integrated ->
    partial ->
    rejected ->
    refused ->
    incident ->
"""


def read_diagram(text):
    """{state: the states that may follow}, from one line for each state."""
    lines = (line.split("->") for line in text.strip().splitlines())
    return {state.strip(): set(after.split()) for state, after in lines}


def writes_of_state(path):
    """Yield (module, function, how) of each place where code names `state` to write."""
    tree = ast.parse(path.read_text())
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if how := _write_of_state(node):
                yield path.stem, function.name, how


def uses_of(path, names):
    """Yield (function, name) where code uses an attribute of these names."""
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and node.attr in names:
                    yield function.name, node.attr


def _write_of_state(node):
    if isinstance(node, ast.Dict):
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        return "dict" if "state" in keys else None
    if isinstance(node, ast.Attribute) and node.attr == "state":
        return "assignment" if isinstance(node.ctx, ast.Store) else None
    if isinstance(node, ast.keyword) and node.arg == "state":
        return "keyword"
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        is_update = re.search(r"\bset\s+(\w+\s*=.*,\s*)?state\b", node.value, re.I)
        return "sql" if is_update else None
    return None


# The word means something else there: an entity, an engagement, an import.
OTHER_STATES = {
    ("res_partner_adopt", "_chorus_pro_describe", "dict"),
    ("account_move_commitment", "_chorus_pro_check_commitment", "keyword"),
    ("chorus_pro_commitment", "_keep", "keyword"),
    ("chorus_pro_recipient_import", "_cron_import", "dict"),
    ("chorus_pro_recipient_import", "_finish", "dict"),
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineTables(BaseCase):
    def check_diagram(self, diagram, states, transitions):
        expected = read_diagram(diagram)
        self.assertEqual(set(expected), {code for code, _label in states})
        found = {code: set() for code in expected}
        for (state, _event), target in transitions.items():
            found[state].add(target)
        self.assertEqual(found, expected)

    def test_transmissions_move_as_designed(self):
        self.check_diagram(
            TRANSMISSION_DIAGRAM, TRANSMISSION_STATES, TRANSMISSION_TRANSITIONS
        )

    def test_flows_move_as_designed(self):
        self.check_diagram(FLOW_DIAGRAM, FLOW_STATES, FLOW_TRANSITIONS)

    def test_only_one_method_writes_a_state(self):
        files = [*ROOT.glob("models/*.py"), *ROOT.glob("wizards/*.py")]
        files += ROOT.glob("*.py")
        found = {place for path in files for place in writes_of_state(path)}
        self.assertEqual(
            found - OTHER_STATES,
            {
                ("chorus_pro_state", "_apply", "dict"),
                # a new row for an invoice that was filed by hand
                ("account_move_chorus", "_chorus_pro_declare", "keyword"),
                # new rows for what the OCA modules had sent
                ("chorus_pro_takeover_invoice", "_make_rows", "keyword"),
                ("chorus_pro_takeover_invoice", "_flow_values", "dict"),
            },
        )

    def test_one_place_deposits(self):
        """No request and no button does it: Odoo replays their transactions."""
        callers = {
            "deposer_flux": {"_deposit"},
            "_deposit": {"_deposit_next"},
            "_deposit_next": {"_serve"},
            "_serve": {"_serve_alone"},
            "_serve_alone": {"_serve_all", "_job_send"},
            "_serve_all": {"_cron_send"},
            "_cron_send": set(),
            # with_delay: it runs later, in a job of its own
            "_job_send": {"_hand_out_jobs"},
        }
        files = [*ROOT.glob("models/*.py"), *ROOT.glob("wizards/*.py")]
        found = {name: set() for name in callers}
        for path in files:
            for function, name in uses_of(path, callers):
                found[name].add(function)
        self.assertEqual(found, callers)

    def test_the_search_for_writers_finds_them(self):
        for code, how in (
            ("row.write({'state': 'x'})", "dict"),
            ("row.state = 'x'", "assignment"),
            ("row.update(state='x')", "keyword"),
            ("cr.execute('UPDATE t SET state = 1')", "sql"),
            ("cr.execute('UPDATE t SET a = 1, state = 2')", "sql"),
            ("return row.state == 'x'", None),
            ("return [('state', '=', 'x')]", None),
        ):
            nodes = ast.walk(ast.parse(code.removeprefix("return ")))
            found = {_write_of_state(node) for node in nodes} - {None}
            self.assertEqual(found, {how} - {None}, code)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineWriter(EngineCommon):
    def setUp(self):
        super().setUp()
        self.flow_record = (
            self.env["chorus.pro.flow"]
            .sudo()
            .create({"company_id": self.company.id, "environment": "demo"})
        )
        transmissions = self.env["chorus.pro.transmission"].sudo()
        self.record = transmissions.create(transmissions._prepare(self.move))

    def check_pair(self, record, transitions, state, event):
        """An event moves the record as the table says, or changes nothing."""
        record.write({"state": state, "error_code": False, "state_since": False})
        target = transitions.get((state, event))
        if target:
            moved = record._apply(event, error_code="new")
            self.assertEqual(record.state, target)
            self.assertEqual(record.error_code, "new")
            self.assertTrue(record.state_since)
        else:
            with self.assertLogs(chorus_pro_state._logger, logging.INFO) as logs:
                moved = record._apply(event, error_code="new")
            self.assertEqual(record.state, state)
            self.assertFalse(record.error_code)
            self.assertFalse(record.state_since)
            self.assertIn(event, logs.output[0])
            self.assertIn(state, logs.output[0])
        self.assertEqual(moved, record if target else record.browse())

    def check_all_pairs(self, record, states, transitions):
        events = {event for _state, event in transitions}
        for state, _label in states:
            for event in sorted(events | {"no_such_event"}):
                with self.subTest(state=state, event=event):
                    self.check_pair(record, transitions, state, event)

    def test_every_event_in_every_state_of_a_transmission(self):
        self.check_all_pairs(self.record, TRANSMISSION_STATES, TRANSMISSION_TRANSITIONS)

    def test_every_event_in_every_state_of_a_flow(self):
        self.check_all_pairs(self.flow_record, FLOW_STATES, FLOW_TRANSITIONS)

    def test_of_several_records_those_move_that_may(self):
        other = self.flow_record.copy({"state": "deposited"})
        moved = (self.flow_record | other)._apply("integrate", name="CPP1")
        self.assertEqual(moved, other)
        self.assertEqual((other.state, other.name), ("integrated", "CPP1"))
        self.assertEqual(self.flow_record.state, "prepared")
        self.assertFalse(self.flow_record.name)

    # === REPETITION === #

    def repeat(self, failures, error=pg_errors.SerializationFailure):
        """Repeat a piece of work that fails so many times; returns result and runs."""
        with self.worker() as env:
            gates = env["chorus.pro.gate"]
            runs = []

            def work(text):
                runs.append(text)
                gate = {"company_id": self.company.id, "environment": "demo"}
                gates.create({**gate, "pause_code": text})
                if len(runs) <= failures:
                    raise error
                return "done"

            result = env["chorus.pro.flow"]._repeat(work, "argument")
            env.cr.commit()
            self.assertEqual(set(runs), {"argument"})
        return result, len(runs)

    def test_work_is_done_once(self):
        self.assertEqual(self.repeat(0), ("done", 1))

    def test_work_is_repeated_after_a_collision(self):
        # Each failed run is rolled back: else the second row breaks a constraint.
        for error in COLLISIONS:
            with self.subTest(error=error.__name__):
                self.gate().unlink()
                self.assertEqual(self.repeat(2, error), ("done", 3))
                self.assertEqual(len(self.gate()), 1)

    def test_work_is_given_up_after_some_collisions(self):
        self.assertEqual(self.repeat(99), (None, COLLISION_TRIES))
        self.assertFalse(self.gate())

    def test_other_errors_are_not_repeated(self):
        with self.assertRaises(pg_errors.NotNullViolation):
            self.repeat(1, pg_errors.NotNullViolation)
