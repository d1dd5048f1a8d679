"""The XML read back and held against the invoice, term by term.

Two readings. Of the profile `chorus` every term that the mapping gave must come back as
it was, and nothing else. Of both profiles the terms must say what the invoice's own
fields say, read here without the mapping.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from odoo.addons.l10n_fr_chorus_pro import factur_x

from .facts import is_same, look_up, parse

CENT = Decimal("0.01")
# Written by the library: the profile, the project's name beside its number.
OWN_TERMS = {"BT-24", "BT-11-0"}
# What the mapping tells factur_x about an allowance, for its checks.
HINTS = {"vat", "why"}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u200b]")


def differences(move, xml: bytes, profile: str) -> Iterator[str]:
    """A sentence for each term in which XML and invoice differ."""
    terms = parse(xml)
    if profile == "chorus":
        given = factur_x.fit_terms(move._chorus_pro_terms(), profile)
        yield from _compare("", _business(given), terms)
    expected = {**_header(move), **_totals(move), **_parties(move, profile)}
    for path, wanted in expected.items():
        found = look_up(terms, path)
        if not _agrees(found, wanted):
            yield f"{path} is {found!r}, the invoice says {wanted!r}"
    yield from _lines(move, terms)
    yield from _vat(move, terms)


def _agrees(found, wanted) -> bool:
    """Whether a term says what the invoice does; a long text may be cut."""
    if is_same(found, wanted):
        return True
    if isinstance(found, str) and isinstance(wanted, str) and len(found) >= 50:
        return _plain(wanted).startswith(_plain(found).rstrip("….").strip())
    return isinstance(wanted, str) and _plain(found or "") == _plain(wanted)


def _plain(text: str) -> str:
    return " ".join(CONTROL.sub("", text).split())


# === GIVEN AND READ BACK === #


def _business(terms: dict) -> dict:
    """The terms proper: what the mapping tells factur_x beside them has other keys."""
    return {
        key: value for key, value in terms.items() if key.startswith(("BT-", "BG-"))
    }


def _compare(path: str, given, found) -> Iterator[str]:
    """A sentence for each leaf in which two trees of terms differ."""
    if isinstance(given, dict) or isinstance(found, dict):
        given, found = given or {}, found or {}
        keys = [*given, *(key for key in found if key not in given)]
        pairs = [(key, given.get(key), found.get(key)) for key in keys]
    elif isinstance(given, list | tuple) and isinstance(found, list | tuple | None):
        found = found or []
        size = max(len(given), len(found))
        pairs = [(n, _item(given, n), _item(found, n)) for n in range(size)]
    else:
        if not is_same(given, found) and not _agrees(found, given):
            yield f"{path} was given as {given!r} and reads {found!r}"
        return
    for key, one, other in pairs:
        below = f"{path}.{key}" if path else str(key)
        if below not in OWN_TERMS and key not in HINTS:
            yield from _compare(below, one, other)


def _item(values, number: int):
    return values[number] if number < len(values) else None


# === THE INVOICE'S OWN FIELDS === #


def _header(move) -> dict:
    is_refund = move.move_type == "out_refund"
    bank = move.chorus_pro_payee_bank_id or move.partner_bank_id
    return {
        "BT-1": move.name,
        "BT-2": move.invoice_date,
        "BT-3": "381" if is_refund else move.chorus_pro_document_type or "380",
        "BT-5": move.currency_id.name,
        "BT-10": move.buyer_reference,
        "BT-11": move.chorus_pro_project,
        "BT-12": move.contract_reference,
        "BT-13": move.purchase_order_reference,
        "BT-16": move.chorus_pro_delivery_note,
        "BT-72": move.delivery_date,
        "BT-73": move.chorus_pro_period_start,
        "BT-74": move.chorus_pro_period_end,
        "BT-83": False if is_refund else move.payment_reference,
        "BT-84": False if is_refund else bank.sanitized_acc_number,
    }


def _decimal(amount) -> Decimal:
    return Decimal(repr(amount)).quantize(CENT)


def _totals(move) -> dict:
    """Totals by the move's own journal items, credit notes with positive amounts."""
    sign = -move.direction_sign
    rounding = sum(
        _decimal(sign * -line.amount_currency)
        for line in move.line_ids
        if line.display_type == "rounding" and not line.tax_line_id
    )
    vat = _decimal(sum(_vat_lines(move).mapped("amount_currency")) * -sign)
    total = _decimal(move.amount_total)
    is_paid = move.chorus_pro_framework == "A2"
    foreign = move.currency_id != move.company_id.currency_id
    in_euros = _decimal(sum(_vat_lines(move).mapped("balance")) * -sign)
    return {
        "BT-109": str(total - rounding - vat),
        "BT-110": str(vat),
        "BT-111": str(in_euros) if foreign else None,
        "BT-112": str(total - rounding),
        "BT-113": str(total) if is_paid else None,
        "BT-114": str(rounding) if rounding else None,
        "BT-115": "0.00" if is_paid else str(total),
    }


