"""From bytes to a JSON value that is safe to walk through, or to nothing.

The bytes are bounded by the wire; here the rest is: depth, length of numbers, what is
no JSON although Python reads it.
"""

import json
from decimal import Decimal, InvalidOperation

from .codes import ANSWER_DEPTH_MAX

_DIGITS_MAX = 40  # of one number: no amount and no identifier comes near


def read_json(content):
    """Return the JSON value, or None when there is none that can be relied on.

    Decimals keep amounts exact. NaN and Infinity, which JSON does not have, are null,
    as are numbers of absurd length. A name that an object holds twice with different
    values makes the whole answer worthless: readers differ in which one they take.

    :param bytes content: UTF-8, or what json.loads detects
    """
    try:
        value = json.loads(
            content,
            parse_float=_decimal,
            parse_int=_integer,
            parse_constant=_nothing,
            object_pairs_hook=_object,
        )
    except (ValueError, RecursionError):
        return None
    return value if _is_shallow(value) else None


def _decimal(text):
    """Python's Decimal refuses some exponents that JSON allows."""
    try:
        return Decimal(text) if len(text) <= _DIGITS_MAX else None
    except InvalidOperation:
        return None


def _integer(text):
    """Reading a long integer takes time that grows with the square of its length."""
    return int(text) if len(text) <= _DIGITS_MAX else None


def _nothing(_name):
    return None


def _object(pairs):
    found = {}
    for name, value in pairs:
        if found.setdefault(name, value) != value:
            message = "the same name with different values"
            raise ValueError(message)
    return found


def _is_shallow(value):
    """Whether nothing is nested deeper than the bound; without recursion."""
    level = [value]
    for _depth in range(ANSWER_DEPTH_MAX + 1):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return True
    return False


def _parts(value):
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
