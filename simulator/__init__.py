"""A Chorus Pro and PISTE simulator: plain Python, WSGI over one SQLite file."""

from .app import create_app
from .faults import CutAnswer, LostAnswer
from .settings import CREDENTIALS

__all__ = ["CREDENTIALS", "CutAnswer", "LostAnswer", "create_app"]
