"""The file of one deposit, on disk: what leaves is never whole in memory."""

import gzip
import hashlib
import io
import tarfile
import tempfile
from dataclasses import dataclass
from typing import BinaryIO

# A deposit of this size or less does not touch the disk.
IN_MEMORY = 2_000_000
# PDFs are compressed already: more effort costs time and saves next to nothing.
GZIP_LEVEL = 1


@dataclass
class Parcel:
    """A file to deposit: its name, an open binary file, its size and SHA-256."""

    name: str
    file: BinaryIO
    size: int
    checksum: str

    def close(self):
        """Forget the file."""
        self.file.close()


def pack_one(name, content):
    """A Parcel of one document, as it is."""
    checksum = hashlib.sha256(content).hexdigest()
    return Parcel(name, io.BytesIO(content), len(content), checksum)


def pack_archive(name, members):
    """A Parcel of several documents as tar.gz.

    Dates and owners are left out, so the same documents give the same bytes.

    :param members: pairs of member name and content, read one after the other
    """
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - given away
    with (
        gzip.GzipFile(
            filename="", fileobj=file, mode="wb", compresslevel=GZIP_LEVEL, mtime=0
        ) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for member_name, content in members:
            member = tarfile.TarInfo(member_name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(65536):
        digest.update(piece)
    file.seek(0)
    return Parcel(name, file, size, digest.hexdigest())
