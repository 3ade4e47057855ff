"""Repair of ligatures, loose accents, invisible characters and missing spaces."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from indexer.readers.word_segmentation import Segmenter

_INVISIBLE = dict.fromkeys(
    (
        *(0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0x2061, 0xFEFF),
        *range(0x09),
        *(0x0B, 0x0C),
        *range(0x0E, 0x20),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *(0xFFF9, 0xFFFA, 0xFFFB, 0xFFFE, 0xFFFF),
        *range(0xD800, 0xE000),
    )
)
_LIGATURES = {ord(char): unicodedata.normalize("NFKC", char) for char in "ﬀﬁﬂﬃﬄﬅﬆĲĳ"}
_SYMBOLS = str.maketrans(
    "\u00a0\u202f\u2007\u2009\u2010\u2011\uf0b7\uf0a7\uf0d8\uf0fc\uf0a8\uf02d",
    "    --•▪➢✓◦–",
)
"""Spaces and hyphens that do not break lines, and bullets of symbol fonts."""

_LOOSE_ACCENTS = str.maketrans(
    "´`¨¸ˆ^˜ˇ˚", "\u0301\u0300\u0308\u0327\u0302\u0302\u0303\u030c\u030a"
)
"""Spacing accents, and the combining accents that replace them."""

_LETTER_AND_ACCENT = re.compile(r"(?P<letter>[A-Za-zı])\s?(?P<accent>[´¨¸ˆ˜ˇ˚])")
_ACCENT_AND_LETTER = re.compile(r"(?P<accent>[´¨¸ˆ˜ˇ˚`])\s?(?P<letter>[A-Za-zı])")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")


def clean(text: str) -> str:
    """Expand ligatures, compose accents, remove invisible characters."""
    if text.isascii() and text.isprintable():
        return text
    text = text.translate(_LIGATURES).translate(_INVISIBLE).translate(_SYMBOLS)
    return unicodedata.normalize("NFC", _PRIVATE_USE.sub("", text))


def _accents_come_first(words: Iterable[str]) -> bool | None:
    """Return whether loose accents come before letters; None without such accents.

    TeX draws accents before their letters.
    """
    votes: Counter[bool] = Counter()
    for word in words:
        if word.isascii() or _LOOSE_ACCENTS.keys().isdisjoint(map(ord, word)):
            continue
        votes[True] += len(re.findall(r"(?:^|[^A-Za-z])[´¨ˆ][A-Za-z]", word))
        votes[False] += len(re.findall(r"[A-Za-z][´¨ˆ](?:$|[^A-Za-z])", word))
        votes[True] += len(re.findall(r"[bcdfgjlmnpqrstvxz][´ˆ¨`][aeiouyı]", word))
        votes[False] += len(re.findall(r"[aeiouyı][´ˆ¨][bcdfgjlmnpqrstvxz]", word))
    return votes[True] >= votes[False] if votes else None


def _attach_accents(text: str, *, come_first: bool) -> tuple[str, int]:
    """Return a text with its loose accents on their letters, and their number."""
    count = 0

    def composed(match: re.Match[str]) -> str:
        nonlocal count
        accent = match["accent"].translate(_LOOSE_ACCENTS)
        letter = match["letter"].replace("ı", "i")
        composite = unicodedata.normalize("NFC", letter + accent)
        if len(composite) != 1:
            return match[0]
        count += 1
        return composite

    pattern = _ACCENT_AND_LETTER if come_first else _LETTER_AND_ACCENT
    return pattern.sub(composed, text), count


class TextRepairer:
    """Repairs the texts of one file.

    The numbers of spaces, ligatures and accents are added to `counts`.
    """

    def __init__(self, texts: Sequence[str], counts: Counter[str]) -> None:
        self._counts = counts
        self._come_first = _accents_come_first(
            word for text in texts if not text.isascii() for word in text.split()
        )
        self._segmenter = Segmenter([clean(text) for text in texts])

    def repair(self, text: str, *, is_counted: bool = True) -> str:
        """Return the repaired text; repairs are counted by default."""
        counts = self._counts if is_counted else Counter[str]()
        if not text.isascii():
            if self._come_first is not None:
                text, count = _attach_accents(text, come_first=self._come_first)
                counts["accents"] += count
            counts["accents"] += sum(map(bool, map(unicodedata.combining, text)))
            counts["ligatures"] += sum(ord(char) in _LIGATURES for char in text)
        repaired, spaces = self._segmenter.split(clean(text))
        counts["spaces"] += spaces
        return repaired
