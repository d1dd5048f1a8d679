"""What a scenario is, and the list that the builders enter themselves in."""

from collections.abc import Callable
from dataclasses import dataclass, field

# Longest invoice number that Chorus Pro takes (API.md 4.1 [L]): a scenario's name is
# its invoice's number.
NAME_LENGTH = 20


@dataclass(frozen=True, eq=False)
class Scenario:
    """One invoice of the catalogue.

    :ivar str name: unique, lower case with hyphens; in upper case the invoice's number
    :ivar str title: what is special about it, one line
    :ivar build: takes a :class:`~.studio.Studio`, returns the posted move
    :ivar dict facts: what its XML in the profile `chorus` must say, `{path: text}`; a
        path is a term, or terms and positions with dots: `BG-25.0.BT-146`; None: absent
    :ivar str seller: row of :data:`~.sellers.SELLERS` that bills it
    :ivar tuple golden: profiles whose XML is kept in tests/golden
    :ivar bool poor_fonts: rendered as on a machine with hardly any font
    :ivar dict refused: `{profile: code}` of the problem that must hold it back there;
        no file then
    """

    name: str
    title: str
    build: Callable
    facts: dict = field(default_factory=dict)
    seller: str = "atelier"
    golden: tuple[str, ...] = ()
    poor_fonts: bool = False
    refused: dict = field(default_factory=dict)


SCENARIOS: list[Scenario] = []


def everywhere(code):
    """`refused` of a scenario that no profile takes."""
    return {"chorus": code, "ctc-fr": code}


def scenario(title, facts=None, **options):
    """Decorate a builder: its function's name becomes the scenario's.

    :param str title: see :class:`Scenario`, as are the others
    :raise ValueError: a name that is taken or too long for an invoice number
    """

    def enter(build):
        name = build.__name__.replace("_", "-")
        if len(name) > NAME_LENGTH or name in {known.name for known in SCENARIOS}:
            raise ValueError(f"{name} is taken or longer than {NAME_LENGTH} characters")
        SCENARIOS.append(Scenario(name, title, build, facts or {}, **options))
        return build

    return enter


def choose(names=()):
    """The scenarios of those names, in the catalogue's order; without names all.

    :raise LookupError: a name that no scenario has
    """
    known = {scenario.name for scenario in SCENARIOS}
    if unknown := sorted(set(names) - known):
        raise LookupError(f"unknown scenario: {', '.join(unknown)}")
    return [one for one in SCENARIOS if not names or one.name in names]
