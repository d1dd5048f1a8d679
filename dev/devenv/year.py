"""dev/demo --year: a year of invoices played, compared with the ledger, then served."""

import argparse
import json
import os
from pathlib import Path

from .demo import Demo
from .environment import Environment


class Year(Demo):
    """The same processes; the package `year` plays in them."""

    player = "year"

    def __init__(self, env: Environment, options: argparse.Namespace) -> None:
        super().__init__(env, options.lang)
        self.asked = options
        self.load = os.getloadavg()[0]

    def options(self) -> dict:
        """EXTENDS Demo: how much is played, and what chance decides."""
        asked = self.asked
        print(f"[year] seed {asked.seed}, load of the machine {self.load:.1f}")
        return {
            "--invoices": asked.invoices,
            "--entities": asked.entities,
            "--seed": asked.seed,
        }

    def judge(self, folder: Path) -> None:
        """OVERRIDES Demo: the story judges files; here statuses are compared."""

    def tell(self, result: dict) -> None:
        """OVERRIDES Demo: no table of thousands of lines."""
        figures = result["figures"]
        figures |= {
            "cores": os.cpu_count(),
            "load_before": round(self.load, 1),
            "load_after": round(os.getloadavg()[0], 1),
        }
        self.verdict.figures |= figures
        self.verdict.problems += result["problems"]
        for name in ("invoices", "acts", "mishaps", "calls"):
            print(f"{name}: {json.dumps(figures[name], ensure_ascii=False)}")
        if not result["problems"]:
            print("every status of Odoo agrees with the ledger of the simulator")
