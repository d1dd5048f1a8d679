"""The sRGB colour profile that a PDF/A names as its output intent, made from numbers.

ICC.1:2010 (version 4.3), display class, matrix and tone curve. Values: IEC 61966-2-1,
primaries adapted to D50 by Bradford. Made here so that no third-party file with terms
of its own has to be shipped.
"""

import struct
from functools import lru_cache

D50 = (0.9642, 1.0, 0.8249)
PRIMARIES = {
    b"rXYZ": (0.43607, 0.22249, 0.01392),
    b"gXYZ": (0.38515, 0.71687, 0.09708),
    b"bXYZ": (0.14307, 0.06061, 0.71410),
}
ADAPTATION = (
    *(1.04788, 0.02292, -0.05022),
    *(0.02959, 0.99048, -0.01707),
    *(-0.00925, 0.01508, 0.75168),
)
# Y = (aX + b)^g above d, cX below: parameters g, a, b, c, d of curve type 3.
TONE_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
HEADER_BYTES = 128


def _fixed(*values):
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _text(text):
    encoded = text.encode("utf-16-be")
    head = struct.pack(
        ">4sIII2s2sII", b"mluc", 0, 1, 12, b"en", b"US", len(encoded), 28
    )
    return head + encoded


def _tags():
    curve = struct.pack(">4sIHH", b"para", 0, 3, 0) + _fixed(*TONE_CURVE)
    yield b"desc", _text("sRGB")
    yield b"cprt", _text("No copyright, use freely")
    yield b"wtpt", b"XYZ \0\0\0\0" + _fixed(*D50)
    yield b"chad", b"sf32\0\0\0\0" + _fixed(*ADAPTATION)
    for name, values in PRIMARIES.items():
        yield name, b"XYZ \0\0\0\0" + _fixed(*values)
    for name in (b"rTRC", b"gTRC", b"bTRC"):
        yield name, curve


def _header(size):
    created = struct.pack(">6H", 2024, 1, 1, 0, 0, 0)
    head = struct.pack(">I4sI4s4s4s", size, b"", 0x04300000, b"mntr", b"RGB ", b"XYZ ")
    head += created + struct.pack(">4s4sIIIQI", b"acsp", b"", 0, 0, 0, 0, 0)
    return (head + _fixed(*D50)).ljust(HEADER_BYTES, b"\0")


@lru_cache(maxsize=1)
def make_srgb_profile():
    """Return the bytes of an sRGB ICC profile (about 600)."""
    tags = list(_tags())
    offset = HEADER_BYTES + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, data in tags:
        table += struct.pack(">4sII", name, offset + len(body), len(data))
        body += data.ljust(-(-len(data) // 4) * 4, b"\0")
    return _header(offset + len(body)) + table + body
