"""The catalogue as a table: on the screen and in OUT/index.md."""

from pathlib import Path

PROFILES = ("chorus", "ctc-fr")
HEADS = ("Scenario", "Total", "chorus", "ctc-fr", "What is special")


def print_table(rows: list[dict]) -> None:
    """One line for each scenario."""
    table = [HEADS, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for cells in table:
        pairs = zip(cells, widths, strict=True)
        print("  ".join(cell.ljust(width) for cell, width in pairs).rstrip())


def title(row: dict) -> str:
    """Name of the scenario, and of the renderer unless it is the usual one."""
    return f"{row['name']} ({row['mark']})" if row["mark"] else row["name"]


def _cells(row: dict) -> tuple[str, ...]:
    made = [_made(row, profile) for profile in PROFILES]
    return (title(row), row["total"], *made, row["title"])


def _made(row: dict, profile: str) -> str:
    if profile in row["refused"]:
        return "held"
    own = [text for text in row["problems"] if text.startswith(f"{profile}:")]
    return "ok" if profile in row["files"] and not own else "FAILED"


def write_index(path: Path, rows: list[dict], problems: list[str]) -> None:
    """The table as Markdown, with links to the files, and every finding."""
    lines = ["# Catalogue of invoices", "", _markdown(HEADS), _markdown(["---"] * 5)]
    lines += [_markdown(_linked(row)) for row in rows]
    lines += ["", f"{len(problems)} findings", ""]
    lines += [f"- {problem}" for problem in problems]
    path.write_text("\n".join(lines).rstrip() + "\n")


def _linked(row: dict) -> list[str]:
    name, total, *made, special = _cells(row)
    stems = [row["files"].get(profile) for profile in PROFILES]
    links = [
        f"{word} [PDF]({stem}.pdf) [XML]({stem}.xml)" if stem else word
        for word, stem in zip(made, stems, strict=True)
    ]
    held = "; ".join(dict.fromkeys(row["refused"].values()))
    return [name, total, *links, f"{special} ({held})" if held else special]


def _markdown(cells) -> str:
    escaped = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(escaped)} |"
