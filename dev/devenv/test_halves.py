"""The addon's tests in two halves of about the same length, one for each core."""

import ast
from collections import Counter

from .base import CHECKOUT, MODULE

# It waits more than it works, so it runs beside the halves.
CAMPAIGN = "TestChaos"


def halves() -> tuple[str, str]:
    """Values of `--test-tags`; whatever is not in the first half is in the second."""
    chosen = _first_half()
    first = ",".join(f"/{MODULE}:{name}" for name in chosen)
    second = ",".join(f"-/{MODULE}:{name}" for name in (*chosen, CAMPAIGN))
    return first, f"/{MODULE},{second}"


def _first_half() -> list[str]:
    """Half of the test classes of each area (the word after `test_` in the file).

    Tests of one area last about as long, tests of two areas do not.
    """
    chosen = []
    balance: Counter[str] = Counter()
    for area, name, tests in _classes():
        if balance[area] <= 0:
            chosen.append(name)
            balance[area] += tests
        else:
            balance[area] -= tests
    return chosen


def _classes() -> list[tuple[str, str, int]]:
    """Area, name and number of tests of each class, the biggest first."""
    found = []
    for path in (CHECKOUT / "tests").glob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name != CAMPAIGN:
                tests = sum(
                    isinstance(part, ast.FunctionDef) and part.name.startswith("test")
                    for part in node.body
                )
                found.append((path.stem.split("_")[1], node.name, tests))
    return sorted(found, key=lambda one: (-one[2], one[1]))
