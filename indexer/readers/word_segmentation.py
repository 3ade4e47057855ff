"""Restores the spaces of words that a text layer has glued together.

Words are known from the shipped table, as frequent, or as inflected forms.

Glyphs with gaps between them get their spaces from the gaps. Some files draw all glyphs
of a line side by side: then only words help, those of the file and of the shipped
table. Dynamic programming finds the cheapest split of a run into words; a run without a
likely split stays as it is.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from indexer.analysis.analyzer import word_forms
from indexer.analysis.tokens import fold
from indexer.analysis.word_lists import STOP_WORDS, stem_apart
from indexer.lexicon.lexicon import shipped_words
from indexer.model.ids import Locale

_ELISIONS = frozenset("l d j m n s t c qu jusqu lorsqu puisqu".split())
_IRREGULAR_FORMS = (
    "était étaient étant êtes sera seront serait seraient avait avaient aura auront "
    "aurait auraient doit doivent devait devrait devraient peut peuvent pouvait "
    "pourrait pourraient veut veulent fait font faisait sait savent va vont vient "
    "viennent tient tiennent met mettent prend prennent voit voient dit disent lequel "
    "laquelle lesquels lesquelles duquel desquels desquelles auquel auxquels "
    "auxquelles"
)
"""Forms that share no stem with their infinitive."""

_ENDINGS = {
    "": "s x es ed ing",
    "e": "es ent ed ing",
    "y": "ies",
    "er": "ent ait aient é ée és ées ant era erait eront eraient",
    "ir": "ent ait aient u ue us ues ant issent it",
    "re": "ent ait aient u ue us ues ant",
    "oir": "ait aient u ue us ues",
    "ire": "it",
    "ettre": "et ettent",
    "tenir": "tient tiennent",
    "venir": "vient viennent",
    "duire": "duit duisent",
}
"""Endings of inflected forms, by the ending of the base form in the table."""


@cache
def frequent_words(locales: tuple[Locale, ...]) -> frozenset[str]:
    """Return the stop words of some languages, and frequent irregular forms."""
    words = {word for locale in locales for word in STOP_WORDS[locale]}
    if Locale.FR in locales:
        accented = "à où été même très là déjà près après être " + _IRREGULAR_FORMS
        words.update(accented.split())
    return frozenset(words)


@cache
def _table() -> tuple[frozenset[str], dict[Locale, set[str]]]:
    """Return the words of the shipped table, and the stems of long ones."""
    words: set[str] = set()
    stems: dict[Locale, set[str]] = {locale: set() for locale in Locale}
    for locale, word, _ in shipped_words():
        if " " in word:
            continue
        words.add(word)
        if len(word) >= 4:
            stems[locale].update(word_forms.__wrapped__(word, locale))
    return frozenset(words), stems


def is_known(word: str) -> bool:
    """Return whether a word, with or without its elision, is in the table."""
    words, _ = _table()
    if word in words or word in frequent_words(tuple(Locale)) or fold(word) in words:
        return True
    if any(stem_apart(word, locale) for locale in Locale):
        return True
    rest = without_elision(word)
    return rest != word and is_known(rest)


def without_elision(word: str) -> str:
    """Remove an elided word before an apostrophe: « l’ », « qu’ »."""
    head, apostrophe, rest = word.replace("’", "'").partition("'")
    return rest if apostrophe and head in _ELISIONS else word


@cache
def is_inflected(word: str, locales: tuple[Locale, ...]) -> bool:
    """Return whether a word is an inflected form of one in the table."""
    word = without_elision(word)
    words, stems = _table()
    has_base_form = any(
        word.endswith(ending)
        and len(word) - len(ending) >= 3
        and word.removesuffix(ending) + base in words
        for base, endings in _ENDINGS.items()
        for ending in endings.split()
    )
    return has_base_form or (
        len(word) >= 5
        and any(
            form in stems[locale] and len(form) >= 4
            for locale in locales
            for form in word_forms.__wrapped__(word, locale)
        )
    )


_RUN = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_TOKEN = re.compile(r"\S+")
_NUMBER_EDGE = re.compile(r"(?<=[^\W\d_]{2})(?=\d{2})|(?<=\d{2})(?=[^\W\d_]{3})")
_CODE = re.compile(r"[/@_#=&\\]|\.\w|\w\(")
"""Signs of addresses and identifiers, which are never split."""

_GLUED_PUNCTUATION = re.compile(
    r"(?<=[^\W\d_]{2}[.!?;:])(?=[A-ZÀÂÇÉÈÊÎÔ«“(])|(?<=[^\W\d_]{2}[,;:])(?=\w)"
)
"""Places after punctuation where a space is missing."""

_ADDRESS = re.compile(r"://|www\.|@[\w-]+\.[a-z]|[_=\\]")

_ELIDED = re.compile(r"[A-Za-z]{1,2}[’'][^\W\d_][^\W\d_A-Z]*$")
_LONG_RUN = 20
"""Number of letters; few words are longer."""

_MIN_GLUED_LETTERS = 4
"""Number of letters of the shortest run that is split, if many runs are glued."""

_MIN_GLUED_RUNS = 3
_ALL_GLUED_SHARE = 0.5
_LONGEST_WORD = 24
_LONGEST_RUN = 2_000
_UNKNOWN_COST = 12.0
_UNKNOWN_LETTER_COST = 4.0
_FREQUENT_COST = 4.0
_MOST_FREQUENT_COST = 2.0
_TABLE_COST = 9.0
_INFLECTED_COST = 10.5
_MAX_UNKNOWN_SHARE = 0.15
_MOST_FREQUENT = {
    Locale.EN: frozenset(
        "the of and to in for is on that with by as at from a not it be are was this "
        "or into within without cannot".split()
    ),
    Locale.FR: frozenset(
        "de la le les et des du en à un une pour dans que qui sur par au aux a ce ne "
        "pas est sont il".split()
    ),
}
_LANGUAGE_CUES = {
    Locale.EN: re.compile("the|and|with|from|ing"),
    Locale.FR: re.compile("les|des|que|dans|pour|é"),
}
"""Strings that are frequent in a language, also in text without spaces."""

_ONE_LETTER_WORDS = frozenset("à a y".split())
_FREQUENT_PARTS = re.compile(
    "the|and|for|with|that|from|this|les|des|une|pour|dans|sur|aux|par|que|qui"
)


class Segmenter:
    """Splits glued words, by the words of a file and of the shipped table."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._locales = _locales_of(texts)
        self._most_frequent = frozenset(
            word for locale in self._locales for word in _MOST_FREQUENT[locale]
        )
        self._frequent = frequent_words(self._locales) | self._most_frequent
        counts: Counter[str] = Counter()
        for text in texts:
            counts.update(_RUN.findall(text.casefold()))
        self._counts = Counter(
            {word: count for word, count in counts.items() if len(word) < _LONG_RUN}
        )
        self._total = max(1, sum(self._counts.values()))
        suspects = [word for word in counts if _may_be_run(word)]
        glued = [word for word in suspects if len(self._words(word)) > 2]
        self._is_needed = bool(glued)
        # A file with glued lines has short glued runs at the ends of others.
        self._min_letters = (
            _MIN_GLUED_LETTERS if len(glued) >= _MIN_GLUED_RUNS else _LONG_RUN
        )
        letters = sum(len(word) * count for word, count in counts.items())
        glued_letters = sum(len(word) * counts[word] for word in glued)
        self._is_all_glued = glued_letters > _ALL_GLUED_SHARE * letters

    def split(self, text: str) -> tuple[str, int]:
        """Return a text with glued words split, and the number of spaces inserted."""
        if not self._is_needed:
            return text, 0
        split = _TOKEN.sub(lambda match: self._split_token(match[0]), text)
        return split, split.count(" ") - text.count(" ")

    def _split_token(self, token: str) -> str:
        if len(token) >= _LONG_RUN and not _ADDRESS.search(token):
            token = _GLUED_PUNCTUATION.sub(" ", token)
            if " " in token:
                return " ".join(map(self._split_token, token.split()))
        elif _CODE.search(token):
            return token
        parts = _RUN.sub(lambda match: self._split_run(match[0]), token)
        if parts == token or len(token) < _LONG_RUN:
            return parts
        # Numbers in a glued line are glued to the words beside them.
        return _NUMBER_EDGE.sub(" ", parts)

    def _split_run(self, run: str) -> str:
        if len(run) < self._min_letters:
            return run
        words = self._words(run)
        if len(run) < _LONG_RUN and not self._may_be_glued(words):
            return run
        return " ".join(words).replace(" ’", "’").replace(" '", "'")

    def _may_be_glued(self, words: Sequence[str]) -> bool:
        """Return whether a short run is glued words, and not one unknown word.

        Names and rare words can often be split into others. So a file that has most of
        its spaces must contain each part elsewhere, as a word of its own.
        """
        lows = [word.casefold() for word in words]
        if words[0] != lows[0] and lows[0] not in self._frequent:
            return False
        if not _ONE_LETTER_WORDS.issuperset(low for low in lows if len(low) < 2):
            return False
        if self._is_all_glued:
            return True
        is_seen = all(self._counts[low] > 1 for low in lows)
        is_long = all(len(low) > 3 for low in lows if low not in self._most_frequent)
        return is_seen and is_long and not self._most_frequent.isdisjoint(lows)

    def _words(self, run: str) -> list[str]:
        """Return the cheapest split of a run; the whole run if that is unlikely."""
        if len(run) > _LONGEST_RUN or self._is_word(run):
            return [run]
        # No word starts between two capitals: they belong to one name.
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
        """Return whether a split consists of known words, some of them frequent."""
        unknown = sum(
            len(word)
            for word in words
            if not self._is_word(word) and (run.isupper() or not word.isupper())
        )
        return unknown <= _MAX_UNKNOWN_SHARE * len(run) and any(
            without_elision(word.casefold()) in self._frequent for word in words
        )

    def _cost(self, word: str) -> float:
        low = word.casefold()
        unknown_cost = _UNKNOWN_COST + _UNKNOWN_LETTER_COST * len(word)
        # A capital within a word starts another word.
        if not (word.isupper() or word[1:] == low[1:] or _ELIDED.match(word)):
            return unknown_cost
        if low in self._most_frequent:
            return _MOST_FREQUENT_COST
        if low in self._frequent:
            return _FREQUENT_COST + _short_word_cost(low)
        if self._counts[low] > 1:
            seen = -math.log(self._counts[low] / self._total)
            return min(_TABLE_COST, seen) + _short_word_cost(low)
        if is_known(low):
            return _TABLE_COST + _short_word_cost(low)
        return _INFLECTED_COST if is_inflected(low, self._locales) else unknown_cost

    def _is_word(self, word: str) -> bool:
        low = word.casefold()
        if len(low) < 4 and low not in self._frequent and self._counts[low] < 2:
            return False
        return (
            self._counts[low] > 1 or is_known(low) or is_inflected(low, self._locales)
        )


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


def _may_be_run(word: str) -> bool:
    min_parts = 1 if len(word) < 1.5 * _LONG_RUN else 2
    return len(word) >= _LONG_RUN and len(_FREQUENT_PARTS.findall(word)) >= min_parts


def _short_word_cost(word: str) -> float:
    """Return an extra cost: short words are often parts of longer ones."""
    return {
        1: 12.0,
        2: 3.0 if word in frequent_words(tuple(Locale)) else 8.0,
        3: 2.0,
    }.get(len(word), 0.0)


def _locales_of(texts: Sequence[str]) -> tuple[Locale, ...]:
    """Return the languages of a file without spaces, by strings frequent in each."""
    counts = {
        locale: sum(len(cues.findall(text)) for text in texts)
        for locale, cues in _LANGUAGE_CUES.items()
    }
    most = max(counts.values())
    return tuple(locale for locale, count in counts.items() if 3 * count >= most)
