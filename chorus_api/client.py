"""The portal's services as methods, named after the portal's own verbs.

The client makes the calls and nothing else: it does not retry (but for one renewal of
the token), does not wait, keeps no state but the token. All services are POST with a
JSON body, except the health check [O].
"""

import logging
from datetime import datetime, timezone
from pathlib import PurePath

from . import codes, commitments
from .actions import Actions
from .answers import is_empty_search, wire_number, without_none
from .diagnosis import Diagnosis
from .directory import Service, ServiceDetail, StructureDetail
from .download import fetch_file
from .errors import ChorusError
from .invoice_reading import InvoiceReading
from .paging import read_pages
from .records import Deposit, FlowReport
from .structure_search import StructureSearch
from .transport import Transport
from .upload import Upload
from .values import as_dict, as_rows

DEPOSER_FLUX = "factures/v1/deposer/flux"
CR_DETAILLE = "transverses/v1/consulterCRDetaille"
CONSULTER_STRUCTURE = "structures/v1/consulter"
RECHERCHER_SERVICES = "structures/v1/rechercher/services"
CONSULTER_SERVICE = "structures/v1/consulter/service"
ANNUAIRE = "transverses/v1/telecharger/annuaire/destinataire"
HEALTH_CHECK = "transverses/v1/health-check"


def _utc_now():
    return datetime.now(timezone.utc)


class Client(Actions, Diagnosis, InvoiceReading, StructureSearch):
    """Calls the portal for one technical account. A context manager.

    :param settings: addresses and credentials (auth.Settings).
    :param session: a requests.Session to use and leave open; by default an own one,
        closed with the client.
    :param token_store: shared keeper of the token; by default in memory.
    :param timeout: seconds to connect (own session only) and between received bytes.
    :param now: function giving the aware current time.
    :param admit: function of the service, called before every call, the token's too. It
        gives the seconds to wait, at most about one, or raises ChorusError.

    Every method raises ChorusError; ``outcome`` tells what is known of the call.
    Identifiers are strings of digits that the portal gave; without one, as when its
    answer lacked it, the error is ``incomplete``.
    """

    def __init__(
        self,
        settings,
        *,
        session=None,
        token_store=None,
        timeout=(10, 60),
        now=_utc_now,
        admit=None,
    ):
        self._portal = Transport(settings, session, token_store, timeout, now)
        self._portal.admit_by(admit)

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()

    def close(self):
        """Close the session, if it is our own."""
        self._portal.close()

    # === Deposit and follow-up ===

    def deposer_flux(self, filename, content, syntax=codes.SYNTAX_FACTURX):
        """Deposit one file: a Factur-X, or a tar.gz of several [T].

        The portal checks almost nothing of the content at this time [L], and two
        deposits of the same file are two flows: never repeat a call whose outcome is
        "unknown".

        :param str filename: at most 200 characters, with its extension [T].
        :param content: the file, within codes.LIMITS: bytes, or a seekable binary file
            that is encoded while it is sent.
        :return: Deposit.
        :raise ValueError: the file name breaks the rule.
        :raise ChorusError: ``incomplete`` when the portal gives no flow number.
        """
        too_long = len(filename) > codes.LIMITS["flow_file_name"]
        if too_long or not PurePath(filename).suffix:
            message = "a flow file name has an extension and at most 200 characters"
            raise ValueError(message)
        others = {
            "nomFichier": filename,
            "syntaxeFlux": syntax,
            "avecSignature": False,
        }
        answer = self._portal.post(
            DEPOSER_FLUX,
            Upload("fichierFlux", content, others),
            "numeroFluxDepot",
            logging.INFO,
        )
        deposit = Deposit.parse(answer)
        if not deposit.number:
            detail = "no numeroFluxDepot in the answer"
            raise ChorusError(
                code="incomplete", service=DEPOSER_FLUX, http_status=200, detail=detail
            )
        return deposit

    def consulter_cr_detaille(self, flow_number):
        """Return the FlowReport of a deposit.

        A business refusal means that the portal does not know the flow, which is
        normal in the first seconds [T]: the report then has ``known`` False.
        """
        payload = {"numeroFluxDepot": flow_number}
        try:
            answer = self._portal.post(CR_DETAILLE, payload, "etatCourantDepotFlux")
        except ChorusError as error:
            if error.code != "business":
                raise
            raw = {"codeRetour": error.return_code, "libelle": error.label}
            return FlowReport.parse(raw, known=False)
        return FlowReport.parse(answer)

    # === Directory ===

    def consulter_structure(self, structure_id):
        """Return the StructureDetail of a public structure or of an own one."""
        payload = {"idStructureCPP": wire_number(structure_id), "codeLangue": "fr"}
        answer = self._portal.post(CONSULTER_STRUCTURE, payload, "informationGenerales")
        return StructureDetail.parse(answer)

    def rechercher_services(self, structure_id):
        """Yield every Service of a structure."""
        paging = {"triColonne": "CodeService", "triSens": "Ascendant"}
        rows = self._search(
            RECHERCHER_SERVICES,
            {"idStructure": wire_number(structure_id)},
            ("parametresRechercherServicesStructure", paging),
            ("listeServices", "idService"),
        )
        return map(Service.parse, rows)

    def consulter_service(self, structure_id, service_id):
        """Return the ServiceDetail of one service of a structure."""
        payload = {
            "idStructure": wire_number(structure_id),
            "idService": wire_number(service_id),
            "codeLangue": "fr",
        }
        answer = self._portal.post(CONSULTER_SERVICE, payload, "informationsGenerales")
        return ServiceDetail.parse(answer, service_id)

    def telecharger_annuaire_destinataire(self, target):
        """Write the directory's ZIP [T] to a binary file; returns its size in bytes."""
        return fetch_file(
            self._portal, ANNUAIRE, "fichierResultat", target, codes.DIRECTORY_BYTES_MAX
        )

    def rechercher_engagements(self, *, supplier_id, number):
        """Return the Commitments of a number; see commitments.search."""
        return commitments.search(self._portal, supplier_id, number)

    def health_check(self):
        """Tell whether the portal says that it is well.

        :raise ChorusError: the portal could not be asked, or refused the credentials.
        """
        answer = self._portal.get(HEALTH_CHECK)
        return str(answer.get("statusCodeValue", 200)) == "200"

    # === Plumbing ===

    def _search(self, service, criteria, paging, keys):
        """Yield the rows of a paged search; "no result" is an empty list.

        :param paging: name of the service's pagination object and its fixed part.
        :param keys: key of the list in the answer, identifying key of its rows.
        """
        name, fixed = paging
        list_key, identity = keys

        def fetch(page):
            position = {
                "pageResultatDemandee": page,
                "nbResultatsParPage": codes.PAGE_SIZE,
            }
            payload = without_none(criteria) | {name: position | fixed}
            try:
                answer = self._portal.post(service, payload, list_key)
            except ChorusError as error:
                if not is_empty_search(error):
                    raise
                return [], 0, 0
            told = as_dict(answer.get("parametresRetour"))
            return as_rows(answer.get(list_key)), told.get("pages"), told.get("total")

        return read_pages(service, fetch, identity)
