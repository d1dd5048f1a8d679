"""Credentials and the OAuth2 token of PISTE."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode

from .codes import TOKEN_LIFE, TOKEN_LIFE_MAX, TOKEN_MARGIN, TOKEN_MAX
from .errors import ChorusError
from .json_text import read_json
from .values import as_dict, as_identifier, as_int
from .wire import Wire

SERVICE = "oauth/token"
# Failures that say themselves that no call left; any other one of the token service is
# "token_unavailable", since what was asked for was not called either.
NOTHING_LEFT = ("throttled", "daily_quota", "unreachable", "tls")


@dataclass(frozen=True)
class Settings:
    """Where the portal is and who calls it; ``repr`` hides the credentials.

    ``token_url``: full URL of PISTE's token service; ``api_url``: scheme and host of
    the API, without trailing slash. ``client_id``/``client_secret``: the PISTE
    application; ``login``/``password``: the portal's technical account.
    """

    token_url: str
    api_url: str
    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    login: str = field(repr=False)
    password: str = field(repr=False)


@dataclass(frozen=True)
class Token:
    """A bearer token and the aware UTC time at which it ends."""

    value: str = field(repr=False)
    expires_at: datetime


class TokenStore(Protocol):
    """Keeps the token for all who share it."""

    def load(self) -> Token | None:
        """Return the kept token, fresh or not, or None."""

    def save(self, token: Token | None) -> None:
        """Keep ``token``; None forgets the kept one."""


class MemoryTokenStore:
    """A store that lives as long as its client."""

    def __init__(self):
        self._token = None

    def load(self):
        """Return the kept token or None."""
        return self._token

    def save(self, token):
        """Keep the token, or forget it."""
        self._token = token


class TokenSource:
    """Gives a token that will hold for the next call.

    There is no refresh token [T]: an ended one is asked anew, with a margin.
    """

    def __init__(
        self,
        settings: Settings,
        wire: Wire,
        store: TokenStore,
        now: Callable[[], datetime],
    ):
        self._settings = settings
        self._wire = wire
        self._store = store
        self._now = now
        # seconds by which PISTE's clock was ahead of ours when it last told its time
        self.clock_ahead = None

    def get(self):
        """Return the kept token if it still holds, else a new one, kept.

        :raise ChorusError: token_refused, token_unavailable, unreachable or tls.
        """
        token = self._store.load()
        margin = timedelta(seconds=TOKEN_MARGIN)
        if token and token.expires_at - margin > self._now():
            return token
        return self.renew()

    def renew(self):
        """Ask for a new token, whatever is kept, and keep it.

        :raise ChorusError: token_refused, token_unavailable, unreachable or tls.
        """
        token = self._fetch()
        self._store.save(token)
        return token

    def drop(self, refused):
        """Forget ``refused``, unless another worker has renewed it already."""
        token = self._store.load()
        if token and token.value == refused.value:
            self._store.save(None)

    def _fetch(self):
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret,
            "scope": "openid",
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        body = urlencode(form).encode()
        url = self._settings.token_url
        try:
            answer = self._wire.exchange(SERVICE, "POST", url, headers, body)
        except ChorusError as error:
            if error.code in NOTHING_LEFT:
                raise
            detail = f"{error.code}: {error.detail}"
            raise ChorusError(
                code="token_unavailable", service=SERVICE, detail=detail
            ) from error
        self.clock_ahead = answer.clock_ahead(self._now())
        return self._read(answer)

    def _read(self, answer):
        """Turn the answer into a Token.

        An unknown application and a wrong secret both give HTTP 400 with
        ``invalid_client`` [L].
        """
        data = as_dict(read_json(answer.content))
        value = as_identifier(data.get("access_token"), TOKEN_MAX)
        # a value that does not fit into a header would be shown by the error it causes
        usable = value and value.isascii() and " " not in value
        if answer.status == 200 and usable:
            life = as_int(data.get("expires_in")) or 0
            seconds = min(life, TOKEN_LIFE_MAX) if life > 0 else TOKEN_LIFE
            return Token(value, self._now() + timedelta(seconds=seconds))
        denied = answer.status in (400, 401) and data.get("error") == "invalid_client"
        raise ChorusError(
            "token_refused" if denied else "token_unavailable",
            service=SERVICE,
            http_status=answer.status,
            detail=answer.excerpt(),
            retry_after=answer.retry_after(self._now()),
        )
