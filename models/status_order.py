"""Statuses in the order of an invoice's life, where the database orders groups."""

from odoo.tools import SQL

from ..const import SUMMARIES

LIFE = [code for code, _label in SUMMARIES]


def order_by_life(parent, name, order, terms, query):
    """Order groups by a status as an invoice goes through them, not by letter.

    :param parent: `_read_group_orderby` of the parent class
    :param str name: the field that holds a status
    :param order: as `_read_group_orderby` takes it, like the next two
    :param dict terms: {group: SQL}; what `parent` adds is there afterwards
    :return: what `parent` returns
    """
    if name not in terms:
        return parent(order, terms, query)
    column = terms[name]
    place = SQL("ARRAY_POSITION(%s::varchar[], %s)", LIFE, column)
    changed = {**terms, name: place}
    ordered = parent(order, changed, query)
    terms.update({**changed, name: column})
    return ordered
