"""What 19.0.2.0.0 shows of invoices, entities and activities that were there before."""

from odoo import SUPERUSER_ID, api
from odoo.tools import split_every

MODULE = "l10n_fr_chorus_pro"
# Stored fields of an invoice that are new, with the columns of `pre-columns.py`.
COMPUTED = (
    "chorus_pro_available_on",
    "chorus_pro_paid_on",
    "chorus_pro_rejected_on",
    "chorus_pro_period_start",
    "chorus_pro_delivery_note",
)
BATCH = 1000


def migrate(cr, _version):
    """Fill what people and scheduled actions read."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    _compute_invoices(env)
    _say_directory(cr)
    _date_connections(cr)
    _name_own_ids(env)
    _adopt_activities(env)


def _compute_invoices(env):
    """Delays, refusals and references of the invoices to public entities.

    The fields of one method are computed together, so one of each is named.
    """
    Move = env["account.move"].with_context(active_test=False)
    concerned = Move.search(
        [
            ("move_type", "in", ("out_invoice", "out_refund")),
            "|",
            ("chorus_pro_transmission_ids", "!=", False),
            ("commercial_partner_id.chorus_pro_is_public", "=", True),
        ]
    )
    for ids in split_every(BATCH, concerned.ids):
        for name in COMPUTED:
            env.add_to_compute(Move._fields[name], Move.browse(ids))
        env.flush_all()
        env.invalidate_all()


def _say_directory(cr):
    """Entities were read only where the directory had them, open.

    When the details of their services were read stays empty: they tell more now, and
    the scheduled action reads them again.
    """
    cr.execute(
        """
        UPDATE res_partner
           SET chorus_pro_directory_state = 'open',
               chorus_pro_asked_at = chorus_pro_synced_at
         WHERE chorus_pro_synced_at IS NOT NULL AND chorus_pro_asked_at IS NULL
        """
    )


def _date_connections(cr):
    """Who has read from both APIs has a connection that works: the set-up says so."""
    cr.execute(
        """
        UPDATE chorus_pro_gate
           SET checked_at = followed_until
         WHERE structure_id IS NOT NULL AND checked_at IS NULL
        """
    )


def _name_own_ids(env):
    """Own identifiers are kept by SIRET, so that who changes one forgets nothing.

    The older code has forgotten them with each change: they are today's.
    """
    for gate in env["chorus.pro.gate"].search([("structure_id", "!=", False)]):
        if siret := gate.company_id._chorus_pro_siret():
            known = gate.establishments or {}
            gate.establishments = {siret: gate.structure_id, **known}


def _adopt_activities(env):
    """Questions about lost answers get the type of their own, and end by themselves.

    They were the only activities that 19.0.1.0.0 made, plain to-dos.
    """
    todo = env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
    env.cr.execute(
        """
        UPDATE mail_activity
           SET activity_type_id = %s
         WHERE activity_type_id = %s AND automated
           AND res_model = 'account.move' AND summary LIKE 'Chorus Pro%%'
        """,
        [env.ref(f"{MODULE}.mail_activity_lost").id, todo.id if todo else None],
    )
