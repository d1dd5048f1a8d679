"""`python -m screens`: take the pictures of a demo that runs."""

import argparse
import sys
import tempfile
from pathlib import Path

from . import stage
from .audit import Auditor
from .browser import chromium
from .gallery import Gallery
from .odoo import Odoo
from .shown import refresh
from .table import SCREENS


def main(arguments: list[str]) -> int:
    """0 when every screen came and nothing grave was found in our part."""
    options = _options(arguments)
    if options.list:
        for screen in SCREENS:
            print(f"{screen.name:<20}  {screen.where}")
        return 0
    options.out.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="chorus-pro-") as profile,
        chromium(options.browser, Path(profile)) as page,
    ):
        odoo = Odoo(page, options.url)
        odoo.log_in("admin")
        if options.portal:
            stage.prepare(odoo, options.portal)
        auditor = Auditor(options.axe) if options.axe else None
        gallery = Gallery(page, odoo, auditor, options.out)
        for name in ("only", "languages", "forms"):
            if chosen := getattr(options, name):
                setattr(gallery, name, tuple(chosen))
        gallery.take()
        if options.refresh:
            for name in refresh(page, options.out, options.refresh):
                gallery.notes.append(f"{name}: not taken, the old picture stays")
    return tell(gallery)


def tell(gallery: Gallery) -> int:
    """Print what was found; the details are in report.json."""
    for note in gallery.notes:
        print(f"note {note}")
    grave = gallery.grave()
    for problem in (*gallery.problems, *grave):
        print(f"FAILED {problem}")
    split = [gallery.split(found) for found in gallery.findings.values()]
    ours, core = (sum(len(pair[side]) for pair in split) for side in (0, 1))
    count = len(list(gallery.folder.glob("*.png")))
    print(
        f"{count} pictures in {gallery.folder}; axe-core: {ours} findings in our part, "
        f"{len(grave)} of them grave kinds; {core} in Odoo's own",
        flush=True,
    )
    return 1 if gallery.problems or grave else 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="screens")
    parser.add_argument("--url", help="Odoo")
    parser.add_argument("--list", action="store_true", help="only name the screens")
    parser.add_argument("--refresh", type=Path, help="folder of the documents")
    parser.add_argument("--portal", default="", help="the simulator; empty: prepared")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--axe", type=Path, help="axe.min.js; without it nothing is judged"
    )
    parser.add_argument("--browser", required=True, help="program of Chromium")
    parser.add_argument("--only", nargs="*", default=[], help="names of screens")
    parser.add_argument("--languages", nargs="*", default=[])
    parser.add_argument("--forms", nargs="*", default=[])
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
