"""Changes a query's tree before it is matched, and tells which words to mark."""

from __future__ import annotations

from collections.abc import Iterator

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.highlighting import SearchedWords
from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.model.ids import Locale
from indexer.model.query import (
    And,
    Expanded,
    FilterNode,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)


def without_stop_words(node: Node) -> Node:
    """Drop the words that find nothing, unless there would be no word left."""
    kept = _kept(node)
    return node if kept is None else kept


def _kept(node: Node) -> Node | None:
    match node:
        case Word():
            return None if _is_common(node.text) else node
        case And() | Or():
            nodes = tuple(
                kept for child in node.nodes if (kept := _kept(child)) is not None
            )
            if not nodes or all(isinstance(child, Not) for child in nodes):
                # « sauf » alone would match nearly everything: keep what was typed.
                return None if not nodes else node
            if len(nodes) == 1:
                return nodes[0]
            return And(nodes, node.is_implicit) if isinstance(node, And) else Or(nodes)
        case Expanded():
            inner = _kept(node.node)
            return Expanded(node.node if inner is None else inner, node.others)
        case _:
            return node


def any_of(node: And) -> Node:
    """Ask for any of the words; what is excluded, or filtered by, stays as it is."""
    kept = tuple(each for each in node.nodes if isinstance(each, Not | FilterNode))
    words = tuple(each for each in node.nodes if not isinstance(each, Not | FilterNode))
    if not words:
        return node
    either = words[0] if len(words) == 1 else Or(words)
    return And((either, *kept)) if kept else either


def searched_words(node: Node | None) -> SearchedWords:
    """Give the words to mark in the results: those asked for, not those excluded."""
    wanted = tuple(_wanted(node)) if node is not None else ()
    words = [each.text for each in wanted if isinstance(each, Word)]
    phrases = [each.text for each in wanted if isinstance(each, Phrase)]
    return SearchedWords(
        forms={
            locale: frozenset(f for word in words for f in word_forms(word, locale))
            for locale in Locale
        },
        exact=frozenset(fold(word) for word in words if _is_common(word)),
        phrases=tuple(
            tuple(fold(token.text) for token in tokenize(text)) for text in phrases
        ),
        prefixes=tuple(each.text for each in wanted if isinstance(each, Prefix)),
    )


def _wanted(node: Node) -> Iterator[Node]:
    if isinstance(node, And | Or):
        for child in node.nodes:
            yield from _wanted(child)
    elif isinstance(node, Expanded):
        for child in (node.node, *node.others):
            yield from _wanted(child)
    elif not isinstance(node, Not):
        yield node


def _is_common(word: str) -> bool:
    return any(is_stop_word(word, locale) for locale in Locale)
