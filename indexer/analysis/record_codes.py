"""The codes of records, as people write them: D2.6, `d 2-6`, « livrable 2.6 ».

Documents print codes of deliverables too: `D2.4.1` and `D2.4-v2` are not `D2.4`.

Interreg has codes such as `D.T2.3.1` and `O.T1.2`, Erasmus+ outputs such as `IO3`.
"""

import re
from collections.abc import Iterator
from itertools import chain

from indexer.analysis.tokens import DIGIT, fold, normalize

_PREFIXES = {
    name: prefix
    for prefix, names in {
        "d": "d deliverable livrable",
        "n": "n besoin need",
        "rec": "rec reco recommandation recommendation",
        "w": "w ws atelier workshop",
    }.items()
    for name in names.split()
}
"""The first letters of codes, by what people write for them."""

_CODE = re.compile(
    rf"""
    (?: (?P<word> {"|".join(sorted(_PREFIXES, key=len, reverse=True))} ) [\s.\-_]* )?
    (?: (?: n[o°º] | num(?:ero|ber) | \# ) [\s.]* )?
    (?P<letter> [a-z] )? [\s.\-_]*
    (?P<number> \d{{1,3}} ) (?: [\s.,\-_]+ (?P<part> \d{{1,3}} ) )?
    """,
    re.VERBOSE,
)


def record_code(text: str) -> str:
    """Return one spelling for all those of a code; empty when a text is no code.

    « Livrable D2.6 », `d2-6` and `D 2 6` are « d2.6 »; « besoin n° 5 » and `N05` are
    « n5 ».
    """
    plain = fold(normalize(text)).strip()
    match = _CODE.fullmatch(plain) if DIGIT.search(plain) else None
    if match is None:
        return ""
    word, letter = match["word"], match["letter"]
    prefix = _PREFIXES.get(word or letter or "")
    if prefix is None or (word and letter and _PREFIXES.get(letter) != prefix):
        return ""
    part = "" if match["part"] is None else f".{int(match['part'])}"
    return f"{prefix}{int(match['number'])}{part}"


_NUMBER = (
    r"(?P<number>\d{1,2}(?:[._-]\d{1,3})+[a-z]?)(?:[-_]?(?P<version>v\d+(?:\.\d+)*))?"
    r"(?![a-zA-Z0-9]|[._-]\d{1,3}(?!\d)|\s?[%€])"
)
_PRINTED_CODE = re.compile(rf"(?<![a-zA-Z0-9])D\s?-?\s?{_NUMBER}")
_LABELLED_CODE = re.compile(
    r"(?i:(?<![a-z])(?:deliverable|livrable|entregable|entregável|del\.)\s*+"
    r"(?:no\.?|n\s?[°º]|num(?:ber|éro)|nr\.?|id)?)\s*+[:|]?\s*+" + _NUMBER
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
    patterns = (_PRINTED_CODE, _LABELLED_CODE, _INTERREG_CODE, _OUTPUT_CODE)
    matches = chain.from_iterable(pattern.finditer(text) for pattern in patterns)
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
