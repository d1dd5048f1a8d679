"""Why a step of the connection failed: the possible causes, likeliest first.

The portal answers the same to several causes (API.md 1.2, 1.4 [measured]), so what is
known here decides the order: a wrong secret and the keys of the other environment both
give `invalid_client`; an expired password, a wrong one and an account of less than half
an hour all give 401.
"""

from dataclasses import dataclass
from datetime import timedelta

from odoo import fields
from odoo.tools import format_date, format_datetime

from ..const import MODULE
from ..const_setup import CAUSES, KNOWN_CAUSES

NETWORK = ("network", "firewall", "address")
AWAY = ("maintenance", "firewall")
# error code of chorus_api -> causes, likeliest first when nothing is known
BY_CODE = {
    "not_configured": ("not_entered",),
    "unreachable": NETWORK,
    "tls": ("inspection", "clock", "authorities", "address"),
    "token_refused": ("secret_typed", "keys_elsewhere", "application_gone"),
    "token_unavailable": ("maintenance", "address", "firewall"),
    "account_refused": (
        "password_typed",
        "account_young",
        "password_expired",
        "account_elsewhere",
        "password_changed",
    ),
    "forbidden": ("not_subscribed", "subscribed_lately", "address"),
    "not_found": ("address", "maintenance"),
    "rate_limited": ("quota",),
    "throttled": ("own_limit",),
    "daily_quota": ("own_limit",),
    "timeout": AWAY,
    "interrupted": ("firewall", "maintenance"),
    "server_error": ("maintenance",),
    "not_json": ("firewall", "maintenance", "address"),
    "incomplete": ("maintenance",),
    "siret_unknown": ("siret_typed", "not_registered", "not_attached"),
}
# With these an address that somebody changed is to be looked at first.
WRONG_ADDRESS = ("unreachable", "tls", "token_unavailable", "not_found", "not_json")
OTHERS = ("portal_says", "maintenance")
# So long after it was entered here an account may still be too young (API.md 1.3: about
# 30 minutes after it was made [O]); after a day it is not.
YOUNG = timedelta(minutes=45)
OLD_ENOUGH = timedelta(days=1)
# Below this the clocks agree: the Date header has whole seconds, and the way counts.
CLOCK_TOLERANCE = 120
# Words in the error of a TLS library -> cause.
TLS_WORDS = {
    "not yet valid": "clock",
    "has expired": "clock",
    "self-signed": "inspection",
    "self signed": "inspection",
    "local issuer": "inspection",
    "wrong version number": "address",
    "record layer": "address",
    "mismatch": "address",
    "doesn't match": "address",
}


@dataclass(frozen=True)
class Cause:
    """One possible cause: its key, in words, what to do, whether a fact tells it."""

    key: str
    words: str
    cure: str
    known: bool


def causes_of(company, error, clock_ahead=None):
    """The possible causes of a failure, likeliest first.

    :param company: res.company, with the rights to read its facts
    :param ChorusError error: why the step failed
    :param int clock_ahead: seconds by which PISTE's clock is ahead of this machine's
    :return: list of Cause
    """
    env = company.env
    known = _known(company, error, clock_ahead)
    unlikely = _unlikely(company)
    keys = [*BY_CODE.get(error.code, OTHERS)]
    if error.code == "siret_unknown":
        if not company._chorus_pro_siret():
            keys = ["siret_missing"]
        elif company.chorus_pro_environment == "qualification":
            keys.append("fictitious")
    keys.sort(key=lambda key: (key not in known, key in unlikely))
    return [_cause(env, key, known.get(key)) for key in keys]


def clock_cause(company, clock_ahead):
    """The cause to tell where all works but this machine's clock; None if it is right.

    :param int clock_ahead: seconds by which PISTE's clock is ahead, None if not told
    """
    known = _clock_known(company, clock_ahead)
    return _cause(company.env, "clock", known["clock"]) if known else None


def _cause(env, key, known):
    words, cure = CAUSES[key]
    return Cause(key, known or env._(words), env._(cure), bool(known))


# === WHAT IS KNOWN === #


