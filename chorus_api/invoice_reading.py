"""Reading own invoices at the portal: searches, changes, histories."""

from . import codes
from .answers import wire_number
from .changes import Changes, Slice
from .errors import ChorusError
from .paging import read_pages
from .records import History, InvoiceItem
from .values import as_dict, as_rows, wire_day, wire_moment

RECHERCHER_FOURNISSEUR = "factures/v1/rechercher/fournisseur"
CONSULTER_HISTORIQUE = "factures/v1/consulter/historique"

# Blocks of a history [O]: key of the block and of its rows, of the rows' identifier;
# the name of the block's request and the column that sorts it; ends of its names.
_BLOCKS = {
    "statuses": (
        ("historiquesDesStatuts", "histoStatut", "histoStatutId"),
        ("paramRechercheHistoStatuts", "HistoStatutDatePassage"),
        ("ListeHistoStatut", "HistoStatut"),
    ),
    "events": (
        ("historiquesDesEvenementsComplementaires", "evenement", "evenementId"),
        ("paramRechercheHistoEvenementsComplementaires", "EvenementDateHeure"),
        ("ListeHistoEvenement", "Evenement"),
    ),
    "actions": (
        ("historiquesDesActionsUtilisateurs", "histoAction", "histoActionId"),
        ("paramRechercheHistoActionsUtilisateurs", "HistoActionDateHeure"),
        ("ListeHistoAction", "HistoAction"),
    ),
}


class InvoiceReading:
    """The part of the client that reads invoices (API.md 2.4, 2.6 [O])."""

    def rechercher_fournisseur(
        self,
        *,
        supplier_id,
        invoice_number=None,
        flow_number=None,
        deposited_from=None,
        deposited_to=None,
        changed_since=None,
    ):
        """Yield the InvoiceItem of every own invoice that meets all criteria.

        Sorted by invoice number, which does not change while pages are read.

        :param str supplier_id: own identifier at the portal (idStructureCPP), always
            given: an account may see more than one company.
        :param str invoice_number: compare again, exactness at the portal is [U].
        :param date deposited_from: first day of deposit; ``deposited_to`` the last.
        :param datetime changed_since: aware; current status set at or after it [I].
        """
        criteria = {
            "numeroFacture": invoice_number,
            "numeroFluxDepot": flow_number,
            "periodeDateDepotDu": wire_day(deposited_from),
            "periodeDateDepotAu": wire_day(deposited_to),
            "periodeDateHeureEtatCourantDu": wire_moment(changed_since),
        }
        return self._search_invoices(supplier_id, criteria)

    def changes(self, *, supplier_id, since, recipients=tuple):
        """Return the Changes of own invoices: ``rechercher/fournisseur`` by period.

        :param datetime since: aware; current status set at or after it [I].
        :param recipients: function giving identifiers of recipients, see Changes.
        """
        wire_number(supplier_id)

        def search(part):
            if part == Slice(part.since):
                return self.rechercher_fournisseur(
                    supplier_id=supplier_id, changed_since=part.since
                )
            return self._search_invoices(supplier_id, part.criteria())

        return Changes(search, since, recipients)

    def _search_invoices(self, supplier_id, criteria):
        paging = {
            "nbResultatsMaximum": codes.RESULTS_MAX,
            "triColonne": "NumeroFacture",
            "triSens": "Ascendant",
        }
        rows = self._search(
            RECHERCHER_FOURNISSEUR,
            {"idFournisseur": wire_number(supplier_id), **criteria},
            ("rechercheFactureParFournisseur", paging),
            ("listeFactures", "identifiantFactureCPP"),
        )
        return map(InvoiceItem.parse, rows)

    def consulter_historique(self, portal_invoice_id):
        """Return the History of an invoice (identifiantFactureCPP), all pages.

        Each call asks for the same page of statuses, events and actions of users:
        one call is enough for an ordinary invoice. A list of events or actions that
        breaks off is kept as far as it came: the statuses are what counts.
        """
        answers = {}

        def ask(page):
            if page not in answers:
                payload = {
                    "idFacture": wire_number(portal_invoice_id),
                    "nbResultatsMaximum": codes.RESULTS_MAX,
                    **_history_pages(page),
                }
                answers[page] = self._portal.post(
                    CONSULTER_HISTORIQUE, payload, "historiquesDesStatuts"
                )
            return answers[page]

        statuses = list(_read_block(ask, "statuses"))
        others = {name: _read_whole(ask, name) for name in ("events", "actions")}
        return History.parse(answers[1], statuses, **others)


def _history_pages(page):
    """The request for one page of each block of a history."""
    return {
        name: {
            f"pageResultatDemandee{suffix}": page,
            f"nbResultatsParPage{suffix}": codes.PAGE_SIZE,
            f"triColonne{suffix}": column,
            f"triSens{suffix}": "Ascendant",
        }
        for _keys, (name, column), (suffix, _end) in _BLOCKS.values()
    }


def _read_block(ask, name):
    """Yield the rows of one block; ``ask`` gives the answer with a page of all."""
    (block_key, rows_key, identity), _request, (_suffix, end) = _BLOCKS[name]

    def fetch(page):
        block = as_dict(ask(page).get(block_key))
        counters = block.get(f"pages{end}"), block.get(f"total{end}")
        return as_rows(block.get(rows_key)), *counters

    return read_pages(CONSULTER_HISTORIQUE, fetch, identity, codes.HISTORY_PAGES_MAX)


def _read_whole(ask, name):
    """The rows of one block, as far as the portal gives them."""
    rows = []
    try:
        for row in _read_block(ask, name):
            rows.append(row)  # noqa: PERF402 - what came before a failure is kept
    except ChorusError as error:
        if error.code != "incomplete":
            raise
    return rows
