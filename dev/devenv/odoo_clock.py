"""Another time for one process of Odoo: the machine's plus an offset in seconds."""

import datetime
from importlib import import_module
from typing import Protocol

from odoo import fields, sql_db


class Clock(Protocol):
    """Whatever says how many seconds the time is ahead; negative ones are behind."""

    offset: float


def set_clock(clock: Clock) -> None:
    """Let Odoo tell the time of `clock`.

    Defaults of fields take it over only in addons that are loaded afterwards.
    """

    def ahead(moment):
        return moment + datetime.timedelta(seconds=clock.offset)

    def now(*_args):
        return ahead(datetime.datetime.now()).replace(microsecond=0)  # noqa: DTZ005

    def context_today(record, timestamp=None):
        return real_today(record, timestamp or now())

    real_now, real_today = sql_db.BaseCursor.now, fields.Date.context_today
    sql_db.BaseCursor.now = lambda cursor: ahead(real_now(cursor))
    fields.Datetime.now = staticmethod(now)
    fields.Date.today = staticmethod(lambda *_args: now().date())
    fields.Date.context_today = staticmethod(context_today)


def set_client_clock(clock: Clock) -> None:
    """Let the client of the portal tell the same time; the addon must be loaded."""
    client = import_module("odoo.addons.l10n_fr_chorus_pro.chorus_api").Client
    client.__init__.__kwdefaults__["now"] = lambda: (
        datetime.datetime.now(datetime.timezone.utc)
        + datetime.timedelta(seconds=clock.offset)
    )
