"""Figures and credentials of the simulator.

Marks as in the API report: [O] official, [L] measured, [T] third-party,
[I] inferred, [U] unknown. A figure without a mark is ours.
"""

CREDENTIALS = {
    "client_id": "5a11c0de-0000-4000-8000-5111a7012001",
    "client_secret": "5ec12e70-0000-4000-8000-5111a7012002",
    "login": "TECH_1_00000000000000@cpro.fr",
    "password": "Simulateur-2026!",
}
"""The one PISTE application and technical account, usable from the first moment.

They are public: they open nothing but a simulator.
"""

TOKEN_LENGTH = 54  # [L]
TOKEN_SECONDS = 3600  # [L]
ACCOUNT_DAYS = 424  # [O]
ACCOUNT_ACTIVATION_SECONDS = 1800  # [O], for accounts added later

SUBSCRIBED = ("factures", "structures", "transverses", "engagementsJuridiques")
"""APIs that the application may call; any other known one answers 403."""

KNOWN_APIS = (
    *SUBSCRIBED,
    "utilisateurs",
    "facturesTravaux",
    "organisations",
)  # [O] for the first two, [T] for the others

MIB = 1024 * 1024
MAX_REQUEST = 160 * MIB  # ours: base64 of the largest file, with room
MAX_FLUX = 10 * MIB  # [T]
MAX_FLUX_COMPRESSED = 30 * MIB  # [T]
MAX_UNPACKED = 300 * MIB  # ours: one archive, unpacked
MAX_ATTACHMENT = 10 * MIB  # [T]
MAX_DOWNLOAD = 120 * MIB  # [O]

PAGE_SIZE = 10  # [O]
MAX_RESULTS = 200  # [O] default of nbResultatsMaximum

LATENCY = {
    "unknown": 0,
    "received": 5,
    "exchanged": 8,
    "waiting": 11,
    "running": 14,
    "finished": 20,
    "routed": 3,
    "available": 6,
}
"""Seconds of simulator time, all ours since the real delays are [U].

``unknown``: the portal does not know the flow yet; ``received`` … ``finished``:
age of the flow at each state of API 8.5; ``routed`` and ``available``: age of
an invoice when it is on its way and when the recipient has it.
"""

INTERFACES = {
    "IN_DP_E1_UBL_INVOICE": "1100",  # [O]
    "IN_DP_E1_CII": "1106",  # [I]
    "IN_DP_E1_CII_16B": "1106",  # [O]
    "IN_DP_E1_PES_FACTURE": "1113",  # [U]
    "IN_DP_E1_XCBL": "1113",  # [U]
    "IN_DP_E2_UBL_INVOICE_MIN": "1110",  # [I]
    "IN_DP_E2_CII_MIN": "1110",  # [I]
    "IN_DP_E2_CII_MIN_16B": "1110",  # [I]
    "IN_DP_E2_PES_FACTURE_MIN": "1110",  # [I]
    "IN_DP_E2_CPP_FACTURE_MIN": "1110",  # [O]
    "IN_DP_PDFARCHIVE_UBL_INVOICE_MUG": "1113",  # [U]
    "IN_DP_PDFARCHIVE_CII_MUG": "1113",  # [U]
    "IN_DP_E2_CII_FACTURX": "1117",  # [L]
}
"""The 13 syntaxes [O] and the interface number in the flow number."""

JUDGED_SYNTAXES = ("IN_DP_E1_CII", "IN_DP_E1_CII_16B", "IN_DP_E2_CII_FACTURX")
"""Syntaxes that this simulator can read; the others end as IN_REJETE (ours)."""

_EXTENSIONS = (
    "BMP GIF FAX ODT PPT TIFF XLS BZ2 GZ JPEG P7S RTF TXT XML CSV GZIP JPG PDF "
    "SVG XHTML XLSX DOC HTM ODP PNG TGZ XLC ZIP DOCX HTML ODS PPS TIF XLM PPTX"
)
ATTACHMENT_EXTENSIONS = frozenset(_EXTENSIONS.split())  # [O]

FRAMEWORK_SUFFIXES = {
    "A1": "FACTURE_FOURNISSEUR",
    "A2": "FACTURE_FOURNISSEUR_DEJA_PAYEE",
    "A3": "MEMOIRE_JUSTICE",
    "A4": "PROJET_DECOMPTE_MENSUEL_FOURNISSEUR",
    "A5": "ETAT_ACOMPTE_FOURNISSEUR",
    "A6": "ETAT_ACOMPTE_VALIDE_FOURNISSEUR",
    "A7": "PROJET_DECOMPTE_FINAL_FOURNISSEUR",
    "A8": "DECOMPTE_GENERAL_DEFINITIF_FOURNISSEUR",
    "A9": "FACTURE_SOUSTRAITANT",
    "A10": "PROJET_DECOMPTE_MENSUEL_SOUSTRAITANT",
    "A11": "PROJET_DECOMPTE_FINAL_SOUSTRAITANT",
    "A12": "FACTURE_COTRAITANT",
    "A13": "PROJET_DECOMPTE_MENSUEL_COTRAITANT",
    "A14": "PROJET_DECOMPTE_FINAL_COTRAITANT",
    "A15": "ETAT_ACOMPTE_MOE",
    "A16": "ETAT_ACOMPTE_VALIDE_MOE",
    "A17": "PROJET_DECOMPTE_GENERAL_MOE",
    "A18": "DECOMPTE_GENERAL_MOE",
    "A19": "ETAT_ACOMPTE_VALIDE_MOA",
    "A20": "DECOMPTE_GENERAL_MOA",
    "A21": "DEMANDE_REMBOURSEMENT_TIC",
    "A22": "PROJET_DECOMPTE_GENERAL_FOURNISSEUR_PROCEDURE_TACITE",
    "A23": "DECOMPTE_GENERAL_DEFINITIF_TACITE_FOURNISSEUR",
    "A24": "DECOMPTE_GENERAL_DEFINITIF_TACITE_MOE",
    "A25": "DECOMPTE_GENERAL_DEFINITIF_MOE_PROCEDURE_TACITE",
}  # [O]
