"""The guards of invariant 1 and 2 that can be taken out; `mutations.py` does it."""

VARIABLE = "CHORUS_PRO_CHAOS_WITHOUT"

# Name: (what is taken out, the fault that tries it in every round without it, the
# point where a sender then stands still while the clock jumps)
GUARDS = {
    "write-ahead": ("`sending` is committed before the POST leaves", "", ""),
    "claim": ("one statement locks what is claimed", "clock_jump", "claimed"),
    "post-lock": ("the row is locked during the POST", "clock_jump", "locked"),
    "state-again": ("the state is read again under it", "clock_jump", "leaving"),
    "sweeper-lock": ("the sweeper leaves what is locked", "clock_jump", "locked"),
    "answer-alone": ("the answer is committed alone", "clock_jump", "locked"),
    "unknown-waits": ("what may have arrived does not go again", "reset_after", ""),
    "unique-index": ("one live attempt for each invoice", "", ""),
    "queue-lock": ("invoices are locked while they are queued", "", ""),
    "take-back": ("reset to draft takes the queued attempt back", "", ""),
}
INDEX = "chorus_pro_transmission_live_unique"
