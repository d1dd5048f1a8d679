"""The PISTE gateway: what a request must pass before the portal sees it.

Bodies of its refusals are [U]; the statuses and the header of a missing token
are [L]. Order of the checks: token, quota, API and route, size, media type,
technical account.
"""

import base64
import binascii
import json
import secrets
import time

from . import settings
from .replies import json_response
from .sql import read_meta, writing

REALM = "PISTE"
UNKNOWN_REALM = "DefaultRealm"


class Blocked(Exception):
    """The gateway refuses; ``response`` says how."""

    def __init__(self, response):
        super().__init__(response.status)
        self.response = response


def check(call, is_declared):
    """Let the request pass or raise ``Blocked``; sets ``call.login``."""
    client_id = _check_token(call)
    _check_quota(call, client_id)
    _check_route(call, client_id, is_declared)
    _check_size(call)
    _check_media_type(call)
    call.login = _check_account(call)


def refuse(status, text, headers=()):
    """Return the gateway's own answer; its body is ours [U]."""
    body = {"httpCode": status, "httpMessage": text}
    return json_response(body, status, headers)


def _bearer(realm, error, description):
    value = f'Bearer realm="{realm}", error="{error}", '
    return [("WWW-Authenticate", f'{value}error_description="{description}"')]


def no_token(call):
    """Answer a request without token: 400, not 401 [L]."""
    realm = REALM if call.api in settings.KNOWN_APIS else UNKNOWN_REALM
    headers = _bearer(realm, "invalid_request", "Unable to find token in the message")
    return refuse(400, "Bad Request", headers)


def token_expired():
    """Answer an unknown or expired token: 401, named in the header [I]."""
    headers = _bearer(REALM, "invalid_token", "Unable to validate the token")
    return refuse(401, "Unauthorized", headers)


def account_refused():
    """Answer a bad cpro-account: 401 [L]; the header's text is ours [U]."""
    value = 'CPRO realm="PISTE", error="invalid_account"'
    return refuse(401, "Unauthorized", [("WWW-Authenticate", value)])


def forbidden():
    """Answer an undeclared route or an API without subscription: 403 [L]."""
    return refuse(403, "Forbidden")


def too_many(seconds):
    """Answer an overrun quota: 429 [T]; Retry-After is ours [U]."""
    return refuse(429, "Too Many Requests", [("Retry-After", str(seconds))])


def _check_token(call):
    header = call.request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Blocked(no_token(call))
    row = call.db.execute(
        "SELECT client_id FROM token WHERE value = ? AND expires_at > ?",
        (token, call.now),
    ).fetchone()
    if row is None:
        raise Blocked(token_expired())
    return row[0]


def _check_quota(call, client_id):
    """Count the call when a quota is set: ``{"calls": n, "seconds": s}``.

    Real seconds, since a quota is about load; off by default as the true
    figures are not public [U].
    """
    quota = read_meta(call.db, "quota")
    if not quota:
        return
    moment = time.time()
    with writing(call.db) as db:
        db.execute("DELETE FROM hit WHERE at <= ?", (moment - quota["seconds"],))
        count, oldest = db.execute(
            "SELECT count(*), min(at) FROM hit WHERE client_id = ?", (client_id,)
        ).fetchone()
        if count < quota["calls"]:
            db.execute("INSERT INTO hit VALUES (?, ?)", (client_id, moment))
            return
    wait = int(oldest + quota["seconds"] - moment) + 1
    raise Blocked(too_many(wait))


def _check_route(call, client_id, is_declared):
    if call.api not in settings.KNOWN_APIS:
        raise Blocked(refuse(404, "Not Found"))
    row = call.db.execute(
        "SELECT apis FROM application WHERE client_id = ?", (client_id,)
    ).fetchone()
    if not is_declared or call.api not in json.loads(row[0]):
        raise Blocked(forbidden())


def _check_size(call):
    if (call.request.content_length or 0) > settings.MAX_REQUEST:
        raise Blocked(refuse(413, "Request Entity Too Large"))


def _check_media_type(call):
    if call.request.method == "POST" and not call.request.is_json:
        raise Blocked(refuse(415, "Unsupported Media Type"))


def _check_account(call):
    """Return the login of the technical account in ``cpro-account``."""
    header = call.request.headers.get("cpro-account", "")
    try:
        login, _, password = (
            base64.b64decode(header, validate=True).decode().partition(":")
        )
    except (binascii.Error, UnicodeDecodeError):
        raise Blocked(account_refused()) from None
    row = call.db.execute(
        "SELECT password FROM account"
        " WHERE login = ? AND active_at <= ? AND expires_at > ?",
        (login, call.now, call.now),
    ).fetchone()
    if row is None or not secrets.compare_digest(row[0].encode(), password.encode()):
        raise Blocked(account_refused())
    return login
