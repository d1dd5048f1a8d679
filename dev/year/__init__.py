"""A year of billing public bodies, played against the simulator.

Run by `dev/demo --year` in a process of Odoo's own (`python -m year`). Both clocks are
put back by a year and then moved on together; statuses come through the client and the
scheduled actions only.
"""
