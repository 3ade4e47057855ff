"""Tells whether a PDF may hold scripts, which a browser would run as it shows it.

Chromium runs them whatever the policy of the page says. Actions of JavaScript bear the
name `JavaScript` (ISO 32000-1, 12.6.4.16), and media that may run it `Rendition`: they
are looked for as they are written, and in streams of objects (7.5.7).
"""

from __future__ import annotations

import mmap
import re
import zlib

MAX_OBJECTS_BYTES = 16_000_000
"""Of a stream of objects, without pictures in it: one that gives more is odd."""

_BEFORE_STREAM_BYTES = 4096


def _name(text: str) -> bytes:
    """Write a pattern of a name, each sign of which may be given by its number."""
    signs = (rb"(?:%c|#%02x|#%02X)" % (sign, sign, sign) for sign in text.encode())
    return rb"/" + b"".join(signs)


_SCRIPT = re.compile(rb"%b|%b" % (_name("JavaScript"), _name("Rendition")))
_OBJECTS = re.compile(_name("ObjStm"))
_STREAM = re.compile(rb"stream\r?\n")
_PREDICTOR = re.compile(_name("Predictor"))


def may_run_scripts(content: bytes | mmap.mmap) -> bool:
    """Tell whether a PDF may; also of one whose objects can't be looked into."""
    if _SCRIPT.search(content):
        return True
    return any(
        _may_in_objects(content, found.end()) for found in _OBJECTS.finditer(content)
    )


def _may_in_objects(content: bytes | mmap.mmap, after: int) -> bool:
    begin = _STREAM.search(content, after, after + _BEFORE_STREAM_BYTES)
    if begin is None:
        return False  # the name stands in a text: no stream follows
    # What is in the same dictionary, before the name or after it.
    around = content[max(0, after - _BEFORE_STREAM_BYTES) : begin.start()]
    if _PREDICTOR.search(around, around.rfind(b" obj")):
        return True
    unpacked = zlib.decompressobj()
    try:
        objects = unpacked.decompress(
            content[begin.end() : begin.end() + MAX_OBJECTS_BYTES], MAX_OBJECTS_BYTES
        )
    except zlib.error:
        return True  # enciphered, or packed in another way
    return bool(unpacked.unconsumed_tail) or _SCRIPT.search(objects) is not None
