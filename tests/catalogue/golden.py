"""XML of the scenarios whose every byte is kept."""

from .scenario import SCENARIOS
from .studio import Studio


def make_golden(env):
    """The XML of the main kinds, made now, without rendering anything.

    :param env: Odoo's environment; its company is changed
    :return: {file name: XML}
    """
    # Imported here: the catalogue is loaded outside the addon's package, too.
    from odoo.addons.l10n_fr_chorus_pro.factur_x import make_xml

    studio = Studio(env)
    chosen = sorted(
        (one for one in SCENARIOS if one.golden), key=lambda one: one.seller
    )
    made = {}
    for scenario in chosen:
        terms = studio.build(scenario)._chorus_pro_terms()
        for profile in scenario.golden:
            made[f"{scenario.name}.{profile}.xml"] = make_xml(terms, profile)
    return made
