"""The parts of a query that match reasons are about, and their names."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain

from indexer.analysis.analyzer import is_stop_word
from indexer.analysis.tokens import Token, fold, phrase_words, tokenize
from indexer.model.ids import Locale
from indexer.model.query import (
    Alternative,
    And,
    Compound,
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
from indexer.search.ranking import FIELD_WEIGHTS, OPERATOR_FIELDS, OTHER_LOCALE_WEIGHT

MATCH_FIELDS = {
    "title": MatchField.TITLE,
    "keywords": MatchField.KEYWORDS,
    "summary": MatchField.SUMMARY,
    "questions": MatchField.QUESTIONS,
    "heading": MatchField.TEXT,
    "text": MatchField.TEXT,
}
FIELDS_BY_WEIGHT = sorted(FIELD_WEIGHTS, key=lambda field: -FIELD_WEIGHTS[field])

_LOCALES = tuple(Locale)

Typed = Word | Phrase | Prefix
"""What was typed: the leaves of a tree that have words."""


def is_read(field: str, leaf: Typed) -> bool:
    """Return whether a leaf is matched in a field; see `OPERATOR_FIELDS`."""
    return not leaf.is_text_only or field in OPERATOR_FIELDS


def words_as_typed(text: str) -> list[str]:
    """Return the normalized words of a text; a compound is one word, as it is typed."""
    return [typed for typed, _ in _words(text)]


def word_nodes(text: str, *, is_title_only: bool = False) -> list[Word | Compound]:
    """Return the words of a text as nodes; a compound is one of them."""
    return [
        _compound(tokens, typed, is_title_only=is_title_only)
        if len(tokens) > 1
        else Word(typed, is_title_only)
        for typed, tokens in _words(text)
    ]


def _words(text: str) -> list[tuple[str, list[str]]]:
    """Return each word with its tokens; of a compound, its parts and the whole."""
    words: list[list[Token]] = []
    for token in tokenize(text):
        parts = [word for word in words if word[0].start >= token.start]
        whole = "".join(part[0].text for part in parts)
        if len(parts) > 1 and whole == token.text:
            words[-len(parts) :] = [[*(part[0] for part in parts), token]]
        else:
            words.append([token])
    return [
        (
            text[tokens[-1].start : tokens[-1].end] if tokens[1:] else tokens[0].text,
            [token.text for token in tokens],
        )
        for tokens in words
    ]


def _compound(tokens: list[str], typed: str, *, is_title_only: bool) -> Compound:
    """Return a node for a compound, given its parts and the whole.

    The score of the parts is the sum of theirs; a compound counts as one word.
    """
    *parts, whole = tokens
    content = [Word(part, is_title_only) for part in parts if not is_common(part)]
    node: Node = And(tuple(content))
    if len(content) < 2:
        node = Phrase(" ".join(parts), is_title_only)
    others = (Alternative(node, 1 / len(parts)),)
    return Compound(Word(whole, is_title_only), others, typed)


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


def typed_leaves(node: Node) -> Iterator[Typed]:
    """Yield the words, phrases and prefixes of a tree, without what it excludes."""
    match node:
        case Word() | Phrase() | Prefix():
            yield node
        case And() | Or() | MinimumMatch():
            yield from chain.from_iterable(map(typed_leaves, node.nodes))
        case Synonyms():
            names = (name for name, _ in weighted_names(node))
            yield from chain.from_iterable(map(typed_leaves, names))
        case _:
            return


def locales_of(leaf: Typed) -> tuple[Locale, ...]:
    """Return the languages in which a leaf is searched."""
    only = leaf.locale if isinstance(leaf, Word) else None
    return _LOCALES if only is None else (only,)


def searched_locales(leaf: Typed, reader: Locale) -> list[tuple[Locale, float]]:
    """Return the languages in which a leaf is searched, with their weights."""
    return [
        (locale, 1.0 if locale is reader else OTHER_LOCALE_WEIGHT)
        for locale in locales_of(leaf)
    ]


def contains_exactly(node: Phrase | Prefix, text: str) -> bool:
    """Return whether a text contains a phrase, or a word with a prefix."""
    words = phrase_words(text)
    if isinstance(node, Prefix):
        return any(word.startswith(node.text) for word in words)
    sought = phrase_words(node.text)
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

    def __init__(self, expansions: Iterable[Expansion], parts: Iterable[Node]) -> None:
        self._terms = {
            " ".join(word for word in expansion.typed.split() if not is_common(word)): (
                expansion.typed
            )
            for expansion in expansions
        }
        for part in parts:
            if isinstance(part, Compound):
                names = (part.node, part.others[0].node)
                self._terms |= dict.fromkeys(map(_text, names), part.text)

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
        case Compound():
            return node.text
        case Synonyms():
            return _text(node.node)
        case _:
            return ""
