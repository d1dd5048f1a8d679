"""The company of a bench and its invoices; commands for worker.py."""

from odoo import Command

MODULE = "l10n_fr_chorus_pro"
SUPPLIER, ENTITY = "99999999800019", "21990002400015"
IBAN = "FR7630006000011234567890189"
CHUNK = 100


def do_set_up(office, *, portal: dict, web: str) -> int:
    """Turn the first prepared company into ours; returns its id.

    It works in Qualification, whose addresses are those of the simulator's process.
    """
    with office.environment() as env:
        company = env["res.company"].search(
            [("name", "=like", "Prepared for tests %")], order="id", limit=1
        )
        env["ir.cron"].search([]).active = False
        params = env["ir.config_parameter"]
        params.set_param("web.base.url", web)
        params.set_param("web.base.url.freeze", "True")
        params.set_param(f"{MODULE}.qualification_token_url", portal["token_url"])
        params.set_param(f"{MODULE}.qualification_api_url", portal["url"])
        company.write(_settings(portal))
        company.partner_id.write(_address(SUPPLIER, "Atelier Fictif"))
        env["res.partner.bank"].create(
            {
                "acc_number": IBAN,
                "partner_id": company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        env["res.partner"].create(
            {
                **_address(ENTITY, "Commune de Valbrune"),
                "chorus_pro_is_public": True,
                "chorus_pro_requirement": "none",
            }
        )
        return company.id


def _settings(portal: dict) -> dict:
    secrets = ("client_id", "client_secret", "login", "password")
    return {
        "name": "Atelier Fictif",
        "vat": "FR11999999998",
        "chorus_pro_environment": "qualification",
        **{f"chorus_pro_{name}": portal[name] for name in secrets},
    }


def _address(siret: str, name: str) -> dict:
    return {
        "name": name,
        "is_company": True,
        "company_registry": siret,
        "street": "1 impasse de l'Exemple",
        "zip": "75001",
        "city": "Paris",
    }


def do_invoices(office, *, company: int, count: int, lines: int) -> list[int]:
    """Post invoices of so many lines; returns their ids."""
    made = []
    while len(made) < count:
        with office.environment(allowed_company_ids=[company]) as env:
            entity = env["res.partner"].search([("company_registry", "=", ENTITY)])
            entity.country_id = env.ref("base.fr")
            tax = env["account.chart.template"].ref("tva_normale")
            values = {
                "move_type": "out_invoice",
                "partner_id": entity.id,
                "invoice_date": "2026-11-02",
                "partner_bank_id": env.company.partner_id.bank_ids[:1].id,
                "invoice_line_ids": [_line(tax, number) for number in range(lines)],
            }
            moves = env["account.move"].create([values] * min(CHUNK, count - len(made)))
            moves.action_post()
            made += moves.ids
    return made


def _line(tax, number: int) -> Command:
    return Command.create(
        {
            "name": f"Fourniture de bureau, lot {number + 1}",
            "quantity": number + 1,
            "price_unit": 12.5,
            "tax_ids": [Command.set(tax.ids)],
        }
    )
