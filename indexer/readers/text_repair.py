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
_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "Ĳ": "IJ",
        "ĳ": "ij",
    }
)
_SYMBOLS = str.maketrans(
    {
        "\u00a0": " ",
        "\u202f": " ",
        "\u2007": " ",
        "\u2009": " ",
        "\u2010": "-",
        "\u2011": "-",
        "\uf0b7": "•",
        "\uf0a7": "▪",
        "\uf0d8": "➢",
        "\uf0fc": "✓",
        "\uf0a8": "◦",
        "\uf02d": "–",
    }
)
_LOOSE_ACCENTS = {"´": "\u0301", "`": "\u0300", "¨": "\u0308", "¸": "\u0327"}
_LOOSE_ACCENTS |= {
    "ˆ": "\u0302",
    "^": "\u0302",
    "˜": "\u0303",
    "ˇ": "\u030c",
    "˚": "\u030a",
}
_LETTER_AND_ACCENT = re.compile(r"([A-Za-zı])\s?([´¨¸ˆ˜ˇ˚])")
_ACCENT_AND_LETTER = re.compile(r"([´¨¸ˆ˜ˇ˚`])\s?([A-Za-zı])")
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")


def count_ligatures(text: str) -> int:
    """Count ligatures: characters for two or three letters."""
    return sum(1 for char in text if ord(char) in _LIGATURES)


def clean(text: str) -> str:
    """Expand ligatures, compose accents, remove invisible characters."""
    if text.isascii() and text.isprintable():
        return text
    text = text.translate(_LIGATURES).translate(_INVISIBLE).translate(_SYMBOLS)
    return unicodedata.normalize("NFC", _PRIVATE_USE.sub("", text))


def count_decomposed(text: str) -> int:
    """Count combining accents."""
    if text.isascii():
        return 0
    return sum(1 for char in text if unicodedata.combining(char))


def accents_come_first(words: Iterable[str]) -> bool | None:
    """Return whether loose accents come before their letters, as TeX draws them.

    False when they come after; None when the words have no loose accents.
    """
    votes: Counter[bool] = Counter()
    for word in words:
        if word.isascii() or not any(sign in word for sign in _LOOSE_ACCENTS):
            continue
        votes[True] += len(re.findall(r"(?:^|[^A-Za-z])[´¨ˆ][A-Za-z]", word))
        votes[False] += len(re.findall(r"[A-Za-z][´¨ˆ](?:$|[^A-Za-z])", word))
        votes[True] += len(re.findall(r"[bcdfgjlmnpqrstvxz][´ˆ¨][aeiouyı]", word))
        votes[False] += len(re.findall(r"[aeiouyı][´ˆ¨][bcdfgjlmnpqrstvxz]", word))
    if not votes:
        return None
    return votes[True] >= votes[False]


def attach_accents(text: str, *, come_first: bool) -> tuple[str, int]:
    """Return a text with its loose accents on their letters, and their number."""
    count = 0

    def composed(letter: str, accent: str, unchanged: str) -> str:
        nonlocal count
        base = "i" if letter == "ı" else letter
        composite = unicodedata.normalize("NFC", base + _LOOSE_ACCENTS[accent])
        if len(composite) != 1:
            return unchanged
        count += 1
        return composite

    if come_first:
        text = _ACCENT_AND_LETTER.sub(lambda m: composed(m[2], m[1], m[0]), text)
    else:
        text = _LETTER_AND_ACCENT.sub(lambda m: composed(m[1], m[2], m[0]), text)
    return text, count


class TextRepairer:
    """Repairs the texts of one file.

    The numbers of spaces, ligatures and accents are added to `counts`.
    """

    def __init__(self, texts: Sequence[str], counts: Counter[str]) -> None:
        self._counts = counts
        self._come_first = accents_come_first(
            word for text in texts if not text.isascii() for word in text.split()
        )
        self._segmenter = Segmenter([clean(text) for text in texts])

    def repair(self, text: str) -> str:
        """Return the repaired text."""
        if not text.isascii():
            if self._come_first is not None:
                text, count = attach_accents(text, come_first=self._come_first)
                self._counts["accents"] += count
            self._counts["accents"] += count_decomposed(text)
            self._counts["ligatures"] += count_ligatures(text)
        repaired, spaces = self._segmenter.split(clean(text))
        self._counts["spaces"] += spaces
        return repaired
