"""dev/factur-x --golden: rewrite the kept XML of the main kinds, show what changed."""

import difflib
from pathlib import Path

from .base import CHECKOUT, run, say, scratch
from .databases import Databases
from .environment import Environment
from .judging import DEV

GOLDEN = CHECKOUT / "tests" / "golden"


def refresh(env: Environment) -> int:
    """Make the files anew, print a unified diff of each that changed.

    :return: 0; what changed is for a person to judge
    """
    GOLDEN.mkdir(exist_ok=True)
    with scratch() as folder, Databases(env).temporary("golden") as name:
        say("posting the golden scenarios …")
        command = [env.python, "-m", "catalogue", "--database", name, "--golden"]
        run(
            [*command, "--result", folder],
            "Making the golden files",
            cwd=DEV,
            env=env.variables,
        )
        made = {path.name: path.read_bytes() for path in folder.glob("*.xml")}
    changed = [name for name in sorted({*made, *_kept()}) if _replace(name, made)]
    print(f"{len(made)} golden files, {len(changed)} changed")
    return 0


def _kept() -> list[str]:
    return [path.name for path in GOLDEN.glob("*.xml")]


def _replace(name: str, made: dict[str, bytes]) -> bool:
    """Write or remove one file and print its diff; False when nothing changed."""
    path: Path = GOLDEN / name
    before = path.read_bytes() if path.exists() else b""
    after = made.get(name, b"")
    if before == after:
        return False
    for line in difflib.unified_diff(
        before.decode().splitlines(),
        after.decode().splitlines(),
        f"a/tests/golden/{name}" if before else "/dev/null",
        f"b/tests/golden/{name}" if after else "/dev/null",
        lineterm="",
    ):
        print(line)
    if after:
        path.write_bytes(after)
    else:
        path.unlink()
    return True
