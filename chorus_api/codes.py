"""Tables of the portal: addresses, states, statuses, limits, return codes.

Plain data, no labels: the words that people read live in the addon's ``const.py``.
Marks after a statement tell what it rests on: [O] official, [L] measured live,
[T] third party, [I] inferred, [U] unknown.
"""

from types import MappingProxyType
from typing import NamedTuple

from .statuses import INVOICE_STATUSES, InvoiceStatus

__all__ = ["INVOICE_STATUSES", "InvoiceStatus"]

# environment -> (token URL, API host) [L]; "demo" is the embedded simulator, called
# in-process: the name localhost only has to be one that Odoo's tests let through.
ENVIRONMENTS = MappingProxyType(
    {
        "demo": ("http://localhost/api/oauth/token", "http://localhost"),
        "qualification": (
            "https://sandbox-oauth.piste.gouv.fr/api/oauth/token",
            "https://sandbox-api.piste.gouv.fr",
        ),
        "production": (
            "https://oauth.piste.gouv.fr/api/oauth/token",
            "https://api.piste.gouv.fr",
        ),
    }
)

SYNTAX_FACTURX = "IN_DP_E2_CII_FACTURX"  # [O]
TIME_ZONE = "Europe/Paris"  # of portal times without offset [I]
TOKEN_LIFE = 3600  # seconds, when the token answer does not tell [L]
TOKEN_LIFE_MAX = 86_400  # seconds, ours: whatever the token answer tells
TOKEN_MARGIN = 60  # seconds before its end when a token is renewed [T]

PAGE_SIZE = 200  # asked on every list; the portal's default is 10 [O]
RESULTS_MAX = 999_999  # asked on every list; the portal's default is 200 [T]
# Bounds of what is believed and kept of an answer, all ours: a portal, or whoever
# stands in for it, must not fill our memory, our tables or our screens.
PAGES_MAX = 500  # a portal that never ends a list is a fault
HISTORY_PAGES_MAX = 20
ROWS_MAX = 100_000  # of one list, all pages together
ANSWER_BYTES_MAX = 4_000_000  # after decompression; a page of 200 rows has 0.5 MB
DIRECTORY_BYTES_MAX = 200_000_000  # the ZIP of the recipients; a workbook has 27 MB [T]
ANSWER_DEPTH_MAX = 20  # of nested lists and objects; the deepest real one has 5
ERRORS_MAX = 1000  # of each kind in the report on one flow
TEXT_MAX = 4000  # characters of a text; a comment has 2000 [T]
IDENTIFIER_MAX = 200  # characters of a number or code; a longer one is none
TOKEN_MAX = 8192  # characters: more does not fit into a header
RETRY_AFTER_MAX = 3600  # ours: seconds, a longer wish of the gateway is cut to this

LIMITS = MappingProxyType(
    {
        "invoice_number": 20,  # BT-1 and BT-25, characters [L]
        "service_code": 100,  # BT-10 [O]
        "engagement": 50,  # BT-13 [O]
        "contract": 50,  # BT-12 [O]
        "flow_file_name": 200,  # with its extension [T]
        "document_bytes": 10_000_000,  # one Factur-X, attachments included [T]
        "archive_bytes": 25_000_000,  # tar.gz of a flow: ours, below 30 MB [T]
        "archive_documents": 100,  # invoices in one flow: ours, real limit [U]
        "attachment_bytes": 10_000_000,  # strictly below [O]
        "attachment_name": 50,  # with its extension [O]
        "invoice_bytes": 120_000_000,  # an invoice and all its attachments [O]
        "comment": 2000,  # completer [T]
    }
)

# extensions of attachments, compared in lower case [O]
ATTACHMENT_EXTENSIONS = frozenset(
    [
        "bmp",
        "bz2",
        "csv",
        "doc",
        "docx",
        "fax",
        "gif",
        "gz",
        "gzip",
        "htm",
        "html",
        "jpeg",
        "jpg",
        "odp",
        "ods",
        "odt",
        "p7s",
        "pdf",
        "png",
        "pps",
        "ppt",
        "pptx",
        "rtf",
        "svg",
        "tgz",
        "tif",
        "tiff",
        "txt",
        "xhtml",
        "xlc",
        "xlm",
        "xls",
        "xlsx",
        "xml",
        "zip",
    ]
)

