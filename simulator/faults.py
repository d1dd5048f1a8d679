"""Faults that can be switched on, n times, for one service or all.

They live in the state file, so that every process sees them. A fault is taken
(and counted down) by the request it strikes. Table of names: see ``FAULTS``.
"""

import json

from .sql import insert, writing

FAULTS = {
    # refused before the portal sees the request
    "timeout_before": "the request is lost, nothing happens (params: hold, seconds)",
    "error_500": "HTTP 500, nothing happens at the portal",
    "error_503": "HTTP 503, nothing happens at the portal",
    "token_401": "the token expires early: HTTP 401, a new token is needed",
    "account_401": "HTTP 401 as for a wrong cpro-account",
    "forbidden_403": "HTTP 403 as for an API without subscription",
    "quota_429": "HTTP 429 with Retry-After (params: retry_after, default 2)",
    "slow": "the answer comes late (params: seconds, default 2)",
    # the portal has done its work, the answer suffers
    "timeout_after": "accepted, but the answer never arrives (params: hold)",
    "error_500_after": "accepted, but HTTP 500",
    "html_200": "accepted, but a page of HTML with HTTP 200",
    "cut_body": "accepted, connection reset in the middle of the body",
    "no_flux_number": "accepted with codeRetour 0 but without numeroFluxDepot",
    "null_lists": "every list of the answer is null",
    "object_lists": "every list of one element is sent as a bare object",
    "string_ids": "every identifier is sent as a string",
    "business_400": "a business refusal comes as HTTP 400 instead of 200",
    # fate of a deposit
    "IN_INCIDENTE": "the flow ends as IN_INCIDENTE instead of being judged",
    "IN_EN_ATTENTE_RETRAITEMENT_CPP": (
        "the flow is stuck (params: seconds, else until POST /_sim/flows)"
    ),
    "QP_IRRECEVABLE": "the flow ends as QP_IRRECEVABLE",
}

BEFORE = (
    "timeout_before",
    "error_500",
    "error_503",
    "token_401",
    "account_401",
    "forbidden_403",
    "quota_429",
)
AFTER = ("timeout_after", "error_500_after", "html_200", "cut_body")
SHAPES = (
    "no_flux_number",
    "null_lists",
    "object_lists",
    "string_ids",
    "business_400",
)
FATES = ("IN_INCIDENTE", "IN_EN_ATTENTE_RETRAITEMENT_CPP", "QP_IRRECEVABLE")
ALIASES = {"IN_EN_ATTENTE_RETRAITEMENT": "IN_EN_ATTENTE_RETRAITEMENT_CPP"}


class LostAnswer(TimeoutError):
    """The answer never arrives; the portal may have acted or not.

    Raised out of the WSGI callable. An in-process transport maps it (or plain
    ``TimeoutError``) to a read timeout; the HTTP server closes the socket
    without a word.
    """


class CutAnswer(ConnectionResetError):
    """The connection breaks in the middle of the body.

    Raised while the WSGI answer is iterated, after its first half. An
    in-process transport maps it (or plain ``ConnectionError``) to a connection
    error; the HTTP server closes the socket.
    """


def switch_on(db, name, service="*", times=1, params=None):
    """Add a fault and return its id. Raises ValueError on an unknown name."""
    name = ALIASES.get(name, name)
    if name not in FAULTS:
        known = ", ".join(FAULTS)
        message = f"unknown fault {name!r}; known: {known}"
        raise ValueError(message)
    values = {"name": name, "service": service.strip("/"), "times": int(times)}
    return insert(db, "fault", {**values, "params": json.dumps(params or {})})


def take(db, service, names):
    """Return ``{name: params}`` of the faults that strike now, counted down.

    ``service`` is ``api/path`` (``factures/deposer/flux``, ``oauth/token``); a
    fault may name it in full, without the api, or ``*``. At most one of each
    name is taken.
    """
    if not db.execute("SELECT 1 FROM fault LIMIT 1").fetchone():
        return {}
    taken = {}
    with writing(db):
        for row in db.execute("SELECT * FROM fault ORDER BY id").fetchall():
            if (
                row["name"] in names
                and row["name"] not in taken
                and _fits(row, service)
            ):
                taken[row["name"]] = json.loads(row["params"])
                _count_down(db, row)
    return taken


def take_first(db, service, names):
    """Return ``(name, params)`` of the one fault that strikes now, or ``("", {})``.

    For faults that end a request: the others of ``names`` wait for the next one.
    """
    if not db.execute("SELECT 1 FROM fault LIMIT 1").fetchone():
        return "", {}
    with writing(db):
        for row in db.execute("SELECT * FROM fault ORDER BY id").fetchall():
            if row["name"] in names and _fits(row, service):
                _count_down(db, row)
                return row["name"], json.loads(row["params"])
    return "", {}


def _fits(row, service):
    return row["service"] in ("*", service, service.partition("/")[2])


def _count_down(db, row):
    if row["times"] <= 1:
        db.execute("DELETE FROM fault WHERE id = ?", (row["id"],))
    else:
        db.execute("UPDATE fault SET times = times - 1 WHERE id = ?", (row["id"],))


def listing(db):
    """Return the faults still switched on, as JSON rows."""
    rows = db.execute("SELECT * FROM fault ORDER BY id").fetchall()
    return [{**dict(row), "params": json.loads(row["params"])} for row in rows]


def reshape(answer, shapes):
    """Return the JSON answer bent by the faults of ``SHAPES`` in ``shapes``."""
    if "no_flux_number" in shapes:
        answer = {k: v for k, v in answer.items() if k != "numeroFluxDepot"}
    if shapes.keys() & {"null_lists", "object_lists", "string_ids"}:
        answer = _walk(answer, shapes)
    return answer


def _walk(value, shapes):
    if isinstance(value, dict):
        return {k: _bend(k, _walk(v, shapes), shapes) for k, v in value.items()}
    if isinstance(value, list):
        return _bend_list([_walk(item, shapes) for item in value], shapes)
    return value


def _bend_list(value, shapes):
    if "null_lists" in shapes:
        return None
    if "object_lists" in shapes and len(value) == 1:
        return value[0]
    return value


def _bend(key, value, shapes):
    is_number = isinstance(value, int) and not isinstance(value, bool)
    if "string_ids" in shapes and is_number and "id" in key.lower():
        return str(value)
    return value
