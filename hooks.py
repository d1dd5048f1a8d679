"""Hooks of the installation; none of them touches the books."""


def uninstall_hook(env):
    """Leave no scheduled wake-up of ours behind when the addon goes."""
    crons = env["ir.cron"].search([("cron_name", "like", "Chorus Pro")])
    env["ir.cron.trigger"].search([("cron_id", "in", crons.ids)]).unlink()
