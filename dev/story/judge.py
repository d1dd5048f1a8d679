"""`python -m story.judge FOLDER`: the XML in each PDF against the official XSD.

Plain Python, without Odoo: what is judged is the file alone. Prints one JSON object,
{"judged": N, "passed": N, "problems": [sentences]}.
"""

import json
import sys
from pathlib import Path

import facturx


def judge(path: Path) -> str | None:
    """Why the file is no Factur-X, None when it is."""
    try:
        name, xml = facturx.get_facturx_xml_from_pdf(path.read_bytes(), check_xsd=False)
        if name != "factur-x.xml":
            return f"{path.name}: no factur-x.xml is embedded"
        facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    except Exception as error:  # noqa: BLE001 - pypdf and facturx raise anything
        return f"{path.name}: {error}"
    return None


def main(folder: Path) -> None:
    """Judge every PDF of a folder."""
    files = sorted(folder.glob("*.pdf"))
    problems = [problem for file in files if (problem := judge(file))]
    verdict = {"judged": len(files), "passed": len(files) - len(problems)}
    print(json.dumps({**verdict, "problems": problems}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
