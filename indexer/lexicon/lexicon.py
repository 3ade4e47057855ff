"""Lexicon: the equivalents of words in the other language, best first.

They come from learnt pairs and from the shipped table of words.
"""

import lzma
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from indexer.analysis.analyzer import word_forms
from indexer.analysis.tokens import normalize
from indexer.model.ids import Locale
from indexer.model.word_links import WordLinks, WordPair

SHIPPED_FILE = Path(__file__).with_name("table.tsv.xz")
SPELLINGS_FILE = Path(__file__).with_name("spellings.txt.xz")


class Table:
    """Sorted lines of UTF-8, each a locale, a form and its equivalents.

    A lookup is a binary search in the bytes: dictionaries of tens of thousands of words
    would take fifty megabytes, and most of a second at each start.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        ends = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n"))
        self._starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int32)

    @classmethod
    def of(cls, words: Mapping[tuple[Locale, str], str]) -> "Table":
        """Return a table of forms and of their equivalents, separated by spaces."""
        lines = [
            f"{locale}\t{form}\t{others}\n".encode()
            for (locale, form), others in words.items()
        ]
        return cls(b"".join(sorted(lines)))

    def equivalents(self, word: str, locale: Locale) -> tuple[str, ...]:
        """Return the equivalents of a word in the other language, best first."""
        for form in word_forms(word, locale):
            others = self._after_prefix(f"{locale}\t{form}\t".encode())
            if others:
                return tuple(others.split())
        return ()

    def has_line(self, text: str) -> bool:
        """Return whether a text is a whole line."""
        return self._start(f"{text}\n".encode()) is not None

    def _after_prefix(self, prefix: bytes) -> str:
        """Return the rest of the line that starts with a prefix, or an empty text."""
        start = self._start(prefix)
        if start is None:
            return ""
        end = self.content.index(b"\n", start)
        return self.content[start + len(prefix) : end].decode("utf-8")

    def _start(self, prefix: bytes) -> int | None:
        """Return where the first line that starts with a prefix is."""
        content, length = self.content, len(prefix)
        line = bisect_left(
            self._starts, prefix, key=lambda start: content[start : start + length]
        )
        if line == len(self._starts):
            return None
        start = int(self._starts[line])
        return start if content.startswith(prefix, start) else None


@cache
def shipped_table() -> Table:
    """Return the shipped table, with the forms of each of its words.

    This takes a second; the index stores a copy of the table.
    """
    words: dict[tuple[Locale, str], str] = {}
    for locale, word, others in shipped_words():
        # Without the cache of `word_forms`: the words of the table would fill it.
        for form in word_forms.__wrapped__(word, locale):
            words.setdefault((locale, form), others)
    return Table.of(words)


def shipped_words() -> Iterator[tuple[Locale, str, str]]:
    """Yield the words of the table, each with its equivalents between spaces."""
    text = lzma.decompress(SHIPPED_FILE.read_bytes()).decode("utf-8")
    for line in text.split("\n"):
        code, word, others = line.split("\t")
        yield Locale(code), word, others


def is_word_or_name(spelling: str) -> bool:
    """Return whether a folded spelling is a word of a language, or a known name."""
    return _spellings().has_line(spelling)


@cache
def _spellings() -> Table:
    return Table(lzma.decompress(SPELLINGS_FILE.read_bytes()))


MAX_EQUIVALENTS = 8

_ByForm = dict[Locale, dict[str, tuple[str, ...]]]


class Lexicon:
    """The corrections of staff, the learned pairs and the shipped table."""

    def __init__(self, links: WordLinks, table: Table) -> None:
        self._always = _by_form(links.corrections.always)
        self._never = _by_form(links.corrections.never)
        self._learned: _ByForm = {
            locale: {
                form: others
                for word, others in links.learned.get(locale, {}).items()
                for form in word_forms(word, locale)
            }
            for locale in Locale
        }
        self._table = table

    def equivalents(
        self, word: str, locale: Locale, *, is_indexed: bool = True
    ) -> tuple[str, ...]:
        """Return at most 8 equivalents of a word of a language in the other language.

        Corrections come first, then learned pairs, then the table. A word that is not
        indexed has no learned pairs: the records they came from were removed.
        """
        forms = word_forms(word, locale)
        learned = _lookup(self._learned, forms, locale) if is_indexed else ()
        excluded = {
            form
            for other in _lookup(self._never, forms, locale)
            for form in word_forms(other, locale.other)
        }
        by_stem: dict[str, str] = {}
        for other in (
            *_lookup(self._always, forms, locale),
            *learned,
            *self._table.equivalents(word, locale),
        ):
            other_forms = word_forms(other, locale.other)
            if excluded.isdisjoint(other_forms):
                by_stem.setdefault(other_forms[0], other)
        return tuple(by_stem.values())[:MAX_EQUIVALENTS]

    def contains(self, word: str, locale: Locale) -> bool:
        """Return whether a word of a language has an equivalent."""
        forms = word_forms(word, locale)
        return bool(
            _lookup(self._always, forms, locale)
            or _lookup(self._learned, forms, locale)
            or self._table.equivalents(word, locale)
        )


def _lookup(words: _ByForm, forms: tuple[str, ...], locale: Locale) -> tuple[str, ...]:
    by_form = words[locale]
    return next((by_form[form] for form in forms if form in by_form), ())


def _by_form(pairs: Iterable[WordPair]) -> _ByForm:
    words: dict[Locale, defaultdict[str, list[str]]] = {
        locale: defaultdict(list) for locale in Locale
    }
    for pair in pairs:
        for locale in Locale:
            for form in word_forms(normalize(pair.word(locale)), locale):
                words[locale][form].append(normalize(pair.word(locale.other)))
    return {
        locale: {form: tuple(others) for form, others in by_form.items()}
        for locale, by_form in words.items()
    }
