"""A JSON body with one file in base64, encoded while it is sent.

A deposit may have 25 MB; as text in memory it would be held several times.
"""

import base64
import io
import json

# Read at once; a multiple of three, so that the pieces of base64 join.
_PIECE = 3 * 16384


class Upload:
    """A JSON object of which one value is a file in base64.

    :param str key: name of the value that holds the file.
    :param source: the file: bytes, or a seekable binary file that stays open.
    :param dict others: the other values, not empty.
    """

    def __init__(self, key, source, others):
        self._source = io.BytesIO(source) if isinstance(source, bytes) else source
        self._head = f'{{{json.dumps(key)}: "'.encode()
        self._tail = f'", {json.dumps(others)[1:]}'.encode()
        size = self._source.seek(0, io.SEEK_END)
        self._length = len(self._head) + 4 * ((size + 2) // 3) + len(self._tail)

    def __len__(self):
        return self._length

    def open(self):
        """Return a stream of the body from its beginning; one at a time."""
        self._source.seek(0)
        return _Stream(self._pieces())

    def _pieces(self):
        yield self._head
        while piece := self._source.read(_PIECE):
            yield base64.b64encode(piece)
        yield self._tail


class _Stream:
    """What `http.client` reads from: pieces, cut to the wanted size."""

    def __init__(self, pieces):
        self._pieces = pieces
        self._rest = b""

    def read(self, size=-1):
        """Return up to `size` bytes, all that is left without one, b"" at the end."""
        if size is None or size < 0:
            whole = b"".join((self._rest, *self._pieces))
            self._rest = b""
            return whole
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        given, self._rest = self._rest[:size], self._rest[size:]
        return given
