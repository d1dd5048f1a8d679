"""Runs XSLT 2 sheets with Saxon, in a process of its own.

Started by ``schematron.py`` as a script, from a folder without other modules: beside
``factur_x/xml.py`` Python would take that for its own ``xml`` package. Saxon stays out
of the caller's process because two threads in it end the process, and a fork after its
start is not safe [L].

One JSON object a line on standard input, ``{"sheet": path, "xml": text}``; one on
standard output, ``{"svrl": text}`` or ``{"error": text}``. Ends with its input, and by
itself after ``IDLE_SECONDS`` without work.
"""

import json
import signal
import sys

try:
    import resource
except ImportError:  # Windows
    resource = None

IDLE_SECONDS = 900


def make_transform():
    """Return ``transform(sheet, xml) -> SVRL``; sheets are compiled once each."""
    from saxonche import PySaxonProcessor

    processor = PySaxonProcessor(license=False)
    sheets = {}

    def transform(sheet, xml):
        if sheet not in sheets:
            compiler = processor.new_xslt30_processor()
            sheets[sheet] = compiler.compile_stylesheet(stylesheet_file=sheet)
        node = processor.parse_xml(xml_text=xml)
        return sheets[sheet].transform_to_string(xdm_node=node)

    return transform


def serve(source, target, transform):
    """Answer every line of ``source`` on ``target`` until it ends."""
    for line in source:
        _restart_idle_clock()
        request = json.loads(line)
        try:
            answer = {"svrl": transform(request["sheet"], request["xml"])}
        except Exception as error:  # noqa: BLE001 - whatever Saxon raises is the answer
            answer = {"error": f"{type(error).__name__}: {error}"}
        target.write(json.dumps(answer) + "\n")
        target.flush()


def _restart_idle_clock():
    if hasattr(signal, "alarm"):  # not on Windows
        signal.alarm(IDLE_SECONDS)


def free_address_space():
    """Lift the soft limit on memory that Odoo sets and this process inherits.

    Saxon reserves far more addresses than it ever uses and does not start under
    Odoo's limit ("graal_create_isolate error") [measured].
    """
    if resource:
        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def main():
    """Serve standard input and output."""
    free_address_space()
    _restart_idle_clock()
    serve(sys.stdin, sys.stdout, make_transform())


if __name__ == "__main__":
    main()
