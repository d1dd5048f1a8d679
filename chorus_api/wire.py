"""One HTTP exchange: bytes out, status and bytes back, failures classified.

The only module that touches the network. It neither retries nor waits nor follows
redirects: a POST with credentials must not end elsewhere.
"""

import io
import time
from dataclasses import dataclass, field
from datetime import timezone
from email.utils import parsedate_to_datetime

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError, NewConnectionError

from .codes import ANSWER_BYTES_MAX, ANSWERS_MAX, RETRY_AFTER_MAX
from .download import Download
from .errors import ChorusError
from .redact import forms_of, redact
from .upload import Upload
from .values import as_text

# What an exchange may raise; ValueError comes out of http.client and urllib3 for sizes
# and addresses that make no sense.
BROKEN = (requests.RequestException, HTTPError, ValueError)
# Of a text of the portal no more is searched for secrets, and nothing shown unsearched.
_WINDOW = 20_000
# Small, since one piece may grow a thousandfold when it is decompressed.
_CHUNK = 16_384
# Seconds that a call waits for its turn; who counts the calls refuses longer waits.
WAIT_MAX = 1.5


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end."""

    status: int
    headers: CaseInsensitiveDict
    content: bytes
    secrets: tuple = field(default=(), repr=False)

    def clean(self, text):
        """Return a text of the answer, cut and without the secrets of the request."""
        return _shortened(text, self.secrets)

    def excerpt(self):
        """Return what helps to understand an unexpected answer.

        On 401 the useful text is in a header, not in the body [T].
        """
        said = self.headers.get("WWW-Authenticate", "")
        body = self.content[:_WINDOW].decode("utf-8", "replace")
        return self.clean(f"{said[:_WINDOW]} {body}")

    def retry_after(self, now):
        """Return the seconds asked by Retry-After (a number or a date), or None."""
        wish = self.headers.get("Retry-After", "").strip()
        if wish.isdecimal():
            seconds = int(wish[:9])
        else:
            seconds = _seconds_until(wish, now)
            if seconds is None:
                return None
        return min(max(seconds, 0), RETRY_AFTER_MAX)

    def clock_ahead(self, now):
        """Return by how many seconds the server's clock is ahead, or None.

        Its Date header has whole seconds, and the way of the answer counts too.
        """
        return _seconds_until(self.headers.get("Date", ""), now)


def _seconds_until(text, now):
    """Return the seconds from ``now`` to an HTTP date; None when it is none."""
    try:
        date = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None
    return int((_aware(date) - now).total_seconds())


def _shortened(text, secrets):
    """Mask ``secrets`` in the first part of ``text`` and return at most 300 characters.

    Where the window cuts a secret in two, its first half is no longer recognised:
    of a long text as much as the longest secret is left out at the window's end.
    """
    masked = redact(text[:_WINDOW], secrets)
    if len(text) > _WINDOW:
        masked = masked[: -max(map(len, secrets), default=1)]
    words = as_text(" ".join(masked.split())) or ""
    return words[:300]


def _aware(date):
    """RFC 9110 dates are GMT; "-0000" gives a naive datetime."""
    return date if date.tzinfo else date.replace(tzinfo=timezone.utc)


class Body:
    """A request body that knows whether its sending began.

    It offers only what requests and urllib3 need, so nothing can take bytes unseen.
    """

    def __init__(self, content):
        if isinstance(content, Download):
            content = content.request
        is_made_on_the_way = isinstance(content, Upload)
        self._stream = content.open() if is_made_on_the_way else io.BytesIO(content)
        self._length = len(content)
        self.begun = False

    def __len__(self):
        return self._length

    def __iter__(self):
        """Requests takes only iterables for streams; it is read() that is used."""
        return iter(lambda: self.read(65536), b"")

    def read(self, size=-1):
        """Hand over bytes, and remember it."""
        self.begun = True
        return self._stream.read(size)


class ProvingAdapter(HTTPAdapter):
    """The usual adapter; of a failure it tells whether the body had left.

    Exception classes do not: a reset during the handshake and one after the last byte
    look the same, and through a proxy urllib3 1.26 reports both as ProxyError. But the
    body is read only once the connection stands and the headers are written, and a
    POST without its body cannot be processed.
    """

    def __init__(self, connect_timeout):
        super().__init__()
        self._connect_timeout = connect_timeout

    def send(self, request, **options):
        """Send, and mark a failure with ``body_begun``.

        The pair of timeouts is formed here: Odoo's test framework, which stands in
        between, compares the timeout of a request with a number.
        """
        options["timeout"] = (self._connect_timeout, options["timeout"])
        try:
            return super().send(request, **options)
        except BROKEN as error:
            error.body_begun = getattr(request.body, "begun", True)
            raise


class StraightSession(requests.Session):
    """A session for which no answer is a redirect.

    Told not to follow one, requests still reads all of its body into memory and parses
    where it leads, with errors of its own.
    """

    def get_redirect_target(self, resp):
        """Lead nowhere."""


def new_session(connect_timeout):
    """Return a session whose failures tell whether the body had left."""
    session = StraightSession()
    session.mount("https://", ProvingAdapter(connect_timeout))
    session.mount("http://", ProvingAdapter(connect_timeout))
    return session


class Wire:
    """Makes single exchanges over one session.

    ``timeout`` is in seconds between two received bytes; ``secrets`` are strings that
    no error text may show. ``admit`` is called with the service before each exchange;
    it gives the seconds to wait, and what it raises is raised before anything left.
    """

    def __init__(self, session, timeout, secrets=()):
        self.session = session
        self.timeout = timeout
        self.secrets = secrets
        self.admit = _admit_all

    def exchange(self, service, method, url, headers, body=b""):
        """Send one request and return the Answer, whatever its status.

        :param service: name for the error and the log.
        :param body: bytes, an Upload or a Download.
        :raise ChorusError: unreachable, tls, timeout or interrupted; what ``admit``
            raises.
        """
        wait = min(self.admit(service) or 0, WAIT_MAX)
        if wait > 0:
            time.sleep(wait)
        tokens = forms_of(headers.get("Authorization", "").split()[1:])
        try:
            with self.session.request(
                method,
                url,
                headers=headers,
                data=Body(body) if body else None,
                # else a netrc file of the machine would replace our headers
                auth=_keep,
                timeout=self.timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                return Answer(
                    response.status_code,
                    response.headers,
                    _read(response, body, ANSWERS_MAX.get(service, ANSWER_BYTES_MAX)),
                    (*self.secrets, *tokens),
                )
        except BROKEN as error:
            raise ChorusError(
                _classify(error),
                service=service,
                detail=_shortened(_name(error), (*self.secrets, *tokens)),
            ) from error


def _admit_all(_service):
    """Nobody counts the calls."""


def _keep(request):
    return request


def _read(response, body, limit):
    """Read the body, but never more than ``limit`` bytes (after decompression).

    What is packed twice would grow a thousandfold twice before it is seen.
    """
    if "," in response.headers.get("Content-Encoding", ""):
        message = "answer in more than one encoding"
        raise requests.exceptions.ContentDecodingError(message)
    has_file = isinstance(body, Download) and response.status_code == 200
    content = bytearray()
    for chunk in response.iter_content(_CHUNK):
        content += body.strain(chunk) if has_file else chunk
        if len(content) > limit:
            message = f"answer of more than {limit} bytes"
            raise requests.exceptions.ContentDecodingError(message)
    if has_file:
        content += body.end()
    return bytes(content)


_NEVER_LEFT = (
    requests.ConnectTimeout,
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
)


def _classify(error):
    """Return the error code; "not sent" codes need a proof.

    The proof is ``body_begun`` of ProvingAdapter. Errors of other adapters only prove
    it by a class that cannot come after the connection.
    """
    begun = getattr(error, "body_begun", None)
    if begun is False:
        is_tls = isinstance(error, requests.exceptions.SSLError)
        return "tls" if is_tls else "unreachable"
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    connecting = isinstance(error, _NEVER_LEFT)
    if connecting or isinstance(reason, NewConnectionError):
        return "unreachable"
    return "timeout" if isinstance(error, requests.Timeout) else "interrupted"


def _name(error):
    """Return the class of the error and of the one inside, and its text."""
    inner = error.args[0] if error.args else ""
    return f"{type(error).__name__}: {inner}"
