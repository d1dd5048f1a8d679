"""The companies that bill the scenarios: one company in turns, row by row.

Fictitious throughout; SIREN and SIRET have right check digits and belong to nobody.
"""

import base64
import io

from PIL import Image, ImageDraw

IBAN = "FR7630006000011234567890189"
SIRET = "99999999800019"

# A layout as a company writes it: a table as header, pictures, links, a stylish footer.
OWN_LAYOUT = """
<t t-name="chorus_pro_catalogue.own_layout">
  <div class="header">
    <table style="width: 100%; border-bottom: 2px solid #246;"><tr>
      <td><img t-if="company.logo" t-att-src="image_data_uri(company.logo)"
               style="max-height: 45px;" alt="Logo"/></td>
      <td style="text-align: right; color: #246;" t-out="company.name"/>
    </tr></table>
  </div>
  <div class="article" t-att-data-oe-model="o and o._name"
       t-att-data-oe-id="o and o.id"
       t-att-data-oe-lang="o and o.env.context.get('lang')">
    <t t-call="web.address_layout"/>
    <h2 t-out="layout_document_title"/>
    <t t-out="0"/>
  </div>
  <div class="footer" style="font-size: 8px; opacity: 0.6;">
    <a href="https://example.org">example.org</a>, page <span class="page"/>
  </div>
</t>
"""

ATELIER = {
    "partner": {
        "name": "Atelier Fictif de Mobilier",
        "street": "1 impasse de l'Exemple",
        "street2": False,
        "zip": "75001",
        "city": "Paris",
        "company_registry": SIRET,
        "vat": "FR11999999998",
        "email": "factures@atelier.invalid",
    },
    "company": {
        "tax_calculation_rounding_method": "round_globally",
        "report_footer": "<p>Fictif, au capital de 0 €</p>",
        "chorus_pro_note_pmt": False,
        "chorus_pro_note_pmd": False,
        "chorus_pro_note_aab": False,
    },
    "style": {"font": "Lato", "primary_color": False, "secondary_color": False},
    "other": {
        "country": "FR",
        "iban": IBAN,
        "layout": "web.external_layout_standard",
        "logo": None,
    },
}


def make_logo():
    """A logo with an alpha channel: a disc that fades out."""
    image = Image.new("RGBA", (240, 80), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    for radius in range(38, 0, -2):
        alpha = 255 - radius * 6
        box = (120 - radius * 3, 40 - radius, 120 + radius * 3, 40 + radius)
        draw.ellipse(box, fill=(140, 20, 60, alpha))
    target = io.BytesIO()
    image.save(target, "PNG")
    return base64.b64encode(target.getvalue())


# What differs from ATELIER.
SELLERS = {
    "atelier": {},
    "per_line": {"company": {"tax_calculation_rounding_method": "round_per_line"}},
    "own_notes": {
        "company": {
            "chorus_pro_note_pmt": "Indemnité forfaitaire de 40 €",
            "chorus_pro_note_pmd": "Intérêts moratoires au taux légal + 8 points",
            "chorus_pro_note_aab": "Aucun escompte",
        }
    },
    # Article 293 B: no VAT is charged, there is no VAT number.
    "franchise": {"partner": {"name": "Petite Reliure Fictive", "vat": False}},
    "reunionese": {
        "partner": {
            "name": "Mobilier des Hauts",
            "street": "8 rue Fictive",
            "zip": "97400",
            "city": "Saint-Denis",
        },
        "other": {"country": "RE"},
    },
    "belgian": {
        "partner": {
            "name": "Meubles Imaginaires SPRL",
            "street": "12 rue de la Loi Fictive",
            "zip": "1000",
            "city": "Bruxelles",
            "company_registry": False,
            "vat": "BE0477472701",
        },
        "other": {"country": "BE", "iban": "BE71096123456769"},
    },
    "swiss": {
        "partner": {
            "name": "Möbelwerkstatt Beispiel AG",
            "street": "Musterstrasse 5",
            "zip": "8001",
            "city": "Zürich",
            "company_registry": False,
            "vat": False,
        },
        "other": {"country": "CH", "iban": "CH9300762011623852957"},
    },
    "caledonian": {
        "partner": {
            "name": "Mobilier du Caillou SARL",
            "street": "3 rue Fictive",
            "zip": "98800",
            "city": "Nouméa",
            "company_registry": "0123456001",
            "vat": False,
        },
        "other": {"country": "NC"},
    },
    "polynesian": {
        "partner": {
            "name": "Mobilier du Fenua SARL",
            "street": "4 avenue Fictive",
            "zip": "98714",
            "city": "Papeete",
            "company_registry": "123456789",
            "vat": False,
        },
        "other": {"country": "PF"},
    },
    "boxed": {
        "style": {
            "font": "Roboto",
            "primary_color": "#7a1f3d",
            "secondary_color": "#2b4a6f",
        },
        "other": {"layout": "web.external_layout_boxed", "logo": make_logo},
    },
    "bubble": {
        "style": {
            "font": "Open_Sans",
            "primary_color": "#0a6b52",
            "secondary_color": "#c07a00",
        },
        "other": {"layout": "web.external_layout_bubble", "logo": make_logo},
    },
    "own_layout": {"other": {"layout": OWN_LAYOUT, "logo": make_logo}},
}


def get_seller(name):
    """A row of SELLERS with what it takes over from ATELIER."""
    row = SELLERS[name]
    return {part: values | row.get(part, {}) for part, values in ATELIER.items()}
