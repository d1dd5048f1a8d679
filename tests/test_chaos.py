"""A short campaign of dev/chaos: faults and kills in processes of their own."""

import json
import logging
import os
import subprocess
import threading
from pathlib import Path

from odoo.tests import BaseCase, tagged

from odoo.addons import l10n_fr_chorus_pro

_logger = logging.getLogger(__name__)

CHAOS = Path(l10n_fr_chorus_pro.__file__).resolve().parent / "dev" / "chaos"
# Enough for a machine that does other things, too.
SECONDS = 2400


@tagged("post_install_l10n", "post_install", "-at_install", "chorus_long")
class TestChaos(BaseCase):
    """The campaign makes a database server, a portal and a database of its own."""

    def play(self, *options):
        """Play a campaign; returns its exit code, its lines and its result."""
        process = subprocess.Popen(
            [str(CHAOS), *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        watch = threading.Timer(SECONDS, process.terminate)
        watch.start()
        lines = []
        with process:
            for line in process.stdout:
                # Who waits for the tests sees that they go on.
                _logger.info("%s", line.rstrip())
                lines.append(line)
        watch.cancel()
        self.assertTrue(lines, "dev/chaos said nothing")
        self.assertTrue(lines[-1].startswith("{"), "".join(lines[-20:]))
        return process.returncode, lines, json.loads(lines[-1])

    def test_sixty_rounds(self):
        status, lines, result = self.play("--rounds", "60", "--seed", "sixty")
        self.assertEqual(status, 0, "".join(lines))
        self.assertTrue(result["ok"])
        self.assertEqual((result["rounds"], result["red"]), (60, []))
        # In each round one sender is killed at its point, and both faults strike.
        self.assertEqual(sum(result["killed_at"].values()), 60)
        self.assertEqual(sum(result["struck"].values()), 120)

    def test_a_guard_that_is_taken_out_is_missed(self):
        arguments = ("--mutations", "--without", "unknown-waits", "--rounds", "10")
        status, lines, result = self.play(*arguments)
        self.assertEqual(status, 0, "".join(lines))
        self.assertTrue(any(" RED, " in line for line in lines))
        self.assertLessEqual(result["red_after"]["unknown-waits"], 10)
        self.assertEqual(result["red_controls"], [])