# billing framework (BT-23) -> value that the API's searches use [O]
FRAMEWORKS = MappingProxyType(
    {
        "A1": "A1_FACTURE_FOURNISSEUR",
        "A2": "A2_FACTURE_FOURNISSEUR_DEJA_PAYEE",
        "A3": "A3_MEMOIRE_JUSTICE",
        "A4": "A4_PROJET_DECOMPTE_MENSUEL_FOURNISSEUR",
        "A5": "A5_ETAT_ACOMPTE_FOURNISSEUR",
        "A6": "A6_ETAT_ACOMPTE_VALIDE_FOURNISSEUR",
        "A7": "A7_PROJET_DECOMPTE_FINAL_FOURNISSEUR",
        "A8": "A8_DECOMPTE_GENERAL_DEFINITIF_FOURNISSEUR",
        "A9": "A9_FACTURE_SOUSTRAITANT",
        "A10": "A10_PROJET_DECOMPTE_MENSUEL_SOUSTRAITANT",
        "A11": "A11_PROJET_DECOMPTE_FINAL_SOUSTRAITANT",
        "A12": "A12_FACTURE_COTRAITANT",
        "A13": "A13_PROJET_DECOMPTE_MENSUEL_COTRAITANT",
        "A14": "A14_PROJET_DECOMPTE_FINAL_COTRAITANT",
        "A15": "A15_ETAT_ACOMPTE_MOE",
        "A16": "A16_ETAT_ACOMPTE_VALIDE_MOE",
        "A17": "A17_PROJET_DECOMPTE_GENERAL_MOE",
        "A18": "A18_DECOMPTE_GENERAL_MOE",
        "A19": "A19_ETAT_ACOMPTE_VALIDE_MOA",
        "A20": "A20_DECOMPTE_GENERAL_MOA",
        "A21": "A21_DEMANDE_REMBOURSEMENT_TIC",
        "A22": "A22_PROJET_DECOMPTE_GENERAL_FOURNISSEUR_PROCEDURE_TACITE",
        "A23": "A23_DECOMPTE_GENERAL_DEFINITIF_TACITE_FOURNISSEUR",
        "A24": "A24_DECOMPTE_GENERAL_DEFINITIF_TACITE_MOE",
        "A25": "A25_DECOMPTE_GENERAL_DEFINITIF_MOE_PROCEDURE_TACITE",
    }
)
SELECTABLE_FRAMEWORKS = ("A1", "A2", "A9", "A12")  # what a plain supplier files [O]


class FlowState(NamedTuple):
    """What a flow state means here.

    ``event`` is one of pending, integrated, partial, rejected, incident;
    ``terminal`` tells that the portal will not change it any more.
    """

    event: str
    terminal: bool


_PENDING = FlowState("pending", False)

# etatCourantDepotFlux -> meaning; no swagger has an enumeration [T]
FLOW_STATES = MappingProxyType(
    {
        "IN_DEPOT_PORTAIL_EN_ATTENTE_TRAITEMENT_SE_CPP": _PENDING,  # fresh [L]
        "IN_RECU": _PENDING,
        "IN_TRAITE_SE_CPP": _PENDING,
        "IN_EN_ATTENTE_TRAITEMENT_CPP": _PENDING,
        "IN_EN_COURS_TRAITEMENT_CPP": _PENDING,
        "IN_EN_ATTENTE_RETRAITEMENT_CPP": _PENDING,
        "IN_A_RELANCER": _PENDING,  # [U]
        "IN_ERREUR_INTERNE": _PENDING,  # [U]
        "QP_RECEVABLE": _PENDING,  # [U]
        "QP_RECEVABLE_AVEC_ERREUR": _PENDING,  # [U]
        "QP_IRRECEVABLE": FlowState("rejected", True),  # terminal [I]
        "IN_INCIDENTE": FlowState("incident", True),
        "IN_REJETE": FlowState("rejected", True),
        "IN_INTEGRE": FlowState("integrated", True),
        "IN_INTEGRE_PARTIEL": FlowState("partial", True),
    }
)


class ReturnCode(NamedTuple):
    """A refusal that is known: message code of the portal and our word for it."""

    label: str
    meaning: str


_NO_RESULT = ReturnCode("TRA_MSG_00.015", "no_result")

# Numbers are per service, hence the pair (service, codeRetour).
RETURN_CODES = MappingProxyType(
    {
        ("factures/v1/rechercher/fournisseur", 20000): _NO_RESULT,  # [T]
        ("structures/v1/rechercher", 20000): _NO_RESULT,  # [I] as above
        ("structures/v1/rechercher/services", 20000): _NO_RESULT,  # [I] as above
        ("engagementsJuridiques/v1/rechercher", 20000): _NO_RESULT,  # [I] as above
        ("factures/v1/deposer/flux", 20001): ReturnCode(
            "GDP_MSG_11.022", "file_too_large"
        ),  # [T]
        ("factures/v1/completer", 20000): ReturnCode(
            "GDP_MSG_11.008", "unknown_invoice"
        ),  # [O]
        ("factures/v1/completer", 20001): ReturnCode(
            "GDP_MSG_11.005", "no_right"
        ),  # [O]
        ("factures/v1/completer", 20002): ReturnCode(
            "GDP_MSG_11.033", "wrong_status"
        ),  # [O]
        ("transverses/v1/ajouter/fichier", 20003): ReturnCode("", "file_too_large"),
    }
)
