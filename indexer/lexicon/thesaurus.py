"""The glossary as a thesaurus: what else a term of the query is called.

A term of several words is found in a query word by word, whatever its accents. All
names of a term, in both languages, then count as one; those that were not typed weigh
less, and the reader is told which they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.model.ids import Locale
from indexer.model.query import (
    And,
    Expanded,
    Expansion,
    ExpansionSource,
    Node,
    Or,
    OtherName,
    Phrase,
    Word,
)

MAX_NAMES = 8

OTHER_NAME_WEIGHT = 0.4
"""What was typed comes before what it is also called."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a term, in one language."""

    text: str
    locale: Locale


class Thesaurus:
    """The names of all terms, by each of them."""

    def __init__(self, terms: Iterable[Sequence[Name]] = ()) -> None:
        """Take the names of each term, the preferred ones first."""
        self._names: defaultdict[Key, list[Name]] = defaultdict(list)
        for names in terms:
            self._learn(names)
        self._longest = max((len(key) for key in self._names), default=0)

    def others(self, key: Key) -> tuple[Name, ...]:
        """Give the other names of terms that have this one, preferred ones first."""
        found = {
            _key(name.text): name
            for name in self._names.get(key, ())
            if _key(name.text) != key
        }
        return tuple(found.values())[:MAX_NAMES]

    def expand(self, root: Node) -> tuple[Node, tuple[Expansion, ...]]:
        """Add to a query the other names of the terms in it, and tell which they are.

        What is excluded, quoted or sought in titles only is left as it was typed.
        """
        expansions: list[Expansion] = []
        return self._expanded(root, expansions), tuple(dict.fromkeys(expansions))

    def _learn(self, names: Sequence[Name]) -> None:
        for name in names:
            key = _key(name.text)
            if key:
                self._names[key] += [
                    each for each in names if each not in self._names[key]
                ]

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
            words.append(fold(node.text))
        lengths = range(len(words), 0, -1)
        return next((n for n in lengths if self.others(tuple(words[:n]))), 0)

    def _group(self, words: Sequence[Node], expansions: list[Expansion]) -> Node:
        texts = [word.text for word in words if isinstance(word, Word)]
        names = self.others(tuple(fold(text) for text in texts))
        typed = " ".join(texts)
        expansions += [
            Expansion(typed, name.text, name.locale, ExpansionSource.GLOSSARY)
            for name in names
        ]
        # A term is one thing: none of its words may miss, as if AND had been typed.
        node: Node = words[0] if len(words) == 1 else And(tuple(words))
        others = (OtherName(_node(name.text), OTHER_NAME_WEIGHT) for name in names)
        return Expanded(node, tuple(others))


def _key(text: str) -> Key:
    return tuple(fold(token.text) for token in tokenize(text))


def _node(name: str) -> Node:
    words = [token.text for token in tokenize(name)]
    return Word(words[0]) if len(words) == 1 else Phrase(name)
