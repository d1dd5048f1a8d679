"""The machine as the renderer sees it: which wkhtmltopdf, which fonts."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from odoo.addons.base.models.ir_actions_report import _wkhtml

# An empty folder: the renderer sees the fonts of the style sheets only.
POOR_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}</dir><cachedir>{folder}/cache</cachedir></fontconfig>
"""


@dataclass(frozen=True)
class Renderer:
    """One wkhtmltopdf.

    :ivar str mark: part of the names of its files, empty for the usual one
    :ivar str path: folder of its program, empty for the one in PATH
    :ivar frozenset only: names of the scenarios that it renders, empty for all
    """

    mark: str = ""
    path: str = ""
    only: frozenset[str] = frozenset()

    @contextmanager
    def in_use(self, *, poor_fonts: bool) -> Iterator[None]:
        """Let Odoo find it, on a machine with hardly any font if so asked."""
        with ExitStack() as stack:
            variables = {}
            if self.path:
                variables["PATH"] = f"{self.path}:{os.environ['PATH']}"
            if poor_fonts:
                folder = tempfile.TemporaryDirectory(prefix="chorus-pro-fonts-")
                config = Path(stack.enter_context(folder)) / "fonts.conf"
                config.write_text(POOR_FONTS.format(folder=config.parent))
                variables["FONTCONFIG_FILE"] = str(config)
            stack.enter_context(patch.dict(os.environ, variables))
            # Odoo looks for the program once in a process.
            stack.callback(_wkhtml.cache_clear)
            _wkhtml.cache_clear()
            yield
