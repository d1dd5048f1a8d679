"""The catalogue of invoices written as files, inside an Odoo process of its own.

Started by dev/factur-x. The scenarios themselves are in tests/catalogue, where the
golden test takes them from, too.
"""
