"""One call of a service: credentials, token, one log line, the judged answer."""

import base64
import json
import logging
import time

from .answers import judge
from .auth import MemoryTokenStore, TokenSource
from .errors import ChorusError
from .redact import RedactFilter, forms_of
from .values import as_int
from .wire import Wire, new_session

_logger = logging.getLogger(__name__)
_logger.addFilter(RedactFilter())

_JSON = "application/json;charset=utf-8"


class Transport:
    """Makes the calls of one technical account; the parameters are Client's."""

    def __init__(self, settings, session, token_store, timeout, now):
        connect_timeout, read_timeout = timeout
        self._own_session = None if session else new_session(connect_timeout)
        self._api_url = settings.api_url.rstrip("/")
        pair = f"{settings.login}:{settings.password}"
        self._account = base64.b64encode(pair.encode()).decode()
        secrets = (
            settings.client_secret,
            settings.password,
            self._account,
            settings.client_id,
            settings.login,
        )
        self._wire = Wire(session or self._own_session, read_timeout, forms_of(secrets))
        store = token_store or MemoryTokenStore()
        self._tokens = TokenSource(settings, self._wire, store, now)
        self._now = now

    def close(self):
        """Close the session, if it is our own."""
        if self._own_session:
            self._own_session.close()

    def admit_by(self, admit):
        """Ask `admit` before every call; None lets all pass."""
        if admit:
            self._wire.admit = admit

    def renew_token(self):
        """Ask for a new token, whatever is kept; tells how far the clocks differ.

        :return: seconds by which the server's clock is ahead, None when not told
        :raise ChorusError: token_refused, token_unavailable, unreachable or tls.
        """
        self._tokens.renew()
        return self._tokens.clock_ahead

    def post(self, service, payload, expected, level=logging.DEBUG):
        """Post a JSON object and return the answer's.

        :param payload: a dict, an Upload or a Download.
        :param expected: a key that a successful answer holds (answers.judge).
        :param level: of the log line.
        :raise ChorusError: any code.
        """
        is_dict = isinstance(payload, dict)
        body = json.dumps(payload).encode() if is_dict else payload
        return self._logged("POST", service, body, expected, level)

    def get(self, service):
        """Get a JSON object.

        :raise ChorusError: any code.
        """
        return self._logged("GET", service, b"", None, logging.DEBUG)

    def _logged(self, method, service, body, expected, level):
        started = time.monotonic()
        try:
            answer = self._exchange(method, service, body)
            data = judge(service, answer, expected, self._now())
        except ChorusError as error:
            _log(level, service, error.http_status, error.return_code, started, error)
            raise
        _log(level, service, answer.status, as_int(data.get("codeRetour")), started)
        return data

    def _exchange(self, method, service, body):
        """Send with a token; after a 401 renew it and send once more.

        HTTP 401 is a definite refusal, so the repetition is safe for every service.
        """
        url = f"{self._api_url}/cpro/{service}"
        token = self._tokens.get()
        headers = self._headers(token)
        answer = self._wire.exchange(service, method, url, headers, body)
        if answer.status == 401:
            self._tokens.drop(token)
            headers = self._headers(self._tokens.get())
            answer = self._wire.exchange(service, method, url, headers, body)
        return answer

    def _headers(self, token):
        return {
            "Authorization": f"Bearer {token.value}",
            "cpro-account": self._account,
            "Content-Type": _JSON,
            "Accept": _JSON,
        }


def _log(level, service, status, number, started, error=None):
    """Write service, HTTP status, codeRetour, error code and milliseconds."""
    spent = 1000 * (time.monotonic() - started)
    _logger.log(
        level,
        "%s: HTTP %s, codeRetour %s, %s, %d ms",
        service,
        status or "-",
        "-" if number is None else number,
        error.code if error else "ok",
        spent,
    )
