"""What the portal says of a deposit, and what its invoices make of it."""

import base64
import gzip
import hashlib
import io
import tarfile
from ast import literal_eval

from lxml import etree

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client
from odoo.addons.l10n_fr_chorus_pro.models import chorus_pro_flow_deposit
from odoo.addons.l10n_fr_chorus_pro.models.chorus_pro_flow_deposit import (
    ARCHIVE_OVERHEAD,
    MEMBER_OVERHEAD,
)
from odoo.addons.l10n_fr_chorus_pro.simulator.settings import LATENCY
from odoo.addons.l10n_fr_chorus_pro.tests.engine_common import EngineCommon


@tagged("post_install_l10n", "post_install", "-at_install")
class TestEngineReports(EngineCommon):
    # === INTEGRATED === #

    def test_integrated(self):
        self.integrate(self.move)
        self.assertEqual(
            (self.row.state, self.flow.state), ("integrated", "integrated")
        )
        self.assertEqual(self.flow.portal_state, "IN_INTEGRE")
        self.assertTrue(self.flow.portal_state_at)
        self.assertFalse(self.flow.next_check_at)
        [filed] = self.filed()
        self.assertEqual(self.row.portal_id, str(filed["id"]))
        self.assertEqual(self.row.portal_status, filed["status"])

    def test_a_final_deposit_is_not_asked_again(self):
        self.integrate(self.move)
        with self.answers("timeout", "consulter_cr_detaille") as calls:
            self.run_follow()
        self.assertEqual(calls.call_count, 0)

    def test_it_is_asked_until_it_is_final(self):
        # So far apart that the real seconds of this test move no state.
        minutes = {name: 60 * at for name, at in LATENCY.items()}
        self.control("settings", {"latency": minutes})
        self.send(self.move)
        states = []
        for passed in (0, 6, 3, 3, 3, 60):
            self.advance(60 * passed)
            self.run_follow()
            states.append(self.flow.portal_state)
        self.assertEqual(len(set(states)), 6)
        self.assertEqual(states[-1], "IN_INTEGRE")
        self.assertEqual(self.flow.checks, 6)

    def test_nothing_is_asked_before_its_time(self):
        self.send(self.move)
        with self.answers("timeout", "consulter_cr_detaille") as calls:
            self._run("ir_cron_follow")
        self.assertEqual(calls.call_count, 0)

    def test_the_portal_does_not_know_the_deposit_at_first(self):
        self.control("settings", {"latency": {"unknown": 30}})
        self.send(self.move)
        self.run_follow()
        self.assertEqual((self.flow.state, self.flow.checks), ("deposited", 1))
        self.assertFalse(self.flow.portal_state)
        self.advance(120)
        self.run_follow()
        self.assertEqual(self.row.state, "integrated")

    def test_an_unknown_state_of_the_portal_is_kept_as_it_is(self):
        self.send(self.move)
        self.control("flows", {"flow": self.flow.name, "state": "IN_NOUVEAU"})
        self.run_follow()
        self.assertEqual(self.flow.portal_state, "IN_NOUVEAU")
        self.assertEqual((self.flow.state, self.row.state), ("deposited", "deposited"))
        self.assertTrue(self.flow.next_check_at)
        self.control("flows", {"flow": self.flow.name, "state": "IN_REJETE"})
        self.run_follow()
        self.assertEqual(self.row.state, "rejected")
        self.assertEqual(self.row.error, "IN_REJETE")

    def test_null_lists(self):
        self.file_by_hand(self.move)
        self.send(self.move)
        self.advance(60)
        self.fault("null_lists", "transverses/consulterCRDetaille")
        self.run_follow()
        self.assertEqual((self.flow.state, self.row.state), ("rejected", "rejected"))
        self.assertEqual(self.row.error, "IN_REJETE")

    # === REJECTED === #

    def test_rejected_with_the_words_of_the_portal(self):
        self.file_by_hand(self.move)
        self.integrate(self.move)
        self.assertEqual((self.row.state, self.flow.state), ("rejected", "rejected"))
        [deposit] = self.ledger()["deposits"]
        reason = deposit["dp_errors"][0]["libelleErreurDP"].split(" |")[0]
        self.assertIn(reason, self.row.error)
        self.assertIn(reason, self.flow.portal_report)
        self.assertEqual(self.move.chorus_pro_status, "rejected")
        self.assertIn(reason, self.move.chorus_pro_story)
        self.assertIn(reason, self.chatter()[-1])

    def test_after_a_rejection_a_new_row_is_sent(self):
        self.entity.company_registry = "21990002400023"
        self.integrate(self.move)
        self.assertEqual(self.attempts(), ["rejected"])
        rejected = self.row
        self.entity.company_registry = "21990002400015"
        self.integrate(self.move)
        self.assertEqual(self.attempts(), ["rejected", "integrated"])
        self.assertEqual((self.row.attempt, self.row.number), (2, self.move.name))
        self.assertNotEqual(self.row.checksum, rejected.checksum)
        self.assertTrue(rejected.file)
        self.assertEqual(self.posts(), 2)
        self.assertEqual(len(self.filed()), 1)

    def test_irrecevable(self):
        self.fault("QP_IRRECEVABLE")
        self.integrate(self.move)
        self.assertEqual((self.flow.state, self.row.state), ("rejected", "rejected"))
        self.assertEqual(self.row.error, "QP_IRRECEVABLE")

    # === INCIDENT === #

    def test_an_incident_at_the_portal_sends_the_same_file_again(self):
        self.fault("IN_INCIDENTE")
        self.integrate(self.move)
        first = self.env["chorus.pro.flow"].sudo().search([("name", "!=", False)])
        self.assertEqual(first.state, "incident")
        self.assertEqual((self.row.state, self.posts()), ("to_send", 1))
        self.assertEqual(self.move.chorus_pro_status, "queued")
        self.assertIn(first.name, self.chatter()[-1])
        self.run_send()
        self.assertEqual(self.posts(), 1)
        self.end_pause()
        self.run_send()
        self.advance(60)
        self.run_follow()
        self.assertEqual(self.attempts(), ["integrated"])
        self.assertNotEqual(self.flow, first)
        one, two = self.ledger()["deposits"]
        self.assertEqual(one["sha256"], two["sha256"])
        self.assertEqual(len(self.filed()), 1)
        self.assertEqual(len(self.rendered), 1)

    def test_incidents_go_again_later_each_time_and_then_ask_a_person(self):
        self.control(
            "faults",
            {"name": "IN_INCIDENTE", "service": "factures/deposer/flux", "times": 9},
        )
        self.move._chorus_pro_enqueue()
        waits = []
        while self.row.state == "to_send" and len(waits) < 9:
            before = fields.Datetime.now()
            self.end_pause()
            self.run_send()
            self.advance(60)
            self.run_follow()
            wait = (self.row.next_try_at or before) - before
            waits.append(round(wait.total_seconds() / 60))
        self.assertEqual(waits[:-1], [1, 5, 20, 60, 240])
        self.assertEqual((self.row.state, self.posts()), ("failed", 6))
        self.assertEqual(self.row.error, self.words("incident"))
        self.assertIn(self.row.error, self.move.chorus_pro_story)
        self.control("faults", method="DELETE")
        self.integrate(self.move)
        self.assertEqual(self.attempts(), ["cancelled", "integrated"])

    def test_a_deposit_that_is_stuck_is_asked_about_all_the_time(self):
        self.fault("IN_EN_ATTENTE_RETRAITEMENT")
        self.integrate(self.move)
        self.assertEqual(self.flow.portal_state, "IN_EN_ATTENTE_RETRAITEMENT_CPP")
        self.assertEqual(self.flow.state, "deposited")
        self.control("flows", {"flow": self.flow.name, "restart": True})
        self.run_follow()
        self.assertEqual((self.row.state, self.posts()), ("integrated", 1))

    # === SEVERAL INVOICES === #

    def rows_of(self, *moves):
        return [move.sudo().chorus_pro_transmission_id for move in moves]

    def states(self, *moves):
        return [row.state for row in self.rows_of(*moves)]

    def test_a_part_is_integrated(self):
        good, bad = self.make_invoice(), self.make_invoice()
        self.file_by_hand(bad)
        self.integrate(self.move, good, bad)
        self.assertEqual(self.posts(), 1)
        self.assertEqual(self.flow.state, "partial")
        self.assertEqual(
            self.states(self.move, good, bad), ["integrated", "integrated", "rejected"]
        )
        self.assertEqual(bad.chorus_pro_status, "rejected")
        reason = bad.sudo().chorus_pro_transmission_id.error
        self.assertTrue(reason)
        self.assertIn(reason, bad.chorus_pro_story)
        self.assertFalse(self.row.error)

    def test_all_invoices_of_a_deposit_are_rejected(self):
        other = self.make_invoice()
        self.file_by_hand(self.move, other)
        self.integrate(self.move, other)
        self.assertEqual(self.states(self.move, other), ["rejected", "rejected"])
        [deposit] = self.ledger()["deposits"]
        said = {e["numeroDP"]: e["libelleErreurDP"] for e in deposit["dp_errors"]}
        for move in (self.move, other):
            row = move.sudo().chorus_pro_transmission_id
            self.assertIn(row.error.splitlines()[0], said[move.name])

    def damage(self, move):
        """Let the file of a queued invoice be unreadable for the portal."""
        row = move.sudo().chorus_pro_transmission_id
        broken = b"not a PDF"
        row.write(
            {
                "file": base64.b64encode(broken),
                "file_size": len(broken),
                "checksum": hashlib.sha256(broken).hexdigest(),
            }
        )

    def freeze(self, *moves):
        """Queue invoices and make their files, no more."""
        self.env["account.move"].union(*moves)._chorus_pro_enqueue()
        with self.worker() as env:
            env["chorus.pro.transmission"]._freeze_due(self.company.with_env(env))

    @mute_logger("pypdf._reader")
    def test_a_file_that_the_portal_cannot_read(self):
        self.freeze(self.move)
        self.damage(self.move)
        self.run_send()
        self.advance(60)
        self.run_follow()
        self.assertEqual((self.flow.state, self.row.state), ("rejected", "rejected"))
        self.assertEqual(self.row.error, self.flow.portal_report)
        self.assertTrue(self.row.error)

    @mute_logger("pypdf._reader")
    def test_a_file_among_others_that_the_portal_cannot_read(self):
        bad = self.make_invoice()
        self.freeze(self.move, bad)
        self.damage(bad)
        self.run_send()
        self.advance(60)
        self.run_follow()
        self.assertEqual(self.flow.state, "partial")
        self.assertEqual(self.states(self.move, bad), ["integrated", "rejected"])
        row = bad.sudo().chorus_pro_transmission_id
        self.assertIn(row.file_name, row.error)

    def test_an_invoice_that_is_neither_found_nor_named_is_asked_about_again(self):
        bad = self.make_invoice()
        self.file_by_hand(bad)
        self.send(self.move, bad)
        self.advance(60)
        self.patch(
            Client, "rechercher_fournisseur", lambda client, **criteria: iter([])
        )
        self.run_follow()
        self.assertEqual(self.flow.state, "deposited")
        self.assertTrue(self.flow.next_check_at)
        self.assertEqual(self.states(self.move, bad)[0], "deposited")

    # === THE FILE === #

    def test_one_invoice_travels_as_its_file(self):
        self.send(self.move)
        self.assertEqual(self.flow.file_name, self.row.file_name)
        self.assertTrue(self.flow.file_name.endswith(".pdf"))

    def pack(self, rows):
        """Name and content of a deposit of so many rows."""
        parcel = self.env["chorus.pro.flow"].sudo()._pack(rows)
        self.addCleanup(parcel.close)
        return parcel.name, parcel.file.read()

    def test_several_invoices_travel_in_an_archive(self):
        other = self.make_invoice()
        rows = self.send(self.move, other).sudo().sorted("id")
        self.assertTrue(self.flow.file_name.endswith(".tar.gz"))
        name, content = self.pack(rows)
        self.assertEqual(hashlib.sha256(content).hexdigest(), self.flow.checksum)
        self.assertEqual(
            (name, len(content)), (self.flow.file_name, self.flow.file_size)
        )
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
            members = archive.getmembers()
            files = [archive.extractfile(member).read() for member in members]
        self.assertEqual(files, [row._file_content() for row in rows])
        self.assertEqual([(m.mtime, m.uid, m.uname) for m in members], [(0, 0, "")] * 2)
        self.assertEqual(len({member.name for member in members}), 2)

    def test_at_most_so_many_invoices_in_a_deposit(self):
        self.patch(chorus_pro_flow_deposit, "FLOW_INVOICES", 2)
        moves = [self.move, *(self.make_invoice() for _index in range(4))]
        self.send(*moves)
        counts = [len(self.read_member_names(d)) for d in self.ledger()["deposits"]]
        self.assertEqual(counts, [2, 2, 1])

    def test_at_most_so_many_bytes_in_a_deposit(self):
        other, third = self.make_invoice(), self.make_invoice()
        self.freeze(self.move, other, third)
        [row, second, _third] = self.rows_of(self.move, other, third)
        size = row.file_size + second.file_size
        _name, content = self.pack(row | second)
        self.assertLess(len(content), size + ARCHIVE_OVERHEAD + 2 * MEMBER_OVERHEAD)
        limit = ARCHIVE_OVERHEAD + 2.5 * (row.file_size + 2 * MEMBER_OVERHEAD)
        self.patch(chorus_pro_flow_deposit, "FLOW_BYTES", int(limit))
        self.run_send()
        counts = [len(self.read_member_names(d)) for d in self.ledger()["deposits"]]
        self.assertEqual(counts, [2, 1])

    def test_a_file_larger_than_an_archive_goes_alone(self):
        other = self.make_invoice()
        self.patch(chorus_pro_flow_deposit, "FLOW_BYTES", 1)
        self.send(self.move, other)
        self.assertEqual(self.posts(), 2)

    def read_member_names(self, deposit):
        """Numbers of the invoices of a deposit of the ledger."""
        flows = self.env["chorus.pro.flow"].sudo()
        return flows.search([("name", "=", deposit["number"])]).transmission_ids

    # === WHAT PEOPLE SEE OF A DEPOSIT === #

    def test_what_a_deposit_shows(self):
        other = self.make_invoice()
        self.send(self.move, other)
        self.assertEqual(self.flow.invoice_count, 2)
        self.assertEqual(self.flow.display_name, self.flow.name)
        self.assertEqual(
            self.flow.copy({"name": False}).display_name, self.flow.file_name
        )
        action = self.flow.action_open_invoices()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.move | other)
        new = (
            self.env["chorus.pro.flow"]
            .sudo()
            .create({"company_id": self.company.id, "environment": "demo"})
        )
        self.assertEqual(new.display_name, str(new.id))
        self.assertEqual((new.invoice_count, new._explain()), (0, ""))
        new.error_code = "unheard_of"
        self.assertEqual(new._explain(), "unheard_of")

    def test_a_deposit_that_was_dropped_keeps_its_invoices(self):
        other = self.make_invoice()
        self.fault("IN_INCIDENTE")
        self.integrate(self.move, other)
        dropped = self.flow
        self.assertEqual((dropped.outcome, dropped.invoice_count), ("incident", 2))
        self.end_pause()
        self.run_send()
        self.assertNotEqual(self.flow, dropped)
        self.assertEqual((dropped.outcome, dropped.invoice_count), ("sent_again", 2))
        action = dropped.action_open_invoices()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(found, self.move | other)

    def test_a_lost_deposit_is_given_up_with_its_last_invoice(self):
        other = self.make_invoice()
        self.fault("timeout_before")
        lost = self.send(self.move, other)
        deposit, unknown = lost.flow_id, []
        view = self.env.ref("l10n_fr_chorus_pro.chorus_pro_flow_view_search")
        arch = etree.fromstring(view.arch)
        [domain] = arch.xpath("//filter[@name='unknown']/@domain")
        for row in lost:
            self.assertEqual(deposit.outcome, "unknown")
            unknown += deposit.search(literal_eval(domain))
            row.action_deposit_again()
        self.assertEqual((deposit.state, deposit.outcome), ("unknown", "given_up"))
        self.assertEqual(deposit.invoice_count, 2)
        self.assertEqual(unknown, [deposit] * 2)
        self.assertNotIn(deposit, deposit.search(literal_eval(domain)))
