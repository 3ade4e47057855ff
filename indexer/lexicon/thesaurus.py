"""Thesaurus: expands the glossary terms of a query with their synonyms.

A term of several words matches words side by side, accents aside. All names of a term,
in both languages, become synonyms; the names that were not typed weigh less, and are
listed as expansions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.analysis.analyzer import word_forms
from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.model.ids import Locale
from indexer.model.query import (
    Alternative,
    And,
    Expansion,
    ExpansionSource,
    Node,
    Or,
    Phrase,
    Synonyms,
    Word,
)

MAX_NAMES = 8

OTHER_NAME_WEIGHT = 0.4
"""Weight of a synonym, so that matches of the typed name rank first."""

_PLURAL = re.compile(r"(?<=...)[sx]$")

PhraseKey = tuple[str, ...]

NameKey = tuple[Locale, PhraseKey]
"""A language, and the words of a name: equal for the spellings of one name."""


@dataclass(frozen=True, slots=True)
class TermName:
    """One name of a term, in one language."""

    text: str
    locale: Locale


class Thesaurus:
    """Index of the terms of the glossary by each of their names."""

    def __init__(self, terms: Iterable[Sequence[TermName]] = ()) -> None:
        """Index terms, each as the sequence of its names, preferred names first."""
        self._names: defaultdict[NameKey, list[TermName]] = defaultdict(list)
        for names in terms:
            for name in names:
                key = term_name_key(name)
                if key[1]:
                    indexed = self._names[key]
                    indexed += [each for each in names if each not in indexed]
        self._longest = max((len(key) for _, key in self._names), default=0)

    def synonyms(self, words: Sequence[str]) -> tuple[TermName, ...]:
        """Return the other names of the terms with a name, preferred names first."""
        keys = {locale: words_key(words, locale) for locale in Locale}
        typed = set(keys.values())
        names = {
            key: name
            for locale in Locale
            for name in self._names.get((locale, keys[locale]), ())
            if (key := term_name_key(name)[1]) not in typed
        }
        return tuple(names.values())[:MAX_NAMES]

    def expand(self, root: Node) -> tuple[Node, tuple[Expansion, ...]]:
        """Return a query expanded with the synonyms of its terms, and the expansions.

        Words that are excluded, quoted or limited to titles are not expanded.
        """
        expansions: list[Expansion] = []
        return self._expanded(root, expansions), tuple(dict.fromkeys(expansions))

    def _expanded(self, node: Node, expansions: list[Expansion]) -> Node:
        match node:
            case Word():
                return next(self._grouped((node,), expansions))
            case And():
                nodes = tuple(self._grouped(node.nodes, expansions))
                return nodes[0] if len(nodes) == 1 else And(nodes, node.is_implicit)
            case Or():
                return Or(
                    tuple(self._expanded(child, expansions) for child in node.nodes)
                )
            case _:
                return node

    def _grouped(
        self, nodes: Sequence[Node], expansions: list[Expansion]
    ) -> Iterator[Node]:
        """Yield the nodes, with each longest run of words that names a term grouped."""
        while nodes:
            words = self._longest_term(nodes)
            length = len(words) or 1
            if words:
                yield self._group(words, nodes[:length], expansions)
            elif isinstance(nodes[0], Word):
                yield nodes[0]
            else:
                yield self._expanded(nodes[0], expansions)
            nodes = nodes[length:]

    def _longest_term(self, nodes: Sequence[Node]) -> list[str]:
        """Return the words of the longest term at the first node."""
        words: list[str] = []
        for node in nodes[: self._longest]:
            if not isinstance(node, Word) or node.is_title_only:
                break
            words.append(node.text)
        while words and not self.synonyms(words):
            words.pop()
        return words

    def _group(
        self, words: list[str], nodes: Sequence[Node], expansions: list[Expansion]
    ) -> Node:
        names = self.synonyms(words)
        expansions += [
            Expansion(" ".join(words), name.text, name.locale, ExpansionSource.GLOSSARY)
            for name in names
        ]
        # All words of a term must match, as with AND: relaxation may drop none.
        node = nodes[0] if len(nodes) == 1 else And(tuple(nodes))
        return Synonyms(node, tuple(_alternative(name.text) for name in names))


def words_key(words: Sequence[str], locale: Locale) -> PhraseKey:
    """Return one key for the spellings of a name, whatever the accents and plurals.

    A single word is not stemmed: « communes » and « communication » share a stem.
    """
    plain = [fold(word) for word in words]
    if len(plain) == 1:
        return (_PLURAL.sub("", plain[0]),)
    return tuple(word_forms(word, locale)[0] for word in plain)


def term_name_key(name: TermName) -> NameKey:
    """Return the key by which the search compares the names of terms."""
    words = [token.text for token in tokenize(name.text)]
    return name.locale, words_key(words, name.locale)


def _alternative(name: str) -> Alternative:
    words = [token.text for token in tokenize(name)]
    if len(words) == 1:
        return Alternative(Word(words[0]), OTHER_NAME_WEIGHT)
    # The score of a phrase is the sum of its words; a name counts as one word.
    return Alternative(Phrase(name), OTHER_NAME_WEIGHT / len(words))
