"""The simulator over HTTP: what recipients and the portal's staff do there."""

import json
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

TIMEOUT = 60


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

    def act_all(self, acts: list[dict]) -> None:
        """Let recipients give many statuses, each at its own moment."""
        self._call("acts", acts=acts)

    def advance(self, seconds: int) -> None:
        """Move the portal's clock, so that nobody waits for its processing."""
        self._call("clock", advance=seconds)

    def reset_clock(self) -> None:
        """Let the portal tell the machine's time again."""
        self._call("clock", reset=True)

    def close(self, siret: str) -> None:
        """Close an entity in the directory."""
        self._call("structures", siret=siret, active=False)

    def close_service(self, siret: str, code: str) -> None:
        """Close a service of an entity."""
        self._call("structures", siret=siret, services=[{"code": code, "active": 0}])

    def structures(self) -> list[dict]:
        """Every entity of the directory, with its services."""
        return self._ask(Request(f"{self.url}/_sim/structures"))["structures"]

    def strike(self, name: str, service: str) -> None:
        """Let the next call of a service meet a fault."""
        self._call("faults", name=name, service=service, times=1)

    def slow_down(self, **latency: float) -> None:
        """Seconds until something is done, see the simulator's settings."""
        self._call("settings", latency=latency)

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
