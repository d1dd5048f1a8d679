"""VAT categories with their reasons, and the moment when VAT falls due."""

from .scenario import scenario

# The reform knows public bodies by their SIRET only.
NO_SIRET = {"ctc-fr": "siret_missing"}
FRANCHISE = "TVA non applicable, art. 293 B du CGI"


def _exempt(studio, category, reason=False, notes=False, template="tva_sale_good_0"):
    return studio.tax(
        template,
        ubl_cii_tax_category_code=category,
        ubl_cii_tax_exemption_reason_code=reason,
        invoice_legal_notes=notes,
    )


@scenario("Zero rate", {"BG-23.0.BT-118": "Z", "BG-23.0.BT-119": "0"})
def zero_rate(studio):
    return studio.invoice(studio.line(100, _exempt(studio, "Z")))


@scenario(
    "Exempt: teaching, article 261-4 of the CGI",
    {
        "BG-23.0.BT-118": "E",
        "BG-23.0.BT-120": "Exonération de TVA, art. 261-4 du CGI",
        "BG-23.0.BT-121": "VATEX-FR-CGI261-4",
        "BT-110": "0.00",
    },
    golden=("chorus",),
)
def exempt(studio):
    notes = "<p>Exonération de TVA, art. 261-4 du CGI</p>"
    tax = _exempt(studio, "E", "VATEX-FR-CGI261-4", notes)
    return studio.invoice(studio.line(1200, tax, name="Formation"))


@scenario(
    "Franchise en base: article 293 B, seller without VAT number",
    {
        "BG-23.0.BT-118": "E",
        "BG-23.0.BT-120": FRANCHISE,
        "BG-23.0.BT-121": "VATEX-FR-FRANCHISE",
    },
    seller="franchise",
)
def franchise(studio):
    tax = _exempt(studio, "E", "VATEX-FR-FRANCHISE", f"<p>{FRANCHISE}</p>")
    return studio.invoice(studio.line(85, tax))


@scenario("Exempt beside standard rate in one invoice", {"BG-23.2": None})
def exempt_and_standard(studio):
    tax = _exempt(studio, "E", "VATEX-FR-CGI261-4", "<p>Art. 261-4-1° du CGI</p>")
    return studio.invoice(studio.line(100), studio.line(60, tax, name="Soins"))


@scenario(
    "Reverse charge: construction work by a subcontractor",
    {"BG-23.0.BT-118": "AE", "BG-23.0.BT-121": "VATEX-FR-AE", "BT-110": "0.00"},
    golden=("chorus",),
)
def reverse_charge(studio):
    notes = "<p>Autoliquidation, art. 283-2 nonies du CGI</p>"
    tax = _exempt(studio, "AE", "VATEX-FR-AE", notes, "tva_sale_service_0")
    customer = studio.customer(
        name="Régie fictive des eaux",
        company_registry="21990001600011",
        vat="FR53219900016",
    )
    return studio.invoice(studio.line(4000, tax), partner=customer)


@scenario(
    "Intra-community supply: a French body with a Belgian VAT number, delivered there",
    {
        "BG-23.0.BT-118": "K",
        "BG-23.0.BT-121": "VATEX-EU-IC",
        "BG-13.country_code": "BE",
    },
    golden=("chorus",),
)
def intra_community(studio):
    centre = studio.customer(
        name="Centre culturel fictif de France à Bruxelles",
        company_registry="11000201100044",
        vat="BE0477472701",
    )
    tax = _exempt(studio, "K", notes="<p>Art. 262 ter I du CGI</p>")
    return studio.invoice(
        studio.line(250, tax),
        partner=centre,
        partner_shipping_id=_deliver(studio, centre, "BE", "Bruxelles").id,
    )


def _deliver(studio, buyer, country, city):
    return studio.customer(
        name=f"Dépôt de {city}",
        parent_id=buyer.id,
        type="delivery",
        street="1 rue du Dépôt",
        zip="1000",
        city=city,
        country=country,
        company_registry=False,
    )


@scenario(
    "Export: a French consulate, delivered in Switzerland",
    {"BG-23.0.BT-118": "G", "BG-23.0.BT-121": "VATEX-EU-G", "BG-13.country_code": "CH"},
)
def export(studio):
    consulate = studio.customer(
        name="Consulat fictif de France à Beauval", company_registry="11000201100044"
    )
    tax = _exempt(studio, "G", notes="<p>Art. 262 I du CGI</p>")
    return studio.invoice(
        studio.line(250, tax),
        partner=consulate,
        partner_shipping_id=_deliver(studio, consulate, "CH", "Genève").id,
    )


@scenario(
    "Buyer of the European Union, known by its VAT number",
    {"BG-7.legal_identifier": "BE0477472701", "BG-7.legal_identifier_schemeid": "0223"},
    refused=NO_SIRET,
)
def eu_buyer(studio):
    customer = studio.customer(
        name="Commune fictive de Rivebois",
        street="1 place Communale",
        zip="1000",
        city="Rivebois",
        country="BE",
        company_registry=False,
        vat="BE0477472701",
    )
    tax = _exempt(studio, "K", notes="<p>Art. 262 ter I du CGI</p>")
    return studio.invoice(studio.line(250, tax), partner=customer)


@scenario(
    "Buyer outside the European Union, known by country and name",
    {"BG-7.legal_identifier": "CHVille fictive de", "BG-23.0.BT-118": "G"},
    refused=NO_SIRET,
)
def non_eu_buyer(studio):
    customer = studio.customer(
        name="Ville fictive de Beauval",
        street="2 rue du Lac",
        zip="1200",
        city="Beauval",
        country="CH",
        company_registry=False,
    )
    tax = _exempt(studio, "G", notes="<p>Art. 262 I du CGI</p>")
    return studio.invoice(studio.line(250, tax), partner=customer)


@scenario("Outside the scope of VAT", {"BG-23.0.BT-118": "O", "BG-23.0.BT-119": None})
def outside_scope(studio):
    tax = _exempt(studio, "O", "VATEX-EU-O", "<p>Hors champ de la TVA</p>")
    return studio.invoice(studio.line(500, tax, name="Subvention"))


@scenario("VAT on debits: due with the invoice", {"BT-8": "invoice"})
def vat_on_debits(studio):
    return studio.invoice(studio.line(100, "tva_normale"))


@scenario("VAT on receipts: due on payment", {"BT-8": "payment"})
def vat_on_receipts(studio):
    return studio.invoice(studio.line(100, "tva_normale_encaissement", name="Pose"))


@scenario("VAT on debits and on receipts in one invoice: untold", {"BT-8": None})
def vat_on_both(studio):
    return studio.invoice(
        studio.line(100, "tva_normale"),
        studio.line(40, "tva_normale_encaissement", name="Pose"),
    )
