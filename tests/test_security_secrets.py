"""Secrets are where they must be, and nowhere else."""

import base64
import logging
from contextlib import contextmanager
from urllib.parse import quote

from psycopg2.errors import SerializationFailure

from odoo import api
from odoo.sql_db import db_connect
from odoo.tests import tagged

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon
from odoo.addons.l10n_fr_chorus_pro.tests.security_common import MODULE

WRONG = "Wrong-Word-4711!"
# Prints every value that is read or written, by a switch of its own (--log-sql): the
# one logger that is not for us to keep clean.
SQL = "odoo.sql_db"


def shapes(secret):
    """How a secret may look in a text."""
    coded = base64.b64encode(secret.encode()).decode()
    return {secret, coded, coded.rstrip("="), quote(secret, safe="")}


class Recorder(logging.Handler):
    """Keeps every record as a handler would print it, tracebacks included."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.names = set()
        self.texts = []

    def emit(self, record):
        """Format and keep."""
        self.names.add(record.name)
        self.texts.append(self.format(record))
        self.texts.append(repr(record.args))


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSecuritySecrets(EngineCommon):
    """A whole run against a served portal, with everything logged."""

    SPARE = 1

    @contextmanager
    def recorded(self):
        """Record all loggers at DEBUG, as Odoo's own level `debug` does and more."""
        loggers = [
            logger
            for logger in logging.Logger.manager.loggerDict.values()
            if isinstance(logger, logging.Logger) and logger.name != SQL
        ]
        loggers.append(logging.getLogger())
        kept = [(logger, logger.level, logger.disabled) for logger in loggers]
        handlers = logging.getLogger().handlers[:]
        recorder = Recorder()
        logging.getLogger().handlers[:] = [recorder]
        sql = logging.getLogger(SQL)
        sql_level = sql.level
        sql.setLevel(logging.INFO)
        try:
            for logger in loggers:
                logger.setLevel(logging.DEBUG)
            yield recorder
        finally:
            sql.setLevel(sql_level)
            logging.getLogger().handlers[:] = handlers
            for logger, level, _disabled in kept:
                logger.setLevel(level)

    def secrets(self, *others):
        """Everything that must not be seen: credentials, token, files."""
        words = [*simulator.CREDENTIALS.values(), WRONG, *others]
        found = set().union(*map(shapes, words))
        pair = "{login}:{password}".format(**simulator.CREDENTIALS)
        found |= shapes(pair)
        for row in self.env["chorus.pro.transmission"].sudo().search([]):
            content = row._file_content()
            # Some wait behind the pause of the queue and have no file yet.
            for start in range(0, min(len(content), 300), 3):
                found.add(base64.b64encode(content[start : start + 60]).decode())
            found.add(repr(content[:40])[2:-1])
        return {text for text in found if len(text) > 8}

    def assert_clean(self, texts, *others):
        """No text shows a secret."""
        secrets = self.secrets(*others)
        self.assertGreater(len(secrets), 15)
        for text in texts:
            for secret in secrets:
                self.assertNotIn(secret, text)

    def run_everything(self):
        """Token, deposit, follow, lost answers, refusals; returns tokens and texts."""
        url, tokens, texts = self.serve_portal(), [], []
        self.go_to("qualification", url)
        self.send(self.move)
        tokens.append(self.gate().token)
        self.advance(60)
        self.run_follow()
        for name, service in (
            ("timeout_after", "factures/deposer/flux"),
            ("error_500_after", "factures/deposer/flux"),
            ("html_200", "factures/deposer/flux"),
            ("account_401", "*"),
            ("forbidden_403", "*"),
            ("business_400", "*"),
        ):
            self.fault(name, service)
            self.send(self.make_invoice())
            self.end_pause()
            self.run_follow()
        for name in simulator.CREDENTIALS:
            self.go_to("qualification", url, **{name: WRONG})
            self.send(self.make_invoice())
            texts.append(self.gate().pause_detail or "")
            with self.portal_session():
                action = self.company.sudo().action_chorus_pro_test()
            report = self.env[action["res_model"]].browse(action["res_id"])
            self.assertFalse(report.works)
            texts.append(report.report)
            self.end_pause()
        self.go_to("qualification", url)
        with self.portal_session():
            self.company.sudo().action_chorus_pro_test()
        tokens.append(self.gate().token)
        return tokens, texts

    def test_nothing_is_logged_or_kept(self):
        with self.recorded() as recorder:
            tokens, texts = self.run_everything()
        self.assertGreaterEqual(len(set(filter(None, tokens))), 1)
        self.assertIn("urllib3.connectionpool", recorder.names)
        self.assertTrue(any(MODULE in name for name in recorder.names))
        tokens = list(filter(None, tokens))
        self.assert_clean(recorder.texts, *tokens)
        self.assert_clean(texts, *tokens)
        self.check_tables(*tokens)

    def check_tables(self, *tokens):
        """Whatever was stored, in any table: in two only, and nowhere by accident."""
        self.env.flush_all()
        self.env.cr.execute(
            """SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
                WHERE relkind IN ('r', 'p') AND nspname = current_schema()"""
        )
        tables = {name for (name,) in self.env.cr.fetchall()}
        self.assertLessEqual(
            {"ir_logging", "mail_message", "mail_tracking_value"}, tables
        )
        words = "|".join(
            word.replace("+", r"\+").replace("!", r"\!").replace(".", r"\.")
            for word in {*simulator.CREDENTIALS.values(), WRONG, *tokens}
        )
        holding = set()
        for table in tables:
            query = f'SELECT 1 FROM "{table}" t WHERE t::text ~ %s LIMIT 1'
            self.env.cr.execute(query, [words])
            if self.env.cr.fetchone():
                holding.add(table)
        self.assertEqual(holding, {"res_company", "chorus_pro_gate"})

    def test_fields_of_secrets(self):
        """For administrators, not copied, not tracked, in no view of others."""
        company, gate = self.env["res.company"], self.env["chorus.pro.gate"]
        fields = [
            company._fields[f"chorus_pro_{name}"] for name in simulator.CREDENTIALS
        ]
        for field in (*fields, gate._fields["token"]):
            with self.subTest(field):
                self.assertEqual(field.groups, "base.group_system")
                self.assertFalse(field.copy)
                self.assertFalse(getattr(field, "tracking", None))
        settings = self.env["res.config.settings"]
        for field in fields:
            self.assertEqual(settings._fields[field.name].groups, "base.group_system")
            self.assertFalse(settings._fields[field.name].store)

    def test_a_collision_does_not_log_the_password(self):
        """Odoo logs a statement that fails, with its values."""
        company_id = self.env.ref("base.main_company").id
        database = db_connect(self.env.cr.dbname)
        with database.cursor() as first, database.cursor() as second:
            company = api.Environment(first, api.SUPERUSER_ID, {})["res.company"]
            company = company.browse(company_id)
            self.assertTrue(company.name)
            second.execute(
                "UPDATE res_company SET write_date = now() WHERE id = %s", [company_id]
            )
            second.commit()
            with self.recorded() as recorder, self.assertRaises(SerializationFailure):
                company.chorus_pro_password = WRONG
                company.flush_recordset()
            first.rollback()
        self.assertNotIn(WRONG, "".join(recorder.texts))
