"""`merge.py EXPORTED FOLDER`: take an exported template over into FOLDER.

Writes the template under its own name and fr.po, prints the terms without French.
"""

import sys
from pathlib import Path

import polib

LANGUAGE = "fr"
# Odoo finds a term by its text and place; dates of export would change every time.
VOLATILE = ("POT-Creation-Date", "PO-Revision-Date")


def terms(path: Path) -> list[tuple]:
    """What matters of a file: its header without dates, its entries."""
    if not path.exists():
        return []
    read = polib.pofile(str(path))
    header = [pair for pair in read.metadata.items() if pair[0] not in VOLATILE]
    return [(read.header, sorted(header)), *(str(entry) for entry in read)]


def save(catalogue: polib.POFile, path: Path) -> None:
    """Write the file unless it says the same already."""
    made = path.with_suffix(".new")
    catalogue.save(str(made))
    if terms(made) == terms(path):
        made.unlink()
    else:
        made.replace(path)


def translated(template: polib.POFile, path: Path) -> polib.POFile:
    """The template with the words that the file at `path` has for its terms."""
    known = {entry.msgid: entry for entry in polib.pofile(str(path))} if path.exists() else {}
    catalogue = polib.POFile()
    catalogue.header = template.header
    catalogue.metadata = {
        **template.metadata,
        "Language": LANGUAGE,
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    for entry in template:
        if former := known.get(entry.msgid):
            entry.msgstr = former.msgstr
            entry.tcomment = former.tcomment
        catalogue.append(entry)
    return catalogue


def main(exported: Path, folder: Path) -> None:
    """Merge and tell."""
    folder.mkdir(exist_ok=True)
    template = polib.pofile(str(exported))
    save(template, folder / exported.name)
    catalogue = translated(template, folder / f"{LANGUAGE}.po")
    save(catalogue, folder / f"{LANGUAGE}.po")
    missing = [entry.msgid for entry in catalogue if not entry.msgstr]
    for msgid in missing:
        print(f"no {LANGUAGE}: {msgid}")
    print(f"{len(catalogue)} terms, {len(missing)} without {LANGUAGE}")


main(*map(Path, sys.argv[1:]))
