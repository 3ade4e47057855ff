"""Reads the shipped table of words and their equivalents in the other language."""

from __future__ import annotations

import lzma
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from indexer.analysis.analyzer import word_forms
from indexer.model.ids import Locale

TABLE_FILE = Path(__file__).with_name("table.tsv.xz")


class Table:
    """The words of each language, by their forms."""

    def __init__(self, words: Mapping[Locale, Mapping[str, str]]) -> None:
        self._words = words

    def equivalents(self, word: str, locale: Locale) -> tuple[str, ...]:
        """Give the equivalents of a word in the other language, the best first."""
        known = self._words[locale]
        forms = word_forms(word, locale)
        found = next((known[form] for form in forms if form in known), "")
        return tuple(found.split())


@cache
def shipped_table() -> Table:
    """Read the table that is shipped, once."""
    words: dict[Locale, dict[str, str]] = {locale: {} for locale in Locale}
    for line in lzma.decompress(TABLE_FILE.read_bytes()).decode("utf-8").split("\n"):
        code, word, others = line.split("\t")
        locale = Locale(code)
        for form in word_forms(word, locale):
            words[locale].setdefault(form, others)
    return Table(words)
