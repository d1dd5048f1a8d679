"""The main job, played once: a fictitious company bills public bodies.

Run by dev/demo in a process of Odoo's own (`python -m story`), against a database
made for it and the simulator. Odoo never imports it.
"""
