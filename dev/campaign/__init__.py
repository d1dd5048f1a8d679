"""The campaign behind dev/chaos: faults, kills and clocks against the engine.

`__main__` is the harness. It starts a PostgreSQL cluster of its own, the simulator, and
a nursery: an Odoo process that forks the senders (`nursery.py`, `senders.py` run inside
Odoo, the rest does not). A round is planned by a seed (`plan.py`), played (`stage.py`)
and judged (`verdict.py`) against the simulator's ledger, which nobody else reads.
"""
