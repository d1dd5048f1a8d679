"""Inside Odoo: the engine with one guard taken out; see `mutation_names.py`.

Nothing of this is in the engine itself: its methods and statements are changed in the
campaign's own processes.
"""

import os

from odoo import sql_db
from odoo.tools import SQL

from .mutation_names import INDEX, VARIABLE

FLOW = "chorus.pro.flow"
CLAIM_LOCK = "FOR NO KEY UPDATE OF f SKIP LOCKED"
LOCK = "FOR NO KEY UPDATE SKIP LOCKED"


def apply(registry) -> None:
    """Take out the guard that the harness names in the environment, if any."""
    if name := os.environ.get(VARIABLE):
        globals()[f"without_{name.replace('-', '_')}"](registry)


def rewrite(*changes: tuple[str, str, str]) -> None:
    """Change statements on their way to the database.

    :param changes: (mark of the statement, part, what stands there instead)
    """
    original = sql_db.Cursor.execute

    def execute(cursor, query, params=None, log_exceptions=True):
        if isinstance(query, SQL):
            query, params = query.code, query.params
        if isinstance(query, str):
            for mark, part, instead in changes:
                if mark in query:
                    if part not in query:
                        raise AssertionError(f"no {part!r} in {query}")
                    query = query.replace(part, instead)
        return original(cursor, query, params, log_exceptions)

    sql_db.Cursor.execute = execute


def skip_commit_after(registry, *methods: str) -> None:
    """The commit that follows one of the flow's methods does not take place."""
    flows = registry[FLOW]
    pending = []

    def watched(original):
        def method(*args, **kwargs):
            result = original(*args, **kwargs)
            if result is None or result:
                pending.append(True)
            return result

        return method

    for name in methods:
        setattr(flows, name, watched(getattr(flows, name)))
    commit = flows._commit

    def skipping(flow, *args, **kwargs):
        if pending:
            pending.clear()
            flow.env.flush_all()
        else:
            commit(flow, *args, **kwargs)

    flows._commit = skipping


def without_write_ahead(registry) -> None:
    """`sending` and the POST are in one transaction."""
    skip_commit_after(registry, "_claim")


def without_claim(registry) -> None:
    """Two workers may look at one flow and at its invoices."""
    rewrite(("WHERE f.state = 'prepared' AND g.id", CLAIM_LOCK, ""))
    registry["chorus.pro.transmission"].try_lock_for_update = _all_of_them


def _all_of_them(records, **_options):
    return records


def without_post_lock(_registry) -> None:
    """A POST under way holds nothing."""
    rewrite(("WHERE id = %s AND state = 'sending'", LOCK, ""))


def without_state_again(_registry) -> None:
    """What became of the flow since it was claimed is not looked at."""
    mark = "WHERE id = %s AND state = 'sending'"
    rewrite((mark, "AND state = 'sending'", ""))


def without_sweeper_lock(_registry) -> None:
    """The sweeper takes whatever is old."""
    rewrite(("WHERE state = 'sending' AND attempted_at", LOCK, ""))


def without_answer_alone(registry) -> None:
    """The answer and what follows from it are in one transaction."""
    skip_commit_after(registry, "_note_deposit", "_note_failure")


def without_repeat(registry) -> None:
    """Who was slower gives up."""

    def once(records, work, *args):
        result = work(*args)
        records.env.flush_all()
        return result

    for model in (FLOW, "chorus.pro.transmission"):
        registry[model]._repeat = once


def without_freeze_check(registry) -> None:
    """What stops an invoice is looked at only while it is queued."""
    registry["chorus.pro.transmission"]._reasons = lambda rows, move: []


def without_unknown_waits(registry) -> None:
    """A lost answer is taken for a refusal."""
    flows = registry[FLOW]
    flows._transitions = {**flows._transitions, ("sending", "lose"): "prepared"}


def without_unique_index(registry) -> None:
    """The database takes any number of attempts; the harness makes it again."""
    with registry.cursor() as cr:
        cr.execute(f'DROP INDEX IF EXISTS "{INDEX}"')


def without_queue_lock(registry) -> None:
    """Whoever clicks does not look for others who click."""
    registry["account.move"].try_lock_for_update = _all_of_them


def without_take_back(registry) -> None:
    """Reset to draft leaves the queued attempt alone."""
    registry["chorus.pro.transmission"]._cancel_queued = lambda rows: rows.browse()
