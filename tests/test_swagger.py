"""The judge of tests/swagger.py itself, by a description of its own."""

import json
import tempfile
from pathlib import Path
from types import SimpleNamespace

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.tests.swagger import FILES, Judge, Swagger

SMALL = {
    "basePath": "/cpro/x",
    "paths": {
        "/v1/do": {
            "post": {
                "consumes": ["application/json"],
                "parameters": [
                    {"in": "header", "name": "cpro-account", "required": True},
                    {"in": "body", "schema": {"$ref": "#/definitions/P"}},
                ],
                "responses": {
                    "200": {"schema": {"$ref": "#/definitions/R"}},
                    "401": {},
                },
            }
        }
    },
    "definitions": {
        "P": {
            "properties": {
                "s": {"type": "string", "enum": ["a", "b"]},
                "i": {"type": "integer", "format": "int32"},
                "n": {"type": "number"},
                "b": {"type": "boolean"},
                "d": {"type": "string", "format": "date-time"},
                "l": {"type": "array", "items": {"$ref": "#/definitions/P"}},
            }
        },
        "R": {
            "required": ["codeRetour"],
            "properties": {"codeRetour": {"type": "integer"}},
        },
    },
}


@tagged("post_install_l10n", "post_install", "-at_install")
class TestSwaggerJudge(BaseCase):
    def setUp(self):
        super().setUp()
        self.swagger = Swagger(SMALL)
        self.operation = self.swagger.operation("POST", "/cpro/x/v1/do")
        self.headers = {"Content-Type": "application/json", "cpro-account": "x"}

    def ask(self, body, headers=None):
        """Return the problems of a request."""
        headers = self.headers if headers is None else headers
        return self.swagger.request_problems(self.operation, headers, body)

    def test_good_requests(self):
        body = {"s": "a", "i": 1, "n": 1.5, "b": True, "d": "2026-09-14T10:00:00.000Z"}
        self.assertEqual(self.ask(body), [])
        self.assertEqual(self.ask({"l": [body, {}]}), [])

    def test_bad_requests(self):
        for body, problem in (
            ({"x": 1}, ("x", "unknown")),
            ({"s": "c"}, ("s", "not in enum")),
            ({"s": 1}, ("s", "not string")),
            ({"i": "1"}, ("i", "not integer")),
            ({"i": True}, ("i", "not integer")),
            ({"i": 2**31}, ("i", "not int32")),
            ({"n": "1"}, ("n", "not number")),
            ({"b": 1}, ("b", "not boolean")),
            ({"d": "2026-09-14"}, ("d", "not date-time")),
            ({"d": "2026-09-14 10:00"}, ("d", "not date-time")),
            ({"l": {}}, ("l", "not array")),
            ({"l": [{"l": [{"x": 1}]}]}, ("l[].l[].x", "unknown")),
            ({"l": [1]}, ("l[]", "not object")),
            ({"s": None}, ("s", "null")),
        ):
            with self.subTest(body):
                self.assertEqual(self.ask(body), [problem])

    def test_headers(self):
        problems = [("Content-Type", "media type"), ("cpro-account", "missing")]
        self.assertEqual(self.ask({}, {}), problems)

    def test_answers(self):
        def told(status, body):
            return self.swagger.answer_problems(self.operation, status, body)

        self.assertEqual(told(200, {"codeRetour": 0}), [])
        self.assertEqual(told(200, {}), [("codeRetour", "missing")])
        self.assertEqual(told(401, {"any": "thing"}), [])
        self.assertEqual(told(418, {}), [("status", "418")])

    def test_unknown_operations(self):
        for method, path in (
            ("GET", "/cpro/x/v1/do"),
            ("POST", "/cpro/x/v1/undo"),
            ("POST", "/cpro/y/v1/do"),
        ):
            self.assertIsNone(self.swagger.operation(method, path))

    def test_a_folder_that_is_named_must_hold_the_files(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertRaises(FileNotFoundError, Judge, folder)
            for name in FILES:
                (Path(folder) / name).write_text(json.dumps(SMALL))
            judge = Judge(folder)
        self.assertTrue(judge.describes("/cpro/x/v1/do"))
        self.assertFalse(judge.describes("/cpro/y/v1/do"))
        exchange = SimpleNamespace(
            method="POST",
            path="/cpro/x/v1/do",
            headers=self.headers,
            sent={"x": 1},
            status=200,
            answer={},
        )
        self.assertEqual(
            judge.problems(exchange),
            [("request", "x", "unknown"), ("answer", "codeRetour", "missing")],
        )
        exchange.path = "/cpro/x/v1/undo"
        self.assertEqual(
            judge.problems(exchange),
            [("request", "/cpro/x/v1/undo", "no such operation")],
        )
