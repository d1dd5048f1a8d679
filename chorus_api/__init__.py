"""Client of the Chorus Pro portal (AIFE), reached through PISTE. Knows no Odoo."""

from . import codes
from .auth import MemoryTokenStore, Settings, Token, TokenStore
from .client import Client
from .commitments import Commitment
from .directory import (
    Service,
    ServiceDetail,
    Structure,
    StructureDetail,
    StructurePage,
)
from .errors import NOT_SENT, OUTCOMES, REFUSED, UNKNOWN, ChorusError
from .recipient_files import read_recipients
from .recipients import Recipient, RecipientsError, RecipientService, Unreadable
from .records import (
    Deposit,
    FlowReport,
    History,
    HistoryEntry,
    InvoiceError,
    InvoiceItem,
    TechnicalError,
)
from .redact import RedactFilter, redact
from .wsgi_transport import WsgiAdapter, in_process_session
