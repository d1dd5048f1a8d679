"""A throw-away copy of the database, and workers in processes of their own on it."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg2
from werkzeug.test import Client

from odoo.sql_db import connection_info_for
from odoo.tests import BaseCase, get_db_name
from odoo.tools import config
from odoo.tools.misc import exec_pg_environ, find_pg_tool

from odoo.addons.l10n_fr_chorus_pro.simulator import create_app
from odoo.addons.l10n_fr_chorus_pro.tests.factur_x_common import make_pdf

WORKER = Path(__file__).parent / "processes" / "engine_worker.py"
PATIENCE = 60


class Worker:
    """One process that executes commands; see processes/engine_worker.py."""

    def __init__(self, database, folder):
        handle, self.log = tempfile.mkstemp(dir=folder, suffix=".log")
        paths = filter(None, sys.path)
        self.process = subprocess.Popen(
            [sys.executable, str(WORKER), database, str(Path(folder) / "canned.pdf")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=handle,
            text=True,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        os.close(handle)

    def start(self, command, **arguments):
        """Give a command and do not wait for its answer."""
        self._write(json.dumps({"do": command, "with": arguments}))

    def go_on(self):
        """Let the worker leave the point where it stands still."""
        self._write("")

    def _write(self, line):
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()

    def read(self):
        """The next answer: {"done": result} or {"at": point}."""
        ready, _write, _error = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            raise AssertionError(f"the worker gave no answer:\n{self.read_log()}")
        return json.loads(line)

    def do(self, command, **arguments):
        """Give a command; returns its result."""
        self.start(command, **arguments)
        return self.result()

    def result(self):
        """The result of the command at work."""
        answer = self.read()
        if "done" not in answer:
            raise AssertionError(f"the worker stands still: {answer}")
        return answer["done"]

    def reach(self, point):
        """Wait until the worker stands still at a point."""
        answer = self.read()
        if answer != {"at": point}:
            raise AssertionError(f"the worker is elsewhere: {answer}")

    def kill(self):
        """End the process at once, as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.close()

    def close(self):
        """Wait for the end of the process."""
        with self.process:
            self.process.stdin.close()

    def read_log(self):
        """The end of the worker's own log."""
        return Path(self.log).read_text()[-4000:]


class ProcessCase(BaseCase):
    """Several operating system processes on one database that is thrown away.

    `worker` serves all tests; one that stands still or is killed is hired for a test.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = folder.name
        (Path(folder.name) / "canned.pdf").write_bytes(make_pdf("canned"))
        cls.database = f"{get_db_name()}_processes"
        cls.addClassCleanup(cls._drop)
        cls._copy()
        files = config.filestore(cls.database)
        os.makedirs(files, exist_ok=True)
        cls.portal = create_app(os.path.join(files, "chorus_pro_demo.sqlite"))
        cls.worker = Worker(cls.database, cls.folder)
        cls.addClassCleanup(cls.worker.kill)
        cls.worker.result()
        cls.worker.do("set_up")

    @classmethod
    def _copy(cls):
        """Copy what is committed in the database of the tests."""
        cls._drop()
        cls._execute(f'CREATE DATABASE "{cls.database}" TEMPLATE template0')
        environment = exec_pg_environ()
        with subprocess.Popen(
            [find_pg_tool("pg_dump"), "--no-owner", get_db_name()],
            env=environment,
            stdout=subprocess.PIPE,
        ) as dump:
            subprocess.run(
                [find_pg_tool("psql"), "-q", "-X", "-d", cls.database],
                env=environment,
                stdin=dump.stdout,
                stdout=subprocess.DEVNULL,
                check=True,
            )

    @classmethod
    def _drop(cls):
        cls._execute(f'DROP DATABASE IF EXISTS "{cls.database}" WITH (FORCE)')
        shutil.rmtree(config.filestore(cls.database), ignore_errors=True)

    @classmethod
    def _execute(cls, statement):
        with closing(cls._connect("postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)

    @classmethod
    def _connect(cls, database):
        _name, info = connection_info_for(database)
        return psycopg2.connect(**info)

    def setUp(self):
        super().setUp()
        self.connection = self._connect(self.database)
        self.connection.autocommit = True
        self.addCleanup(self.connection.close)

    def hire(self):
        """A new worker, ready for commands."""
        worker = Worker(self.database, self.folder)
        self.addCleanup(self._dismiss, worker)
        self.assertEqual(worker.result(), "ready")
        return worker

    def _dismiss(self, worker):
        if worker.process.poll() is None:
            worker.kill()

    def query(self, statement, *values):
        """Rows of a statement on a connection of our own."""
        with self.connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def control(self, path, body=None, method="POST"):
        """Call the simulator's control API; returns its JSON."""
        answer = Client(self.portal).open(f"/_sim/{path}", method=method, json=body)
        self.assertEqual(answer.status_code, 200, answer.text)
        return answer.json
