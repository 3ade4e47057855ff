"""The parts of a query that match reasons are about, and their names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from indexer.analysis.analyzer import is_stop_word
from indexer.analysis.tokens import fold, tokenize
from indexer.model.ids import Locale
from indexer.model.query import (
    And,
    Expansion,
    MinimumMatch,
    Node,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Word,
)
from indexer.model.results import MatchField
from indexer.search.ranking import FIELD_WEIGHTS

MATCH_FIELDS = {
    "title": MatchField.TITLE,
    "keywords": MatchField.KEYWORDS,
    "summary": MatchField.SUMMARY,
    "questions": MatchField.KEYWORDS,
    "heading": MatchField.TEXT,
    "text": MatchField.TEXT,
}
FIELDS_BY_WEIGHT = sorted(FIELD_WEIGHTS, key=lambda field: -FIELD_WEIGHTS[field])


def query_parts(node: Node) -> Iterator[Node]:
    """Yield the words, phrases and terms of a query, without what it excludes."""
    match node:
        case And() | Or() | MinimumMatch():
            for child in node.nodes:
                yield from query_parts(child)
        case Synonyms() if _is_whole_query(node.node):
            yield from query_parts(node.node)
        case Word() | Phrase() | Prefix() | Synonyms():
            yield node
        case _:
            return


def _is_whole_query(node: Node) -> bool:
    """Return whether a node has the words typed side by side, not those of one term."""
    return isinstance(node, MinimumMatch | Or) or (
        isinstance(node, And) and node.is_implicit
    )


def weighted_names(node: Node, weight: float = 1.0) -> Iterator[tuple[Node, float]]:
    """Yield the typed node, then its synonyms, each with its weight."""
    if isinstance(node, Synonyms):
        yield from weighted_names(node.node, weight)
        for other in node.others:
            yield from weighted_names(other.node, weight * other.weight)
    else:
        yield node, weight


def contains_exactly(node: Phrase | Prefix, text: str) -> bool:
    """Return whether a text contains a phrase, or a word with a prefix."""
    words = [fold(token.text) for token in tokenize(text)]
    if isinstance(node, Prefix):
        return any(word.startswith(node.text) for word in words)
    sought = [fold(token.text) for token in tokenize(node.text)]
    starts = range(len(words) - len(sought) + 1)
    return any(words[start : start + len(sought)] == sought for start in starts)


_ASKING = frozenset(
    """
    contenir contient contiennent devrait devraient doit doivent existe existent
    faudrait trouve trouver veut voudrais
    contain contains exist exists find
    cas us
    """.split()
)


class PartTexts:
    """The parts of a query as the reader typed them."""

    def __init__(self, expansions: Iterable[Expansion]) -> None:
        self._terms = {
            " ".join(word for word in each.typed.split() if not is_common(word)): (
                each.typed
            )
            for each in expansions
        }

    def text(self, node: Node) -> str:
        """Return the text of a part; that of a term includes its stop words."""
        text = _text(node)
        return self._terms.get(text, text)


@lru_cache(maxsize=10_000)
def is_common(word: str) -> bool:
    """Return whether a word is a stop word of either language, or only asks."""
    return is_asking(word) or any(is_stop_word(word, locale) for locale in Locale)


def is_asking(word: str) -> bool:
    """Return whether a word belongs to a question and not to its subject.

    Such a word is no stop word: it can be searched alone.
    """
    return fold(word) in _ASKING


def _text(node: Node) -> str:
    match node:
        case Prefix():
            return f"{node.text}*"
        case Word() | Phrase():
            return node.text
        case And() | Or() | MinimumMatch():
            return " ".join(filter(None, (_text(child) for child in node.nodes)))
        case Synonyms():
            return _text(node.node)
        case _:
            return ""
