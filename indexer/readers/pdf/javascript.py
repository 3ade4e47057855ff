"""Detection of scripts in a PDF, which a browser would run when it shows the file.

Chromium runs them in spite of the Content-Security-Policy. Script actions have the name
`JavaScript` (ISO 32000-1, 12.6.4.16), media that may run them `Rendition`. Both names
are searched in the file and in its object streams (7.5.7).
"""

import mmap
import re
import zlib

_MAX_OBJECTS_BYTES = 16_000_000
"""Size limit of a decompressed object stream; pictures are in other streams."""

_DICTIONARY_BYTES = 4096


def _name(text: str) -> bytes:
    """Return a pattern for a PDF name; any character may be written as `#xx`."""
    characters = (
        rb"(?:%c|#%02x|#%02X)" % (character, character, character)
        for character in text.encode()
    )
    return rb"/" + b"".join(characters)


_SCRIPT = re.compile(rb"%b|%b" % (_name("JavaScript"), _name("Rendition")))
_OBJECT_STREAM = re.compile(_name("ObjStm"))
_STREAM = re.compile(rb"stream\r?\n")
_PREDICTOR = re.compile(_name("Predictor"))


def may_run_scripts(content: bytes | mmap.mmap) -> bool:
    """Return whether a PDF has scripts, or object streams that can't be read."""
    if _SCRIPT.search(content):
        return True
    return any(
        _has_script_in_stream(content, match.end())
        for match in _OBJECT_STREAM.finditer(content)
    )


def _has_script_in_stream(content: bytes | mmap.mmap, offset: int) -> bool:
    stream = _STREAM.search(content, offset, offset + _DICTIONARY_BYTES)
    if stream is None:
        return False  # no stream follows: the name is part of a text
    # The dictionary of the stream starts before the name and ends after it.
    dictionary = content[max(0, offset - _DICTIONARY_BYTES) : stream.start()]
    if _PREDICTOR.search(dictionary, dictionary.rfind(b" obj")):
        return True
    compressed = content[stream.end() : stream.end() + _MAX_OBJECTS_BYTES]
    decompressor = zlib.decompressobj()
    try:
        objects = decompressor.decompress(compressed, _MAX_OBJECTS_BYTES)
    except zlib.error:
        return True  # encrypted, or compressed in another way
    return bool(decompressor.unconsumed_tail) or _SCRIPT.search(objects) is not None
