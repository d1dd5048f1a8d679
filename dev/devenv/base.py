"""Where things lie, how one waits for another process, how one stops with words."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

MODULE = "l10n_fr_chorus_pro"
CHECKOUT = Path(__file__).resolve().parents[2]


class SetupError(Exception):
    """Something the person has to do or to know; the text is shown as it is."""


def say(text: str) -> None:
    """Tell on standard error what takes time, so that output stays parseable."""
    print(f"[dev] {text}", file=sys.stderr, flush=True)


def cache_root() -> Path:
    """The folder of everything that is downloaded or built, outside the checkout.

    :raises SetupError: when it would lie inside the checkout.
    """
    base = os.environ.get("CHORUS_PRO_CACHE")
    if not base:
        home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        base = Path(home) / MODULE
    root = Path(base).expanduser().absolute()
    if root.resolve().is_relative_to(CHECKOUT):
        # Odoo's translation export follows links below the addon.
        raise SetupError(f"The cache folder {root} must lie outside {CHECKOUT}.")
    root.mkdir(parents=True, exist_ok=True)
    return root


def checkout_id() -> str:
    """Short name of this checkout, the same on every call."""
    return hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:10]


def checkout_root() -> Path:
    """The part of the cache that belongs to this checkout alone."""
    folder = cache_root() / "checkouts" / checkout_id()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "path").write_text(str(CHECKOUT))
    return folder


def checkouts_gone() -> list[Path]:
    """The parts of the cache whose checkout does not exist any more."""
    return [
        note.parent
        for note in (cache_root() / "checkouts").glob("*/path")
        if not Path(note.read_text()).is_dir()
    ]


@contextlib.contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the lock `name` of the cache; other processes wait meanwhile."""
    folder = cache_root() / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for {name!r}, which is being made …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def once(target: Path, build: Callable[[], None]) -> None:
    """Build `target` under a lock unless a former build of it was completed."""
    mark = target / ".complete"
    if mark.exists():
        return
    with locked(f"{target.parent.name}-{target.name}"):
        if mark.exists():
            return
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        build()
        mark.touch()


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="chorus-pro-") as folder:
        yield Path(folder)


def run(
    command: Sequence[str | Path],
    doing: str,
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    as_user: str | None = None,
) -> str:
    """Run a tool quietly and return what it printed.

    :param doing: the step in words, for the error.
    :raises SetupError: when it fails, with the end of its output.
    """
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **({"user": as_user, "group": as_user, "extra_groups": []} if as_user else {}),
    )
    if done.returncode:
        end = "\n".join(done.stdout.splitlines()[-15:])
        raise SetupError(f"{doing} failed ({command[0]}):\n{end}")
    return done.stdout


def tree_hash(paths: Sequence[Path]) -> str:
    """Hash of the names and contents of files, independent of their dates."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:16]
