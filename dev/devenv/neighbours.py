"""Addons of Odoo that ours lives beside without depending on them."""

from pathlib import Path

from .base import cache_root, once, run, say
from .environment import Environment

NEIGHBOURS = "sale_management,sale_stock,sale_project,account_peppol,snailmail_account"
# Peppol's addon reads phone numbers with it.
PACKAGE = "phonenumbers==9.0.43"


def phone_numbers(env: Environment) -> dict[str, str]:
    """Variables that let Odoo import the library that Peppol's addon demands."""
    target = cache_root() / "neighbours" / PACKAGE.replace("==", "_")
    once(target, lambda: _fetch(env, target))
    return {"PYTHONPATH": f"{env.variables['PYTHONPATH']}:{target}"}


def _fetch(env: Environment, target: Path) -> None:
    say("fetching phonenumbers (once) …")
    command = [env.python, "-m", "pip", "install", "-q", "--no-deps"]
    run([*command, "--target", target, PACKAGE], "Installing phonenumbers")
