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
        if supplier == self.partner_id:
            own_id = gate._read_alone("structure_id")
            if not own_id:
                own_id = self._chorus_pro_find_own_id(client, supplier)
                gate._write_alone(structure_id=own_id)
            return own_id
        known = gate._read_alone("establishments") or {}
        if siret not in known:
            known[siret] = self._chorus_pro_find_own_id(client, supplier)
            gate._write_alone(establishments=known)
        return known[siret]

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
