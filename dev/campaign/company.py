"""Inside Odoo: the company of the campaign, its invoices, its canned documents."""

import hashlib

from odoo import Command

from odoo.addons.l10n_fr_chorus_pro.const import OFFICER_GROUP
from odoo.addons.l10n_fr_chorus_pro.factur_x import Document, make_xml

MODULE = "l10n_fr_chorus_pro"
SUPPLIER, ENTITY = "99999999800019", "21990002400015"
IBAN = "FR7630006000011234567890189"
# The first word of a number says that it is one of ours; see `portal.NUMBER`.
TEMPLATE = "CH00000-000"
LANES = 2


def set_up(env, portal: dict, count: int) -> dict:
    """Make the company and `count` posted invoices; returns what the harness needs.

    It works in Qualification, whose addresses are those of the simulator's process.
    """
    company = env["res.company"].search(
        [("name", "=like", "Prepared for tests %")], order="id", limit=1
    )
    _settings(env, company, portal)
    crons = _schedule(env)
    officer = env["res.users"].create(
        {
            "name": "Officer",
            "login": "officer",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [
                Command.link(env.ref(OFFICER_GROUP).id),
                Command.link(env.ref("account.group_account_manager").id),
            ],
        }
    )
    moves = _invoices(env(user=officer), company, count)
    moves[0].name = TEMPLATE
    template = make_xml(moves[0].sudo()._chorus_pro_terms())
    return {
        "officer": officer.id,
        "moves": moves.ids,
        "crons": crons.ids,
        "template": template.decode(),
    }


def _settings(env, company, portal: dict) -> None:
    params = env["ir.config_parameter"]
    params.set_param(f"{MODULE}.qualification_token_url", portal["token_url"])
    params.set_param(f"{MODULE}.qualification_api_url", portal["url"])
    secrets = ("client_id", "client_secret", "login", "password")
    company.write(
        {
            "name": "Atelier Fictif",
            "vat": "FR11999999998",
            "chorus_pro_environment": "qualification",
            **{f"chorus_pro_{name}": portal[name] for name in secrets},
        }
    )
    if "chorus_pro_calls_second" in company._fields:
        company.chorus_pro_calls_second = 0
    company.partner_id.write(_address(SUPPLIER, "Atelier Fictif"))


def _schedule(env):
    """Our scheduled actions only: as many lanes as senders, and the following."""
    crons = env["ir.cron"].with_context(active_test=False).search([], order="id")
    ours = crons.filtered(
        lambda c: (
            c.model_id.model == "chorus.pro.flow" and "model._cron_" in (c.code or "")
        )
    )
    lanes = ours.filtered(lambda c: "_cron_send" in c.code)[:LANES]
    for _number in range(LANES - len(lanes)):
        lanes += lanes[0].copy()
    crons.active = False
    wanted = lanes + ours.filtered(lambda c: "_cron_send" not in c.code)
    wanted.active = True
    return wanted


def _invoices(env, company, count: int):
    env["res.partner.bank"].sudo().create(
        {
            "acc_number": IBAN,
            "partner_id": company.partner_id.id,
            "allow_out_payment": True,
        }
    )
    entity = (
        env["res.partner"]
        .sudo()
        .create(
            {
                **_address(ENTITY, "Commune de Valbrune"),
                "country_id": env.ref("base.fr").id,
                "chorus_pro_is_public": True,
                "chorus_pro_requirement": "none",
            }
        )
    )
    tax = env["account.chart.template"].with_company(company).ref("tva_normale")
    line = {"name": "Lot", "price_unit": 100, "tax_ids": [Command.set(tax.ids)]}
    values = {
        "move_type": "out_invoice",
        "partner_id": entity.id,
        "invoice_date": "2026-11-02",
        "partner_bank_id": company.partner_id.bank_ids[:1].id,
        "invoice_line_ids": [Command.create(line)],
    }
    moves = env["account.move"].with_company(company).create([values] * count)
    moves.action_post()
    return moves


def _address(siret: str, name: str) -> dict:
    return {
        "name": name,
        "is_company": True,
        "company_registry": siret,
        "street": "1 impasse de l'Exemple",
        "zip": "75001",
        "city": "Paris",
    }


def can_documents(registry, template: str) -> None:
    """Let the invoices' files be the template under their own number.

    What is rendered is no matter here; the portal takes the bare XML too.
    """

    def render(report, moves, *_args, **_options):
        return dict.fromkeys(moves.ids, b"canned")

    def make_document(move, *_args, **_options):
        content = template.replace(TEMPLATE, move.name).encode()
        return Document(content, content, hashlib.sha256(content).hexdigest())

    registry["ir.actions.report"]._chorus_pro_render = render
    registry["account.move"]._chorus_pro_make_document = make_document
    registry["account.move"]._chorus_pro_own_document = lambda move, *_args: None
