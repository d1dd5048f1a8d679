"""Client of the Chorus Pro portal (AIFE), reached through PISTE. Knows no Odoo."""

from . import actions, codes
from .actions import Handled, Piece, PieceType
from .auth import MemoryTokenStore, Settings, Token, TokenStore
from .changes import Changes
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
from .rejections import Rejection, read_rejection
from .redact import RedactFilter, redact
from .wsgi_transport import WsgiAdapter, in_process_session
