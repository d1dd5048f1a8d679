"""`merge.py EXPORTED FOLDER`: take an exported template over into FOLDER.

Writes the template under its own name and fr.po, prints the terms without French.
"""

import sys
from pathlib import Path

import polib

LANGUAGE = "fr"
# They change at every export, also when no term did.
DATES = {"POT-Creation-Date", "PO-Revision-Date"}
HEADER = {
    "Language": LANGUAGE,
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n > 1);",
}


def read(path: Path) -> polib.POFile:
    """The catalogue at `path`, an empty one when there is no such file."""
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def content(catalogue: polib.POFile) -> list:
    """What matters of a catalogue: all but the dates in its header."""
    header = {k: v for k, v in catalogue.metadata.items() if k not in DATES}
    return [catalogue.header, header, *map(str, catalogue)]


def save(catalogue: polib.POFile, path: Path) -> None:
    """Write the file unless it says the same already."""
    # As it is read back: the writer trims the header.
    made = polib.pofile(str(catalogue))
    if content(made) != content(read(path)):
        catalogue.save(str(path))


def translated(template: polib.POFile, path: Path) -> polib.POFile:
    """The template with the words that the file at `path` has for its terms."""
    known = {entry.msgid: entry for entry in read(path)}
    catalogue = polib.POFile()
    catalogue.header = template.header
    catalogue.metadata = {**template.metadata, **HEADER}
    for entry in template:
        if former := known.get(entry.msgid):
            entry.msgstr = former.msgstr
            entry.tcomment = former.tcomment
        catalogue.append(entry)
    return catalogue


def main(exported: Path, folder: Path) -> None:
    """Merge and tell."""
    folder.mkdir(exist_ok=True)
    template = read(exported)
    save(template, folder / exported.name)
    path = folder / f"{LANGUAGE}.po"
    catalogue = translated(template, path)
    save(catalogue, path)
    missing = [entry.msgid for entry in catalogue if not entry.msgstr]
    for msgid in missing:
        print(f"no {LANGUAGE}: {msgid}")
    print(f"{len(catalogue)} terms, {len(missing)} without {LANGUAGE}")


main(*map(Path, sys.argv[1:]))
