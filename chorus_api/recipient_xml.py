"""XML of the directory of recipients: the elements that are records, one at a time.

The layout is not known [U]: a record is an element that holds an identifier, its
columns are the elements without children below it; services may be inside.
"""

from functools import lru_cache

from lxml import etree

from .recipients import CODES, IDENTIFIERS, RecipientsError, normalized

COLUMNS_MAX = 300
ELEMENTS_MAX = 100_000  # without a record among them
# Groups that may stand between a record and its identifier [I].
GROUPS = frozenset(("informationsgenerales", "identification", "identite", "entete"))


def xml_records(stream):
    """Yield each element that holds an identifier, and forget it afterwards.

    :raise RecipientsError: damaged, or too many elements that are no records
    """
    passed = 0
    parser = etree.iterparse(
        stream,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _event, element in parser:
            passed += 1
            if len(element) and _is_record(element):
                yield element
                passed = 0 if _forget(element) else passed
            if passed > ELEMENTS_MAX:
                raise RecipientsError(code="too_large")
    except etree.XMLSyntaxError as error:
        raise RecipientsError(code="damaged") from error


def _forget(element):
    """Empty the element and drop its elder twin; whether nothing piles up."""
    element.clear()
    elder = element.getprevious()
    if elder is None or elder.tag != element.tag:
        return elder is None
    elder.getparent().remove(elder)
    return True


def _is_record(element):
    if _key(element.tag) in GROUPS:
        return False
    keys = {_key(child.tag) for child in element}
    return not keys.isdisjoint(IDENTIFIERS) or any(
        _key(grandchild.tag) in IDENTIFIERS
        for child in (element if keys & GROUPS else ())
        if _key(child.tag) in GROUPS
        for grandchild in child
    )


def tables_of(element):
    """Yield (names, cells) of the record, then of the services inside it."""
    leaves, services = [], []
    _collect(element, leaves, services)
    yield _columns(leaves)
    own = next((leaf for leaf in leaves if _key(leaf[0]) in IDENTIFIERS), None)
    for service in services:
        inside = [own] if own else []
        _collect(service, inside, [])
        yield _columns(inside)


def _collect(element, leaves, services):
    """Add (name, text) of all that is below the element but inside its services."""
    for child in element:
        if not len(child):
            leaves.append((_local(child.tag), child.text or ""))
        elif any(_key(grandchild.tag) in CODES for grandchild in child):
            services.append(child)
        else:
            _collect(child, leaves, services)


def _columns(leaves):
    leaves = leaves[:COLUMNS_MAX]
    return tuple(name for name, _text in leaves), [text for _name, text in leaves]


@lru_cache(maxsize=1024)
def _local(tag):
    """Return a name without its namespace; "" for what is no element."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


@lru_cache(maxsize=1024)
def _key(tag):
    return normalized(_local(tag))
