"""The pictures of README.md and of the Apps store: chosen, made small, kept."""

from pathlib import Path

from PIL import Image

from .browser import Page

# Name in the documents: picture of the gallery.
SHOWN = {
    "invoices": "invoices",
    "send": "send",
    "invoice": "invoice-released",
    "entity": "entity",
    "settings": "settings",
}
COLOURS = 256
BANNER = Path(__file__).parent / "banner.html"
BANNER_SIZE = (560, 280)


def refresh(page: Page, gallery: Path, target: Path) -> list[str]:
    """Renew the pictures; returns the names of those that were not taken."""
    missing = []
    for name, source in SHOWN.items():
        taken = gallery / f"{source}.en.desktop.png"
        if taken.exists():
            shrink(taken, target / f"{name}.png")
        else:
            missing.append(name)
    page.size(*BANNER_SIZE)
    page.darken(False)
    page.open(BANNER.as_uri())
    page.picture(target / "banner.png")
    return missing


def shrink(source: Path, target: Path) -> None:
    """Save with few colours: a third of the size, the same to the eye."""
    picture = Image.open(source).convert("RGB")
    # Rare colours are kept: those of badges.
    method = Image.Quantize.MAXCOVERAGE
    picture.quantize(COLOURS, method=method).save(target, optimize=True)
