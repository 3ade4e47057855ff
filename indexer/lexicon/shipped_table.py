"""The shipped table of words and their equivalents in the other language."""

from __future__ import annotations

import lzma
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import numpy as np

from indexer.analysis.analyzer import word_forms
from indexer.model.ids import Locale

SHIPPED_FILE = Path(__file__).with_name("table.tsv.xz")


class Table:
    """Lines of text, in the order of their bytes: a locale, a form and equivalents.

    They are kept as they are read, and one is found by halves: as dictionaries, tens of
    thousands of words would take fifty megabytes and most of a second at each start.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        ends = np.flatnonzero(np.frombuffer(content, np.uint8) == ord("\n"))
        self._starts = np.concatenate(([0], ends[:-1] + 1)).astype(np.int32)

    @classmethod
    def of(cls, words: Mapping[Locale, Mapping[str, str]]) -> Table:
        """Make a table of forms and their equivalents, which spaces part."""
        lines = [
            f"{locale}\t{form}\t{others}\n".encode()
            for locale, by_form in words.items()
            for form, others in by_form.items()
        ]
        return cls(b"".join(sorted(lines)))

    def equivalents(self, word: str, locale: Locale) -> tuple[str, ...]:
        """Give the equivalents of a word in the other language, the best first."""
        for form in word_forms(word, locale):
            found = self._after(f"{locale}\t{form}\t".encode())
            if found:
                return tuple(found.split())
        return ()

    def _after(self, beginning: bytes) -> str:
        """Give what follows the beginning of a line, up to its end."""
        content, length = self.content, len(beginning)
        place = bisect_left(
            self._starts,
            beginning,
            key=lambda start: content[start : start + length],
        )
        if place == len(self._starts):
            return ""
        start = int(self._starts[place])
        if not content.startswith(beginning, start):
            return ""
        return content[start + length : content.index(b"\n", start)].decode("utf-8")


@cache
def shipped_table() -> Table:
    """Make the table that is shipped ready for use: the forms of each word are found.

    It takes a second; what an index was made with is kept in it.
    """
    words: dict[Locale, dict[str, str]] = {locale: {} for locale in Locale}
    text = lzma.decompress(SHIPPED_FILE.read_bytes()).decode("utf-8")
    for line in text.split("\n"):
        code, word, others = line.split("\t")
        locale = Locale(code)
        # The cache of forms is for words that are met: these would fill it.
        for form in word_forms.__wrapped__(word, locale):
            words[locale].setdefault(form, others)
    return Table.of(words)
