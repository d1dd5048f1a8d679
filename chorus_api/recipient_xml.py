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
    key = _key(element)
    return key not in GROUPS and any(
        _key(child) in IDENTIFIERS
        or (
            _key(child) in GROUPS
            and any(_key(grandchild) in IDENTIFIERS for grandchild in child)
        )
        for child in element
    )


def tables_of(element):
    """Yield (names, cells) of the record, then of the services inside it."""
    leaves, services = [], []
    _collect(element, leaves, services)
    yield _columns(leaves)
    own = [leaf for leaf in leaves if normalized(leaf[0]) in IDENTIFIERS][:1]
    for service in services:
        inside = []
        _collect(service, inside, [])
        yield _columns(own + inside)


def _collect(element, leaves, services):
    """Add (name, text) of all that is below the element but inside its services."""
    for child in element:
        if not len(child):
            leaves.append((_local(child), child.text or ""))
        elif any(_key(grandchild) in CODES for grandchild in child):
            services.append(child)
        else:
            _collect(child, leaves, services)


def _columns(leaves):
    leaves = leaves[:COLUMNS_MAX]
    return tuple(name for name, _text in leaves), [text for _name, text in leaves]


def _local(element):
    """Return the element's name without its namespace; "" for an entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _key(element):
    return _known_key(_local(element))


@lru_cache(maxsize=1024)
def _known_key(name):
    return normalized(name)
