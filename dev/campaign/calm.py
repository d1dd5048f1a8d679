"""The second half of a round: faults off, and seven days go by."""

from .actors import Died
from .plan import DAY, HOUR, MINUTE
from .verdict import DROPPED

# How the clock goes on; the officer comes after `NEXT_DAY`.
CALM = (70, 5 * MINUTE, 20 * MINUTE, 2 * HOUR, 6 * HOUR, 19 * HOUR)
NEXT_DAY = 26 * HOUR
WEEK = 7 * DAY


class Calm:
    """A calm week on a stage; see stage.Stage, which is one."""

    runs = 0

    def _calm(self) -> None:
        """Faults off: seven days, in which everything comes right."""
        gone, decided = 0, False
        for step in (*CALM, *[DAY] * 7):
            if gone + step > WEEK or (decided and self.books.is_settled()):
                break
            gone += self._advance(step)
            self._run()
            if gone >= NEXT_DAY and not decided:
                decided = True
                self._officer()
                self._run()
            decided = decided or self.books.is_settled()
        if gone < WEEK:
            self._advance(WEEK - gone)
            self._run()
            self._run()

    def _advance(self, seconds: float, back: float = 0) -> float:
        """Let time pass for Odoo and the portal alike; undo a jump of Odoo's clock."""
        self.clock.offset += seconds - back
        self.portal.control("clock", advance=seconds)
        return seconds

    def _run(self) -> None:
        """A scheduler runs what is due by itself; the two take turns."""
        self.runs += 1
        index = self.runs % len(self.senders)
        for _process in range(3):
            self._start(self.senders[index], [])
            try:
                self.senders[index].result()
            except Died:
                self._replace(index)
                # Odoo's cursors may end a process long after their server was restarted
                # (`Cursor.__getattr__` without an end); the next one does the work.
                if "crash" in self.verdict.done:
                    continue
                self.verdict.problems.append("a sender ended by itself")
            else:
                self.survived.add(self.senders[index].run)
            break

    def _officer(self) -> None:
        """A person decides about what is still unknown, by what the portal shows."""
        ledger = self.portal.ledger()
        attempts = self.books.attempts()
        lasts = (rows[-1] for rows in attempts.values())
        unknown = [row for row in lasts if row["state"] == "unknown"]
        self.verdict.judge_unknown(self.books, [row["number"] for row in unknown])
        decisions, entered = [], set()
        for row in unknown:
            earlier = {known["flow"] for known in attempts[row["number"]][:-1]}
            flows = [
                deposit["number"]
                for deposit in ledger["deposits"]
                if row["number"] in deposit["numbers"]
                and deposit["state"] not in DROPPED
                and deposit["number"] not in earlier
            ]
            if not flows:
                decisions.append((row["move"], ""))
            elif flows[-1] not in entered and self.chance.random() < 0.5:
                # The number of one invoice settles those that left with it.
                entered.add(flows[-1])
                decisions.append((row["move"], flows[-1]))
        self.verdict.decided = len(decisions)
        self._people(self.clerks[0].do("decide", decisions=decisions))
