"""The French reform of 2026 (XP Z12-012): its identifiers, codes and rules."""

from .adapt import adapt_terms
from .rules import RULES
