"""Corrects the spelling of query words, to words that records contain."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rapidfuzz.distance import OSA

from indexer.analysis.tokens import fold, phrase_words, tokenize
from indexer.lexicon.lexicon import Lexicon, is_word_or_name
from indexer.model.ids import Locale
from indexer.model.query import (
    And,
    Compound,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    Word,
    text_only,
)
from indexer.search.fuzzy_words import MIN_LENGTH
from indexer.search.query_parts import is_common, word_nodes

LONG_WORD = 6
MAX_CORRECTED = 3
CANDIDATES = 20

OTHER_FIRST_LETTER = 0.5
SAME_SOUND = 0.7
OTHER_LANGUAGE = 0.5
FREQUENCY = 0.3
"""What makes a correction more or less likely, in edits: tuned on lists of real
misspellings."""

RARE = 2
SLIP_RATIO = 10
"""A word of at most `RARE` records may be a misspelling of one this times as common."""

_SOUNDS = (("ph", "f"), ("y", "i"), ("qu", "k"), ("c", "k"), ("z", "s"))
_DOUBLED = re.compile(r"(.)\1+")


class Vocabulary(Protocol):
    """The words of an index. Spellings are folded: without accents, in lower case."""

    def contains(self, word: str, locale: Locale) -> bool:
        """Return whether a record contains a form of a word in a language."""
        ...

    def record_count(self, word: str, locale: Locale) -> int:
        """Return how many records contain a form of a word in a language."""
        ...

    def spelling_count(self, spelling: str, locale: Locale) -> int:
        """Return how many passages and heads contain a spelling in a language."""
        ...

    def similar(self, spelling: str, distance: int, *, limit: int) -> Sequence[str]:
        """Return the spellings within an edit distance, the nearest first.

        Spellings of removed records may be among them.
        """
        ...

    def accented(self, spelling: str, locale: Locale) -> str | None:
        """Return a spelling with its accents, as a text in the language has it."""
        ...


def accented_in(texts: Iterable[str], spelling: str) -> str | None:
    """Return the first word of some texts with a folded spelling, as it is written."""
    words = (token.text for text in texts for token in tokenize(text))
    return next((word for word in words if fold(word) == spelling), None)


@dataclass(frozen=True, slots=True)
class Correction:
    """A query with its spelling corrected: the tree, and the text to show.

    `replaces_known`: a replaced word is in some records, but far more rarely.
    `is_offered`: each replaced word may be an unknown name, so that the reader decides.
    """

    root: Node
    text: str
    replaces_known: bool = False
    is_offered: bool = False


class Speller:
    """Decides which words of a query are misspelt, and what was meant."""

    def __init__(self, vocabulary: Vocabulary, lexicon: Lexicon) -> None:
        self._vocabulary = vocabulary
        self._lexicon = lexicon

    def correct(
        self, root: Node, text: str, locale: Locale, *, keeps_known: bool = False
    ) -> Correction | None:
        """Correct the misspelt words of a query; None when there are none.

        Args:
            root: the tree of the query.
            text: the query as typed.
            locale: the reader's language.
            keeps_known: correct no word that is in a record.
        """
        found = self._respelt(root, text, locale, keeps_known=keeps_known)
        return None if found is None or found.is_offered else found

    def offer(self, root: Node, query: Query) -> str:
        """Return a query with unknown words replaced that may be names, or ""."""
        found = self._respelt(root, query.text, query.locale)
        return found.text if found is not None and found.is_offered else ""

    def _respelt(
        self, root: Node, text: str, locale: Locale, *, keeps_known: bool = False
    ) -> Correction | None:
        corrected: dict[str, str] = {}
        offered: dict[str, str] = {}
        replaces_known = False
        names = _capitalized(text)
        fixed = _uncorrectable(root)
        for word in _words(root):
            if len(corrected) == MAX_CORRECTED or fold(word.text) in fixed:
                continue
            # A misspelling may share the stem of a word; only a spelling is known.
            is_known = self._count(fold(word.text)) > 0
            if not is_common(word.text) and not (is_known and keeps_known):
                is_name = fold(word.text) in names
                best = self._best(word.text, locale, is_name=is_name)
                if best is not None and _may_be_name(word.text, best, is_name=is_name):
                    offered[fold(word.text)] = best
                elif best is not None:
                    corrected[fold(word.text)] = best
                    replaces_known |= is_known
        words = corrected or offered
        if not words:
            return None
        return Correction(
            _replaced(root, words),
            _rewritten(text, words),
            replaces_known,
            is_offered=not corrected,
        )

    def _best(self, typed: str, locale: Locale, *, is_name: bool) -> str | None:
        word = fold(typed)
        count = self._record_count(typed, locale)
        if len(word) < MIN_LENGTH or not word.isalpha() or count > RARE:
            return None
        if is_word_or_name(word):
            return None
        is_word = any(self._lexicon.contains(typed, each) for each in Locale)
        if is_word and (count or len(word) < LONG_WORD):
            return None
        distance = 1 if count or is_name or is_word else _max_edits(word)
        similar = self._vocabulary.similar(word, distance, limit=CANDIDATES)
        # Words of removed records must not be suggested: a withdrawal must be complete.
        candidates = [each for each in similar if each != word and self._count(each)]
        if count or is_word:
            # A known word is only corrected to one that is far more common.
            least = SLIP_RATIO * max(1, count)
            candidates = [
                candidate for candidate in candidates if self._count(candidate) >= least
            ]
        if is_word:
            candidates = [e for e in candidates if self._may_be_meant(word, e, locale)]
        if not candidates:
            return None
        best = min(candidates, key=lambda each: (self._cost(word, each, locale), each))
        return self._accented(best, locale)

    def _may_be_meant(self, word: str, candidate: str, locale: Locale) -> bool:
        """Return whether a word with an equivalent may be a slip for a candidate."""
        is_of_reader = self._vocabulary.spelling_count(candidate, locale) > 0
        return candidate[0] == word[0] and is_of_reader

    def _cost(self, word: str, candidate: str, locale: Locale) -> float:
        """Return how unlikely a candidate is to be meant, in edits."""
        cost = float(OSA.distance(word, candidate))
        if word[0] != candidate[0]:
            cost += OTHER_FIRST_LETTER
        if _sound(word) == _sound(candidate):
            cost -= SAME_SOUND
        if not self._vocabulary.spelling_count(candidate, locale):
            cost += OTHER_LANGUAGE
        return cost - FREQUENCY * math.log10(self._count(candidate))

    def _record_count(self, word: str, reader: Locale) -> int:
        """Count the records that contain a word: its stem, or its spelling.

        In the other language only the spelling counts: by their stems, many
        misspellings in one language are words of the other.
        """
        stemmed = self._vocabulary.record_count(word, reader)
        return max(stemmed, self._count(fold(word)))

    def _count(self, spelling: str) -> int:
        count = self._vocabulary.spelling_count
        return sum(count(spelling, locale) for locale in Locale)

    def _accented(self, spelling: str, locale: Locale) -> str:
        accented = self._vocabulary.accented
        return (
            accented(spelling, locale) or accented(spelling, locale.other) or spelling
        )


def _capitalized(text: str) -> set[str]:
    """Return the words that a capital marks as names, in a text that has others."""
    tokens = [(token, text[token.start]) for token in tokenize(text)]
    if all(first.isupper() for _, first in tokens):
        return set()
    return {fold(token.text) for token, first in tokens[1:] if first.isupper()}


def _may_be_name(typed: str, correction: str, *, is_name: bool) -> bool:
    """Return whether an unknown word is likelier a name than a slip for a word."""
    word, other = fold(typed), fold(correction)
    if is_name or word[0] != other[0]:
        return True
    is_far = 1 < OSA.distance(word, other) == _max_edits(word)
    return is_far and _sound(word) != _sound(other)


def _max_edits(word: str) -> int:
    return 1 if len(word) < 6 else 2 if len(word) < 11 else 3


def _sound(word: str) -> str:
    """Return the same text for words that sound alike: single letters, f for ph."""
    for written, heard in _SOUNDS:
        word = word.replace(written, heard)
    return _DOUBLED.sub(r"\1", word)


def _uncorrectable(node: Node) -> set[str]:
    """Return the words that are excluded or quoted elsewhere in the query.

    The suggested text could not correct one occurrence without the others.
    """
    match node:
        case Not():
            words = {fold(word.text) for word in _words(node.node)}
            return words | _uncorrectable(node.node)
        case Phrase():
            return set(phrase_words(node.text))
        case And() | Or():
            return set().union(*(_uncorrectable(child) for child in node.nodes))
        case _:
            return set()


def _words(node: Node) -> Iterator[Word]:
    match node:
        case Word():
            yield node
        case Compound():
            parts = [token.text for token in tokenize(node.text)][:-1]
            yield from (Word(part, node.is_title_only) for part in parts)
        case And() | Or():
            for child in node.nodes:
                yield from _words(child)
        case _:
            return


def _replaced(node: Node, corrected: dict[str, str]) -> Node:
    match node:
        case Word():
            return replace(node, text=corrected.get(fold(node.text), node.text))
        case Compound():
            text = _rewritten(node.text, corrected)
            words = word_nodes(text, is_title_only=node.is_title_only)
            if len(words) > 1:
                return node
            return text_only(words[0]) if node.is_text_only else words[0]
        case And() | Or():
            nodes = tuple(_replaced(child, corrected) for child in node.nodes)
            return replace(node, nodes=nodes)
        case _:
            return node


def _rewritten(text: str, corrected: dict[str, str]) -> str:
    pieces: list[str] = []
    position = 0
    for token in tokenize(text):
        right = corrected.get(fold(token.text))
        if right is not None and token.start >= position:
            pieces += [text[position : token.start], right]
            position = token.end
    return "".join((*pieces, text[position:]))
