"""Hooks of the installation; none of them touches the books."""

from pathlib import Path


def uninstall_hook(env):
    """Take away what the ORM leaves behind: frozen files and the Demo portal.

    The invoice's own PDF and XML belong to the invoice and stay.
    """
    files = env["ir.attachment"].search(
        [("res_model", "=like", "chorus.pro.%"), ("res_field", "!=", False)]
    )
    files.unlink()
    ledger = Path(env["res.company"]._chorus_pro_demo_path())
    for file in ledger.parent.glob(f"{ledger.name}*"):
        file.unlink()
