"""The fields of a document of Whoosh.

A document is a passage, or the head of an edition: its title, summary and keywords.
Each field of words stands once per language, analysed as that language: `text_fr`.
"""

from __future__ import annotations

from collections.abc import Iterator

from whoosh import fields
from whoosh.analysis import Analyzer, Token

from indexer.analysis.analyzer import analyze
from indexer.model.ids import Locale

STEMMED = ("title", "summary", "keywords", "heading", "text")
"""Fields of stems, which words are matched in."""

FIELD_BREAK = "\x1e"
"""Stands between two fields that are indexed as one."""

EXACT = "exact"
"""The folded words of all the fields above, in their places: for phrases, beginnings
of words, and queries of stop words alone."""


class StemAnalyzer(Analyzer):
    """Gives Whoosh both forms of each word, at one position, stop words left out."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def __call__(self, value: str, **_: object) -> Iterator[Token]:
        """Analyse a text."""
        token = Token()
        for position, term in enumerate(analyze(value, self.locale)):
            if term.is_stop_word:
                continue
            token.pos = position
            token.boost = 1.0
            token.stopped = False
            for form in term.forms:
                token.text = form
                yield token


class ExactAnalyzer(Analyzer):
    """Gives Whoosh each word without its accents, stop words too."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def __call__(self, value: str, **_: object) -> Iterator[Token]:
        """Analyse a text; what stands on either side of a break is not side by side."""
        token = Token()
        position = 0
        for part in value.split(FIELD_BREAK):
            for term in analyze(part, self.locale):
                token.pos = position
                token.boost = 1.0
                token.stopped = False
                token.text = term.exact
                yield token
                position += 1
            position += 1


def make_schema() -> fields.Schema:
    """Make the schema of an index."""
    schema = fields.Schema(
        record=fields.ID(stored=True, unique=False),
        locale=fields.ID(stored=True),
        stored=fields.STORED(),
    )
    for locale in Locale:
        for name in STEMMED:
            schema.add(
                f"{name}_{locale}",
                fields.TEXT(analyzer=StemAnalyzer(locale), phrase=False),
            )
        schema.add(
            f"{EXACT}_{locale}",
            fields.TEXT(analyzer=ExactAnalyzer(locale), phrase=True),
        )
        schema.add(
            f"{EXACT}_title_{locale}",
            fields.TEXT(analyzer=ExactAnalyzer(locale), phrase=True),
        )
    return schema
