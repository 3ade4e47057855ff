"""Expander: adds synonyms and equivalents to a query, and lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from indexer.analysis.analyzer import is_stop_word, word_forms
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
RANK_DECAY = 0.7
"""The weight of an equivalent is `EQUIVALENT_WEIGHT` / rank ** `RANK_DECAY`."""

SAME_SPELLING_WEIGHT = 0.7
"""Weight of the typed spelling in the other language, where it may be another word."""

MAX_EQUIVALENTS = 5

BACK_RANK = 3
"""A translation of a single word counts if the word is among this number of its own
first translations: *dog* is none of « poursuivre », which is one of *dog*. Of several
words, other words decide which meaning of each is meant."""

IsIndexed = Callable[[str, Locale], bool]
"""Returns whether the editions of a language contain a word, or a spelling."""


@dataclass(frozen=True, slots=True)
class ExpandedQuery:
    """A query tree after expansion, and the expansions."""

    root: Node
    expansions: tuple[Expansion, ...]


class Expander:
    """Expands queries for the vocabulary of one index."""

    def __init__(
        self,
        thesaurus: Thesaurus,
        lexicon: Lexicon,
        is_indexed: IsIndexed,
        is_spelled: IsIndexed,
    ) -> None:
        """Make an expander for an index.

        Args:
            thesaurus: the names of glossary terms.
            lexicon: the equivalents of words.
            is_indexed: whether the index contains any form of a word in a language.
            is_spelled: whether it contains a word as it is spelled, or with another -s.
        """
        self._thesaurus = thesaurus
        self._lexicon = lexicon
        self._is_indexed = is_indexed
        self._is_spelled = is_spelled

    def language(self, root: Node, reader: Locale) -> Locale:
        """Return the language of most words of a query.

        Words of both languages are ignored; the reader's language wins a tie.
        """
        votes = dict.fromkeys(Locale, 0)
        for word in _words(root):
            stops = [each for each in Locale if is_stop_word(word, each)]
            languages = tuple(stops) or self._edition_languages(word)
            if len(languages) != 1:
                languages = self._word_languages(word)
            if len(languages) == 1:
                votes[languages[0]] += 1
        return max(Locale, key=lambda each: (votes[each], each is reader))

    def with_glossary(self, root: Node) -> ExpandedQuery:
        """Return a query with the synonyms of glossary terms, in both languages."""
        return ExpandedQuery(*self._thesaurus.expand(root))

    def with_lexicon(self, root: Node, locale: Locale) -> ExpandedQuery:
        """Return a query with the equivalents of each word in the other language.

        Words that are excluded, quoted or limited to titles are not expanded. A word of
        both languages counts as one of the query's language; alone, of the reader's.
        """
        is_single = _is_single_word(root)
        default = locale if is_single else self.language(root, locale)
        expansions: list[Expansion] = []
        expanded = self._expanded(root, default, expansions, is_single=is_single)
        return ExpandedQuery(expanded, tuple(dict.fromkeys(expansions)))

    def _expanded(
        self,
        node: Node,
        default: Locale,
        expansions: list[Expansion],
        *,
        is_single: bool,
    ) -> Node:
        def expanded(inner: Node) -> Node:
            return self._expanded(inner, default, expansions, is_single=is_single)

        match node:
            case Word() if not node.is_title_only and node.locale is None:
                return self._group(node, default, expansions, is_single=is_single)
            case And() | Or() | MinimumMatch():
                return replace(node, nodes=tuple(map(expanded, node.nodes)))
            case Synonyms():
                inner = expanded(node.node)
                if isinstance(inner, Synonyms):
                    return Synonyms(inner.node, (*node.others, *inner.others))
                return Synonyms(inner, node.others)
            case _:
                return node

    def _group(
        self,
        word: Word,
        default: Locale,
        expansions: list[Expansion],
        *,
        is_single: bool,
    ) -> Node:
        languages = self._word_languages(word.text)
        language = languages[0] if len(languages) == 1 else default
        other = language.other
        others = self._equivalents(word.text, language, is_single=is_single)
        is_other_word = len(languages) > 0 and not self._is_spelled(word.text, other)
        if not others:
            return replace(word, locale=language) if is_other_word else word
        expansions += [
            Expansion(word.text, each.node.text, other, ExpansionSource.LEXICON)
            for each in others
            if isinstance(each.node, Word) and each.node.text != word.text
        ]
        typed = Word(word.text, locale=language)
        if is_other_word:
            return Synonyms(typed, others)
        same = Alternative(Word(word.text, locale=other), SAME_SPELLING_WEIGHT)
        return Synonyms(typed, (same, *others))

    def _equivalents(
        self, word: str, language: Locale, *, is_single: bool
    ) -> tuple[Alternative, ...]:
        """Return the indexed equivalents of a word, best first."""
        other = language.other
        names = self._lexicon.equivalents(
            word, language, is_indexed=self._is_indexed(word, language)
        )
        indexed = (
            Alternative(Word(name, locale=other), EQUIVALENT_WEIGHT / rank**RANK_DECAY)
            for rank, name in enumerate(names, start=1)
            if self._is_indexed(name, other)
            and (not is_single or self._leads_back(name, other, word))
        )
        return tuple(islice(indexed, MAX_EQUIVALENTS))

    def _leads_back(self, name: str, language: Locale, word: str) -> bool:
        """Return whether a word is among the first equivalents of its equivalent."""
        forms = {*word_forms(word, language.other)}
        back = self._lexicon.equivalents(name, language)[:BACK_RANK]
        return any(not forms.isdisjoint(word_forms(w, language.other)) for w in back)

    def _word_languages(self, word: str) -> tuple[Locale, ...]:
        """Return the languages of a word: of the lexicon, or else of the editions.

        Editions may have it in one language only: « train » in English, as a verb. In
        them, its spelling counts, not its stem alone.
        """
        known = tuple(each for each in Locale if self._lexicon.contains(word, each))
        return known or self._edition_languages(word)

    def _edition_languages(self, word: str) -> tuple[Locale, ...]:
        return tuple(each for each in Locale if self._is_spelled(word, each))


def _is_single_word(node: Node) -> bool:
    """Return whether one word was typed, which may have other names."""
    return isinstance(node.node if isinstance(node, Synonyms) else node, Word)


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
