"""How the portal names the company and its establishments."""

from odoo import models

from ..chorus_api import ChorusError


class ResCompany(models.Model):
    """Own identifiers at the portal, read by SIRET once and kept in the gate."""

    _inherit = "res.company"

    def _chorus_pro_own_id(self, client, supplier=None):
        """The identifier of the company, or of one of its establishments.

        Each establishment is a structure of its own at the portal, which shows the
        invoices of one supplier at a time.

        :param client: an open chorus_api client
        :param supplier: res.partner whose SIRET the invoices bear, by default the
            company's own partner
        :raise ChorusError: the portal does not answer, or `siret_unknown`
        """
        self.ensure_one()
        supplier = supplier or self.partner_id
        gate, siret = self._chorus_pro_gate(), supplier._chorus_pro_siret()
        # By SIRET, so that one that changes need not be forgotten by who changes it:
        # the gate is never written in the transaction of its caller.
        known = gate._read_alone("establishments") or {}
        if siret not in known:
            known[siret] = self._chorus_pro_find_own_id(client, supplier)
            own = supplier == self.partner_id
            values = {"structure_id": known[siret]} if own else {}
            gate._write_alone(establishments=known, **values)
        return known[siret]

    def _chorus_pro_known_own_id(self, gate):
        """The identifier under which the portal knows the SIRET of today, if it was
        asked for.

        :param gate: of the company, or none
        """
        return (gate.establishments or {}).get(self._chorus_pro_siret())

    def _chorus_pro_find_own_id(self, client, supplier):
        """Look the identifier of a supplier up in the directory.

        :raise ChorusError: the portal does not answer, or `siret_unknown`
        """
        siret = supplier._chorus_pro_siret()
        kind = supplier._chorus_pro_identifier().kind
        found = client.rechercher_structures(siret=siret, kind=kind) if siret else []
        active = [structure for structure in found if structure.active]
        if len(active) != 1:
            code = "siret_unknown"
            raise ChorusError(code, service="structures", detail=siret)
        return active[0].portal_id
