"""A dict of EN 16931 business terms in, a PDF/A-3b Factur-X out.

Plain Python: knows neither Odoo nor the portal's API.

>>> terms = {"BT-1": "F1", …}              # the dict that facturx.generate_xml takes
>>> issues = check_terms(terms)            # what Chorus Pro would refuse
>>> document = make_document(pdf, terms)   # raises FacturXError
"""

from importlib.machinery import SourceFileLoader

import stdnum


def restore_loader(module):
    """Give ``module`` back a loader that can read the package's data files.

    Odoo 19 imports ``stdnum`` through a hook of its own, which stays on the module as
    a loader that knows no resources; ``stdnum.iban``, which ``facturx`` reads, then
    fails to open its table of countries.
    """
    spec = module.__spec__
    if not hasattr(spec.loader, "get_resource_reader"):
        spec.loader = SourceFileLoader(spec.name, spec.origin or module.__file__)
        module.__loader__ = spec.loader


restore_loader(stdnum)

# ruff: noqa: E402 - facturx, which these import, must find stdnum whole
from .attachments import Attachment, check_attachments
from .compare import is_same_document, read_xml
from .container import check_container, check_printed
from .document import Document, make_document
from .errors import FacturXError
from .issues import CODES, Issue
from .limits import fit_terms
from .pdfa import make_pdfa3
from .profiles import PROFILES, Profile, get_profile
from .rules import check_terms
from .schematron import Finding, check_schematron, is_available, stop_schematron
from .xml import check_xsd, make_xml
