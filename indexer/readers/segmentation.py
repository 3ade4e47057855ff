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
from collections.abc import Sequence
from functools import cache

from indexer.analysis.analyzer import word_forms
from indexer.analysis.normalization import fold
from indexer.analysis.stopwords import STOP_WORDS
from indexer.lexicon.table import SHIPPED_FILE
from indexer.model.ids import Locale

_RUN = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_TOKEN = re.compile(r"\S+")
_NUMBER_EDGE = re.compile(r"(?<=[^\W\d_]{2})(?=\d{2})|(?<=\d{2})(?=[^\W\d_]{3})")
_CODE = re.compile(r"[/@_#=&\\]|\.\w|\w\(")
"""What an address or a name in a program holds, and no glued text does."""

_LONG = 20
"""Letters: few words of our languages are longer, but in names."""

_SHORT = 4
"""Letters of a run that may be glued, in a file that glues words."""

_GLUED_FILE = 3
_LONGEST_WORD = 24
_LONGEST_RUN = 2_000
_UNKNOWN = 12.0
_UNKNOWN_LETTER = 4.0
_COMMON_COST = 4.0
_COMMONEST_COST = 2.0
_TABLE_COST = 9.0
_STEM_COST = 10.5
_MOST_UNKNOWN = 0.15
_ELISIONS = frozenset("l d j m n s t c qu jusqu lorsqu puisqu".split())
_COMMONEST = frozenset(
    "the of and to in for is on that with by as at from de la le les et des du en à un "
    "une pour dans que qui sur par au aux".split()
)
_INNER = re.compile(
    "the|and|for|with|that|from|this|les|des|une|pour|dans|sur|aux|par|que|qui"
)


class Segmenter:
    """Cuts glued words, by the words of a file and of the table."""

    def __init__(self, texts: Sequence[str]) -> None:
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(_RUN.findall(text.casefold()))
        self._counts = Counter(
            {word: count for word, count in counts.items() if len(word) < _LONG}
        )
        self._total = max(1, sum(self._counts.values()))
        suspects = [word for word in counts if _looks_glued(word)]
        glued = [word for word in suspects if len(self._words(word)) > 2]
        self._is_needed = bool(glued)
        # Where whole lines are glued, so are the short ends of others.
        self._least = _SHORT if len(glued) >= _GLUED_FILE else _LONG

    def mend(self, text: str) -> tuple[str, int]:
        """Cut the glued words of a text; give it, and how many spaces were put in."""
        if not self._is_needed:
            return text, 0
        mended = _TOKEN.sub(lambda found: self._token(found[0]), text)
        return mended, mended.count(" ") - text.count(" ")

    def _token(self, token: str) -> str:
        if _CODE.search(token):
            return token
        mended = _RUN.sub(lambda found: self._run(found[0]), token)
        if mended == token or len(token) < _LONG:
            return mended
        # What stands between numbers in a glued line is glued to them.
        return _NUMBER_EDGE.sub(" ", mended)

    def _run(self, run: str) -> str:
        if len(run) < self._least:
            return run
        words = self._words(run)
        if len(words) == 2 and len(run) < _LONG and self._least == _LONG:
            return run
        return " ".join(words).replace(" ’", "’").replace(" '", "'")

    def _words(self, run: str) -> list[str]:
        """Cut a run the cheapest way; leave it whole where that says nothing."""
        if len(run) > _LONGEST_RUN or self._is_word(run):
            return [run]
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(run) + 1):
            best.append(
                min(
                    (best[start][0] + self._cost(run[start:end]), start)
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
        return words if self._is_likely(words, run) else [run]

    def _is_likely(self, words: Sequence[str], run: str) -> bool:
        """Tell whether a cut makes a text: known words, some of the commonest."""
        unknown = sum(len(word) for word in words if not self._is_word(word))
        common = sum(word.casefold() in _common() for word in words)
        return unknown <= _MOST_UNKNOWN * len(run) and common > 0

    def _cost(self, word: str) -> float:
        low = word.casefold()
        dear = _UNKNOWN + _UNKNOWN_LETTER * len(word)
        # A capital within a word is where another begins.
        if not (word.isupper() or word[1:] == low[1:] or _ELIDED.match(word)):
            return dear
        if low in _common():
            commonest = low in _COMMONEST
            return _COMMONEST_COST if commonest else _COMMON_COST + _short(low)
        if self._counts[low] > 1:
            seen = -math.log(self._counts[low] / self._total)
            return min(_TABLE_COST, seen) + _short(low)
        if _is_known(low):
            return _TABLE_COST + _short(low)
        return _STEM_COST if _is_inflected(low) else dear

    def _is_word(self, word: str) -> bool:
        low = word.casefold()
        if len(low) < 4 and low not in _common() and self._counts[low] < 2:
            return False
        return self._counts[low] > 1 or _is_known(low) or _is_inflected(low)


_ELIDED = re.compile(r"[A-Za-z]{1,2}[’'][^\W\d_][^\W\d_A-Z]*$")


def _looks_glued(word: str) -> bool:
    if len(word) < _LONG:
        return False
    return len(_INNER.findall(word)) >= (1 if len(word) < 1.5 * _LONG else 2)


def _short(word: str) -> float:
    """Make short words dear, but for the commonest: many are parts of others."""
    return {1: 12.0, 2: 3.0 if word in _common() else 8.0, 3: 2.0}.get(len(word), 0.0)


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
    rest = _without_elision(word)
    return rest != word and _is_known(rest)


def _without_elision(word: str) -> str:
    head, apostrophe, rest = word.replace("’", "'").partition("'")
    return rest if apostrophe and head in _ELISIONS else word


@cache
def _is_inflected(word: str) -> bool:
    """Tell whether a word has the stem of one of the table."""
    word = _without_elision(word)
    if len(word) < 5:
        return False
    _, stems = _table()
    return any(
        form in stems and len(form) >= 4
        for locale in Locale
        for form in word_forms.__wrapped__(word, locale)
    )
