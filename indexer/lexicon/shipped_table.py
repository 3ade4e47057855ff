"""The shipped table of words and their equivalents in the other language."""

from __future__ import annotations

import lzma
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from indexer.analysis.analyzer import word_forms
from indexer.model.ids import Locale

SHIPPED_FILE = Path(__file__).with_name("table.tsv.xz")


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
    def of(cls, words: Mapping[tuple[Locale, str], str]) -> Table:
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

    def _after_prefix(self, prefix: bytes) -> str:
        """Return the rest of the line that starts with a prefix, or an empty text."""
        content, length = self.content, len(prefix)
        line = bisect_left(
            self._starts, prefix, key=lambda start: content[start : start + length]
        )
        if line == len(self._starts):
            return ""
        start = int(self._starts[line])
        if not content.startswith(prefix, start):
            return ""
        return content[start + length : content.index(b"\n", start)].decode("utf-8")


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
