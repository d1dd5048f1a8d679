"""What must be true after a round, by Odoo's books and the portal's ledger."""

from collections import Counter
from itertools import pairwise

from .plan import Plan

# A flow that ended so was not processed: the same file goes again.
DROPPED = ("IN_INCIDENTE", "QP_IRRECEVABLE")
STUCK = "IN_EN_ATTENTE_RETRAITEMENT_CPP"
# What a deposit becomes in Odoo, by its state at the portal.
OUTCOMES = {
    "IN_INTEGRE": "integrated",
    "IN_INTEGRE_PARTIEL": "partial",
    "IN_REJETE": "rejected",
    **dict.fromkeys(DROPPED, "incident"),
}
HARNESS = "harness: "
# Words of the chatter; the campaign's users read English.
FOUND, UNKNOWN = "found at the portal", "outcome unknown"
# The one activity of an invoice that needs a person, by its summary.
ASKED = {
    "unknown": "Chorus Pro: did this invoice arrive?",
    "error": "Chorus Pro: could not be sent",
    "rejected": "Chorus Pro: rejected",
}


class Verdict:
    """Problems of one round; none means that it is clean."""

    def __init__(self, plan: Plan, numbers: list[str]) -> None:
        self.plan = plan
        self.numbers = numbers
        self.problems: list[str] = []
        self.attempts: dict[str, list[dict]] = {}
        self.filed_by_hand: set[str] = set()
        self.taken_back: set[str] = set()
        self.spoiled: set[str] = set()
        self.named_kill = False
        self.random_kills = 0
        self.extra = 0
        # What the harness itself did: clock jumps, a crash of the server.
        self.done: set[str] = set()
        self.missing: list[str] = []
        self.decided = 0

    def judge_unknown(self, books, unknown: list[str]) -> None:
        """A day later: one activity on each invoice that is still unknown."""
        activities = books.activities()
        for number in unknown:
            if len(activities[number]) != 1:
                self._say(number, f"unknown for a day, activities {activities[number]}")

    def judge(self, books, ledger: dict, living: set[str]) -> None:
        """Look at everything when the week is over.

        :param living: flow numbers whose answer reached a sender that lived on
        """
        self.attempts = books.attempts()
        self.chatter = books.chatter()
        self.activities = books.activities()
        self.summaries = books.summaries()
        self.taken_back |= books.drafts()
        self.flows = {d["number"]: d for d in ledger["deposits"]}
        self.filed = {i["number"]: i for i in ledger["invoices"] if i["flow"]}
        for number in self.numbers:
            self._judge_deposits(number)
            self._judge_state(number)
            self._judge_people(number)
        self._judge_files(books)
        self._judge_flows(books.flows())
        self._judge_living(living)
        self.problems += [f"lock: {text}" for text in books.locks()]
        self.problems += [f"left: {text}" for text in books.other_activities()]
        # A weakness of the round, not a fault of the engine.
        self.problems += [f"{HARNESS}{text}" for text in self.missing]

    @property
    def kills(self) -> int:
        """Senders that were killed at work."""
        return self.named_kill + self.random_kills

    def struck(self) -> list[str]:
        """Faults of the plan that struck."""
        never = " ".join(self.missing)
        return [name for name in self.plan.faults if f"fault {name} " not in never]

    def judge_log(self, log) -> None:
        """No process had an error that no kill and no collision explains."""
        self.problems += log.problems(crashed="crash" in self.done)

    def _say(self, number: str, text: str) -> None:
        history = [
            f"{row['state']}({row['flow']}:{row['flow_state']}) {row['error']}".strip()
            for row in self.attempts.get(number, ())
        ]
        self.problems.append(f"{number}: {text} {history}")

    def _deposits(self, number: str) -> list[dict]:
        """Accepted deposits of an invoice that the portal did not drop."""
        return [
            flow
            for flow in self.flows.values()
            if number in flow["numbers"] and flow["state"] not in DROPPED
        ]

    def _judge_deposits(self, number: str) -> None:
        deposits = self._deposits(number)
        # One that the portal rejects goes again when a user clicks again.
        again = len(self.attempts[number]) if number in self.filed_by_hand else 1
        if len(deposits) > max(again, 1):
            flows = [flow["number"] for flow in deposits]
            self._say(number, f"DEPOSITED {len(deposits)} TIMES {flows}")
        # What was rejected may be taken back afterwards.
        if deposits and number in self.taken_back - self.filed_by_hand:
            self._say(number, "was taken back and deposited")

    def _judge_state(self, number: str) -> None:
        """What Odoo says is what the portal holds."""
        attempts = self.attempts[number]
        state = attempts[-1]["state"] if attempts else "missing"
        deposits = self._deposits(number)
        if state not in self._right_states(number, deposits):
            where = [f"{flow['number']} {flow['state']}" for flow in deposits]
            what = "was taken back, " * (number in self.taken_back)
            what += "bad invoice " * (number in self.spoiled)
            self._say(number, f"{what}is {state}, at the portal {where or 'nothing'}")
        if number in self.filed and state == "integrated":
            status = self.filed[number]["status"]
            if attempts[-1]["status"] != status:
                self._say(number, f"shows {attempts[-1]['status']}, not {status}")
            if attempts[-1]["flow"] != self.filed[number]["flow"]:
                self._say(number, f"is in flow {self.filed[number]['flow']}")
        alive = [
            row for row in attempts if row["state"] not in ("rejected", "cancelled")
        ]
        if len(alive) > 1:
            self._say(number, "has several live attempts")

    def _right_states(self, number: str, deposits: list[dict]) -> tuple[str, ...]:
        """States that an invoice may have in Odoo, by what the portal has."""
        if number in self.taken_back:
            after = ("rejected",) if deposits else ()
            return ("cancelled", "missing", "failed", *after)
        if number in self.spoiled:
            return ("failed",)
        if number in self.filed:
            return ("integrated",)
        if deposits and number in self.filed_by_hand:
            # The portal never shows it under our deposit: a person has to.
            return ("rejected", "unknown")
        is_stuck = deposits and deposits[-1]["state"] == STUCK
        return ("deposited", "unknown") if is_stuck else ()

    def _judge_people(self, number: str) -> None:
        """Activities and chatter: one for each problem, and none twice."""
        attempts = self.attempts[number]
        asked = number not in self.taken_back and ASKED.get(self.summaries[number])
        expected = [asked] if asked else []
        if self.activities[number] != expected:
            found = self.activities[number]
            self._say(number, f"has activities {found}, expected {expected}")
        lines = self.chatter[number]
        if any(first == second for first, second in pairwise(lines)):
            self._say(number, f"chatter says the same twice: {lines}")
        numbered = Counter(line for line in lines if "CPP" in line)
        if numbered and max(numbered.values()) > 1:
            self._say(number, f"chatter names a flow twice: {lines}")
        state = attempts[-1]["state"] if attempts else ""
        told = any("sent, flow" in line or FOUND in line for line in lines)
        if state == "integrated" and not told:
            self._say(number, f"chatter does not tell how it got there: {lines}")
        if state in ("integrated", "rejected") and self.summaries[number] in (
            "queued",
            "sent",
            "unknown",
            "error",
        ):
            self._say(number, f"summary is {self.summaries[number]}")

    def _judge_files(self, books) -> None:
        """What was deposited is the file that was frozen."""
        for flow, checksum in books.checksums().items():
            if flow in self.flows and self.flows[flow]["sha256"] != checksum:
                self.problems.append(f"flow {flow} is not the file that was frozen")

    def _judge_flows(self, flows: dict[str, list[tuple]]) -> None:
        """No deposit is left half-way, and each one says what the portal says."""
        for name, ident in flows.get("sending", ()):
            self.problems.append(f"deposit {ident} ({name}) is left in sending")
        for state, rows in flows.items():
            for name, _ident in rows:
                portal = self.flows.get(name, {}).get("state")
                if portal in OUTCOMES and OUTCOMES[portal] != state:
                    self.problems.append(f"deposit {name} is {state}, not {portal}")
        if "partial" in self.plan.faults and not flows.get("partial"):
            self.missing.append("fault partial never struck")

    def _judge_living(self, living: set[str]) -> None:
        """An answer that reached a living sender was kept, not searched for."""
        if "crash" in self.done:
            return
        for number, lines in self.chatter.items():
            for line in lines:
                if FOUND in line and any(flow in line for flow in living):
                    self._say(number, f"a living sender lost its answer: {lines}")
