"""Fixtures of the tests of chorus_api: a canned portal, no database, no network."""

import contextlib
import io
import json
import logging
from datetime import datetime, timezone

import requests
from requests.adapters import BaseAdapter

from odoo.tests import BaseCase

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client, Settings

# localhost is the one host that Odoo's test framework lets through
SETTINGS = Settings(
    token_url="http://localhost/api/oauth/token",
    api_url="http://localhost",
    client_id="application-1",
    client_secret="secret-of-piste",
    login="TECH_1_1@cpro.fr",
    password="word-of-the-account",
)
TOKEN = "tokenvalue" * 5 + "abcd"
TOKEN_ANSWER = {"access_token": TOKEN, "token_type": "Bearer", "expires_in": 3600}
NOW = datetime(2026, 9, 14, 8, 0, tzinfo=timezone.utc)
SUCCESS = {"codeRetour": 0, "libelle": "GCU_MSG_01_000"}
NO_RESULT = {"codeRetour": 20000, "libelle": "TRA_MSG_00.015"}


def canned(data=None, status=200, headers=None):
    """Return an answer to serve: JSON for a dict or list, else bytes or text."""
    body = data.encode() if isinstance(data, str) else data
    if not isinstance(body, bytes):
        body = json.dumps(data).encode()
    return status, headers or {}, body


class CannedAdapter(BaseAdapter):
    """Serves prepared answers in order and keeps what was asked.

    An answer is made by ``canned`` or is an exception to raise. Token calls are served
    from ``tokens`` (the last one again and again), all others from ``answers``.
    """

    def __init__(self, answers, tokens=()):
        super().__init__()
        self.answers = list(answers)
        self.tokens = list(tokens) or [canned(TOKEN_ANSWER)]
        self.calls = []
        self.token_calls = []

    def send(self, request, **options):
        """Keep the request and give the next answer."""
        body = request.body
        request.sent = body.read() if hasattr(body, "read") else body
        request.options = options
        if request.url == SETTINGS.token_url:
            self.token_calls.append(request)
            answer = self.tokens.pop(0) if len(self.tokens) > 1 else self.tokens[0]
        else:
            self.calls.append(request)
            answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return _response(request, *answer)

    def close(self):
        """Nothing to release."""

    @property
    def payloads(self):
        """The JSON objects that were posted."""
        return [json.loads(call.sent) for call in self.calls]

    @property
    def paths(self):
        """The paths that were called."""
        return [call.path_url for call in self.calls]


def _response(request, status, headers, body):
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    response.raw = io.BytesIO(body)
    response.request = request
    response.url = request.url
    return response


class ChorusApiCase(BaseCase):
    """Base of the tests of the client, which need no database."""

    def portal(self, *answers, tokens=(), **options):
        """Return a client of a canned portal, and its adapter."""
        adapter = CannedAdapter(answers, tokens)
        session = requests.Session()
        session.mount("http://", adapter)
        self.addCleanup(session.close)
        options.setdefault("now", lambda: NOW)
        return Client(SETTINGS, session=session, **options), adapter

    @contextlib.contextmanager
    def assert_error(self, code, outcome):
        """Check that the block raises a ChorusError, given as ``.exception``."""
        with self.assertRaises(ChorusError) as caught:
            yield caught
        self.assertEqual(caught.exception.code, code)
        self.assertEqual(caught.exception.outcome, outcome)

    @contextlib.contextmanager
    def captured_logs(self):
        """Give the list of everything logged at any level, finished texts."""
        texts = []
        handler = logging.Handler()
        handler.emit = lambda record: texts.append(record.getMessage())
        root = logging.getLogger()
        names = ("odoo.addons.l10n_fr_chorus_pro.chorus_api.transport", "urllib3")
        levels = {name: logging.getLogger(name).level for name in names}
        root.addHandler(handler)
        for name in names:
            logging.getLogger(name).setLevel(logging.DEBUG)
        try:
            yield texts
        finally:
            root.removeHandler(handler)
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)
