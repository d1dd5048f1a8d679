"""Judging the files of the demo: the XML by its XSD, the PDF by PDF/A-3b."""

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from .base import CHECKOUT, run
from .environment import Environment

DEV = CHECKOUT / "dev"


@dataclass
class Verdict:
    """What came of the story: the last line of dev/demo and why it may be bad."""

    figures: dict = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def require(self, name: str, wanted: int) -> None:
        """Note a problem unless the figure `name` is what is wanted."""
        if self.figures[name] != wanted:
            self.problems.append(f"{name}: {self.figures[name]} instead of {wanted}")


def judge(env: Environment, folder: Path, verdict: Verdict) -> None:
    """Judge the PDFs in `folder`: one for each transmission that has a file."""
    wanted = verdict.figures["transmissions_with_file"]
    _judge_xml(env, folder, verdict)
    judge_pdfs(env, sorted(folder.glob("*.pdf")), verdict)
    print(
        "{} transmissions with a file; {pdfs_judged} PDFs judged by veraPDF 3b, "
        "{pdfs_passed} pass; {xml_judged} XML judged by XSD, {xml_passed} pass".format(
            wanted, **verdict.figures
        )
    )
    for name in ("pdfs_judged", "pdfs_passed", "xml_judged", "xml_passed"):
        verdict.require(name, wanted)


def _judge_xml(env: Environment, folder: Path, verdict: Verdict) -> None:
    command = [env.python, "-m", "story.judge", folder]
    told = run(command, "Judging the XML", cwd=DEV, env=env.variables)
    found = json.loads(told.splitlines()[-1])
    verdict.problems += found["problems"]
    verdict.figures |= {"xml_judged": found["judged"], "xml_passed": found["passed"]}


def judge_pdfs(env: Environment, files: list[Path], verdict: Verdict) -> None:
    """Ask dev/verapdf; a file that it could not judge counts as not judged."""
    done = subprocess.run(
        [env.python, DEV / "verapdf", *files],
        env=env.variables,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode not in (0, 1):
        verdict.problems.append(done.stderr.strip() or "veraPDF could not run")
    for one in found:
        name = Path(one["file"]).name
        reasons = [one["error"]] if "error" in one else []
        reasons += [failure["message"] for failure in one.get("failures", ())]
        verdict.problems += [f"veraPDF: {name}: {reason}" for reason in reasons]
    verdict.figures |= {
        "pdfs_judged": sum(bool(one.get("checks")) for one in found),
        "pdfs_passed": sum(bool(one.get("compliant")) for one in found),
    }
