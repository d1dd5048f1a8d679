"""Fuzz tests with hypothesis: short and the same every time, long and new by hand.

``CHORUS_PRO_FUZZ_EXAMPLES`` asks for so many examples of each test;
``CHORUS_PRO_FUZZ_SEED`` repeats a run whose seed was printed.
"""

import logging
import os
import random
import tempfile
import unittest

from odoo.tests import BaseCase

try:
    import hypothesis
    from hypothesis import strategies as st
except ImportError:  # a tool of dev/, no requirement of the addon
    hypothesis = None

_logger = logging.getLogger(__name__)

EXAMPLES = int(os.environ.get("CHORUS_PRO_FUZZ_EXAMPLES") or 0)
SEED = int(
    os.environ.get("CHORUS_PRO_FUZZ_SEED")
    or (random.randrange(2**32) if EXAMPLES else 20260914)
)
QUICK = 25


class FuzzCase(BaseCase):
    """Gives `fuzz`, which runs a check on many made-up values."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if not hypothesis:
            reason = "hypothesis is not installed"
            raise unittest.SkipTest(reason)
        # Its tables of characters take seconds to make.
        cache = os.environ.get("CHORUS_PRO_CACHE") or tempfile.gettempdir()
        folder = os.path.join(cache, "hypothesis")
        hypothesis.configuration.set_hypothesis_home_dir(folder)

    def fuzz(self, check, *values, share=1.0):
        """Call `check` with values of the strategies until one makes it fail.

        :param float share: of the usual number of examples, for slow checks
        """
        count = max(int((EXAMPLES or QUICK) * share), 1)
        _logger.info("%s: %d examples, seed %d", self.id(), count, SEED)
        options = hypothesis.settings(
            max_examples=count,
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.generate, hypothesis.Phase.shrink],
        )
        run = hypothesis.given(*values)(check)
        options(hypothesis.seed(SEED)(run))()


# Texts that have broken parsers of others, and values at the edges of ours.
NASTY = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\ud83d\ude00",
    "\u202egpj.exe",
    "é" * 5000,
    "9" * 5000,
    "1e999999999",
    "NaN",
    "-Infinity",
    "sNaN",
    "1_000",
    "\u0661\u0662",
    "<script>alert(1)</script>",
    "{{7*7}}%(x)s%s${x}",
    "../../etc/passwd",
    "C:\\x\n\r\ty",
    "9999-12-31T23:59:59.999-14:00",
    "0001-01-01",
    "2026-02-30",
    "2026-10-25 02:30",
    "CPP" + "1" * 22,
    "INTEGRE",
    "IN_INTEGRE",
)
NASTY_NUMBERS = (0, -1, 2**63, -(2**63), 10**400, 0.1, 1e308, -0.0)


def texts():
    """Any text, half characters included, and those of NASTY."""
    anything = st.text(st.characters(codec=None), max_size=40)
    return st.sampled_from(NASTY) | anything


def scalars():
    """Any JSON value that is neither list nor object."""
    return (
        st.none()
        | st.booleans()
        | st.sampled_from(NASTY_NUMBERS)
        | st.integers()
        | st.floats()
        | texts()
    )


def json_values(keys=()):
    """Any JSON value; objects often have the given keys."""
    names = st.sampled_from(keys) | texts() if keys else texts()
    return st.recursive(
        scalars(),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=6)
        ),
        max_leaves=12,
    )


def json_objects(keys):
    """JSON objects that have some of the keys, with any values."""
    return st.dictionaries(
        st.sampled_from(sorted(keys)), json_values(keys), max_size=len(keys)
    )
