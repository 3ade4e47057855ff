"""Repair of ligatures, loose accents, invisible characters and missing spaces.

Text that no repair makes readable is gibberish: its page needs OCR.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

from indexer.analysis.tokens import fold
from indexer.analysis.word_lists import STOP_WORDS
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


_LETTERS = re.compile(r"[^\W\d_]+")
_VOWELS = frozenset("aeiouy")
_LATIN_END = 0x250
_MAX_CONSONANTS = 6
_MIN_WORDS = 12
_MAX_WORDS = 300
_FREQUENT_LETTERS = frozenset("eainosrtl")
_MIN_FREQUENT_SHARE = 0.48
_MIN_LETTERS = 150
_STOP_WORDS = frozenset(word for words in STOP_WORDS.values() for word in words)


def is_gibberish(words: Sequence[str], *, is_suspect: bool = False) -> bool:
    """Return whether words belong to no language.

    Words of any language are pronounceable, have capitals only at their start, and few
    signs within. `is_suspect` lowers the threshold, for a font without a character map.
    """
    words = words[:_MAX_WORDS]
    tokens = [word for word in words if any(map(str.isalpha, word))]
    unmapped = sum(1 for word in words if "\ufffd" in word or _is_private_use(word))
    if unmapped > 0.3 * max(1, len(words)):
        return True
    if len(tokens) < _MIN_WORDS:
        return is_suspect and not any(_is_stop_word(token) for token in tokens)
    stop_words = sum(map(_is_stop_word, tokens)) / len(tokens)
    plausible = sum(map(_is_plausible, tokens)) / len(tokens)
    if is_suspect and stop_words < 0.08 and plausible < 0.8:
        return True
    return stop_words < 0.04 and (plausible < 0.5 or _has_unusual_letters(tokens))


def _has_unusual_letters(tokens: Sequence[str]) -> bool:
    """Return whether the letters most frequent in European languages are rare."""
    letters = [char for word in tokens for char in fold(word.casefold())]
    latin = [char for char in letters if "a" <= char <= "z"]
    frequent = sum(char in _FREQUENT_LETTERS for char in latin)
    return len(latin) >= _MIN_LETTERS and frequent < _MIN_FREQUENT_SHARE * len(latin)


def _is_stop_word(word: str) -> bool:
    return fold(word.casefold().strip(".,;:!?()«»\"'’")) in _STOP_WORDS


def _is_plausible(word: str) -> bool:
    bare = word.strip(".,;:!?()[]«»\"'’“”*/-–—")
    if any(ord(char) >= _LATIN_END and char.isalpha() for char in bare):
        return True
    parts = _LETTERS.findall(bare)
    signs = sum(1 for char in bare if not char.isalnum())
    return signs <= 2 and all(map(_is_pronounceable, parts))


def _is_pronounceable(part: str) -> bool:
    if len(part) <= 3:
        return True
    if not (part.islower() or part.isupper() or part[1:].islower()):
        return False
    run = 0
    for char in fold(part.casefold()):
        run = 0 if char in _VOWELS else run + 1
        if run >= _MAX_CONSONANTS:
            return False
    return any(char in _VOWELS for char in fold(part.casefold()))


def _is_private_use(word: str) -> bool:
    return sum(1 for char in word if "\ue000" <= char <= "\uf8ff") > len(word) // 2