def _vat_lines(move):
    """Journal items of VAT: of taxes in percent."""
    return move.line_ids.filtered(
        lambda line: line.tax_line_id.amount_type == "percent"
    )


def _parties(move, profile: str) -> dict:
    seller = move.journal_id.chorus_pro_establishment_id or move.company_id.partner_id
    buyer, shipping = move.commercial_partner_id, move.partner_shipping_id
    factor = move.chorus_pro_payee_bank_id.partner_id
    return {
        # Outside the scope of VAT the number must not be told (EN 16931 BR-O-02).
        "BG-4.vat_identifier": not _is_outside(move) and move.company_id.vat,
        **_party("BG-4", seller, profile),
        "BG-7.name": buyer.name,
        **_party("BG-7", buyer, profile),
        "BG-10.name": factor.name,
        "BG-13.city": (shipping or buyer).city,
    }


def _is_outside(move) -> bool:
    """Whether all of it is outside the scope of VAT."""
    taxes = move.invoice_line_ids.tax_ids
    return set(taxes.mapped("ubl_cii_tax_category_code")) == {"O"}


def _party(group: str, partner, profile: str) -> dict:
    """Address and identifier of a party; a SIRET where it has one."""
    found = {
        f"{group}.country_code": partner.country_id.code,
        f"{group}.postcode": partner.zip,
        f"{group}.city": partner.city,
        f"{group}.addr_l1": partner.street,
    }
    digits = "".join((partner.company_registry or "").split())
    if len(digits) == 14 and profile == "chorus":
        found[f"{group}.legal_identifier"] = digits
    elif len(digits) == 14:
        found[f"{group}.legal_identifier"] = digits[:9]
        found[f"{group}.identifiers.0009"] = digits
    return found


def _lines(move, terms: dict) -> Iterator[str]:
    """The invoice's lines and those of the XML, one by one."""
    lines = move.invoice_line_ids.filtered(lambda li: li.display_type == "product")
    found = terms.get("BG-25") or []
    if len(lines) != len(found):
        yield f"{len(found)} lines instead of {len(lines)}"
        return
    for number, (line, entry) in enumerate(zip(lines, found, strict=True), 1):
        for term, wanted in _line(line).items():
            if not _agrees(entry.get(term), wanted):
                yield f"line {number}: {term} is {entry.get(term)!r}, not {wanted!r}"
        amount = Decimal(entry["BT-131"])
        wanted = _decimal(line.price_subtotal + _charges(line))
        # The engine spreads a cent of the total's rounding over the lines.
        if abs(amount - wanted) > CENT:
            yield f"line {number}: {amount} instead of {wanted}"


def _line(line) -> dict:
    title = (line.name or "").strip().partition("\n")[0]
    signed = -1 if line.price_unit < 0 else 1
    vat = line.tax_ids.filtered(lambda tax: tax.amount_type == "percent")
    outside = vat.ubl_cii_tax_category_code == "O"
    return {
        "BT-129": repr(round(line.quantity * signed, 4)),
        "BT-152": None if outside else f"{vat.amount:g}",
        "BT-153": title,
    }


def _charges(line) -> float:
    """Fixed taxes of a line that belong to the base of its VAT."""
    fixed = line.tax_ids.filtered(
        lambda tax: tax.amount_type == "fixed" and tax.include_base_amount
    )
    return sum(fixed.mapped("amount")) * line.quantity


def _vat(move, terms: dict) -> Iterator[str]:
    """VAT by rate, from the journal items."""
    wanted: dict[str, Decimal] = defaultdict(Decimal)
    for line in _vat_lines(move):
        amount = _decimal(line.amount_currency * move.direction_sign)
        wanted[f"{line.tax_line_id.amount:g}"] += amount
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in terms.get("BG-23") or []:
        rate = f"{float(row.get('BT-119') or 0):g}"
        found[rate] += Decimal(row.get("BT-117") or 0)
    for rate in sorted({*wanted, *found}):
        if wanted[rate] != found[rate]:
            yield f"VAT at {rate} %: {found[rate]} instead of {wanted[rate]}"
