"""Parties: overseas, foreign, with establishments, factors and awkward names."""

from .scenario import everywhere, scenario

LONG = "Établissement public fictif de coopération intercommunale à vocation multiple "
ARTWORK = "Œuvre <d'art> n° 5 & socle “façade” – ﬁn à 12 €"  # noqa: RUF001
# The reform is for sellers with a SIREN.
NOT_FRENCH = {"ctc-fr": "seller_not_french"}
EMOJI_AND_ARABIC = "Livraison 📦 du 🌳 jardin 😀 فاتورة رقم ١٢٣"


@scenario(
    "Overseas: a town in Guadeloupe, 8.5 %",
    {"BG-7.country_code": "GP", "BT-110": "17.00", "BG-23.0.BT-118": "S"},
    golden=("chorus",),
)
def overseas(studio):
    customer = studio.customer(
        name="Commune de Grande-Baie",
        zip="97100",
        city="Grande-Baie",
        country="GP",
        company_registry="21997106600010",
    )
    return studio.invoice(studio.line(200, "tva_specifique"), partner=customer)


@scenario(
    "Overseas seller with a SIRET, in La Réunion",
    {"BG-4.country_code": "RE", "BG-4.legal_identifier_schemeid": "0002"},
    seller="reunionese",
)
def overseas_seller(studio):
    return studio.invoice(studio.line(200, "tva_specifique"))


def _abroad(studio, reason):
    return studio.tax(
        "tva_sale_service_0",
        ubl_cii_tax_category_code="AE",
        invoice_legal_notes=f"<p>{reason}</p>",
    )


@scenario(
    "Seller of the European Union, known by its VAT number",
    {
        "BG-4.legal_identifier": "BE0477472701",
        "BG-4.legal_identifier_schemeid": "0223",
        "BG-4.country_code": "BE",
    },
    seller="belgian",
    refused=NOT_FRENCH,
)
def eu_seller(studio):
    customer = studio.customer(vat="FR77219900024")
    tax = _abroad(studio, "Autoliquidation, art. 283-2 du CGI")
    return studio.invoice(studio.line(640, tax), partner=customer)


@scenario(
    "Seller outside the European Union, known by country and name",
    {
        "BG-4.legal_identifier": "CHMöbelwerkstatt B",
        "BG-4.legal_identifier_schemeid": "0227",
    },
    seller="swiss",
    refused=NOT_FRENCH,
)
def non_eu_seller(studio):
    return studio.invoice(studio.line(640, _outside(studio)))


def _outside(studio):
    return studio.tax(
        "tva_sale_service_0",
        ubl_cii_tax_category_code="O",
        invoice_legal_notes="<p>Hors du territoire de la TVA</p>",
    )


@scenario(
    "Seller in New Caledonia, known by its RIDET",
    {
        "BG-4.legal_identifier": "0123456001",
        "BG-4.legal_identifier_schemeid": "0228",
    },
    seller="caledonian",
    refused=NOT_FRENCH,
)
def ridet_seller(studio):
    return studio.invoice(studio.line(640, _outside(studio)))


@scenario(
    "Seller in French Polynesia, known by its Tahiti number",
    {"BG-4.legal_identifier": "123456789", "BG-4.legal_identifier_schemeid": "0229"},
    seller="polynesian",
    refused=NOT_FRENCH,
)
def tahiti_seller(studio):
    return studio.invoice(studio.line(640, _outside(studio)))


@scenario(
    "The journal's establishment bills: its SIRET and address",
    {"BG-4.legal_identifier": "99999999800027", "BG-4.city": "Lyon"},
)
def establishment(studio):
    france = studio.country("FR")
    branch = studio.env["res.partner"].create(
        {
            "name": "Atelier Fictif de Mobilier, Lyon",
            "is_company": True,
            "company_registry": "99999999800027",
            "street": "9 quai Inventé",
            "zip": "69001",
            "city": "Lyon",
            "country_id": france,
        }
    )
    journal = studio.env["account.journal"].create(
        {
            "name": "Factures de Lyon",
            "code": "LYO",
            "type": "sale",
            "chorus_pro_establishment_id": branch.id,
        }
    )
    return studio.invoice(journal_id=journal.id)


