"""Builds small Factur-X files and talks to an embedded simulator.

The XML comes from a tiny builder of its own: nothing here knows factur_x/.
"""

import base64
import io
import logging
import tarfile
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from pypdf import PdfWriter
from pypdf.generic import (
    DecodedStreamObject,
    NameObject,
)
from werkzeug.test import Client

from odoo.tests import BaseCase

from odoo.addons.l10n_fr_chorus_pro import simulator
from odoo.addons.l10n_fr_chorus_pro.simulator import server

SUPPLIER = "99999999800019"
FOREIGN_SUPPLIER = "99900000300015"
NONE = "12345678200051"
ENGAGEMENT = "12345678200036"
SERVICE = "12345678200028"
BOTH = "12345678200044"
STATE = "11000201100044"
EITHER = "21990001600011"
HOSPITAL = "26990003100015"
DEPARTMENT = "22990005500018"
INACTIVE = "25990007400016"
UNIVERSITY = "19990008500010"
INTERCOMMUNAL = "24990009300017"
UNREPORTED = "27990011200012"

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description '
    'rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">'
    "<pdfaid:part>{part}</pdfaid:part></rdf:Description></rdf:RDF></x:xmpmeta>"
)


def _tag(name, content, attributes=""):
    return f"<{name}{attributes}>{content}</{name}>" if content else ""


def _party(role, party):
    """Return a trade party; ``party`` is a SIRET, (identifier, scheme) or None."""
    if party is None:
        return ""
    ident, scheme = (party, "0002") if isinstance(party, str) else party
    attribute = f' schemeID="{scheme}"' if scheme else ""
    body = _tag("ram:ID", ident, attribute)
    body = _tag("ram:SpecifiedLegalOrganization", body)
    return _tag(f"ram:{role}", f"<ram:Name>{role}</ram:Name>{body}")


DEFAULTS = {
    "number": "FAC-1",
    "type": "380",
    "date": "20260914",
    "framework": "A1",
    "supplier": SUPPLIER,
    "recipient": NONE,
    "service": "",
    "engagement": "",
    "contract": "",
    "means": "30",
    "iban": "FR7630006000011234567890189",
    "previous": (),
    "untaxed": "100.00",
    "tax": "20.00",
    "total": "120.00",
    "currency": "EUR",
    "lines": 1,
    "gross": "",
    "allowance": "",
}


def cii(**terms):
    """Return the XML bytes of an invoice; ``terms`` replace ``DEFAULTS``."""
    t = {**DEFAULTS, **terms}
    un = "urn:un:unece:uncefact:data:standard:"
    framework = _tag("ram:ID", t["framework"])
    context = _tag("ram:BusinessProcessSpecifiedDocumentContextParameter", framework)
    guideline = "<ram:ID>urn:cen.eu:en16931:2017</ram:ID>"
    context += _tag("ram:GuidelineSpecifiedDocumentContextParameter", guideline)
    stamp = _tag("udt:DateTimeString", t["date"], ' format="102"')
    document = _tag("ram:ID", t["number"]) + _tag("ram:TypeCode", t["type"])
    document += _tag("ram:IssueDateTime", stamp)
    trade = "".join(_line(number, t) for number in range(1, t["lines"] + 1))
    trade += _tag("ram:ApplicableHeaderTradeAgreement", _agreement(t))
    trade += "<ram:ApplicableHeaderTradeDelivery/>"
    trade += _tag("ram:ApplicableHeaderTradeSettlement", _settlement(t))
    return (
        f'<rsm:CrossIndustryInvoice xmlns:rsm="{un}CrossIndustryInvoice:100"'
        f' xmlns:ram="{un}ReusableAggregateBusinessInformationEntity:100"'
        f' xmlns:udt="{un}UnqualifiedDataType:100">'
        + _tag("rsm:ExchangedDocumentContext", context)
        + _tag("rsm:ExchangedDocument", document)
        + _tag("rsm:SupplyChainTradeTransaction", trade)
        + "</rsm:CrossIndustryInvoice>"
    ).encode()


