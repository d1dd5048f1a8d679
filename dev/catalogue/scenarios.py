"""The package tests/catalogue, without the test modules beside it."""

import importlib.util
import sys
from types import ModuleType

from devenv.base import CHECKOUT

NAME = "chorus_pro_catalogue"


def load() -> ModuleType:
    """Import the catalogue: Choose with `choose`, build with `Studio`."""
    if NAME in sys.modules:
        return sys.modules[NAME]
    folder = CHECKOUT / "tests" / "catalogue"
    spec = importlib.util.spec_from_file_location(
        NAME, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    module = sys.modules[NAME] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
