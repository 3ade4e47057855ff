"""Adds to a query what its words are also called, and tells what was added."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice

from indexer.analysis.analyzer import is_stop_word
from indexer.lexicon.lexicon import Lexicon
from indexer.lexicon.thesaurus import Thesaurus
from indexer.model.ids import Locale
from indexer.model.query import (
    Alternative,
    And,
    Expansion,
    ExpansionSource,
    MinimumMatch,
    Node,
    Or,
    Synonyms,
    Word,
)

EQUIVALENT_WEIGHT = 0.8
RANK_LOSS = 0.7
"""An equivalent weighs `EQUIVALENT_WEIGHT` / rank ** `RANK_LOSS`."""

SAME_SPELLING_WEIGHT = 0.7
"""A word that has equivalents may be another word in the other language: pain, chat."""

MAX_EQUIVALENTS = 5
MAX_WORDS_KEPT = 5000

IsHeld = Callable[[str, Locale], bool]
"""Tells whether some record holds a word in an edition of a language."""


@dataclass(frozen=True, slots=True)
class ExpandedQuery:
    """A tree with what was added to it, and the list of that."""

    root: Node
    expansions: tuple[Expansion, ...]


class Expander:
    """Expands queries for one index, of which it knows the words."""

    def __init__(self, thesaurus: Thesaurus, lexicon: Lexicon, is_held: IsHeld) -> None:
        self._thesaurus = thesaurus
        # Of one index, they stay the same.
        self._equivalents = lru_cache(MAX_WORDS_KEPT)(
            partial(_equivalents, lexicon, is_held)
        )
        self._known = lru_cache(MAX_WORDS_KEPT)(partial(_known, lexicon, is_held))

    def language(self, root: Node, reader: Locale) -> Locale:
        """Tell in which language a query is: that of most of its words.

        What stands in both counts for neither; when as many are of one as of the other,
        it is the reader's.
        """
        votes = dict.fromkeys(Locale, 0)
        for word in _words(root):
            stops = [each for each in Locale if is_stop_word(word, each)]
            known = tuple(stops) or self._known(word)
            if len(known) == 1:
                votes[known[0]] += 1
        return max(Locale, key=lambda each: (votes[each], each is reader))

    def with_glossary(self, root: Node) -> ExpandedQuery:
        """Add the other names of the terms of the glossary, in both languages."""
        return ExpandedQuery(*self._thesaurus.expand(root))

    def with_lexicon(self, root: Node, locale: Locale) -> ExpandedQuery:
        """Add the equivalents of each word in the language that it is not of.

        What is excluded, quoted or sought in titles only is left as it was typed. A
        word of both languages is taken to be of that of the words beside it, or else of
        the reader's.
        """
        languages = self._languages(tuple(_words(root)), self.language(root, locale))
        expansions: list[Expansion] = []
        expanded = self._expanded(root, languages, expansions)
        return ExpandedQuery(expanded, tuple(dict.fromkeys(expansions)))

    def _expanded(
        self, node: Node, languages: dict[str, Locale], expansions: list[Expansion]
    ) -> Node:
        def within(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
            return tuple(self._expanded(n, languages, expansions) for n in nodes)

        match node:
            case Word() if not node.is_title_only and node.locale is None:
                return self._group(node, languages[node.text], expansions)
            case And():
                return And(within(node.nodes), node.is_implicit)
            case Or():
                return Or(within(node.nodes))
            case MinimumMatch():
                return MinimumMatch(node.count, within(node.nodes))
            case Synonyms():
                inner = self._expanded(node.node, languages, expansions)
                if isinstance(inner, Synonyms):
                    return Synonyms(inner.node, (*node.others, *inner.others))
                return Synonyms(inner, node.others)
            case _:
                return node

    def _group(self, word: Word, language: Locale, expansions: list[Expansion]) -> Node:
        other = language.other
        others = self._equivalents(word.text, language)
        if not others:
            return word
        expansions += [
            Expansion(word.text, each.node.text, other, ExpansionSource.LEXICON)
            for each in others
            if isinstance(each.node, Word) and each.node.text != word.text
        ]
        same = Alternative(Word(word.text, locale=other), SAME_SPELLING_WEIGHT)
        return Synonyms(Word(word.text, locale=language), (same, *others))

    def _languages(self, words: tuple[str, ...], most: Locale) -> dict[str, Locale]:
        """Give the language of each word, or else that of most words."""
        known = {word: self._known(word) for word in words}
        return {
            word: languages[0] if len(languages) == 1 else most
            for word, languages in known.items()
        }


def _equivalents(
    lexicon: Lexicon, is_held: IsHeld, word: str, language: Locale
) -> tuple[Alternative, ...]:
    """Give the equivalents of a word that stand in the index, the surest first."""
    other = language.other
    names = lexicon.equivalents(word, language, is_held=is_held(word, language))
    held = (
        Alternative(Word(name, locale=other), EQUIVALENT_WEIGHT / rank**RANK_LOSS)
        for rank, name in enumerate(names, start=1)
        if is_held(name, other)
    )
    return tuple(islice(held, MAX_EQUIVALENTS))


def _known(lexicon: Lexicon, is_held: IsHeld, word: str) -> tuple[Locale, ...]:
    """Give the languages that a word is known to be of."""
    held = tuple(locale for locale in Locale if is_held(word, locale))
    if len(held) == 1 and lexicon.knows(word, held[0]):
        return held
    return tuple(each for each in Locale if each in held or lexicon.knows(word, each))


def _words(node: Node) -> Iterator[str]:
    match node:
        case Word():
            yield node.text
        case And() | Or() | MinimumMatch():
            for child in node.nodes:
                yield from _words(child)
        case Synonyms():
            yield from _words(node.node)
        case _:
            return
