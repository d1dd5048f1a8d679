"""The WSGI application: one request, one connection, one answer."""

import logging
import time
from dataclasses import dataclass, field

from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request, Response

from . import (
    actions,
    clock,
    console,
    control,
    deposits,
    faults,
    files,
    flows,
    gateway,
    invoices,
    oauth,
    search,
    structures,
)
from .replies import Refusal, json_response
from .sql import writing
from .store import Store

_logger = logging.getLogger(__name__)

TOKEN_PATH = "/api/oauth/token"  # noqa: S105 -- a path, not a secret
PREFIX = "/cpro/"

OPERATIONS = {
    **deposits.OPERATIONS,
    **search.OPERATIONS,
    **invoices.OPERATIONS,
    **actions.OPERATIONS,
    **files.OPERATIONS,
    **structures.OPERATIONS,
}
"""``(method, "api/path without v1")`` → function of a ``Call``; see ``PATHS``."""


@dataclass
class Call:
    """One request on its way through the portal.

    ``service`` is ``api/path`` (``factures/deposer/flux``), ``body`` the JSON
    object sent, ``now`` the simulator's time, ``login`` the technical account.
    """

    request: Request
    db: object
    now: float
    service: str = ""
    body: dict = field(default_factory=dict)
    login: str = ""
    fates: dict = field(default_factory=dict)
    auto_suppliers: bool = False

    @property
    def api(self):
        """Name of the API, first part of the service."""
        return self.service.partition("/")[0]


class Simulator:
    """The WSGI callable; see ``create_app``."""

    def __init__(self, state_path, latency=None, *, auto_suppliers=False):
        self.store = Store(state_path)
        self.auto_suppliers = auto_suppliers
        if latency is not None:
            with self.store.connect() as db, writing(db):
                control.set_latency(db, latency)

    def __call__(self, environ, start_response):
        """Answer one WSGI request; may raise ``faults.LostAnswer``."""
        request = Request(environ)
        with self.store.connect() as db:
            response = self._answer(request, db)
        return response(environ, start_response)

    def _answer(self, request, db):
        path = request.path
        call = Call(request, db, clock.now(db), auto_suppliers=self.auto_suppliers)
        flows.settle(db, call.now)
        if path.startswith("/_sim"):
            return control.answer(call)
        if path.startswith("/console") or path == "/":
            return console.answer(call)
        if path == TOKEN_PATH and request.method == "POST":
            call.service = "oauth/token"
            return _with_faults(call, oauth.issue)
        if path.startswith(PREFIX):
            call.service = path.removeprefix(PREFIX).replace("/v1/", "/", 1)
            return _with_faults(call, _portal)
        return gateway.no_token(call)


def _portal(call):
    """Pass the gateway, run the operation, shape its answer."""
    declared = "/v1/" in call.request.path
    operation = OPERATIONS.get((call.request.method, call.service))
    try:
        gateway.check(call, declared and operation is not None)
    except gateway.Blocked as blocked:
        return blocked.response
    shapes = faults.take(call.db, call.service, faults.SHAPES)
    if call.request.method == "POST":
        try:
            call.body = call.request.get_json()
        except BadRequest:
            return gateway.refuse(400, "Requete mal formulee")
        if not isinstance(call.body, dict):
            return gateway.refuse(400, "Requete mal formulee")
    return _run(call, operation, shapes)


def _run(call, operation, shapes):
    try:
        answer = operation(call)
    except Refusal as refusal:
        status = 400 if "business_400" in shapes else refusal.http
        body = {"codeRetour": refusal.code, "libelle": refusal.label}
        return json_response(body, status)
    except (TypeError, ValueError, AttributeError, KeyError, OverflowError):
        # A field of the wrong type is the caller's fault, but may also be ours.
        _logger.warning("simulator: %s failed", call.service, exc_info=True)
        return gateway.refuse(400, "Requete mal formulee")
    return json_response(faults.reshape(answer, shapes))


def _with_faults(call, handler):
    """Run ``handler`` between the faults that strike before and after it.

    At most one strikes before and one after: a request can be lost only once. A slow
    answer suffers nothing else, for its caller may be gone by then.
    """
    name, params = faults.take_first(call.db, call.service, (*faults.BEFORE, "slow"))
    if name == "slow":
        time.sleep(float(params.get("seconds", 2)))
        return handler(call)
    if name:
        return _fail_before(call, name, params)
    response = handler(call)
    if response.status_code != 200:
        return response
    name, params = faults.take_first(call.db, call.service, faults.AFTER)
    return _fail_after(response, name, params) if name else response


def _fail_before(call, name, params):
    if name == "timeout_before":
        _lose(name, params)
    if name == "token_401":
        token = call.request.headers.get("Authorization", "").partition(" ")[2]
        call.db.execute("DELETE FROM token WHERE value = ?", (token,))
        return gateway.token_expired()
    return {
        "error_500": lambda: gateway.refuse(500, "Internal Server Error"),
        "error_503": lambda: gateway.refuse(503, "Service Unavailable"),
        "account_401": gateway.account_refused,
        "forbidden_403": gateway.forbidden,
        "quota_429": lambda: gateway.too_many(params.get("retry_after", 2)),
    }[name]()


def _lose(name, params):
    """Never answer; ``hold`` seconds pass before the connection is given up."""
    time.sleep(float(params.get("hold", 0)))
    raise faults.LostAnswer(name)


def _fail_after(response, name, params):
    if name == "timeout_after":
        _lose(name, params)
    if name == "error_500_after":
        return gateway.refuse(500, "Internal Server Error")
    if name == "html_200":
        page = "<html><body><h1>Maintenance en cours</h1></body></html>"
        return Response(page, content_type="text/html;charset=utf-8")
    data = response.get_data()
    response.response = _half(data)
    response.headers["Content-Length"] = str(len(data))
    return response


def _half(data):
    """Yield the first half of the body, then break the connection."""
    yield data[: len(data) // 2]
    message = "cut_body"
    raise faults.CutAnswer(message)


def create_app(state_path, *, latency=None, auto_suppliers=False):
    """Return the simulator as a WSGI callable over the file ``state_path``.

    The file (and its folder) is made when missing; several processes may serve
    the same one. ``latency`` overrides delays of ``settings.LATENCY`` in
    seconds and is kept in the file. With ``auto_suppliers`` a search by an
    unknown SIRET of 14 digits adds a private supplier (ours, for the Demo
    environment: the company's own number works at once).
    """
    return Simulator(state_path, latency, auto_suppliers=auto_suppliers)
