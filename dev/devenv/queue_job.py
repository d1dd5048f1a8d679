"""OCA's queue_job beside Odoo, for the tests of the addon with it."""

from pathlib import Path

from .base import cache_root, once, run, say
from .environment import Environment

# Its job runner and its web pages need nothing more than Odoo itself.
PACKAGES = ("odoo-addon-queue-job==19.0.2.4.0.1", "openupgradelib==3.13.7")


def queue_job(env: Environment) -> dict[str, str]:
    """Variables that put queue_job on the addons path; it is fetched once."""
    target = cache_root() / "queue_job" / "-".join(PACKAGES).replace("==", "_")
    once(target, lambda: _fetch(env, target))
    addons = target / "odoo" / "addons"
    variables = env.variables
    return {
        "ODOO_ADDONS_PATH": f"{variables['ODOO_ADDONS_PATH']},{addons}",
        # Odoo's own package comes first: this one has the library only.
        "PYTHONPATH": f"{variables['PYTHONPATH']}:{target}",
    }


def _fetch(env: Environment, target: Path) -> None:
    say("fetching queue_job (once) …")
    command = [env.python, "-m", "pip", "install", "-q", "--no-deps"]
    run([*command, "--target", target, *PACKAGES], "Installing queue_job")
