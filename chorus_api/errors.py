"""The one error that the client raises, and what each of its codes means."""

from dataclasses import dataclass
from types import MappingProxyType

from .redact import redact

NOT_SENT = "not_sent"  # the call never reached the portal: it may be made again
REFUSED = "refused"  # the portal said no: nothing was accepted
UNKNOWN = "unknown"  # the portal may have accepted the call

# code -> outcome of the call. For a call that changes something at the portal,
# whatever is not proven to be "not_sent" or "refused" is "unknown".
OUTCOMES = MappingProxyType(
    {
        "not_configured": NOT_SENT,  # raised by callers: credentials are missing
        "siret_unknown": NOT_SENT,  # raised by callers: own SIRET not at the portal
        "internal": NOT_SENT,  # raised by callers: a fault of their own
        "throttled": NOT_SENT,  # raised by callers: more calls than they allow
        "daily_quota": NOT_SENT,  # raised by callers: the day's calls are used up
        "unreachable": NOT_SENT,  # no connection: name, route, proxy, refused port
        "tls": NOT_SENT,  # certificate or handshake, before anything was sent
        "token_refused": NOT_SENT,  # PISTE: unknown application or wrong secret [L]
        "token_unavailable": NOT_SENT,  # PISTE gave no usable token
        "account_refused": REFUSED,  # 401 twice: cpro-account, or the token [L]
        "forbidden": REFUSED,  # 403: API not subscribed, or no such route [L]
        "rate_limited": REFUSED,  # 429: quota of PISTE [T]
        "not_found": REFUSED,  # 404 [O]
        "too_large": REFUSED,  # 413 [O]
        "media_type": REFUSED,  # 415 [O]
        "bad_request": REFUSED,  # 400 without a business body [O]
        "business": REFUSED,  # codeRetour other than 0, in HTTP 200 or 400 [T]
        "timeout": UNKNOWN,  # sent, no answer in time
        "interrupted": UNKNOWN,  # the connection broke, or the answer was cut
        "server_error": UNKNOWN,  # 5xx [O]
        "not_json": UNKNOWN,  # an answer that is not the portal's (HTML, redirect …)
        "incomplete": UNKNOWN,  # a well-formed answer that lacks what it must hold
    }
)


@dataclass(eq=False)
class ChorusError(Exception):
    """A call of the portal failed.

    ``code``: a key of OUTCOMES. ``service``: path of the service, such as
    ``factures/v1/deposer/flux``. ``http_status``: int or None when no answer came.
    ``return_code`` and ``label``: codeRetour and libelle of a business refusal; the
    number means something only together with the service. ``detail``: short technical
    text, masked. ``retry_after``: seconds that the gateway asked to wait, or None.
    """

    code: str
    service: str = ""
    http_status: int | None = None
    return_code: int | None = None
    label: str = ""
    detail: str = ""
    retry_after: int | None = None

    def __post_init__(self):
        """Mask the texts that come from outside."""
        self.label = redact(self.label[:2000])[:500]
        self.detail = redact(self.detail[:2000])[:500]
        super().__init__(self.code, self.service)

    @property
    def outcome(self):
        """What is known of the call: NOT_SENT, REFUSED or UNKNOWN."""
        return OUTCOMES[self.code]

    def __str__(self):
        facts = [
            f"HTTP {self.http_status}" if self.http_status else "",
            f"codeRetour {self.return_code}" if self.return_code is not None else "",
            self.label,
            self.detail,
        ]
        return f"{self.service}: {self.code} ({', '.join(filter(None, facts))})"
