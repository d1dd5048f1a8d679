"""What is told after the run: the table and the files to judge."""

import hashlib
from pathlib import Path

from odoo import fields

HEADS = ("Invoice", "Entity", "Requires", "Status", "Flow number", "Since")
NAME_WIDTH = 40


def table(books) -> str:
    """One line per invoice of a public entity, in the words of the screens."""
    rows = [_row(move) for move in books.moves]
    widths = [max(map(len, column)) for column in zip(HEADS, *rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in (HEADS, tuple("-" * width for width in widths), *rows)
    ]
    return "\n".join(line.rstrip() for line in lines)


def _row(move) -> tuple[str, ...]:
    attempt = move.chorus_pro_transmission_id
    since = attempt.portal_status_at or attempt.state_since or move.chorus_pro_posted_at
    local = fields.Datetime.context_timestamp(move, since)
    return (
        move.name,
        move.commercial_partner_id.name[:NAME_WIDTH],
        _label(move, "chorus_pro_requirement"),
        _label(move, "chorus_pro_status"),
        attempt.flow_number or "-",
        f"{local:%Y-%m-%d %H:%M}",
    )


def _label(record, name: str) -> str:
    """The word that the screen shows for a selection."""
    return dict(record._fields[name]._description_selection(record.env))[record[name]]


def reasons(books) -> list[str]:
    """Why something was refused, one line each."""
    return [
        f"{row.number}: {reason}"
        for row in books.rows
        for reason in (row.error or row.portal_comment or "").splitlines()
    ]


def save_files(books, folder: Path) -> int:
    """Write the file of every attempt that has one; returns how many they are.

    :raises RuntimeError: when a file is not the one that its checksum tells of
    """
    count = 0
    for row in books.rows.filtered("checksum"):
        content = row._file_content()
        if hashlib.sha256(content).hexdigest() != row.checksum:
            raise RuntimeError(f"{row.number}: the kept file has another checksum")
        (folder / f"{row.id}-{row.file_name}").write_bytes(content)
        count += 1
    return count
