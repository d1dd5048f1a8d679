"""A judge of requests and answers by the portal's official Swagger 2.0 files.

It knows the part of Swagger that these files use: references, objects, arrays, scalar
types with format, enumerations, required fields. Stricter than Swagger itself in one
point: a field that is not described is a problem.
"""

import json
import re
from decimal import Decimal
from pathlib import Path

FILES = ("factures.swagger.json", "structures.swagger.json")

_DATE_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE
)
_TYPES = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float, Decimal),
    "array": list,
    "object": dict,
}
_BITS = {"int32": 31, "int64": 63}


class Swagger:
    """One Swagger file."""

    def __init__(self, document):
        self.document = document

    def operation(self, method, path):
        """Return the operation under a full path (/cpro/factures/v1/…), or None."""
        base = self.document.get("basePath", "")
        if not path.startswith(base):
            return None
        entry = self.document["paths"].get(path.removeprefix(base), {})
        return entry.get(method.lower())

    def request_problems(self, operation, headers, body):
        """Return [(place, kind)] of what the description does not allow."""
        problems = []
        types = operation.get("consumes", self.document.get("consumes", []))
        if types and headers.get("Content-Type") not in types:
            problems.append(("Content-Type", "media type"))
        for parameter in operation["parameters"]:
            if parameter["in"] == "body":
                problems += self._problems(parameter["schema"], body, "")
            elif parameter.get("required") and parameter["name"] not in headers:
                problems.append((parameter["name"], "missing"))
        return problems

    def answer_problems(self, operation, status, body):
        """Return [(place, kind)] of what the description does not allow."""
        answer = operation["responses"].get(str(status))
        if answer is None:
            return [("status", str(status))]
        schema = answer.get("schema")
        return self._problems(schema, body, "") if schema else []

    def _problems(self, schema, value, place):
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = {"type": "object"} | self.document["definitions"][name]
        if value is None:
            return [(place, "null")]
        kind = schema.get("type", "object")
        is_bool = isinstance(value, bool) and kind != "boolean"
        if is_bool or not isinstance(value, _TYPES[kind]):
            return [(place, f"not {kind}")]
        if kind == "object":
            return self._object_problems(schema, value, place)
        if kind == "array":
            found = [
                self._problems(schema["items"], one, f"{place}[]") for one in value
            ]
            return [problem for problems in found for problem in problems]
        return [(place, problem) for problem in _scalar_problems(schema, value)]

    def _object_problems(self, schema, value, place):
        known = schema.get("properties", {})
        prefix = f"{place}." if place else ""
        problems = [
            (f"{prefix}{name}", "missing")
            for name in schema.get("required", [])
            if name not in value
        ]
        for name, one in value.items():
            if name in known:
                problems += self._problems(known[name], one, f"{prefix}{name}")
            else:
                problems.append((f"{prefix}{name}", "unknown"))
        return problems


def _scalar_problems(schema, value):
    form = schema.get("format")
    if "enum" in schema and value not in schema["enum"]:
        yield "not in enum"
    if form in _BITS and not -(2 ** _BITS[form]) <= value < 2 ** _BITS[form]:
        yield f"not {form}"
    if form == "date-time" and not _DATE_TIME.fullmatch(value):
        yield "not date-time"


class Judge:
    """All files of a folder."""

    def __init__(self, folder):
        """Read the files.

        :raise OSError: a file is missing: a folder that is named must hold them.
        """
        self.files = [
            Swagger(json.loads((Path(folder) / name).read_text(encoding="utf-8")))
            for name in FILES
        ]

    def describes(self, path):
        """Tell whether the path belongs to one of the files."""
        bases = (one.document["basePath"] for one in self.files)
        return any(path.startswith(f"{base}/") for base in bases)

    def problems(self, exchange):
        """Return [(side, place, kind)] of a request and its answer.

        :param exchange: object with method, path, headers, sent, status and answer.
        """
        for one in self.files:
            operation = one.operation(exchange.method, exchange.path)
            if operation is None:
                continue
            asked = one.request_problems(operation, exchange.headers, exchange.sent)
            told = one.answer_problems(operation, exchange.status, exchange.answer)
            return [("request", *problem) for problem in asked] + [
                ("answer", *problem) for problem in told
            ]
        return [("request", exchange.path, "no such operation")]