def _line(number, t):
    price = _tag("ram:ChargeAmount", t["gross"])
    allowance = _tag("ram:ActualAmount", t["allowance"])
    price += _tag("ram:AppliedTradeAllowanceCharge", allowance)
    agreement = _tag("ram:GrossPriceProductTradePrice", price)
    agreement += "<ram:NetPriceProductTradePrice><ram:ChargeAmount>100.00"
    agreement += "</ram:ChargeAmount></ram:NetPriceProductTradePrice>"
    totals = _tag("ram:LineTotalAmount", "100.00")
    settlement = "<ram:ApplicableTradeTax><ram:RateApplicablePercent>20.00"
    settlement += "</ram:RateApplicablePercent></ram:ApplicableTradeTax>"
    settlement += _tag("ram:SpecifiedTradeSettlementLineMonetarySummation", totals)
    return _tag(
        "ram:IncludedSupplyChainTradeLineItem",
        _tag("ram:AssociatedDocumentLineDocument", f"<ram:LineID>{number}</ram:LineID>")
        + _tag("ram:SpecifiedTradeProduct", f"<ram:Name>Article {number}</ram:Name>")
        + _tag("ram:SpecifiedLineTradeAgreement", agreement)
        + _tag(
            "ram:SpecifiedLineTradeDelivery",
            "<ram:BilledQuantity>1</ram:BilledQuantity>",
        )
        + _tag("ram:SpecifiedLineTradeSettlement", settlement),
    )


def _agreement(t):
    order = _tag("ram:IssuerAssignedID", t["engagement"])
    contract = _tag("ram:IssuerAssignedID", t["contract"])
    return (
        _tag("ram:BuyerReference", t["service"])
        + _party("SellerTradeParty", t["supplier"])
        + _party("BuyerTradeParty", t["recipient"])
        + _tag("ram:BuyerOrderReferencedDocument", order)
        + _tag("ram:ContractReferencedDocument", contract)
    )


def _settlement(t):
    account = _tag("ram:IBANID", t["iban"])
    means = _tag("ram:TypeCode", t["means"])
    means += _tag("ram:PayeePartyCreditorFinancialAccount", account)
    totals = _tag("ram:TaxBasisTotalAmount", t["untaxed"])
    totals += _tag("ram:TaxTotalAmount", t["tax"])
    totals += _tag("ram:GrandTotalAmount", t["total"])
    totals += _tag("ram:DuePayableAmount", t["total"])
    tax = _tag("ram:CalculatedAmount", t["tax"]) + _tag("ram:CategoryCode", "S")
    tax += _tag("ram:BasisAmount", t["untaxed"])
    tax += "<ram:RateApplicablePercent>20.00</ram:RateApplicablePercent>"
    return (
        _tag("ram:InvoiceCurrencyCode", t["currency"])
        + _tag("ram:SpecifiedTradeSettlementPaymentMeans", means)
        + _tag("ram:ApplicableTradeTax", tax)
        + _tag("ram:SpecifiedTradeSettlementHeaderMonetarySummation", totals)
        + "".join(
            _tag("ram:InvoiceReferencedDocument", _tag("ram:IssuerAssignedID", number))
            for number in t["previous"]
        )
    )


def pdf(xml, *, name="factur-x.xml", part="3", xmp=None, extra=(), password=None):
    """Return a one-page PDF that embeds ``xml`` and the files of ``extra``."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    for file_name, content in [(name, xml), *extra]:
        if content is not None:
            writer.add_attachment(file_name, content)
    if part is not None:
        stream = DecodedStreamObject()
        stream.set_data((xmp or XMP).format(part=part).encode())
        stream[NameObject("/Type")] = NameObject("/Metadata")
        stream[NameObject("/Subtype")] = NameObject("/XML")
        reference = writer._add_object(stream)
        writer._root_object[NameObject("/Metadata")] = reference
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def facturx(**terms):
    """Return a Factur-X PDF of ``cii(**terms)``."""
    return pdf(cii(**terms))


def archive(files):
    """Return a tar.gz of {name: bytes}."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


