"""The next invoices are rendered while the files of these are made.

The renderer is a process of its own: a lane that only waited for it would leave its
core idle for half of the time. The thread has a cursor of its own and shares nothing
with the lane but what it returns: ids and bytes.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from odoo import api
from odoo.sql_db import Cursor

MODEL = "chorus.pro.transmission"


class RenderAhead:
    """Gives rendered batches of one company, one ahead. A context manager.

    :param company: the company, in its own language
    :param float end: monotonic time after which no further rendering begins
    """

    def __init__(self, company, end):
        self._company = company
        self._end = end
        self._coming = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="chorus_pro_render")

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        """Hand back what was rendered for nothing: a fault has stopped the lane."""
        coming, self._coming = self._coming, None
        if coming and not coming.exception():
            ids, _rendering = coming.result()
            self._alone(lambda rows: rows.browse(ids)._give_back(timedelta()))
        self._pool.shutdown()

    @property
    def is_busy(self):
        """Whether a batch is on its way that must still be frozen."""
        return self._coming is not None

    def take(self):
        """The next batch: (ids of transmissions, Rendering); no ids when all are done.

        :raise Exception: what stopped the rendering; its claims are given back
        """
        coming, self._coming = self._coming, None
        if coming:
            ids, rendering = coming.result()
        else:
            rows = self._company.env[MODEL]
            ids, rendering = rows._render_next(self._company)
        if ids and self._may_go_on():
            self._coming = self._pool.submit(
                self._alone, lambda rows: rows._render_next(self._company_of(rows))
            )
        return ids, rendering

    def _may_go_on(self):
        """Whether more waits and may begin; the cursor of a test is nobody else's."""
        env = self._company.env
        return (
            time.monotonic() < self._end
            and isinstance(env.cr, Cursor)
            and bool(env[MODEL]._count_unclaimed(self._company))
        )

    def _company_of(self, rows):
        return self._company.with_env(rows.env)

    def _alone(self, work):
        """Do `work(transmissions)` on a cursor of its own and commit."""
        env = self._company.env
        threading.current_thread().dbname = env.cr.dbname
        # The scheduler's record of progress is the lane's alone.
        context = {k: v for k, v in env.context.items() if "cron" not in k}
        with env.registry.cursor() as cr:
            return work(api.Environment(cr, env.uid, context, env.su)[MODEL])
