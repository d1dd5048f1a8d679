"""From an HTTP answer to the JSON object of a service, or to a ChorusError."""

from .codes import RETURN_CODES
from .errors import ChorusError
from .json_text import read_json
from .values import as_dict, as_int, as_portal_id, as_text

_BY_STATUS = {
    400: "bad_request",
    401: "account_refused",
    403: "forbidden",
    404: "not_found",
    413: "too_large",
    415: "media_type",
    429: "rate_limited",
}


def judge(service, answer, expected, now):
    """Return the JSON object of a successful answer.

    The portal refuses in two shapes: HTTP 200 and HTTP 400, both with a codeRetour
    other than 0 in the body [T].

    :param expected: a key that a successful answer holds, or None; an answer with
        neither codeRetour nor this key says nothing and is refused as incomplete.
    :raise ChorusError: every code that needs an answer, see errors.OUTCOMES.
    """
    data = read_json(answer.content)
    number = as_int(as_dict(data).get("codeRetour"))
    is_good = answer.status in (200, 202)
    if number and (is_good or answer.status == 400):
        raise _error(service, answer, now, code="business", data=data)
    if not is_good:
        raise _error(service, answer, now, code=_code(answer.status))
    if not isinstance(data, dict):
        raise _error(service, answer, now, code="not_json")
    if number is None and expected and expected not in data:
        raise _error(service, answer, now, code="incomplete")
    return data


def is_empty_search(error):
    """Tell whether a refusal only means "no result" (number and label must agree)."""
    known = RETURN_CODES.get((error.service, error.return_code))
    return bool(known and known.meaning == "no_result" and known.label == error.label)


def _code(status):
    """Return the error code of an HTTP status; an unlisted one proves nothing."""
    return "server_error" if status >= 500 else _BY_STATUS.get(status, "not_json")


def _error(service, answer, now, *, code, data=None):
    business = as_dict(data)
    return ChorusError(
        code,
        service=service,
        http_status=answer.status,
        return_code=as_int(business.get("codeRetour")),
        label=answer.clean(as_text(business.get("libelle")) or ""),
        detail="" if business else answer.excerpt(),
        retry_after=answer.retry_after(now),
    )


def wire_number(identifier):
    """Return an identifier as the wire has it: int64 [O], a string with us.

    :raise ChorusError: ``incomplete`` when the portal gave none that can be used
    """
    digits = as_portal_id(identifier)
    if digits is None:
        detail = "the portal gave no usable identifier for this"
        raise ChorusError(code="incomplete", detail=detail)
    return int(digits)


def without_none(criteria):
    """Return the criteria that are given."""
    return {key: value for key, value in criteria.items() if value is not None}
