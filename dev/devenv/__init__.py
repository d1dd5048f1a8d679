"""The development environment: everything that `dev/…` needs, made on demand.

Standard library only, so that it runs before anything is installed. Odoo never
imports it.
"""