@scenario(
    "Delivered elsewhere than billed",
    {"BG-13.name": "École du Pré-Vert", "BG-13.city": "Valbrune-le-Haut"},
)
def delivery_address(studio):
    buyer = studio.customer()
    school = studio.customer(
        name="École du Pré-Vert",
        type="delivery",
        parent_id=buyer.id,
        street="3 rue de l'École",
        city="Valbrune-le-Haut",
        company_registry=False,
    )
    return studio.invoice(partner=buyer, partner_shipping_id=school.id)


@scenario(
    "Billed to a contact of the entity: the entity is the buyer",
    {"BG-7.name": "Commune de Valbrune-le-Petit"},
)
def contact(studio):
    office = studio.customer(
        name="Service des finances", parent_id=studio.customer().id, type="invoice"
    )
    return studio.invoice(partner=office)


@scenario(
    "Factor: another payee, its IBAN and the subrogation clause",
    {
        "BG-10.name": "Affacturage Fictif SA",
        "BT-84": "FR1420041010050500013M02606",
    },
    golden=("chorus",),
)
def factor(studio):
    partner = studio.customer(
        name="Affacturage Fictif SA",
        company_registry="99999997200014",
        chorus_pro_is_public=False,
    )
    bank = studio.bank(partner, "FR1420041010050500013M02606")
    return studio.invoice(chorus_pro_payee_bank_id=bank.id)


@scenario("Long names, addresses and descriptions")
def long_names(studio):
    customer = studio.customer(
        name=(LONG * 3).strip(),
        company_registry="24990009300017",
        street=("Zone d'activité économique des Grands Champs, bâtiment B, " * 5),
        street2="Entrée par le quai de livraison situé à l'arrière " * 3,
        city="Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson",
    )
    return studio.invoice(
        studio.line(100, name=f"{LONG * 4}\n{LONG * 11}"),
        partner=customer,
        buyer_reference="S" * 100,
        purchase_order_reference="E" * 50,
        contract_reference="C" * 50,
    )


@scenario(
    "Accents and ligatures, ampersands and angle brackets",
    {
        "BG-7.name": "Mairie de Saint-Étienne-du-Bœuf & C°",
        "BG-25.0.BT-153": ARTWORK,
    },
)
def accents(studio):
    customer = studio.customer(
        name="Mairie de Saint-Étienne-du-Bœuf & C°",
        company_registry="21990001600011",
        city="L'Haÿ-les-Roses",
    )
    return studio.invoice(
        studio.line(100, name=ARTWORK),
        studio.line(1, name="Łódź, Kőszeg, Škofja Loka, ß, ñ, þ"),
        partner=customer,
    )


@scenario(
    "Emoji and Arabic, with fonts that show them",
    {"BG-25.0.BT-153": EMOJI_AND_ARABIC},
)
def emoji_and_arabic(studio):
    return studio.invoice(studio.line(100, name=EMOJI_AND_ARABIC))


@scenario(
    "Emoji and Arabic on a machine without such fonts",
    poor_fonts=True,
    refused=everywhere("glyph_missing"),
)
def missing_glyphs(studio):
    return studio.invoice(studio.line(100, name=EMOJI_AND_ARABIC))


@scenario(
    "Control characters pasted from a spreadsheet",
    {"BG-25.0.BT-153": "Papier A4 blanc"},
)
def control_characters(studio):
    return studio.invoice(
        studio.line(100, name="Pa\x0bpier\x02 A4\x1f blanc\x07"),
        studio.line(5, name="Tab\tulation et\u200b espace\u00a0fine\u202fici"),
        purchase_order_reference="EJ-77",
    )
