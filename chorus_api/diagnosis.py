"""Harmless calls that show which part of a connection works, for a test of it.

Each API of the portal is subscribed to on its own at PISTE (API.md 1.3 [O]), so each is
called once, with a service that only reads and criteria that nothing meets.
"""

from datetime import datetime, timezone

from .errors import ChorusError

# A flow number of the right form that the portal never gives.
NO_FLOW = "CPP" + "0" * 22
# No structure has it; used while the own identifier is not known.
NO_STRUCTURE = "0"
NO_COMMITMENT = "0"


class Diagnosis:
    """The part of the client that tests the connection, step by step."""

    def fetch_token(self):
        """Ask PISTE for a token, whatever is kept.

        :return: seconds by which PISTE's clock is ahead of ours, None when it does not
            tell
        :raise ChorusError: token_refused, token_unavailable, unreachable or tls.
        """
        return self._portal.renew_token()

    def reach_transverses(self):
        """Ask for a flow that does not exist.

        :raise ChorusError: the API does not answer us.
        """
        self.consulter_cr_detaille(NO_FLOW)

    def reach_factures(self, supplier_id=None):
        """Search the own invoices deposited today; nothing of them is kept.

        :param str supplier_id: own identifier, when it is known.
        :raise ChorusError: the API does not answer us.
        """
        today = datetime.now(timezone.utc).date()
        found = self.rechercher_fournisseur(
            supplier_id=supplier_id or NO_STRUCTURE, deposited_from=today
        )
        _read_or_refused(lambda: next(iter(found), None), supplier_id)

    def reach_engagements(self, supplier_id=None):
        """Search an engagement number that does not exist.

        :param str supplier_id: own identifier, when it is known.
        :raise ChorusError: the API does not answer us.
        """
        _read_or_refused(
            lambda: self.rechercher_engagements(
                supplier_id=supplier_id or NO_STRUCTURE, number=NO_COMMITMENT
            ),
            supplier_id,
        )


def _read_or_refused(call, supplier_id):
    """Without an own identifier, a refusal by the portal shows that it answers."""
    try:
        call()
    except ChorusError as error:
        if supplier_id or error.code != "business":
            raise
