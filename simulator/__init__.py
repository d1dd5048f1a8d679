"""A Chorus Pro and PISTE simulator: plain Python, WSGI over one SQLite file.

``create_app(path)`` returns the WSGI callable, ``python -m simulator --state FILE``
serves it. Token under ``/api/oauth/token``, the portal under ``/cpro``, a console to
play the recipient under ``/console``, a control API for tests under ``/_sim``.

It follows the project's report on the portal's API. Marks: [O] official, [L] measured,
[T] third-party, [I] inferred, [U] unknown. Nothing is offered under ``/cpro`` that the
portal does not offer. The deliberate deviations, from the swagger files or for want
of facts:

Where clients saw something else than the swagger declares
- ``YYYY-MM-DD`` and ``YYYY-MM-DD HH:MM`` where ``date-time`` is declared [T].
- Values of a search line and of the history may be null [T].
- ``dateDbtService`` and ``dateFinService`` in ``rechercher/services`` [T].
- The answer of ``deposer/flux`` repeats the PDFARCHIVE syntaxes, too [O].
- Swagger's ``getpLignesPoste`` … and plain ``pLignesPoste`` … are both read [I], as
  are ``idFacture`` and ``identifiantFactureCPP`` in ``corriger/valideur/facture``.

Where the report is silent, the answer is ours [U]
- Bodies of the gateway's refusals; the header of a 401 (``invalid_token`` [I],
  ``invalid_account``); Retry-After of a 429; quotas (none until set).
- 20400 with HTTP 400 for a request that lacks or distorts a field; 20003 to 20007 of
  ``recycler``, ``completer``, ``traiter/recue``, ``corriger/valideur/facture``; 20000
  to 20002 outside ``completer`` by analogy [I]; 20000 for a flow not known (yet) [I]
  and for an entity without services [I].
- Delays of every state; IN_EN_ATTENTE_RETRAITEMENT_CPP, IN_INCIDENTE and
  QP_IRRECEVABLE only when a fault asks for them.
- EN_COURS_ACHEMINEMENT only for entities that receive by EDI [I]; A9 and A12 are
  filed like A1, their validation circuit is only entered by ``force`` [I].
- Rejection texts beyond the templates seen [T]; codes ``SIM_…`` of technical errors;
  an unreadable file of an archive is a technical error and the rest is integrated.
- The key of a duplicate: supplier SIRET and number, for ever [I].
- Only CII is read (Factur-X, plain CII); the other syntaxes end as IN_REJETE.
- Fields of ``listeEngagementJuridique``, types of ``recuperer/typespj``, the file in
  ``telecharger/annuaire/destinataire``, the page in ``fichierCR``.

For a simulator's sake (ours)
- One technical account acts for every recipient and for every private supplier but
  the one that is marked as not attached.
- PRISE_EN_COMPTE_DESTINATAIRE is given in the console or the control API only.
- ``auto_suppliers``: searching a SIRET of 14 digits that nobody has, without saying
  whether it is public or private, adds a supplier.
- No check digit is verified anywhere, since AIFE's fictitious numbers fail it [L].
"""

from .app import create_app
from .faults import CutAnswer, LostAnswer
from .settings import CREDENTIALS

__all__ = ["CREDENTIALS", "CutAnswer", "LostAnswer", "create_app"]
