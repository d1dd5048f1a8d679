"""Stylesheets cut down to what a page can use.

The renderer reads Odoo's whole stylesheet (400 kB) once for the body and twice for each
page, for its header and its footer: on an invoice, half of its time. A rule is left
out when each of its selectors asks for a class or an id that occurs nowhere in the
page, so that it cannot match; what remains is copied unchanged and in its order.
"""

import functools
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

# Pieces that decide where a rule begins and ends; strings and comments hide braces.
PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|/\*.*?\*/|[{};]', re.DOTALL)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# Parts of a selector that ask for nothing by themselves.
OPEN = re.compile(r":[\w-]+\([^)]*\)|\[[^\]]*\]")
# What is left of nested or escaped parts: such a rule is kept.
UNSURE = re.compile(r"""[\\()\[\]"']""")
NAME = re.compile(r"[.#]([\w-]+)")
WORD = re.compile(r"[\w-]+")
LINK = re.compile(r'<link\b[^>]*\bhref="(/web/assets/[^"]+\.css)"[^>]*>')
CONDITIONAL = ("@media", "@supports")


class Rule(NamedTuple):
    """A rule of a stylesheet.

    :param text: what is written, or what precedes `{` when there are inner rules
    :param needs: for each selector, the names without which it matches nothing;
        empty for what is always kept
    :param inner: the rules of a conditional group, None for others
    """

    text: str
    needs: tuple[frozenset[str], ...] = ()
    inner: tuple["Rule", ...] | None = None


def inline(page: str, read: Callable[[str], str]) -> str:
    """Replace a page's linked stylesheets by the part of them that it can use.

    :param page: HTML with links to Odoo's asset bundles
    :param read: gives the text of a stylesheet by its path, "" when it is not at hand;
        its link stays then
    """
    words = frozenset(WORD.findall(page))

    def embed(link):
        text = read(link[1])
        if not text or "</style" in text:
            return link[0]
        return f"<style>{reduce(text, words)}</style>"

    return LINK.sub(embed, page)


def reduce(text: str, words: frozenset[str]) -> str:
    """Return the stylesheet without the rules that ask for other names than `words`."""
    return "".join(_keep(_rules(text), words))


def _keep(rules: tuple[Rule, ...], words: frozenset[str]) -> Iterator[str]:
    for rule in rules:
        if rule.inner is not None:
            if kept := "".join(_keep(rule.inner, words)):
                yield f"{rule.text}{{{kept}}}"
        elif not rule.needs or any(names <= words for names in rule.needs):
            yield rule.text


@functools.lru_cache(maxsize=8)
def _rules(text: str) -> tuple[Rule, ...]:
    return tuple(_parse(text))


def _parse(text: str) -> Iterator[Rule]:
    start = depth = opening = 0
    for piece in PIECE.finditer(text):
        mark = piece[0]
        if mark == "{":
            if not depth:
                opening = piece.start()
            depth += 1
        elif mark == "}" and depth:
            depth -= 1
            if not depth:
                yield _rule(text[start:opening], text[opening + 1 : piece.start()])
                start = piece.end()
        elif mark == ";" and not depth:
            yield Rule(text[start : piece.end()])
            start = piece.end()
    yield Rule(text[start:])


def _rule(head: str, body: str) -> Rule:
    name = COMMENT.sub("", head).strip()
    if name.startswith(CONDITIONAL):
        return Rule(head, inner=tuple(_parse(body)))
    text = f"{head}{{{body}}}"
    selectors = OPEN.sub("", name)
    if name.startswith("@") or UNSURE.search(selectors):
        return Rule(text)
    return Rule(
        text, tuple(frozenset(NAME.findall(one)) for one in selectors.split(","))
    )
