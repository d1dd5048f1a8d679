"""Odoo as a library, for the processes that dev/ starts: no server, no scheduler."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service import server
from odoo.tools import config


def open_registry(database: str) -> Registry:
    """Load the addons of a database, with Odoo's log on standard error."""
    config.parse_config(["-d", database, "--no-http"], setup_logging=True)
    server.start(preload=[], stop=True)
    # Names the database in the log.
    threading.current_thread().dbname = database
    return Registry(database)


@contextmanager
def odoo_environment(registry: Registry, **context) -> Iterator[api.Environment]:
    """An environment of the superuser on a cursor of its own, committed at the end."""
    with registry.cursor() as cr:
        user = api.Environment(cr, SUPERUSER_ID, {})["res.users"]
        yield api.Environment(cr, SUPERUSER_ID, {**user.context_get(), **context})


def install_language(env: api.Environment, code: str) -> None:
    """Load the translations of a language."""
    languages = env["res.lang"].with_context(active_test=False)
    found = languages.search([("code", "=", code)])
    env["base.language.install"].create({"lang_ids": found.ids}).lang_install()


def use_web_server(env: api.Environment, url: str) -> None:
    """Tell the renderer where the style sheets of the PDFs are served."""
    settings = env["ir.config_parameter"]
    settings.set_param("web.base.url", url)
    settings.set_param("web.base.url.freeze", "True")
