"""The codes of records, as people write them: D2.6, `d 2-6`, « livrable 2.6 »."""

from __future__ import annotations

import re

from indexer.analysis.normalization import fold, normalize

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
    match = _CODE.fullmatch(fold(normalize(text)).strip())
    if match is None:
        return ""
    word, letter = match["word"], match["letter"]
    prefix = _PREFIXES.get(word or letter or "")
    if prefix is None or (word and letter and _PREFIXES.get(letter) != prefix):
        return ""
    part = "" if match["part"] is None else f".{int(match['part'])}"
    return f"{prefix}{int(match['number'])}{part}"
