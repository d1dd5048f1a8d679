"""Translated words about importing the directory of recipients."""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

IMPORT_STATES = [
    ("waiting", "Waiting"),
    ("running", "Being read"),
    ("done", "Imported"),
    ("failed", "Not imported"),
]

# Why a whole file gave nothing: codes of chorus_api.RecipientsError and our own.
IMPORT_ERRORS = {
    "damaged": _lt(
        "The file is damaged or incomplete. Nothing was changed; get it again."
    ),
    "too_large": _lt("The file is larger than any directory. Nothing was changed."),
    "no_columns": _lt(
        "No table of recipients was found in the file: no column is called "
        "Identifiant or SIRET. Nothing was changed."
    ),
    "no_recipient": _lt("The file names no recipient. Nothing was changed."),
    "no_file": _lt("The file is no longer there. Upload it again."),
    "interrupted": _lt(
        "The import was interrupted, for instance by a restart or a time limit of the "
        "server. Nothing was changed; start it again."
    ),
    "other_environment": _lt(
        "The company now works in another environment. Start the import again."
    ),
    "internal": _lt("The import met an unexpected fault; the server's log has it."),
}

# Why a line gave nothing: codes of chorus_api.recipients.REASONS.
LINE_ERRORS = {
    "no_identifier": _lt("no SIRET"),
    "no_name": _lt("no name"),
    "no_code": _lt("no service code"),
    "broken_line": _lt("broken line"),
    "no_columns": _lt("no table of recipients"),
}
