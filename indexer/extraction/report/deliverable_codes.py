"""Codes of deliverables, read whole: `D2.4.1` and `D2.4-v2` are not `D2.4`."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = (
    r"(?P<number>\d{1,2}(?:[._-]\d{1,3})+[a-z]?)(?:[-_]?(?P<version>v\d+(?:\.\d+)*))?"
    r"(?![a-zA-Z0-9]|[._-]\d{1,3}(?!\d)|\s?[%€])"
)
_CODE = re.compile(rf"(?<![a-zA-Z0-9])D\s?-?\s?{_NUMBER}")
_LABELLED_CODE = re.compile(
    r"(?i:(?<![a-z])(?:deliverable|livrable|entregable|entregável|del\.)\s*"
    r"(?:no\.?|n\s?[°º]|num(?:ber|éro)|nr\.?|id)?)\s*[:|]?\s*" + _NUMBER
)


def find_codes(text: str) -> Iterator[str]:
    """Yield the codes of deliverables in a text or in the name of a file."""
    matches = [*_CODE.finditer(text), *_LABELLED_CODE.finditer(text)]
    for match in sorted(matches, key=lambda match: match.start()):
        number = re.sub(r"[_-]", ".", match["number"])
        version = match["version"]
        yield f"D{number}-{version}" if version else f"D{number}"


def base_code(code: str) -> str:
    """Return a code without its version: `D2.4` for `D2.4-v2`."""
    return code.partition("-v")[0]
