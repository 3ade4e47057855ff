"""Detection of text layers with a wrong character map: their words are gibberish."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.analysis.normalization import fold
from indexer.analysis.stopwords import STOP_WORDS

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