def _known(company, error, clock_ahead):
    """{cause: words} of what stored facts and the error itself tell."""
    found = {}
    for facts in (_keys_known, _account_known, _address_known):
        found |= facts(company, error)
    found |= _clock_known(company, clock_ahead)
    if error.code == "tls":
        for words, cause in TLS_WORDS.items():
            if words in error.detail:
                found.setdefault(cause, company.env._(CAUSES[cause][0]))
                break
    return found


def _say(company, key, **values):
    words = company.env._(KNOWN_CAUSES[key])
    return words % values


def _day(company, moment):
    return format_date(company.env, fields.Datetime.context_timestamp(company, moment))


def _worked_elsewhere(company, since):
    """The gate of another environment that worked with what is saved since then."""
    for gate in company._chorus_pro_gates():
        is_other = gate.environment not in ("demo", company.chorus_pro_environment)
        if is_other and since and gate.checked_at and gate.checked_at >= since:
            return gate
    return None


def _worked_here(company, since):
    """When the connection last worked with what is saved since then."""
    checked = _gate_here(company).checked_at
    return checked if since and checked and checked >= since else None


def _gate_here(company):
    """The gate of the current environment; empty when nothing was called there yet."""
    environment = company.chorus_pro_environment
    return company._chorus_pro_gates().filtered(lambda g: g.environment == environment)


def _elsewhere(company, key, since):
    gate = _worked_elsewhere(company, since)
    if not gate:
        return {}
    name, day = (
        company._chorus_pro_environment_name(gate.environment),
        _day(company, gate.checked_at),
    )
    return {key: _say(company, key, environment=name, date=day)}


def _keys_known(company, error):
    """Facts about the PISTE application."""
    if error.code != "token_refused":
        return {}
    since = company.chorus_pro_application_saved_at
    found = _elsewhere(company, "keys_elsewhere", since)
    if worked := _worked_here(company, since):
        day = _day(company, worked)
        found["application_gone"] = _say(company, "application_gone", date=day)
    return found


def _account_known(company, error):
    """Facts about the technical account."""
    if error.code != "account_refused":
        return {}
    now, since = fields.Datetime.now(), company.chorus_pro_account_saved_at
    found = _elsewhere(company, "account_elsewhere", since)
    expires = _gate_here(company).password_expires_at
    if expires and expires <= now:
        day = _day(company, expires)
        found["password_expired"] = _say(company, "password_expired", date=day)
    elif worked := _worked_here(company, since):
        moment = format_datetime(company.env, worked, dt_format="short")
        found["password_changed"] = _say(company, "password_changed", date=moment)
    elif since and now - since <= YOUNG:
        minutes = int((now - since).total_seconds() // 60)
        found["account_young"] = _say(company, "account_young", minutes=minutes)
    return found


def _address_known(company, error):
    """A system parameter that changes the address which failed."""
    if error.code not in WRONG_ADDRESS:
        return {}
    name = "token" if error.service == "oauth/token" else "api"
    parameter = f"{MODULE}.{company.chorus_pro_environment}_{name}_url"
    if not company.env["ir.config_parameter"].sudo().get_param(parameter):
        return {}
    return {"address": _say(company, "address", parameter=parameter)}


def _clock_known(company, clock_ahead):
    """The clock of this machine, against the one that PISTE told."""
    if not clock_ahead or abs(clock_ahead) < CLOCK_TOLERANCE:
        return {}
    key = "clock_behind" if clock_ahead > 0 else "clock_ahead"
    return {"clock": _say(company, key, minutes=abs(clock_ahead) // 60)}


def _unlikely(company):
    """Causes that stored facts speak against: they come last."""
    now, gate = fields.Datetime.now(), _gate_here(company)
    found = set()
    expires, since = gate.password_expires_at, company.chorus_pro_account_saved_at
    if expires and expires > now:
        found.add("password_expired")
    if since and now - since > OLD_ENOUGH:
        found.add("account_young")
    if _worked_here(company, since):
        found |= {"account_elsewhere", "account_young", "password_typed"}
    if _worked_here(company, company.chorus_pro_application_saved_at):
        found |= {"keys_elsewhere", "secret_typed"}
    return found
