"""Changes of a period are read whole although the portal gives only so many at once."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from odoo.addons.l10n_fr_chorus_pro.chorus_api import (
    Changes,
    ChorusError,
    InvoiceItem,
    changes,
)
from odoo.addons.l10n_fr_chorus_pro.chorus_api.changes import Slice
from odoo.addons.l10n_fr_chorus_pro.tests.chorus_api_common import (
    SUCCESS,
    ChorusApiCase,
    canned,
)

DAY = datetime(2026, 9, 14, 8, 0, tzinfo=timezone.utc)
CAP = 200


def invoice(number, at=DAY, recipient=1, total="10.00"):
    """An invoice that changed."""
    return InvoiceItem.parse(
        {
            "identifiantFactureCPP": number,
            "numeroFacture": f"F{number:05}",
            "dateHeureEtatCourant": at.isoformat() if at else None,
            "idDestinataire": recipient,
            "montantTTC": total,
        }
    )


class Portal:
    """Gives at most ``cap`` of its invoices, whatever is asked; counts the calls."""

    def __init__(self, invoices, cap=CAP, telling=False):
        self.invoices = invoices
        self.cap = cap
        self.telling = telling
        self.asked = []

    def search(self, part):
        """Yield what the slice holds, as far as the cap goes."""
        self.asked.append(part)
        found = [item for item in self.invoices if self.holds(part, item)]
        yield from found[: self.cap]
        if self.telling and len(found) > self.cap:
            raise ChorusError(code="incomplete", service="search")

    def holds(self, part, item):
        """Whether the criteria of a slice let an invoice through."""
        amount = item.amount_total
        return (
            (item.status_at is None or part.since <= item.status_at)
            and (
                part.until is None
                or item.status_at is None
                or item.status_at <= part.until
            )
            and part.recipient in (None, item.recipient_id)
            and (part.least is None or part.least <= amount)
            and (part.most is None or amount <= part.most)
        )


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiChanges(BaseCase):
    def read(self, invoices, recipients=tuple, **options):
        """Read all changes; returns the portal and what is known of the reading."""
        portal = Portal(invoices, **options)
        reading = Changes(portal.search, DAY, recipients)
        numbers = [item.number for item in reading]
        self.assertEqual(len(numbers), len(set(numbers)))
        return portal, reading, numbers

    def assertWhole(self, invoices, **options):
        portal, reading, numbers = self.read(invoices, **options)
        self.assertEqual(set(numbers), {item.number for item in invoices})
        self.assertEqual(reading.unread, 0)
        return portal

    def test_one_search_is_enough(self):
        for count in (0, 1, 199, 201, 450):
            invoices = [invoice(n) for n in range(count)]
            portal = self.assertWhole(invoices, cap=1000)
            self.assertEqual(len(portal.asked), 1, count)

    def test_a_full_answer_that_is_whole_costs_two_more(self):
        moments = [invoice(n, DAY + timedelta(seconds=n)) for n in range(CAP)]
        self.assertEqual(len(self.assertWhole(moments).asked), 3)

    def test_the_period_is_narrowed(self):
        invoices = [invoice(n, DAY + timedelta(seconds=n)) for n in range(1000)]
        portal = self.assertWhole(invoices)
        self.assertLess(len(portal.asked), 30)
        self.assertFalse([part for part in portal.asked if part.recipient])
        first, second, *_ = portal.asked
        self.assertIsNone(first.until)
        self.assertEqual(first.since, second.since)
        self.assertIsNotNone(second.until)

    def test_milliseconds_are_the_finest(self):
        """The portal may count microseconds, which the wire does not tell."""
        step = timedelta(microseconds=370)
        invoices = [invoice(n, DAY + n * step, total=n) for n in range(900)]
        portal = self.assertWhole(invoices)
        self.assertGreater(len(portal.asked), 1)
        for part in portal.asked:
            self.assertEqual(part.since.microsecond % 1000, 0)

    def test_one_moment_is_split_by_recipient(self):
        invoices = [invoice(n, recipient=1 + n % 4) for n in range(600)]
        portal = self.assertWhole(invoices)
        self.assertEqual(
            {part.recipient for part in portal.asked}, {None, "1", "2", "3", "4"}
        )
        self.assertFalse([part for part in portal.asked if part.least])

    def test_recipients_that_are_not_in_what_was_read_are_asked_for(self):
        invoices = [invoice(n, recipient=1, total=n) for n in range(CAP)]
        invoices += [invoice(CAP + n, recipient=2) for n in range(50)]
        self.assertWhole(invoices, recipients=lambda: ["2", None])
        _portal, _reading, numbers = self.read(invoices)
        self.assertEqual(len(numbers), CAP)

    def test_recipients_are_asked_for_only_when_needed(self):
        def never():
            raise AssertionError

        invoices = [invoice(n, DAY + timedelta(seconds=n)) for n in range(1000)]
        self.assertWhole(invoices, recipients=never)

    def test_one_recipient_is_split_by_amount(self):
        invoices = [invoice(n, total=f"{n}.50") for n in range(1, 700)]
        portal = self.assertWhole(invoices)
        part = next(p for p in portal.asked if p.recipient)
        self.assertEqual(part.until - part.since, timedelta(milliseconds=1))

    def test_invoices_without_a_recipient_are_split_by_amount(self):
        invoices = [invoice(n, recipient=None, total=f"{n}.50") for n in range(1, 300)]
        self.assertWhole(invoices)

    def test_what_cannot_be_split_is_counted(self):
        invoices = [invoice(n) for n in range(250)]
        _portal, reading, numbers = self.read(invoices)
        self.assertEqual((len(numbers), reading.unread), (CAP, 1))
        for at in (None, DAY):
            without = [invoice(n, at, recipient=None, total=None) for n in range(250)]
            _portal, reading, numbers = self.read(without)
            self.assertEqual((len(numbers), reading.unread), (CAP, 1))

    def test_one_amount_among_others(self):
        invoices = [invoice(n, total="10.00") for n in range(CAP)]
        invoices += [invoice(CAP, total="9.00"), invoice(CAP + 1, total="11.00")]
        portal, reading, numbers = self.read(invoices)
        self.assertEqual((len(numbers), reading.unread), (CAP + 2, 1))
        self.assertIn(Decimal("10.00"), {part.least for part in portal.asked})

    def test_a_portal_that_tells_of_more_than_it_gives(self):
        invoices = [invoice(n, DAY + timedelta(seconds=n)) for n in range(250)]
        self.assertWhole(invoices, cap=100, telling=True)

    def test_a_portal_that_gives_nothing_of_what_it_tells(self):
        with self.assertRaises(ChorusError):
            self.read([invoice(1)], cap=0, telling=True)

    def test_a_portal_that_does_not_heed_the_period(self):
        invoices = [invoice(n, DAY - timedelta(days=1)) for n in range(CAP)]
        with patch.object(Portal, "holds", return_value=True):
            portal, reading, numbers = self.read(invoices)
        self.assertEqual((len(portal.asked), reading.unread), (1, 1))
        self.assertEqual(len(numbers), CAP)

    def test_a_portal_that_does_not_heed_the_amount(self):
        invoices = [invoice(n, total=n) for n in range(CAP + 1)]
        heed = Portal.holds

        def careless(portal, part, item):
            return heed(portal, replace(part, least=None, most=None), item)

        with patch.object(Portal, "holds", careless):
            portal, reading, _numbers = self.read(invoices)
        self.assertGreater(reading.unread, 0)
        self.assertLess(len(portal.asked), 20)

    def test_other_failures_are_errors(self):
        def search(_part):
            yield invoice(1)
            raise ChorusError(code="timeout", service="search")

        with self.assertRaises(ChorusError) as caught:
            list(Changes(search, DAY))
        self.assertEqual(caught.exception.code, "timeout")

    def test_the_number_of_searches_is_bounded(self):
        invoices = [invoice(n, DAY + timedelta(seconds=n)) for n in range(1000)]
        with (
            patch.object(changes, "SLICES_MAX", 5),
            self.assertRaises(ChorusError) as caught,
        ):
            self.read(invoices)
        self.assertEqual(caught.exception.code, "incomplete")


@tagged("post_install_l10n", "post_install", "-at_install")
class TestChorusApiChangesWire(ChorusApiCase):
    def test_the_criteria_on_the_wire(self):
        rows = [
            {
                "identifiantFactureCPP": n,
                "dateHeureEtatCourant": "2026-09-14T10:00:00.000+02:00",
                "idDestinataire": 7,
                "montantTTC": n,
            }
            for n in range(CAP)
        ]
        whole = SUCCESS | {"listeFactures": rows, "parametresRetour": {"pages": 1}}
        few = SUCCESS | {"listeFactures": rows[:1], "parametresRetour": {"pages": 1}}
        client, portal = self.portal(*map(canned, [whole, whole, few, few]))
        found = list(client.changes(supplier_id="9", since=DAY))
        self.assertEqual(len(found), CAP)
        fixed = {"idFournisseur", "rechercheFactureParFournisseur"}
        asked = [
            {key: value for key, value in payload.items() if key not in fixed}
            for payload in portal.payloads
        ]
        start, after = "2026-09-14T10:00:00.000+02:00", "2026-09-14T10:00:00.001+02:00"
        since, until = "periodeDateHeureEtatCourantDu", "periodeDateHeureEtatCourantAu"
        moment = {since: start, until: after}
        one = moment | {"listeDestinataire": [{"idDestinataire": 7}]}
        self.assertEqual(asked, [{since: start}, moment, one, {since: after}])
        self.assertEqual(
            Slice(DAY, least=Decimal(1), most=Decimal("2.5")).criteria(),
            {
                since: start,
                until: None,
                "listeDestinataire": None,
                "montantTTCMin": 1.0,
                "montantTTCMax": 2.5,
            },
        )
        with self.assert_error("incomplete", "unknown"):
            client.changes(supplier_id=None, since=DAY)
