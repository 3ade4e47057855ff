"""Codes of deliverables, read whole: `D2.4.1` and `D2.4-v2` are not `D2.4`.

Interreg has codes such as `D.T2.3.1` and `O.T1.2`, Erasmus+ outputs such as `IO3`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

_NUMBER = (
    r"(?P<number>\d{1,2}(?:[._-]\d{1,3})+[a-z]?)(?:[-_]?(?P<version>v\d+(?:\.\d+)*))?"
    r"(?![a-zA-Z0-9]|[._-]\d{1,3}(?!\d)|\s?[%€])"
)
_CODE = re.compile(rf"(?<![a-zA-Z0-9])D\s?-?\s?{_NUMBER}")
_LABELLED_CODE = re.compile(
    r"(?i:(?<![a-z])(?:deliverable|livrable|entregable|entregável|del\.)\s*"
    r"(?:no\.?|n\s?[°º]|num(?:ber|éro)|nr\.?|id)?)\s*[:|]?\s*" + _NUMBER
)

_INTERREG_CODE = re.compile(
    r"(?<![a-zA-Z0-9.])(?P<code>[DO]\.(?:[A-Z]\d{0,2}(?:\.\d{1,3}){1,3}"
    r"|\d{1,2}(?:\.\d{1,3}){1,2}))(?![a-zA-Z0-9%€]|[._-]\d)"
)
OUTPUT = (
    r"(?:(?-i:(?<![a-zA-Z0-9])IO)|(?<![a-z])(?:intellectual output"
    r"|résultat intellectuel|production intellectuelle))\s?(?:n\s?[°º]|no\.?)?\s*-?\s?"
    r"(?P<output>\d{1,2})(?![a-zA-Z0-9%€]|[.]\d)"
)
"""The name and the number of an intellectual output."""

_OUTPUT_CODE = re.compile(OUTPUT, re.IGNORECASE)


def find_codes(text: str) -> Iterator[str]:
    """Yield the codes of deliverables in a text or in the name of a file."""
    patterns = (_CODE, _LABELLED_CODE, _INTERREG_CODE, _OUTPUT_CODE)
    matches = chain.from_iterable(each.finditer(text) for each in patterns)
    for match in sorted(matches, key=lambda match: match.start()):
        if match.re is _INTERREG_CODE:
            yield match["code"]
            continue
        if match.re is _OUTPUT_CODE:
            yield f"IO{int(match['output'])}"
            continue
        number = re.sub(r"[_-]", ".", match["number"])
        version = match["version"]
        yield f"D{number}-{version}" if version else f"D{number}"


def base_code(code: str) -> str:
    """Return a code without its version: `D2.4` for `D2.4-v2`."""
    return code.partition("-v")[0]
