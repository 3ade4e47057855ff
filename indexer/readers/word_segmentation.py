"""Puts spaces back into words that a text layer glued together.

Where letters stand apart on the page, their places tell. Some files draw all letters of
a line side by side: there only words can tell, those of the file and those of the
shipped table of words. The cheapest way to cut a run into words is found by dynamic
programming; a run that no way fits is left as it is.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from indexer.model.ids import Locale
from indexer.readers.known_words import (
    common_words,
    is_inflected,
    is_known,
    without_elision,
)

_RUN = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_TOKEN = re.compile(r"\S+")
_NUMBER_EDGE = re.compile(r"(?<=[^\W\d_]{2})(?=\d{2})|(?<=\d{2})(?=[^\W\d_]{3})")
_CODE = re.compile(r"[/@_#=&\\]|\.\w|\w\(")
"""What an address or a name in a program holds, and no glued text does."""

_SENTENCES = re.compile(
    r"(?<=[^\W\d_]{2}[.!?;:])(?=[A-ZÀÂÇÉÈÊÎÔ«“(])|(?<=[^\W\d_]{2}[,;:])(?=\w)"
)
"""Where sentences, and their parts, are glued to one another."""

_ADDRESS = re.compile(r"://|www\.|@[\w-]+\.[a-z]|[_=\\]")

_LONG = 20
"""Letters: few words of our languages are longer, but in names."""

_SHORT = 4
"""Letters of a run that may be glued, in a file that glues words."""

_GLUED_FILE = 3
_ALL_GLUED = 0.5
_LONGEST_WORD = 24
_LONGEST_RUN = 2_000
_UNKNOWN = 12.0
_UNKNOWN_LETTER = 4.0
_COMMON_COST = 4.0
_COMMONEST_COST = 2.0
_TABLE_COST = 9.0
_STEM_COST = 10.5
_MOST_UNKNOWN = 0.15
_COMMONEST = {
    Locale.EN: frozenset(
        "the of and to in for is on that with by as at from a not it be are was this "
        "or into within without cannot".split()
    ),
    Locale.FR: frozenset(
        "de la le les et des du en à un une pour dans que qui sur par au aux a ce ne "
        "pas est sont il".split()
    ),
}
_TELLING = {
    Locale.EN: re.compile("the|and|with|from|ing"),
    Locale.FR: re.compile("les|des|que|dans|pour|é"),
}
"""What tells a language though nothing parts its words."""

_ALONE = frozenset("à a y".split())
_INNER = re.compile(
    "the|and|for|with|that|from|this|les|des|une|pour|dans|sur|aux|par|que|qui"
)


class Segmenter:
    """Cuts glued words, by the words of a file and of the table."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._locales = _locales_of(texts)
        self._commonest = frozenset(
            word for locale in self._locales for word in _COMMONEST[locale]
        )
        self._common = common_words(self._locales) | self._commonest
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
        letters = sum(len(word) * count for word, count in counts.items())
        long = sum(len(word) * counts[word] for word in glued)
        self._is_all_glued = long > _ALL_GLUED * letters

    def mend(self, text: str) -> tuple[str, int]:
        """Cut the glued words of a text; give it, and how many spaces were put in."""
        if not self._is_needed:
            return text, 0
        mended = _TOKEN.sub(lambda found: self._token(found[0]), text)
        return mended, mended.count(" ") - text.count(" ")

    def _token(self, token: str) -> str:
        if len(token) >= _LONG and not _ADDRESS.search(token):
            token = _SENTENCES.sub(" ", token)
            if " " in token:
                return " ".join(map(self._token, token.split()))
        elif _CODE.search(token):
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
        if len(run) < _LONG and not self._may_be_glued(words):
            return run
        return " ".join(words).replace(" ’", "’").replace(" '", "'")

    def _may_be_glued(self, words: Sequence[str]) -> bool:
        """Tell whether a short run is glued words, rather than one that we lack.

        Names and rare words are cut into others more often than not. In a file that
        mostly has its spaces, only what stands in it alone makes up a run.
        """
        if words[0] != words[0].casefold() and words[0].casefold() not in self._common:
            return False
        if min(map(len, words)) < 2 and not _ALONE.issuperset(
            word.casefold() for word in words if len(word) < 2
        ):
            return False
        if self._is_all_glued:
            return True
        lows = [word.casefold() for word in words]
        is_seen = all(self._counts[low] > 1 for low in lows)
        is_long = all(len(low) > 3 for low in lows if low not in self._commonest)
        return is_seen and is_long and not self._commonest.isdisjoint(lows)

    def _words(self, run: str) -> list[str]:
        """Cut a run the cheapest way; leave it whole where that says nothing."""
        if len(run) > _LONGEST_RUN or self._is_word(run):
            return [run]
        # Capitals that follow one another are those of one name.
        names = set() if run.isupper() else _within_capitals(run)
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(run) + 1):
            best.append(
                min(
                    (best[start][0] + self._cost(run[start:end]), start)
                    for start in _word_starts(end, names)
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
        unknown = sum(
            len(word)
            for word in words
            if not self._is_word(word) and (run.isupper() or not word.isupper())
        )
        common = sum(without_elision(word.casefold()) in self._common for word in words)
        return unknown <= _MOST_UNKNOWN * len(run) and common > 0

    def _cost(self, word: str) -> float:
        low = word.casefold()
        dear = _UNKNOWN + _UNKNOWN_LETTER * len(word)
        # A capital within a word is where another begins.
        if not (word.isupper() or word[1:] == low[1:] or _ELIDED.match(word)):
            return dear
        if low in self._common:
            commonest = low in self._commonest
            return _COMMONEST_COST if commonest else _COMMON_COST + _short(low)
        if self._counts[low] > 1:
            seen = -math.log(self._counts[low] / self._total)
            return min(_TABLE_COST, seen) + _short(low)
        if is_known(low):
            return _TABLE_COST + _short(low)
        return _STEM_COST if is_inflected(low, self._locales) else dear

    def _is_word(self, word: str) -> bool:
        low = word.casefold()
        if len(low) < 4 and low not in self._common and self._counts[low] < 2:
            return False
        return (
            self._counts[low] > 1 or is_known(low) or is_inflected(low, self._locales)
        )


_ELIDED = re.compile(r"[A-Za-z]{1,2}[’'][^\W\d_][^\W\d_A-Z]*$")


def _word_starts(end: int, names: set[int]) -> list[int]:
    near = [
        start for start in range(max(0, end - _LONGEST_WORD), end) if start not in names
    ]
    # More capitals in a row than the longest word has letters are one word.
    return near or [next(start for start in reversed(range(end)) if start not in names)]


def _within_capitals(run: str) -> set[int]:
    return {
        place
        for place in range(1, len(run))
        if run[place - 1].isupper() and run[place].isupper()
    }


def _looks_glued(word: str) -> bool:
    if len(word) < _LONG:
        return False
    return len(_INNER.findall(word)) >= (1 if len(word) < 1.5 * _LONG else 2)


def _short(word: str) -> float:
    """Make short words dear, but for the commonest: many are parts of others."""
    return {
        1: 12.0,
        2: 3.0 if word in common_words(tuple(Locale)) else 8.0,
        3: 2.0,
    }.get(len(word), 0.0)


def _locales_of(texts: Sequence[str]) -> tuple[Locale, ...]:
    """Tell whose common words make up a file: "for" and « ce » are no English word."""
    counts = {
        locale: sum(len(told.findall(text)) for text in texts)
        for locale, told in _TELLING.items()
    }
    most = max(counts.values())
    return tuple(locale for locale, count in counts.items() if 3 * count >= most)
