"""The simulator over HTTP: what recipients and the portal's staff do there."""

import requests

TIMEOUT = 30


class Portal:
    """The control API of a running simulator at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        # Never by way of a proxy: it is a process of this machine.
        self.session.trust_env = False

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
        return self._check(self.session.get(f"{self.url}/_sim/ledger", timeout=TIMEOUT))

    def _call(self, path: str, **body) -> dict:
        url = f"{self.url}/_sim/{path}"
        return self._check(self.session.post(url, json=body, timeout=TIMEOUT))

    def _check(self, answer: requests.Response) -> dict:
        """The JSON of an answer.

        :raises RuntimeError: with the simulator's own words when it refuses
        """
        if not answer.ok:
            raise RuntimeError(f"simulator: {answer.url}: {answer.text}")
        return answer.json()
