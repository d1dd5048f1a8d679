"""A JSON answer with one file in base64, taken out while it arrives.

The mirror image of upload.py: the directory of recipients has tens of megabytes, which
the usual way of reading would hold several times.
"""

import base64
import re

from .errors import ChorusError

# The value begins in so many bytes, or it is no file.
_HEAD_MAX = 65_536
_SPACE = re.compile(rb"\s+")


def fetch_file(portal, service, key, target, limit):
    """Post an empty object and write the file of the answer to a binary file.

    :param portal: the Transport.
    :return: the size of the file in bytes.
    :raise ChorusError: any code; ``incomplete`` when the answer holds no file. What
        `target` holds then is worthless.
    """
    download = Download(b"{}", key, target, limit)
    portal.post(service, download, key)
    if not download.size:
        detail = "no file in the answer"
        raise ChorusError(
            code="incomplete", service=service, http_status=200, detail=detail
        )
    return download.size


class Download:
    """A call whose answer is a JSON object of which one value is a file in base64.

    :param bytes request: the body of the request.
    :param str key: name of the value that holds the file.
    :param target: binary file that gets the decoded file, from where it stands.
    :param int limit: bytes of the decoded file.
    """

    def __init__(self, request, key, target, limit):
        self.request = request
        self.size = 0
        self._target = target
        self._limit = limit
        self._start = re.compile(rb'"%s"\s{0,99}:\s{0,99}"' % key.encode())
        self._state = self._before
        self._held = b""

    def __len__(self):
        return len(self.request)

    def strain(self, chunk):
        """Take the file out of the next piece of the answer and return what is left.

        What is left of all pieces is the JSON text with an empty value for the file.

        :raise ValueError: no base64, or larger than the limit
        """
        return self._state(chunk)

    def end(self):
        """Return what was held back when the answer is at its end.

        A value that was never closed leaves a text that is no JSON.
        """
        return self._held if self._state == self._before else b""

    def _before(self, chunk):
        self._held += chunk
        match = self._start.search(self._held)
        if match:
            head, rest = self._held[: match.end()], self._held[match.end() :]
            self._state, self._held = self._inside, b""
            return head + self._inside(rest)
        if len(self._held) <= _HEAD_MAX:
            return b""
        self._state = self._after
        return self._held

    def _inside(self, chunk):
        value, quote, rest = (self._held + chunk).partition(b'"')
        self._held = b""
        if not quote and value.endswith(b"\\"):
            value, self._held = value[:-1], b"\\"
        for escaped, plain in ((rb"\/", b"/"), (rb"\n", b""), (rb"\r", b"")):
            value = value.replace(escaped, plain)
        self._decode(_SPACE.sub(b"", value), is_last=bool(quote))
        if quote:
            self._state = self._after
        return quote + rest

    def _after(self, chunk):
        return chunk

    def _decode(self, text, *, is_last):
        """Write the whole groups of four and hold the others back."""
        whole = len(text) if is_last else len(text) // 4 * 4
        piece = base64.b64decode(text[:whole], validate=True)
        self._held = text[whole:] + self._held
        self.size += len(piece)
        if self.size > self._limit:
            message = f"a file of more than {self._limit} bytes"
            raise ValueError(message)
        self._target.write(piece)
