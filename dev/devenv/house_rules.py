"""Rules of this project that no linter knows: sizes, tags of tests, plain text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FILE_LINES = 300
TEST_FILE_LINES = 400
FUNCTION_LINES = 40
TEST_TAGS = {"post_install_l10n", "post_install", "-at_install"}
CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)")
BINARY = {".png", ".ico", ".pdf", ".gz", ".jpg", ".icc", ".jar"}
# Written by tools.
GENERATED = {".po", ".pot", ".svg"}


def problems(root: Path, files: list[Path]) -> list[str]:
    """Everything that is wrong, as `file:line: text`.

    :param files: paths relative to `root`.
    """
    found = []
    for path in files:
        if path.suffix in BINARY:
            continue
        text = (root / path).read_text(encoding="utf-8")
        if path.suffix not in GENERATED and path.name != "package-lock.json":
            found += [f"{path}:{line}: {what}" for line, what in _text(text)]
        if path.suffix == ".py" or text.startswith("#!/usr/bin/env python3"):
            found += [f"{path}:{line}: {what}" for line, what in _python(path, text)]
    return found


def _text(text: str) -> Iterator[tuple[int, str]]:
    """End of file, white space at the end of lines, marks of a merge."""
    lines = text.split("\n")
    if text and (not text.endswith("\n") or text.endswith("\n\n")):
        yield len(lines), "the file must end with one line feed"
    for number, line in enumerate(lines, 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line"
        if CONFLICT.match(line):
            yield number, "mark of a merge conflict"


def _python(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Lengths of the file and its functions, tags of its test classes."""
    is_test = path.parts[0] == "tests"
    limit = TEST_FILE_LINES if is_test else FILE_LINES
    lines = text.count("\n")
    if lines > limit:
        yield limit, f"{lines} lines in a file, {limit} are the limit"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = node.end_lineno - node.lineno + 1
            if length > FUNCTION_LINES:
                yield (
                    node.lineno,
                    f"{node.name}: {length} lines, at most {FUNCTION_LINES}",
                )
        elif is_test and isinstance(node, ast.ClassDef):
            yield from _tags(node)


def _tags(node: ast.ClassDef) -> Iterator[tuple[int, str]]:
    """A class with tests runs after installation and is tagged as localisation."""
    has_tests = any(
        isinstance(part, ast.FunctionDef) and part.name.startswith("test_")
        for part in node.body
    )
    given = {
        argument.value
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Name)
        and decorator.func.id == "tagged"
        for argument in decorator.args
        if isinstance(argument, ast.Constant)
    }
    if has_tests and not given >= TEST_TAGS:
        yield node.lineno, f"{node.name}: missing tags {sorted(TEST_TAGS - given)}"
