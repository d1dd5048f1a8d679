"""What the tests of the directory share: entities to read, calls that are counted."""

from contextlib import contextmanager
from unittest.mock import patch

from odoo import fields

from odoo.addons.l10n_fr_chorus_pro.chorus_api import ChorusError, Client
from odoo.addons.l10n_fr_chorus_pro.chorus_api.transport import Transport
from odoo.addons.l10n_fr_chorus_pro.tests.common import ChorusProCommon

# SIRETs of the embedded portal's directory.
TOWN = "21990001600011"
HOSPITAL = "26990003100015"
DEPARTMENT = "22990005500018"
CLOSED = "25990007400016"
SILENT = "27990011200012"
PRIVATE = "33254021516357"
NOBODY = "99999999999999"


class DirectoryCommon(ChorusProCommon):
    """A clerk who bills, and no more, against the embedded portal."""

    def make_partner(self, siret, **values):
        """A customer of which nothing is known but its SIRET."""
        return self.env["res.partner"].create(
            {
                "name": "Client",
                "is_company": True,
                "company_registry": siret,
                "country_id": self.env.ref("base.fr").id,
                **values,
            }
        )

    def sync(self, partner):
        """Press the button as the clerk; returns what is said."""
        with self.portal_session():
            action = partner.with_user(self.clerk).action_chorus_pro_sync()
        return action["params"]["message"]

    def services(self, partner):
        """Services of an entity by code, closed ones too."""
        return {service.code: service for service in partner.chorus_pro_service_ids}

    @contextmanager
    def calls(self):
        """Collect the services of the portal's directory that are called."""
        posts, real = [], Transport.post

        def spy(portal, service, payload, *args, **more):
            posts.append(service.removeprefix("structures/v1/"))
            return real(portal, service, payload, *args, **more)

        with patch.object(Transport, "post", spy):
            yield posts

    @contextmanager
    def away(self, code="unreachable", verb="rechercher_structures"):
        """The portal does not answer a verb of the client."""
        error = ChorusError(code, service=verb)
        with patch.object(Client, verb, side_effect=error):
            yield

    @contextmanager
    def without_service(self, *codes):
        """Services vanish from the directory."""
        real = Client.rechercher_services

        def fewer(client, ident):
            return [s for s in real(client, ident) if s.code not in codes]

        with patch.object(Client, "rechercher_services", fewer):
            yield

    # === PAUSE === #

    def pause(self):
        """Let the company's queue wait; returns until when."""
        error = ChorusError("unreachable", service="x", detail="")
        with self.portal_session():
            return self.company._chorus_pro_gate()._pause(error)

    def is_paused(self):
        """Whether the company's queue waits."""
        gates = self.env["chorus.pro.gate"].sudo()
        gates.invalidate_model()
        gate = gates.search([("company_id", "=", self.company.id)])
        until = gate.paused_until
        return bool(until and until > fields.Datetime.now())

    def end_pause(self):
        """The time of waiting is over."""
        gates = self.env["chorus.pro.gate"].sudo()
        gate = gates.search([("company_id", "=", self.company.id)])
        gate.paused_until = fields.Datetime.now()
