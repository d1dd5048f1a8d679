"""The fictitious company, its people, its chart of accounts, its customers."""

from devenv.inside import install_language, use_web_server

from odoo import Command
from odoo.tools import convert_file

MODULE = "l10n_fr_chorus_pro"
OVERVIEW = f"{MODULE}.chorus_pro_overview_action"
NAME = "Atelier Fictif de Mobilier"
# The simulator's demo supplier: right check digits, but no such company exists.
SIRET, VAT = "99999999800019", "FR11999999998"
# The example of the French banks' own documentation.
IBAN = "FR7630006000011234567890189"
FRENCH, ZONE = "fr_FR", "Europe/Paris"
# Login, name, group; the password is the login.
PEOPLE = (
    ("claire", "Claire (facturation)", "account.group_account_invoice"),
    ("marc", "Marc (finances)", "account.group_account_manager"),
)


def set_up(env, lang: str, web_url: str) -> None:
    """Turn a new database with the addon into the fictitious company's.

    :param lang: language of the users' screens; documents are in French
    :param web_url: where Odoo answers, for the style sheets of the PDFs
    """
    use_web_server(env, web_url)
    install_language(env, FRENCH)
    _identify(env)
    env["account.chart.template"].try_loading("fr", env.company, install_demo=False)
    _bank(env)
    # The addon's own demo customers; core's demo data stays out.
    convert_file(env, MODULE, "demo/chorus_pro_demo.xml", {}, mode="init")
    _customers(env)
    _people(env, lang)
    # Who plays the recipient in the console wants to see Odoo notice it soon.
    env.ref(f"{MODULE}.ir_cron_follow").write(
        {"interval_number": 1, "interval_type": "minutes"}
    )


def _identify(env) -> None:
    env.company.write(
        {
            "name": NAME,
            "country_id": env.ref("base.fr").id,
            "street": "1 impasse de l'Exemple",
            "zip": "75001",
            "city": "Paris",
            "email": "factures@atelier.invalid",
            "vat": VAT,
            "company_registry": SIRET,
            "report_footer": f"{NAME} - SIRET {SIRET} - TVA {VAT}",
            "logo": False,
        }
    )
    env.company.partner_id.lang = FRENCH


def _bank(env) -> None:
    env["res.partner.bank"].create(
        {
            "acc_number": IBAN,
            "partner_id": env.company.partner_id.id,
            "allow_out_payment": True,
        }
    )


def _customers(env) -> None:
    """Public bodies read French; overseas ones are domestic, with own VAT rates."""
    public = env["res.partner"].search([("chorus_pro_is_public", "=", True)])
    public.lang = FRENCH
    overseas = public.filtered(lambda partner: partner.country_id.code != "FR")
    overseas.property_account_position_id = env["account.chart.template"].ref(
        "fiscal_position_template_domestic"
    )


def _people(env, lang: str) -> None:
    # What everybody sees first.
    seen = {"lang": lang, "tz": ZONE, "action_id": env.ref(OVERVIEW).id}
    env.ref("base.user_admin").write(seen)
    for login, name, group in PEOPLE:
        groups = env.ref(group) | env.ref("base.group_partner_manager")
        env["res.users"].with_context(no_reset_password=True).create(
            {
                "login": login,
                "password": login,
                "name": name,
                **seen,
                "email": f"{login}@atelier.invalid",
                "group_ids": [Command.link(group.id) for group in groups],
            }
        )


def entities(env, sirets) -> dict:
    """The demo customers, {SIRET: partner}.

    :raises RuntimeError: when the addon's demo data lacks one
    """
    # Contacts of an entity carry its SIRET, too.
    partners = env["res.partner"].search(
        [("company_registry", "in", list(sirets)), ("parent_id", "=", False)]
    )
    found = {partner.company_registry: partner for partner in partners}
    if missing := sorted(set(sirets) - set(found)):
        raise RuntimeError(f"demo data has no entity with SIRET {', '.join(missing)}")
    return found
