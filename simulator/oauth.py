"""PISTE's token endpoint: client credentials against an opaque token."""

import secrets

from . import settings
from .replies import json_response
from .sql import writing

GRANT = "client_credentials"


def issue(call):
    """Answer ``POST /api/oauth/token``.

    An unknown client and a wrong secret give the same 400 [L]; the scope may be
    absent [T].
    """
    form = call.request.form
    if form.get("grant_type") != GRANT:
        return _refuse("unsupported_grant_type")
    row = call.db.execute(
        "SELECT client_secret FROM application WHERE client_id = ?",
        (form.get("client_id", ""),),
    ).fetchone()
    secret = form.get("client_secret", "")
    if row is None or not secrets.compare_digest(row[0].encode(), secret.encode()):
        return _refuse("invalid_client")
    return json_response(
        {
            "access_token": _new_token(call, form["client_id"]),
            "token_type": "Bearer",
            "expires_in": settings.TOKEN_SECONDS,
            "scope": "openid",
        }
    )


def _new_token(call, client_id):
    """Keep and return a token of 54 letters and digits."""
    value = secrets.token_urlsafe(64).replace("-", "a").replace("_", "b")
    value = value[: settings.TOKEN_LENGTH]
    expires_at = call.now + settings.TOKEN_SECONDS
    with writing(call.db) as db:
        db.execute("DELETE FROM token WHERE expires_at < ?", (call.now,))
        db.execute("INSERT INTO token VALUES (?, ?, ?)", (value, client_id, expires_at))
    return value


def _refuse(error):
    body = {"error": error, "error_description": "The request was refused"}
    return json_response(body, 400)
