"""Readers of single values: dates in three shapes, both clock changes, odd types."""

from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import values


def utc(*parts):
    """Short for an aware UTC datetime."""
    return datetime(*parts, tzinfo=timezone.utc)


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiTimes(BaseCase):
    def test_shapes(self):
        table = {
            "2026-09-14": utc(2026, 9, 13, 22),
            "2026-01-14": utc(2026, 1, 13, 23),
            "2026-09-14 10:31": utc(2026, 9, 14, 8, 31),
            "2026-01-14 10:31": utc(2026, 1, 14, 9, 31),
            "2026-09-14 10:31:05": utc(2026, 9, 14, 8, 31, 5),
            "2026-09-14T10:31": utc(2026, 9, 14, 8, 31),
            "2026-09-14T10:02:11.000+02:00": utc(2026, 9, 14, 8, 2, 11),
            "2026-01-14T10:02:11.5+0100": utc(2026, 1, 14, 9, 2, 11, 500000),
            "2026-09-14T10:02:11.123456789Z": utc(2026, 9, 14, 10, 2, 11, 123456),
            "2026-09-14T10:02:11,25-05:30": utc(2026, 9, 14, 15, 32, 11, 250000),
            " 2026-09-14T10:02:11Z ": utc(2026, 9, 14, 10, 2, 11),
        }
        for text, expected in table.items():
            with self.subTest(text):
                moment = values.as_moment(text)
                self.assertEqual(moment, expected)
                self.assertEqual(moment.utcoffset(), timedelta(0))

    def test_what_cannot_be_read(self):
        for value in (
            None,
            "",
            "x",
            0,
            1757836800000,
            "14/09/2026",
            "2026-13-14",
            "2026-09-14 25:00",
            "2026-09-14T10:00+99:99",
            "0001-01-01",
            "2026-09-14 10:31 +",
            ["2026-09-14"],
            {"date": "2026-09-14"},
        ):
            with self.subTest(value):
                self.assertIsNone(values.as_moment(value))
                self.assertIsNone(values.as_day(value))

    def test_the_clocks_go_back(self):
        """On 2026-10-25 at 03:00 summer time it is 02:00 again."""
        table = {
            "2026-10-25 01:59": utc(2026, 10, 24, 23, 59),
            "2026-10-25 02:00": utc(2026, 10, 25, 0, 0),  # the first of two
            "2026-10-25 02:59": utc(2026, 10, 25, 0, 59),  # the first of two
            "2026-10-25 03:00": utc(2026, 10, 25, 2, 0),
            "2026-10-25T02:30:00.000+02:00": utc(2026, 10, 25, 0, 30),
            "2026-10-25T02:30:00.000+01:00": utc(2026, 10, 25, 1, 30),
        }
        for text, expected in table.items():
            with self.subTest(text):
                self.assertEqual(values.as_moment(text), expected)

    def test_the_clocks_go_forward(self):
        """On 2026-03-29 at 02:00 it is 03:00 at once."""
        table = {
            "2026-03-29 01:59": utc(2026, 3, 29, 0, 59),
            "2026-03-29 02:30": utc(2026, 3, 29, 1, 30),  # a time that never was
            "2026-03-29 03:00": utc(2026, 3, 29, 1, 0),
        }
        for text, expected in table.items():
            with self.subTest(text):
                self.assertEqual(values.as_moment(text), expected)

    def test_days_are_those_of_paris(self):
        table = {
            "2026-09-14": date(2026, 9, 14),
            "2026-09-14 00:00": date(2026, 9, 14),
            "2026-09-13T22:30:00Z": date(2026, 9, 14),
            "2026-09-14T00:10:00+02:00": date(2026, 9, 14),
            "2050-12-31 00:00": date(2050, 12, 31),
            "2999-12-31": date(2999, 12, 31),
        }
        for text, expected in table.items():
            with self.subTest(text):
                self.assertEqual(values.as_day(text), expected)
        for text in ("9999-12-31", "9999-12-31T23:59:00Z", "1899-12-31 10:00"):
            self.assertIsNone(values.as_day(text))

    def test_what_is_sent(self):
        self.assertEqual(values.wire_day(date(2026, 9, 14)), "2026-09-14")
        self.assertIsNone(values.wire_day(None))
        self.assertIsNone(values.wire_moment(None))
        table = {
            utc(2026, 10, 25, 0, 30): "2026-10-25T02:30:00.000+02:00",
            utc(2026, 10, 25, 1, 30): "2026-10-25T02:30:00.000+01:00",
            utc(2026, 3, 29, 1, 0, 0, 999999): "2026-03-29T03:00:00.999+02:00",
        }
        for moment, expected in table.items():
            self.assertEqual(values.wire_moment(moment), expected)
            back = values.as_moment(expected)
            self.assertEqual(back, moment.replace(microsecond=back.microsecond))
        with self.assertRaises(ValueError):
            values.wire_moment(datetime(2026, 9, 14))  # noqa: DTZ001


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiScalars(BaseCase):
    def check(self, reader, table):
        """Compare the reader's results, types included."""
        for value, expected in table:
            with self.subTest(value):
                result = reader(value)
                self.assertEqual(result, expected)
                self.assertIs(type(result), type(expected))

    def test_texts(self):
        self.check(
            values.as_text,
            [
                (None, None),
                ("", None),
                ("  ", None),
                (" a ", "a"),
                (8500123, "8500123"),
                (Decimal("1.10"), "1.10"),
                ([], None),
                ({"a": 1}, None),
            ],
        )

    def test_numbers(self):
        self.check(
            values.as_int,
            [
                (0, 0),
                ("20000", 20000),
                (" 7 ", 7),
                (-1, -1),
                (None, None),
                ("", None),
                ("x", None),
                (True, None),
                ([1], None),
            ],
        )

    def test_flags(self):
        self.check(
            values.as_flag,
            [
                (True, True),
                (False, False),
                ("TRUE", True),
                ("false", False),
                (1, True),
                (0, False),
                ("oui", True),
                ("N", False),
                (None, None),
                ("", None),
                ("peut-être", None),
                ([], None),
            ],
        )

    def test_amounts(self):
        self.check(
            values.as_amount,
            [
                (Decimal("1200.10"), Decimal("1200.10")),
                (1200, Decimal("1200")),
                ("-12.5", Decimal("-12.5")),
                ("1e3", Decimal("1e3")),
                (None, None),
                ("", None),
                ("12,5", None),
                ("NaN", None),
                (float("inf"), None),
                ([1], None),
            ],
        )

    def test_objects_and_rows(self):
        self.check(values.as_dict, [({"a": 1}, {"a": 1}), (None, {}), ([], {})])
        self.check(
            values.as_rows,
            [
                ([{"a": 1}, None, "x"], [{"a": 1}]),
                ({"a": 1}, [{"a": 1}]),
                (None, []),
                ("x", []),
            ],
        )
