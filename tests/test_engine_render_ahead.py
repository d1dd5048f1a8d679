"""Rendering ahead: what the thread brings, and what happens when it brings nothing."""

import threading
from datetime import timedelta
from types import SimpleNamespace
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_render_ahead import RenderAhead

BATCHES = [([1, 2], "first"), ([3], "second"), ([], None)]


class Rows:
    """Stands for the transmissions of a queue: who renders what, what is given back."""

    def __init__(self, batches):
        self.batches = list(batches)
        self.threads, self.given_back = [], []

    def _render_next(self, _company):
        self.threads.append(threading.current_thread())
        batch = self.batches.pop(0)
        if isinstance(batch, Exception):
            raise batch
        return batch

    def browse(self, ids):
        return SimpleNamespace(
            _give_back=lambda wait: self.given_back.append((ids, wait))
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineRenderAhead(BaseCase):
    def setUp(self):
        super().setUp()
        self.rows = Rows(BATCHES)
        company = SimpleNamespace(env={"chorus.pro.transmission": self.rows})
        self.ahead = RenderAhead(company, end=0)
        for name, substitute in (
            ("_may_go_on", lambda _ahead: True),
            ("_alone", lambda _ahead, work: work(self.rows)),
            ("_company_of", lambda _ahead, _rows: company),
        ):
            self.startPatcher(patch.object(RenderAhead, name, substitute))

    def test_the_first_batch_here_and_each_other_in_the_thread(self):
        with self.ahead as ahead:
            self.assertFalse(ahead.is_busy)
            taken = []
            while not taken or taken[-1][0]:
                taken.append(ahead.take())
                self.assertEqual(ahead.is_busy, bool(taken[-1][0]))
        self.assertEqual(taken, BATCHES)
        here = threading.current_thread()
        self.assertEqual(
            [thread is here for thread in self.rows.threads], [True, False, False]
        )
        self.assertEqual(self.rows.given_back, [])

    def test_nothing_begins_when_the_time_is_over(self):
        no_time = patch.object(RenderAhead, "_may_go_on", lambda _ahead: False)
        with no_time, self.ahead as ahead:
            self.assertEqual(ahead.take(), BATCHES[0])
            self.assertFalse(ahead.is_busy)
        self.assertEqual(len(self.rows.threads), 1)

    def test_what_was_rendered_for_nothing_is_given_back_at_once(self):
        with self.assertRaises(ZeroDivisionError), self.ahead as ahead:
            ahead.take()
            raise ZeroDivisionError
        self.assertEqual(self.rows.given_back, [([3], timedelta())])

    def test_a_fault_in_the_thread_comes_out_where_its_batch_is_taken(self):
        self.rows.batches[1] = ValueError("broken")
        with self.ahead as ahead:
            ahead.take()
            with self.assertRaisesRegex(ValueError, "broken"):
                ahead.take()
            self.assertFalse(ahead.is_busy)
        self.assertEqual(self.rows.given_back, [])

    def test_a_fault_in_the_thread_that_nobody_takes_is_no_second_fault(self):
        self.rows.batches[1] = ValueError("broken")
        with self.ahead as ahead:
            ahead.take()
        self.assertEqual(self.rows.given_back, [])
