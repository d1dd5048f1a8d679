"""Files that a killed process left half written."""

import contextlib
import os

from odoo import api, models


class IrAttachment(models.Model):
    """The filestore, where a lane may die while it writes."""

    _inherit = "ir.attachment"

    @api.model
    def _chorus_pro_remove_torn_file(self, content):
        """Remove what is left of a file with this content that was never completed.

        Core names a file by the checksum of its content, writes it in place and takes
        what it finds there for a collision: a torn file would refuse this content for
        ever. No row of the database points to it, since its writer died before it
        could commit.

        :param bytes content: what is about to be stored
        """
        if self._storage() != "file":
            return
        checksum = self._compute_checksum(content)
        path = self._full_path(f"{checksum[:2]}/{checksum}")
        with contextlib.suppress(FileNotFoundError):
            if os.path.getsize(path) != len(content):
                os.unlink(path)
