"""The one exception of this package."""


class FacturXError(Exception):
    """A Factur-X file cannot be made, or a check of it could not run.

    :ivar str code: stable machine code (``terms``, ``xsd``, ``pdf_encrypted`` …);
        callers translate it, never the text
    :ivar str detail: short technical text for the log and the expert
    :ivar tuple findings: :class:`~.rules.Issue` or :class:`~.schematron.Finding`
        records behind the error, empty when there are none
    """

    def __init__(self, code, detail="", findings=()):
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.findings = tuple(findings)
