"""Puts spaces back into words that a text layer glued together.

Where letters stand apart on the page, their places tell. Some files draw all letters of
a line side by side: there only words can tell, those of the file and those of the
shipped table of words. The cheapest way to cut a run into words is found by dynamic
programming; a run that no way fits is left as it is.
"""

from __future__ import annotations

import lzma
import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

from indexer.analysis.analyzer import word_forms
from indexer.analysis.normalization import fold
from indexer.analysis.stopwords import STOP_WORDS
from indexer.lexicon.table import SHIPPED_FILE
from indexer.model.ids import Locale

_RUN = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")
_LONG = 20
"""Letters: few words of our languages are longer, but in names."""

_SUSPECT = 14
"""Letters of a word that may be glued, in a file where others are."""

_LONGEST_WORD = 24
_LONGEST_RUN = 2_000
_UNKNOWN = 12.0
_UNKNOWN_LETTER = 4.0
_COMMON_COST = 3.0
_TABLE_COST = 9.0
_STEM_COST = 10.5
_SHORT_COST = 6.0
_MOST_UNKNOWN = 0.34
_ELISIONS = ("l", "d", "j", "m", "n", "s", "t", "c", "qu", "jusqu", "lorsqu")


class Segmenter:
    """Cuts glued words, by the words of a file and of the table."""

    def __init__(self, texts: Iterable[str]) -> None:
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(word.casefold() for word in _RUN.findall(text))
        self._counts = Counter(
            {word: count for word, count in counts.items() if len(word) < _SUSPECT}
        )
        self._total = max(1, sum(self._counts.values()))
        self._is_needed = any(len(word) >= _LONG and "-" not in word for word in counts)

    def mend(self, text: str) -> tuple[str, int]:
        """Cut the glued words of a text; give it, and how many spaces were put in."""
        if not self._is_needed:
            return text, 0
        spaces = 0

        def cut(found: re.Match[str]) -> str:
            nonlocal spaces
            run = found[0]
            if len(run) < _LONG or not self._may_cut(text, found):
                return run
            words = self._words(run)
            spaces += len(words) - 1
            return " ".join(words)

        return _RUN.sub(cut, text), spaces

    @staticmethod
    def _may_cut(text: str, found: re.Match[str]) -> bool:
        """Tell whether a run stands alone: an address or a name of code is no run."""
        before = text[found.start() - 1 : found.start()]
        after = text[found.end() : found.end() + 1]
        return before not in {*"/.@_#=&:\\"} and after not in {*"/@_#=&\\("}

    def _words(self, run: str) -> list[str]:
        if len(run) > _LONGEST_RUN or _is_known(run.casefold()):
            return [run]
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(run) + 1):
            best.append(
                min(
                    (best[start][0] + self._cost(run, start, end), start)
                    for start in range(max(0, end - _LONGEST_WORD), end)
                )
            )
        words: list[str] = []
        end = len(run)
        while end:
            start = best[end][1]
            words.append(run[start:end])
            end = start
        words.reverse()
        unknown = sum(len(word) for word in words if not self._is_word(word))
        return words if unknown <= _MOST_UNKNOWN * len(run) else [run]

    def _cost(self, run: str, start: int, end: int) -> float:
        word = run[start:end]
        low = word.casefold()
        # A capital within a word is where another begins.
        if len(word) > 1 and not word.isupper() and not word[1:].islower():
            inner = word[1:].replace("’", "").replace("'", "").replace("-", "")
            if inner and not inner.islower():
                return _UNKNOWN + _UNKNOWN_LETTER * len(word)
        count = self._counts[low]
        if count > 1:
            return min(_TABLE_COST, -math.log(count / self._total)) + _short(low)
        if low in _common():
            return _COMMON_COST + (_SHORT_COST if len(low) == 1 else 0.0)
        if _is_known(low):
            return _TABLE_COST + _short(low)
        if _is_inflected(low):
            return _STEM_COST + _short(low)
        return _UNKNOWN + _UNKNOWN_LETTER * len(word)

    def _is_word(self, word: str) -> bool:
        low = word.casefold()
        return self._counts[low] > 1 or _is_known(low) or _is_inflected(low)


def _short(word: str) -> float:
    """Make short words dear, but for the commonest: many are parts of others."""
    if word in _common():
        return 0.0
    return {1: 12.0, 2: 8.0, 3: 2.5}.get(len(word), 0.0)


@cache
def _common() -> frozenset[str]:
    accented = "à où été même très là déjà près après être"
    words = {word for words in STOP_WORDS.values() for word in words}
    return frozenset(words | set(accented.split()))


@cache
def _table() -> tuple[frozenset[str], frozenset[str]]:
    """Give the words of the shipped table, and the stems of the longer ones."""
    lines = lzma.decompress(SHIPPED_FILE.read_bytes()).decode("utf-8").split("\n")
    words: set[str] = set()
    stems: set[str] = set()
    for line in lines:
        code, word, _ = line.split("\t")
        if " " in word:
            continue
        words.add(word)
        if len(word) >= 4:
            stems.update(word_forms.__wrapped__(word, Locale(code)))
    return frozenset(words), frozenset(stems)


def _is_known(word: str) -> bool:
    words, _ = _table()
    if word in words or word in _common() or fold(word) in words:
        return True
    head, apostrophe, rest = word.replace("’", "'").partition("'")
    return bool(apostrophe) and head in _ELISIONS and _is_known(rest)


@cache
def _is_inflected(word: str) -> bool:
    """Tell whether a word has the stem of one of the table."""
    if len(word) < 5:
        return False
    _, stems = _table()
    return any(
        form in stems and len(form) >= 4
        for locale in Locale
        for form in word_forms.__wrapped__(word, locale)
    )
