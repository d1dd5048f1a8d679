"""The pre-flight of many invoices in a bench; commands for worker.py."""

import gc
import time

from odoo import fields, sql_db

from .company import _address

SERVICES = 3
STATE = "11000201100044"


def do_entities(office, *, count: int) -> list[int]:
    """Public entities with services, read today; the first is the State."""
    with office.environment() as env:
        entities = env["res.partner"].create(
            [
                {
                    **_address(
                        f"{21990000000000 + number}" if number else STATE,
                        f"Commune {number}",
                    ),
                    "country_id": env.ref("base.fr").id,
                    "chorus_pro_is_public": True,
                    "chorus_pro_requirement": "either",
                    "chorus_pro_directory_environment": "qualification",
                    "chorus_pro_synced_at": fields.Datetime.now(),
                }
                for number in range(count)
            ]
        )
        env["chorus.pro.service"].create(
            [
                {"partner_id": entity.id, "code": f"S{number}", "name": "Service"}
                for entity in entities
                for number in range(SERVICES)
            ]
        )
        return entities.ids


def do_route(office, *, moves: list[int], entities: list[int]) -> None:
    """Give the invoices to the entities in turn, with a service and an engagement."""
    with office.environment() as env:
        for index, move in enumerate(env["account.move"].browse(moves)):
            partner = entities[index % len(entities)]
            move.button_draft()
            move.write(
                {
                    "partner_id": partner,
                    "buyer_reference": f"S{index % SERVICES}",
                    "purchase_order_reference": f"EJ-{index % 40}",
                }
            )
        env["account.move"].browse(moves).action_post()


def do_judge(office, *, moves: list[int]) -> dict:
    """Judge posted invoices with nothing in the cache; seconds and statements."""
    with office.environment() as env:
        records = env["account.move"].browse(moves)
        return _measured(
            lambda: sum(len(move._chorus_pro_find_problems()) for move in records)
        )


def do_open(office, *, moves: list[int]) -> dict:
    """Open the sending dialog for invoices and read what it shows first."""
    with office.environment() as env:

        def work():
            action = env["account.move"].browse(moves).action_chorus_pro_send()
            env.flush_all()
            env.invalidate_all()
            wizard = env[action["res_model"]].browse(action["res_id"])
            wizard.read(["count", "ready_count", "warning_count", "blocked_count"])
            wizard.line_ids[:20].read(["level", "message", "partner_id"])
            return wizard.ready_count

        return _measured(work)


def _measured(work) -> dict:
    gc.collect()
    statements, started = sql_db.sql_counter, time.perf_counter()
    busy = time.process_time()
    result = work()
    return {
        "cpu": round(time.process_time() - busy, 3),
        "seconds": round(time.perf_counter() - started, 3),
        "sql": sql_db.sql_counter - statements,
        "result": result,
    }
