"""When closeness in meaning and links between records count for the order of results.

Words find names, codes and short queries better than any model of meaning does. A
question is different: the records that answer it often use other words. So meaning and
links order the records that match some of the words of a question, and the records
that match all words keep their places (`rank_fusion.py`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from indexer.model.ids import Locale
from indexer.model.neighbours import Neighbours
from indexer.model.query import And, CloseRecord, Node, Query, Sort, Word
from indexer.search.query_parts import is_common

LEAST_WORDS = 3
LEAST_FOREIGN_WORDS = 2
"""A text of fewer words, stop words apart, is searched by its words alone. Two words
are often a name; they only look for records without an edition in their language."""

ENCODED_WORDS = 7
"""The number of words to which a longer text is cut, by leaving out its first stop
words: encoding takes a millisecond or two for each word."""

MOST_WORDS = 9
"""Of a text that has more words without stop words, the first are encoded."""


class FindClose(Protocol):
    """Finds the records close to a text."""

    def __call__(
        self, text: str, reader: Locale, *, only_foreign: bool = False
    ) -> tuple[CloseRecord, ...]:
        """Return them, the closest first; perhaps only those that are foreign."""
        ...


def with_close_records(query: Query, find: FindClose) -> Query:
    """Return a query with the close records that count for it.

    Args:
        query: the query.
        find: returns the close records.
    """
    words = _plain_words(query)
    content = _content_words(words)
    if len(content) < LEAST_FOREIGN_WORDS:
        return query
    only_foreign = len(content) < LEAST_WORDS
    close = find(_encoded_text(words), query.locale, only_foreign=only_foreign)
    return replace(query, close=close)


def with_neighbours(query: Query, neighbours: Neighbours) -> Query:
    """Return a query with the links between records, if they count for it."""
    if len(_content_words(_plain_words(query))) < LEAST_WORDS:
        return query
    return replace(query, neighbours=neighbours)


def _plain_words(query: Query) -> list[str]:
    """Return the words typed side by side; none if anything else was typed.

    Quotation marks, operators, prefixes, fields and “only my words” say that the reader
    wants these words.
    """
    is_wide = query.is_expandable and query.is_relaxable and not query.is_exact
    is_as_typed = not query.notices and not query.is_plain
    if not (is_wide and is_as_typed and query.sort is Sort.RELEVANCE):
        return []
    return _words_of(query.root)


def _words_of(root: Node | None) -> list[str]:
    if not isinstance(root, And) or not root.is_implicit:
        return []
    words = [each for each in root.nodes if isinstance(each, Word)]
    is_plain = len(words) == len(root.nodes)
    if not is_plain or any(each.is_title_only for each in words):
        return []
    return [each.text for each in words]


def _content_words(words: list[str]) -> list[str]:
    return [each for each in words if not is_common(each)]


def _encoded_text(words: list[str]) -> str:
    """Return the words that the model reads, in their order."""
    surplus = len(words) - ENCODED_WORDS
    kept = []
    for word in words:
        if surplus > 0 and is_common(word):
            surplus -= 1
        else:
            kept.append(word)
    return " ".join(kept[:MOST_WORDS])