@contextmanager
def quiet_pypdf():
    """Keep pypdf's complaints about damaged files out of the log."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


class Portal:
    """A client of an embedded simulator, as bare as possible."""

    def __init__(self, path=None, **options):
        self.folder = None
        if path is None:
            self.folder = tempfile.TemporaryDirectory()
            path = Path(self.folder.name) / "state.sqlite"
        self.path = path
        self.app = simulator.create_app(path, **options)
        self.http = Client(self.app)
        self.token = None
        self.control("clock", {"freeze": True})

    def close(self):
        """Remove the state file."""
        if self.folder:
            self.folder.cleanup()

    def new_token(self, **changes):
        """Ask for a token and return the response."""
        form = {
            "grant_type": "client_credentials",
            "client_id": simulator.CREDENTIALS["client_id"],
            "client_secret": simulator.CREDENTIALS["client_secret"],
            "scope": "openid",
            **changes,
        }
        return self.http.post("/api/oauth/token", data=form)

    def headers(self, *, login=None, password=None):
        """Return the headers of an API call."""
        if self.token is None:
            self.token = self.new_token().get_json()["access_token"]
        login = login or simulator.CREDENTIALS["login"]
        password = password or simulator.CREDENTIALS["password"]
        account = base64.b64encode(f"{login}:{password}".encode()).decode()
        return {"Authorization": f"Bearer {self.token}", "cpro-account": account}

    def raw(self, path, body, method="POST", headers=None):
        """Call ``/cpro/<path>`` and return the response."""
        headers = self.headers() if headers is None else headers
        return self.http.open(
            f"/cpro/{path}", method=method, json=body, headers=headers
        )

    def call(self, path, **body):
        """Call an operation and return its JSON."""
        return self.raw(path, body).get_json()

    def control(self, path, body=None, method="POST"):
        """Call ``/_sim/<path>``, which must succeed, and return its JSON."""
        response = self.http.open(f"/_sim/{path}", method=method, json=body)
        answer = response.get_json()
        assert response.status_code == 200, answer
        return answer

    def fault(self, name, service="*", times=1, **params):
        """Switch a fault on."""
        body = {"name": name, "service": service, "times": times, "params": params}
        return self.control("faults", body)

    def ledger(self):
        """Return the simulator's ledger."""
        return self.http.get("/_sim/ledger").get_json()

    def advance(self, seconds):
        """Let time pass; a token does not outlive an hour."""
        if seconds >= 3600:
            self.token = None
        return self.control("clock", {"advance": seconds})

    def deposit(self, content, name="facture.pdf", **more):
        """Deposit a file and return the answer."""
        body = {
            "fichierFlux": base64.b64encode(content).decode(),
            "nomFichier": name,
            "syntaxeFlux": "IN_DP_E2_CII_FACTURX",
            "avecSignature": False,
            **more,
        }
        return self.call("factures/v1/deposer/flux", **body)

    def report(self, number):
        """Return consulterCRDetaille of a flow."""
        return self.call("transverses/v1/consulterCRDetaille", numeroFluxDepot=number)

    def send(self, content, **more):
        """Deposit, wait until judged, return the report."""
        number = self.deposit(content, **more)["numeroFluxDepot"]
        self.advance(60)
        return {**self.report(number), "number": number}

    def filed(self, **terms):
        """Send an invoice that must be integrated; return its id at the portal."""
        report = self.send(facturx(**terms))
        assert report["etatCourantDepotFlux"] == "IN_INTEGRE", report
        return self.find(report["number"])[0]["identifiantFactureCPP"]

    def find(self, flow):
        """Return the invoices of a flow."""
        body = {"numeroFluxDepot": flow}
        return self.call("factures/v1/rechercher/fournisseur", **body)["listeFactures"]

    def structure(self, siret):
        """Return idStructureCPP of a SIRET."""
        answer = self.call(
            "structures/v1/rechercher", structure={"identifiantStructure": siret}
        )
        return answer["listeStructures"][0]["idStructureCPP"]

    def act(self, invoice, status, comment=None, **more):
        """Let the recipient act on one of our invoices."""
        body = {"invoice": invoice, "supplier": SUPPLIER, "status": status}
        return self.control("act", {**body, "comment": comment, **more})


def serve(test, app):
    """Serve ``app`` on a free port until the end of ``test``; return the port."""
    httpd = server.make(app, 0)
    thread = threading.Thread(target=httpd.serve_forever, args=(0.02,))
    thread.start()
    test.addCleanup(thread.join)
    test.addCleanup(httpd.server_close)
    test.addCleanup(httpd.shutdown)
    return httpd.server_port


class SimulatorCase(BaseCase):
    """A test with a simulator of its own, its clock frozen."""

    options: ClassVar[dict] = {}

    def setUp(self):
        super().setUp()
        self.portal = Portal(**self.options)
        self.addCleanup(self.portal.close)

    def assertRefused(self, answer, code, label=None):
        """Check the business refusal of an answer."""
        self.assertEqual(answer["codeRetour"], code, answer)
        if label is not None:
            self.assertEqual(answer["libelle"], label)

    def assertAccepted(self, answer):
        """Check that an answer is a success, and return it."""
        self.assertEqual(answer.get("codeRetour"), 0, answer)
        return answer
