"""Several processes on one state file, and the command line."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.simulator import __main__ as command
from odoo.addons.l10n_fr_chorus_pro.simulator import server

from .simulator_common import Portal, archive, facturx

ROOT = Path(simulator.__file__).parents[1]
WORKER = """
import base64, json, sys
from werkzeug.test import Client
import simulator

path, name, count, content = sys.argv[1:]
http = Client(simulator.create_app(path))
known = simulator.CREDENTIALS
token = http.post("/api/oauth/token", data={
    "grant_type": "client_credentials",
    "client_id": known["client_id"], "client_secret": known["client_secret"],
}).get_json()["access_token"]
account = base64.b64encode(f"{known['login']}:{known['password']}".encode()).decode()
headers = {"Authorization": f"Bearer {token}", "cpro-account": account}
for turn in range(int(count)):
    answer = http.post("/cpro/factures/v1/deposer/flux", headers=headers, json={
        "fichierFlux": open(content).read(), "nomFichier": f"{name}-{turn}.pdf",
        "syntaxeFlux": "IN_DP_E2_CII_FACTURX"}).get_json()
    print(answer["numeroFluxDepot"])
    report = http.post("/cpro/transverses/v1/consulterCRDetaille", headers=headers,
                       json={"numeroFluxDepot": answer["numeroFluxDepot"]}).get_json()
    assert report["codeRetour"] == 0, report
"""


class ProcessCase(BaseCase):
    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.state = self.folder / "state.sqlite"

    def start(self, *arguments):
        """Start Python in the folder that holds the simulator."""
        process = subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.addCleanup(self.stop, process)
        return process

    def stop(self, process):
        """End a process that we started."""
        if process.poll() is None:
            process.kill()
        process.communicate()


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorProcesses(ProcessCase):
    def test_several_writers(self):
        content = self.folder / "content"
        content.write_text(_base64(archive({"a.pdf": facturx(), "b.pdf": facturx()})))
        count, workers = 15, 4
        processes = [
            self.start("-c", WORKER, self.state, name, count, content)
            for name in range(workers)
        ]
        numbers = []
        for process in processes:
            output, errors = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 0, errors)
            numbers += output.split()
        self.assertEqual(len(set(numbers)), count * workers)
        portal = Portal(self.state)
        portal.advance(60)
        ledger = portal.ledger()
        self.assertEqual(
            sorted(line["number"] for line in ledger["deposits"]), sorted(numbers)
        )
        self.assertEqual(len(ledger["calls"]), count * workers)
        self.assertEqual(len(ledger["invoices"]), 1)
        states = [line["state"] for line in ledger["deposits"]]
        self.assertEqual(states.count("IN_INTEGRE_PARTIEL"), 1)
        self.assertEqual(states.count("IN_REJETE"), count * workers - 1)

    def test_a_killed_writer_loses_nothing_that_was_answered(self):
        content = self.folder / "content"
        content.write_text(_base64(b"x" * 1000))
        process = self.start("-u", "-c", WORKER, self.state, "k", 10000, content)
        answered = [process.stdout.readline().strip() for _turn in range(20)]
        process.kill()
        answered += process.communicate()[0].split()
        kept = {line["number"] for line in Portal(self.state).ledger()["deposits"]}
        whole = [number for number in answered if len(number) == 25]
        self.assertGreaterEqual(len(whole), 20)
        self.assertLessEqual(set(whole), kept)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSimulatorCommand(ProcessCase):
    def test_served_over_http(self):
        process = self.start(
            "-m", "simulator", "--port", 0, "--state", self.state, "--json"
        )
        facts = json.loads(process.stdout.readline())
        self.assertLessEqual(simulator.CREDENTIALS.items(), facts.items())
        with urllib.request.urlopen(facts["console"], timeout=20) as answer:
            self.assertIn("Structures destinataires", answer.read().decode())
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(facts["token_url"], b"", timeout=20)
        caught.exception.close()
        self.assertEqual(caught.exception.code, 400)
        embedded = Portal(self.state)
        number = embedded.deposit(b"x")["numeroFluxDepot"]
        with urllib.request.urlopen(
            f"{facts['url']}/_sim/ledger", timeout=20
        ) as answer:
            ledger = json.load(answer)
        self.assertEqual(ledger["deposits"][0]["number"], number)
        os.kill(process.pid, signal.SIGINT)
        self.assertEqual(process.wait(20), 0)

    def test_main(self):
        class Httpd:
            server_port = 8123
            closed = False

            def serve_forever(self):
                raise KeyboardInterrupt

            def server_close(self):
                self.closed = True

        for flag, shown in (
            ("--json", '"url": "http://127.0.0.1:8123"'),
            (None, "url: "),
        ):
            httpd, output = Httpd(), io.StringIO()
            arguments = ["--state", str(self.state), *([flag] if flag else [])]
            with (
                patch.object(server, "make", return_value=httpd) as make,
                contextlib.redirect_stdout(output),
            ):
                status = command.main([*arguments, "--auto-suppliers"])
            self.assertEqual(status, 0)
            self.assertTrue(httpd.closed)
            self.assertTrue(make.call_args.args[0].auto_suppliers)
            self.assertIn(shown, output.getvalue())
            self.assertIn(simulator.CREDENTIALS["password"], output.getvalue())


def _base64(content):
    import base64

    return base64.b64encode(content).decode()
