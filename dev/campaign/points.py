"""Inside Odoo: named points of the engine where a sender is killed or made to wait."""

import os
import signal
import socket
import time

from odoo.addons.l10n_fr_chorus_pro.chorus_api import Client

# Name: (model, method, before or after it). What is written is not committed yet
# after `_freeze_one`, `_group`, `_claim`, `_note_deposit` and `_follow_answer`.
METHODS = {
    "frozen": ("chorus.pro.transmission", "_freeze_one", "after"),
    "grouped": ("chorus.pro.flow", "_group", "after"),
    "claimed": ("chorus.pro.flow", "_claim", "after"),
    "leaving": ("chorus.pro.flow", "_deposit", "before"),
    "noted": ("chorus.pro.flow", "_note_deposit", "after"),
    "answered": ("chorus.pro.flow", "_follow_answer", "before"),
    "followed": ("chorus.pro.flow", "_follow_answer", "after"),
}


class Points:
    """The points of one process, and what is armed at them."""

    def __init__(self) -> None:
        self.armed: list[dict] = []
        self.answers = None
        self._uploading = False

    def arm(self, *orders: dict | None) -> None:
        """Take orders: `{"point", "nth"}` with what happens there.

        `seconds`: wait so long; `until`, too: wait at most so long for that file;
        neither: be killed. `mark`: a file that is made then; only the first process
        that comes so far waits for a file, or is killed. `tell`: only make this file.
        The point `*` is any of them.
        """
        self.armed = [dict(order) for order in orders if order]

    def reach(self, name: str) -> None:
        """Do what was ordered for this passage of a point."""
        for order in self.armed:
            if order["point"] not in (name, "*"):
                continue
            order["nth"] -= 1
            if order["nth"]:
                continue
            if "tell" in order:
                self._is_first(order["tell"])
            elif "until" in order:
                self._wait(order)
            elif "seconds" in order:
                time.sleep(order["seconds"])
            elif self._is_first(order["mark"]):
                os.kill(os.getpid(), signal.SIGKILL)

    def _wait(self, order: dict) -> None:
        """Stand still until the harness lets go."""
        if self._is_first(order["mark"]):
            deadline = time.monotonic() + order["seconds"]
            while time.monotonic() < deadline and not os.path.exists(order["until"]):
                time.sleep(0.01)

    def _is_first(self, mark: str) -> bool:
        """Make the file with the number of this process; whether no other did."""
        try:
            file = os.open(mark, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            return False
        os.write(file, str(os.getpid()).encode())
        os.close(file)
        return True

    def install(self, registry) -> None:
        """Put the points into the engine of this process.

        :raise AttributeError: the engine has no such method any more
        """
        for name, (model, method, when) in METHODS.items():
            self._wrap(registry[model], method, name, when)
        self._wrap_client()
        self._wrap_upload()

    def _wrap(self, owner, method: str, name: str, when: str) -> None:
        original = getattr(owner, method)

        def passing(record, *args, **kwargs):
            if when == "before":
                self.reach(name)
            result = original(record, *args, **kwargs)
            # Nothing was done where nothing waited.
            if when == "after" and (result is None or result):
                record.env.flush_all()
                self.reach(name)
            return result

        setattr(owner, method, passing)

    def _wrap_client(self) -> None:
        """Around the call: the flow is locked before it, its answer is kept after."""
        original = Client.deposer_flux

        def deposer_flux(client, *args, **kwargs):
            self.reach("locked")
            deposit = original(client, *args, **kwargs)
            if self.answers:
                self.answers(deposit.number)
            self.reach("accepted")
            return deposit

        Client.deposer_flux = deposer_flux

    def _wrap_upload(self) -> None:
        """In the middle of the body of a deposit, and when it has left."""
        original = socket.socket.sendall

        def sendall(channel, data, *flags):
            if bytes(data[:5]) == b"POST ":
                self._uploading = b"deposer/flux" in bytes(data[:200])
            elif self._uploading and self.armed:
                half = len(data) // 2
                original(channel, data[:half], *flags)
                self.reach("uploading")
                original(channel, data[half:], *flags)
                self.reach("uploaded")
                return
            original(channel, data, *flags)

        socket.socket.sendall = sendall


POINTS = (*METHODS, "locked", "uploading", "uploaded", "accepted")
