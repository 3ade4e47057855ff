"""Mends the spelling of words that no record holds, from those that records hold."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from indexer.analysis.analyzer import is_stop_word, word_forms
from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.engines.whoosh.index.doc_values import LOCALES
from indexer.engines.whoosh.index.schema import EXACT
from indexer.engines.whoosh.search.fuzzy_words import MIN_LENGTH, nearest
from indexer.engines.whoosh.search.scoring import TermScores
from indexer.engines.whoosh.search.snapshot import Snapshot
from indexer.lexicon.lexicon import Lexicon
from indexer.model.ids import Locale
from indexer.model.query import And, Node, Not, Or, Phrase, Word

LONG_WORD = 6
MAX_CORRECTED = 3
CANDIDATES = 20

OTHER_BEGINNING = 0.5
SAME_SOUND = 0.7
OTHER_LANGUAGE = 0.5
COMMONNESS = 0.3
"""What makes a slip more or less likely, in slips: found on lists of real ones."""

RARE = 2
SLIP_RATIO = 10
"""A word of so few records, beside one of so many times more, may be a slip."""


SOUNDS = (("ph", "f"), ("y", "i"), ("qu", "k"), ("c", "k"), ("z", "s"))
_DOUBLED = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Correction:
    """A query with its spelling mended: the tree, and the text to show."""

    root: Node
    text: str


class Speller:
    """The words of an index, and what is nearest to a word that is not one of them."""

    def __init__(
        self, snapshot: Snapshot, impacts: TermScores, lexicon: Lexicon
    ) -> None:
        self._snapshot = snapshot
        self._impacts = impacts
        self._lexicon = lexicon

    def correct(self, root: Node, text: str, locale: Locale) -> Correction | None:
        """Mend the words of a query that look like slips; None when nothing changes."""
        mended: dict[str, str] = {}
        names = _names(text)
        left = _left_alone(root)
        for word in _words(root):
            if len(mended) == MAX_CORRECTED or fold(word.text) in left:
                continue
            if not _is_common(word.text):
                nearest = self._nearest(
                    word.text, locale, is_name=fold(word.text) in names
                )
                if nearest is not None:
                    mended[fold(word.text)] = nearest
        if not mended:
            return None
        return Correction(_replaced(root, mended), _rewritten(text, mended))

    def _nearest(self, typed: str, locale: Locale, *, is_name: bool) -> str | None:
        word = fold(typed)
        held = self._records(typed, locale)
        if len(word) < MIN_LENGTH or not word.isalpha() or held > RARE:
            return None
        is_word = any(self._lexicon.contains(typed, each) for each in Locale)
        if is_word and (held or len(word) < LONG_WORD):
            return None
        limit = 1 if held or is_name or is_word else _most_slips(word)
        lists = self._snapshot.postings.near_words
        found = nearest(word, lists, limit, limit=CANDIDATES)
        # A word of records that were withdrawn stays in the files of an index for a
        # while: none that is left holds it, and nobody must learn of it.
        candidates = [each for each in found if each != word and self._count(each)]
        if held or is_word:
            # A word, or what a text holds, is a slip only beside what is common.
            least = SLIP_RATIO * max(1, held)
            candidates = [each for each in candidates if self._count(each) >= least]
        if not candidates:
            return None
        best = min(candidates, key=lambda each: (self._cost(word, each, locale), each))
        return self._as_written(best, locale)

    def _cost(self, word: str, candidate: str, locale: Locale) -> float:
        """Give how unlikely it is that who meant one word typed the other."""
        cost = float(OSA.distance(word, candidate))
        if word[0] != candidate[0]:
            cost += OTHER_BEGINNING
        if _sound(word) == _sound(candidate):
            cost -= SAME_SOUND
        if not self._snapshot.postings.count(f"{EXACT}_{locale}", candidate):
            cost += OTHER_LANGUAGE
        return cost - COMMONNESS * math.log10(self._count(candidate))

    def _records(self, word: str, reader: Locale) -> int:
        """Count the records that hold a word, in the other language as it is spelt.

        By its stem alone, many a slip in one language is a word of the other.
        """
        return max(
            self._impacts.count(word_forms(word, reader), reader),
            self._count(fold(word)),
        )

    def warm_up(self) -> None:
        """Gather the words now, before a visitor types one that is not among them."""
        _ = self._snapshot.postings.near_words

    def _count(self, word: str) -> int:
        count = self._snapshot.postings.count
        return sum(count(f"{EXACT}_{locale}", word) for locale in LOCALES)

    def _as_written(self, word: str, locale: Locale) -> str:
        """Give a word with its accents, as a text of ours has it."""
        for each in (locale, locale.other):
            for document in self._snapshot.postings.of(
                f"{EXACT}_{each}", word
            ).documents:
                for value in self._snapshot.passage(int(document)).values():
                    for token in tokenize(value) if isinstance(value, str) else ():
                        if fold(token.text) == word:
                            return token.text
        return word


def _is_common(word: str) -> bool:
    return any(is_stop_word(word, locale) for locale in Locale)


def _names(text: str) -> set[str]:
    """Give the words that a capital marks as names, inside a text that has others."""
    tokens = [(token, text[token.start]) for token in tokenize(text)]
    if all(first.isupper() for _, first in tokens):
        return set()
    return {fold(token.text) for token, first in tokens[1:] if first.isupper()}


def _most_slips(word: str) -> int:
    """Give how many slips a word of this length may have."""
    return 1 if len(word) < 6 else 2 if len(word) < 11 else 3


@lru_cache(maxsize=10_000)
def _sound(word: str) -> str:
    """Give one spelling for what sounds alike: single letters for double, f for ph."""
    for written, heard in (
        ("ph", "f"),
        ("y", "i"),
        ("qu", "k"),
        ("c", "k"),
        ("z", "s"),
    ):
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", word)


def _left_alone(node: Node) -> set[str]:
    """Give the words that stand in what is excluded or quoted too.

    They can't be mended in the text that is suggested without mending those.
    """
    match node:
        case Not():
            return {fold(word.text) for word in _words(node.node)} | _left_alone(
                node.node
            )
        case Phrase():
            return {fold(token.text) for token in tokenize(node.text)}
        case And() | Or():
            return set().union(*(_left_alone(child) for child in node.nodes))
        case _:
            return set()


def _words(node: Node) -> Iterator[Word]:
    match node:
        case Word():
            yield node
        case And() | Or():
            for child in node.nodes:
                yield from _words(child)
        case _:
            return


def _replaced(node: Node, mended: dict[str, str]) -> Node:
    match node:
        case Word():
            return Word(mended.get(fold(node.text), node.text), node.is_title_only)
        case And():
            nodes = tuple(_replaced(child, mended) for child in node.nodes)
            return And(nodes, node.is_implicit)
        case Or():
            return Or(tuple(_replaced(child, mended) for child in node.nodes))
        case _:
            return node


def _rewritten(text: str, mended: dict[str, str]) -> str:
    pieces: list[str] = []
    position = 0
    for token in tokenize(text):
        right = mended.get(fold(token.text))
        if right is not None and token.start >= position:
            pieces += [text[position : token.start], right]
            position = token.end
    return "".join((*pieces, text[position:]))
