"""Answers of the portal: success, the two shapes of refusal, pages."""

import json

from werkzeug.wrappers import Response

from . import settings

JSON_TYPE = "application/json;charset=utf-8"
WRITE_OK = "GCU_MSG_01_000"  # [L]
READ_OK = "TRA_MSG_00.000"  # [T]
NOTHING_FOUND = (20000, "TRA_MSG_00.015")  # [T]


class Refusal(Exception):
    """A business refusal: ``codeRetour`` and ``libelle`` of one service.

    ``http`` 200 or 400: both shapes coexist [T]. Which refusal takes which is
    ours: 400 for a request that lacks or distorts a field, else 200.
    """

    def __init__(self, code, label, *, http=200):
        super().__init__(label)
        self.code = code
        self.label = label
        self.http = http


def malformed(label):
    """Refuse a request whose fields are wrong: HTTP 400, number ours [U].

    Always raises ``Refusal``.
    """
    raise Refusal(20400, label, http=400)


def ok(label, **fields):
    """Return the body of a success."""
    return {"codeRetour": 0, "libelle": label, **fields}


def json_response(body, status=200, headers=()):
    """Return a JSON response; accents as they are."""
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, list(headers), content_type=JSON_TYPE)


def number(value, default=None):
    """Read an integer that may come as a string; refuse anything else."""
    if value is None or value == "":
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        return malformed("Le format d'un champ numerique est incorrect")


def page_request(block, suffix_page="", suffix_size=""):
    """Return (page, size) asked for by a pagination block; default 10 a page [O]."""
    block = block if isinstance(block, dict) else {}
    page = number(block.get(f"pageResultatDemandee{suffix_page}"), 1)
    size = number(block.get(f"nbResultatsParPage{suffix_size}"), settings.PAGE_SIZE)
    return max(page, 1), max(size, 1)


def page_reply(page, size, total):
    """Return the four paging counters."""
    return {
        "pageCourante": page,
        "pages": -(-total // size),
        "nbResultatsParPage": size,
        "total": total,
    }


def cut(rows, page, size):
    """Return the rows of one page."""
    return rows[(page - 1) * size : page * size]
