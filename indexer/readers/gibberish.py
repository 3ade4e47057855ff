"""Tells a text layer whose letters stand for others from words of a language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from indexer.analysis.normalization import fold
from indexer.analysis.stopwords import STOP_WORDS

_LETTERS = re.compile(r"[^\W\d_]+")
_VOWELS = frozenset("aeiouy")
_LATIN_END = 0x250
_MOST_CONSONANTS = 6
_ENOUGH_WORDS = 12
_MOST_WORDS = 300
_USUAL = frozenset("eainosrtl")
_USUAL_SHARE = 0.48
_ENOUGH_LETTERS = 150
_COMMON = frozenset(word for words in STOP_WORDS.values() for word in words)


def is_gibberish(words: Sequence[str], *, is_suspect: bool = False) -> bool:
    """Tell whether words are of no language at all.

    A text in any language has letters that can be said, capitals only where words
    begin, and few signs within words. `is_suspect` is when the file itself does not
    say what its letters mean.
    """
    words = words[:_MOST_WORDS]
    tokens = [word for word in words if any(map(str.isalpha, word))]
    odd = sum(1 for word in words if "\ufffd" in word or _is_private(word))
    if odd > 0.3 * max(1, len(words)):
        return True
    if len(tokens) < _ENOUGH_WORDS:
        return is_suspect and not any(_is_common(token) for token in tokens)
    common = sum(map(_is_common, tokens)) / len(tokens)
    plausible = sum(map(_is_plausible, tokens)) / len(tokens)
    if is_suspect and common < 0.08 and plausible < 0.8:
        return True
    return common < 0.04 and (plausible < 0.5 or _has_odd_letters(tokens))


def _has_odd_letters(tokens: Sequence[str]) -> bool:
    """Tell whether the letters that all our neighbours use most are rare in a text."""
    letters = [char for word in tokens for char in fold(word.casefold())]
    latin = [char for char in letters if "a" <= char <= "z"]
    usual = sum(char in _USUAL for char in latin)
    return len(latin) >= _ENOUGH_LETTERS and usual < _USUAL_SHARE * len(latin)


def _is_common(word: str) -> bool:
    return fold(word.casefold().strip(".,;:!?()«»\"'’")) in _COMMON


def _is_plausible(word: str) -> bool:
    bare = word.strip(".,;:!?()[]«»\"'’“”*/-–—")
    if any(ord(char) >= _LATIN_END and char.isalpha() for char in bare):
        return True
    parts = _LETTERS.findall(bare)
    signs = sum(1 for char in bare if not char.isalnum())
    return signs <= 2 and all(map(_can_be_said, parts))


def _can_be_said(part: str) -> bool:
    if len(part) <= 3:
        return True
    if not (part.islower() or part.isupper() or part[1:].islower()):
        return False
    run = 0
    for char in fold(part.casefold()):
        run = 0 if char in _VOWELS else run + 1
        if run >= _MOST_CONSONANTS:
            return False
    return any(char in _VOWELS for char in fold(part.casefold()))


def _is_private(word: str) -> bool:
    return sum(1 for char in word if "\ue000" <= char <= "\uf8ff") > len(word) // 2
