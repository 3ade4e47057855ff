"""The glossary as a thesaurus: what else a term of the query is called.

A term of several words is found in a query word by word, whatever its accents. All
names of a term, in both languages, then count as one; those that were not typed weigh
less, and the reader is told which they are.
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
"""What was typed comes before what it is also called."""

_PLURAL = re.compile(r"(?<=...)[sx]$")

PhraseKey = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TermName:
    """One name of a term, in one language."""

    text: str
    locale: Locale


class Thesaurus:
    """The names of all terms, by each of them."""

    def __init__(self, terms: Iterable[Sequence[TermName]] = ()) -> None:
        """Take the names of each term, the preferred ones first."""
        self._names: defaultdict[tuple[Locale, PhraseKey], list[TermName]] = (
            defaultdict(list)
        )
        for names in terms:
            self._learn(names)
        self._longest = max((len(key) for _, key in self._names), default=0)

    def others(self, words: Sequence[str]) -> tuple[TermName, ...]:
        """Give the other names of terms that have this one, preferred ones first."""
        keys = {locale: _key(words, locale) for locale in Locale}
        typed = set(keys.values())
        found = {
            key: name
            for locale in Locale
            for name in self._names.get((locale, keys[locale]), ())
            if (key := _name_key(name)) not in typed
        }
        return tuple(found.values())[:MAX_NAMES]

    def expand(self, root: Node) -> tuple[Node, tuple[Expansion, ...]]:
        """Add to a query the other names of the terms in it, and tell which they are.

        What is excluded, quoted or sought in titles only is left as it was typed.
        """
        expansions: list[Expansion] = []
        return self._expanded(root, expansions), tuple(dict.fromkeys(expansions))

    def _learn(self, names: Sequence[TermName]) -> None:
        for name in names:
            key = _name_key(name)
            if key:
                known = self._names[name.locale, key]
                known += [each for each in names if each not in known]

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
        """Put the longest runs of words that name a term together."""
        start = 0
        while start < len(nodes):
            run = self._run(nodes[start:])
            if run:
                words = nodes[start : start + run]
                yield self._group(words, expansions)
            else:
                run = 1
                is_word = isinstance(nodes[start], Word)
                yield (
                    nodes[start]
                    if is_word
                    else self._expanded(nodes[start], expansions)
                )
            start += run

    def _run(self, nodes: Sequence[Node]) -> int:
        """Give how many words from the first name a term, as many as can be."""
        words: list[str] = []
        for node in nodes[: self._longest]:
            if not isinstance(node, Word) or node.is_title_only:
                break
            words.append(node.text)
        lengths = range(len(words), 0, -1)
        return next((n for n in lengths if self.others(words[:n])), 0)

    def _group(self, words: Sequence[Node], expansions: list[Expansion]) -> Node:
        texts = [word.text for word in words if isinstance(word, Word)]
        names = self.others(texts)
        typed = " ".join(texts)
        expansions += [
            Expansion(typed, name.text, name.locale, ExpansionSource.GLOSSARY)
            for name in names
        ]
        # A term is one thing: none of its words may miss, as if AND had been typed.
        node: Node = words[0] if len(words) == 1 else And(tuple(words))
        return Synonyms(node, tuple(_other(name.text) for name in names))


def _key(words: Sequence[str], locale: Locale) -> PhraseKey:
    """Give one key for all the ways to write a name: accents, plurals.

    The stem of a word alone says too little: « communes » is no « communication ».
    """
    plain = [fold(word) for word in words]
    if len(plain) == 1:
        return (_PLURAL.sub("", plain[0]),)
    return tuple(word_forms(word, locale)[0] for word in plain)


def _name_key(name: TermName) -> PhraseKey:
    return _key([token.text for token in tokenize(name.text)], name.locale)


def _other(name: str) -> Alternative:
    words = [token.text for token in tokenize(name)]
    if len(words) == 1:
        return Alternative(Word(words[0]), OTHER_NAME_WEIGHT)
    # A phrase is worth more the more words it has; as a name, it is worth one.
    return Alternative(Phrase(name), OTHER_NAME_WEIGHT / len(words))
