"""The simulator over HTTP: what recipients and the portal's staff do there."""

import json
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT = 30


class Portal:
    """The control API of a running simulator at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Never by way of a proxy: it is a process of this machine.
        self.opener = build_opener(ProxyHandler({}))

    def act(self, number: str, supplier: str, status: str, comment: str) -> None:
        """Let the recipient give an invoice a status, with a comment or without."""
        said = {"comment": comment} if comment else {}
        self._call("act", invoice=number, supplier=supplier, status=status, **said)

    def advance(self, seconds: int) -> None:
        """Move the portal's clock, so that nobody waits for its processing."""
        self._call("clock", advance=seconds)

    def close(self, siret: str) -> None:
        """Close an entity in the directory."""
        self._call("structures", siret=siret, active=False)

    def type_invoice(self, **values) -> None:
        """File an invoice by hand: number, supplier, recipient, amount_total."""
        self._call("invoices", **values)

    def ledger(self) -> dict:
        """Everything that the portal holds."""
        return self._ask(Request(f"{self.url}/_sim/ledger"))

    def _call(self, path: str, **body) -> dict:
        """Send `body` to the control API and return its answer."""
        return self._ask(
            Request(
                f"{self.url}/_sim/{path}",
                data=json.dumps(body).encode(),
                headers={"Content-Type": "application/json"},
            )
        )

    def _ask(self, request: Request) -> dict:
        """The JSON of an answer.

        :raises RuntimeError: with the simulator's own words when it refuses
        """
        try:
            with self.opener.open(request, timeout=TIMEOUT) as answer:
                return json.load(answer)
        except HTTPError as error:
            words = f"simulator: {error.url}: {error.read().decode()}"
            raise RuntimeError(words) from error
