"""The guards of invariant 1 and 2 that can be taken out; `mutations.py` does it."""

from typing import NamedTuple

VARIABLE = "CHORUS_PRO_CHAOS_WITHOUT"

TWICE = r"DEPOSITED \d+ TIMES"
LOST = "a living sender lost its answer"
WAITED = "^lock: .* waited for"


class Guard(NamedTuple):
    """What is taken out, and how that shows."""

    words: str
    # A problem that must be among those of a red round, as a regular expression.
    shows: str
    # The fault that tries it in every round without it, and the point where a sender
    # then stands still while the clock jumps.
    fault: str = ""
    point: str = ""
    # Whether a user makes an invoice bad after queueing it in each round.
    spoil: bool = False


GUARDS = {
    "write-ahead": Guard("`sending` is committed before the POST leaves", TWICE),
    # Either of its locks does for both; that two collide is PostgreSQL's own doing.
    "claim": Guard(
        "a claim leaves a deposit, and invoices, that are locked",
        WAITED,
        "clock_jump",
        "claimed",
    ),
    "post-lock": Guard(
        "the row is locked during the POST", LOST, "clock_jump", "locked"
    ),
    "state-again": Guard(
        "the state is read again under it", LOST, "clock_jump", "leaving"
    ),
    "sweeper-lock": Guard(
        "the sweeper leaves what is locked", WAITED, "clock_jump", "locked"
    ),
    "answer-alone": Guard(
        "the answer is committed alone", LOST, "clock_jump", "locked"
    ),
    "repeat": Guard("what collides is repeated", "^log: .* serialize"),
    # The lock of freezing is not missed: it writes the row that others write, too.
    "freeze-check": Guard("freezing checks again", "bad invoice", spoil=True),
    "unknown-waits": Guard(
        "what may have arrived does not go again", TWICE, "reset_after"
    ),
    "unique-index": Guard("one live attempt for each invoice", TWICE),
    "queue-lock": Guard(
        "invoices are locked while they are queued",
        "a user saw an error: click: Unique",
    ),
    "take-back": Guard(
        "reset to draft takes the queued attempt back", "taken back and|taken back, is "
    ),
}
INDEX = "chorus_pro_transmission_live_unique"
