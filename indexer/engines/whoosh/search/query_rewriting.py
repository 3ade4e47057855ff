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
    FilterNode,
    MinimumMatch,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Synonyms,
    Word,
    flattened,
)


def has_stop_words(node: Node) -> bool:
    """Tell whether any word is one that finds nothing in either language."""
    match node:
        case Word():
            return any(is_stop_word(node.text, locale) for locale in Locale)
        case And() | Or() | MinimumMatch():
            return any(has_stop_words(each) for each in node.nodes)
        case Not() | Synonyms():
            return has_stop_words(node.node)
        case _:
            return False


def without_stop_words(node: Node, language: Locale) -> Node:
    """Drop the words that find nothing in a language, unless no word would be left.

    Then they are sought as they are spelt: stems leave them out.
    """
    kept = _kept(node, language)
    return _as_spelt(node, language) if kept is None else kept


def _kept(node: Node, language: Locale) -> Node | None:
    match node:
        case Word():
            return None if is_stop_word(node.text, language) else node
        case And() | Or():
            nodes = tuple(
                kept
                for child in node.nodes
                if (kept := _kept(child, language)) is not None
            )
            if not nodes or all(isinstance(child, Not) for child in nodes):
                # « sauf » alone would match nearly everything: keep what was typed.
                return None if not nodes else _as_spelt(node, language)
            if len(nodes) == 1:
                return nodes[0]
            return And(nodes, node.is_implicit) if isinstance(node, And) else Or(nodes)
        case Synonyms():
            inner = _kept(node.node, language)
            return Synonyms(node.node if inner is None else inner, node.others)
        case _:
            return node


def _as_spelt(node: Node, language: Locale) -> Node:
    match node:
        case Word() if is_stop_word(node.text, language):
            return Phrase(node.text, node.is_title_only)
        case And():
            nodes = tuple(_as_spelt(each, language) for each in node.nodes)
            return And(nodes, node.is_implicit)
        case Or():
            return Or(tuple(_as_spelt(each, language) for each in node.nodes))
        case Not():
            return Not(_as_spelt(node.node, language))
        case _:
            return node


def relaxable_words(node: Node) -> int:
    """Count the words of which some may miss: those that only stood side by side."""
    match node:
        case And() if node.is_implicit:
            return len(_words_of(node))
        case MinimumMatch():
            return len(node.nodes)
        case And():
            counts = [relaxable_words(each) for each in node.nodes]
            return max(counts) if sum(count > 0 for count in counts) == 1 else 0
        case Synonyms():
            return relaxable_words(node.node)
        case _:
            return 0


def with_at_least(node: Node, count: int) -> Node:
    """Ask for so many of the words; what is excluded or filtered by stays as it is."""
    match node:
        case And() if node.is_implicit:
            words = _words_of(node)
            kept = tuple(each for each in node.nodes if each not in words)
            some = MinimumMatch(count, words)
            return And((some, *kept)) if kept else some
        case MinimumMatch():
            return MinimumMatch(count, node.nodes)
        case And():
            return And(
                tuple(
                    with_at_least(each, count) if relaxable_words(each) else each
                    for each in node.nodes
                )
            )
        case Synonyms():
            return Synonyms(with_at_least(node.node, count), node.others)
        case _:
            return node


def _words_of(node: And) -> tuple[Node, ...]:
    return tuple(each for each in node.nodes if not isinstance(each, Not | FilterNode))


def has_phrase(node: Node) -> bool:
    """Tell whether a phrase is asked for."""
    return any(isinstance(each, Phrase) for each in _wanted(node))


def without_phrases(node: Node) -> Node:
    """Take phrases as words that stand anywhere."""
    match node:
        case Phrase():
            words = tuple(
                Word(token.text, node.is_title_only) for token in tokenize(node.text)
            )
            return words[0] if len(words) == 1 else And(words, is_implicit=True)
        case And():
            nodes = tuple(without_phrases(each) for each in node.nodes)
            return And(flattened(nodes), node.is_implicit)
        case Or():
            return Or(tuple(without_phrases(each) for each in node.nodes))
        case _:
            return node


def searched_words(node: Node | None) -> SearchedWords:
    """Give the words to mark in the results: those asked for, not those excluded."""
    wanted = tuple(_wanted(node)) if node is not None else ()
    words = [each for each in wanted if isinstance(each, Word)]
    phrases = [each.text for each in wanted if isinstance(each, Phrase)]
    return SearchedWords(
        forms={
            locale: frozenset(
                form
                for word in words
                if word.locale in {None, locale}
                for form in word_forms(word.text, locale)
            )
            for locale in Locale
        },
        phrases=tuple(
            tuple(fold(token.text) for token in tokenize(text)) for text in phrases
        ),
        prefixes=tuple(each.text for each in wanted if isinstance(each, Prefix)),
    )


def _wanted(node: Node) -> Iterator[Node]:
    if isinstance(node, And | Or | MinimumMatch):
        for child in node.nodes:
            yield from _wanted(child)
    elif isinstance(node, Synonyms):
        for child in (node.node, *(other.node for other in node.others)):
            yield from _wanted(child)
    elif not isinstance(node, Not):
        yield node
