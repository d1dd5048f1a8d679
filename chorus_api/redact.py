"""Masking of secrets, tokens and file bodies in anything that is logged or stored."""

import base64
import json
import logging
import re
from urllib.parse import quote, quote_plus

MASK = "***"

_KEYS = (
    "access_token",
    "client_secret",
    "client_id",
    "password",
    "mot_de_passe",
    "cpro-account",
    "authorization",
    r"fichier\w*",
    "pieceJointeFichier",
)
_PATTERNS = (
    # "key": "value", key=value, key: value
    (
        re.compile(
            rf"""(?ix)(["']?\b(?:{"|".join(_KEYS)})["']?\s*[:=]\s*)
            (?:"[^"]*"?|'[^']*'?|(?:bearer|basic)\s+\S+|[^\s,;&}}\]]+)"""
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+(?!realm=)[\w.~+/=-]{8,}"), rf"\1 {MASK}"),
    # base64 of a file, whatever carries it
    (re.compile(r"[A-Za-z0-9+/]{100,}={0,2}"), MASK),
)


def forms_of(secrets):
    """Return the shapes in which secrets travel: bare, base64, URL and JSON encoded.

    The longest come first: a login may be a part of a password. One of less than
    four characters is left out: its mask in every other word would tell it.
    """
    known = set()
    for secret in secrets:
        if len(secret) < 4:
            continue
        coded = base64.b64encode(secret.encode()).decode()
        known |= {secret, coded, coded.rstrip("="), quote(secret), quote_plus(secret)}
        known.add(json.dumps(secret)[1:-1])
    return tuple(sorted(known, key=len, reverse=True))


def redact(text, secrets=()):
    """Return ``text`` without secrets.

    :param text: any object; it is turned into a string.
    :param secrets: exact strings to mask beside the general patterns (tokens, file
        bodies, values of secret-looking keys).
    """
    text = str(text)
    for secret in secrets:
        if secret:
            text = text.replace(secret, MASK)
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


class RedactFilter(logging.Filter):
    """Logging filter that masks the finished message; it never drops a record."""

    def filter(self, record):
        """Mask the message in place and let the record pass."""
        record.msg = redact(record.getMessage())
        record.args = None
        return True
