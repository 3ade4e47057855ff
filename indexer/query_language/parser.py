"""Reads a query into a tree, by recursive descent.

or    := and (OR and)*
and   := unary (AND? unary)*
unary := NOT unary | '(' or ')' | field atom | atom
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from indexer.analysis.normalization import fold, normalize
from indexer.analysis.tokens import tokenize
from indexer.model.facets import FacetName, Filter
from indexer.model.query import (
    And,
    FilterNode,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    flattened,
)
from indexer.query_language.lexer import Lexeme, LexemeType, lex

MAX_DEPTH = 20
MAX_WORDS = 200
MIN_PREFIX = 2

ResolveFilter = Callable[[FacetName, str], str | None]
"""Gives the facet value that a typed word names, or None when there is none."""

# The names of fields, as readers of either language type them, without accents.
FIELDS: dict[str, FacetName | None] = {
    "title": None,
    "titre": None,
    "kind": FacetName.KIND,
    "nature": FacetName.KIND,
    "theme": FacetName.THEME,
    "audience": FacetName.AUDIENCE,
    "public": FacetName.AUDIENCE,
    "source": FacetName.SOURCE,
    "place": FacetName.PLACE,
    "lieu": FacetName.PLACE,
    "year": FacetName.YEAR,
    "annee": FacetName.YEAR,
    "locale": FacetName.LOCALE,
    "langue": FacetName.LOCALE,
    "language": FacetName.LOCALE,
}

_EXCLUDED = re.compile(r"(?<![^\s(])-(?=\w)\S+")
_PREFIX = re.compile(r"(?P<word>[\w'’.\-]+)\*")


class QuerySyntaxError(ValueError):
    """The text is not of the query language."""


_AFTER_LONE_NOT = {LexemeType.OR, LexemeType.AND, LexemeType.CLOSE}


def parse(text: str, resolve: ResolveFilter) -> Node | None:
    """Read a text; None when it holds no word.

    Raises:
        QuerySyntaxError: it can't be read; `plain_words` can always.
    """
    lexemes = tuple(lex(text))
    if (
        sum(
            sum(1 for _ in tokenize(lexeme.text))
            for lexeme in lexemes
            if lexeme.type in {LexemeType.WORD, LexemeType.PHRASE}
        )
        > MAX_WORDS
    ):
        raise QuerySyntaxError("too many words")
    parser = _Parser(lexemes, resolve)
    node = parser.either(0) if lexemes else None
    if not parser.is_at_end:
        raise QuerySyntaxError("a bracket closes nothing")
    return node


def plain_words(text: str) -> Node | None:
    """Read a text as words only, whatever signs stand among them.

    A word after a minus stays excluded: to seek it would be the reverse of what was
    meant.
    """
    excluded = [
        Not(Word(token.text))
        for found in _EXCLUDED.finditer(text)
        for token in tokenize(found.group())
    ]
    words = [Word(token.text) for token in tokenize(_EXCLUDED.sub(" ", text))]
    nodes: list[Node] = [*words, *excluded]
    return _joined(nodes[:MAX_WORDS]) if words else None


def _joined(nodes: Sequence[Node], *, is_implicit: bool = True) -> Node | None:
    if not nodes:
        return None
    if is_implicit:
        # Brackets in a sentence are punctuation: their words stand beside the others.
        nodes = flattened(nodes)
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes), is_implicit)


class _Parser:
    """Walks through the lexemes; each method reads one rule and gives its node."""

    def __init__(self, lexemes: Sequence[Lexeme], resolve: ResolveFilter) -> None:
        self._lexemes = lexemes
        self._position = 0
        self._resolve = resolve

    @property
    def is_at_end(self) -> bool:
        return self._position >= len(self._lexemes)

    def either(self, depth: int) -> Node | None:
        """Read `and (OR and)*`."""
        if depth > MAX_DEPTH:
            raise QuerySyntaxError("too many brackets")
        nodes = [self._both(depth)]
        while self._take(LexemeType.OR):
            nodes.append(self._both(depth))
        if len(nodes) > 1 and None in nodes:
            raise QuerySyntaxError("OR stands alone")
        found = tuple(node for node in nodes if node is not None)
        return Or(found) if len(found) > 1 else next(iter(found), None)

    def _both(self, depth: int) -> Node | None:
        nodes: list[Node] = []
        has_operator = False
        while not self._ends_here():
            if self._take(LexemeType.AND):
                if not nodes or self._ends_here():
                    raise QuerySyntaxError("AND stands alone")
                has_operator = True
                continue
            node = self._unary(depth)
            if node is not None:
                nodes.append(node)
        return _joined(nodes, is_implicit=not has_operator)

    def _unary(self, depth: int) -> Node | None:
        lexeme = self._next()
        match lexeme.type:
            case LexemeType.NOT:
                return self._negated(depth)
            case LexemeType.OPEN:
                node = self.either(depth + 1)
                if not self._take(LexemeType.CLOSE):
                    raise QuerySyntaxError("a bracket is not closed")
                return node
            case LexemeType.FIELD:
                return self._field(lexeme.text)
            case _:
                return _atom(lexeme)

    def _negated(self, depth: int) -> Node:
        if self.is_at_end or self._peek() in {
            LexemeType.OR,
            LexemeType.AND,
            LexemeType.CLOSE,
        }:
            raise QuerySyntaxError("NOT stands alone")
        if depth > MAX_DEPTH:
            raise QuerySyntaxError("too many NOT")
        node = self._unary(depth + 1)
        if node is None:
            raise QuerySyntaxError("NOT stands before nothing")
        return Not(node)

    def _field(self, name: str) -> Node | None:
        value = self._next() if not self.is_at_end else Lexeme(LexemeType.CLOSE)
        if value.type not in {LexemeType.WORD, LexemeType.PHRASE}:
            raise QuerySyntaxError("a field has no value")
        key = fold(normalize(name))
        if key not in FIELDS:
            return _joined(
                [n for n in (_atom(Lexeme(LexemeType.WORD, name)), _atom(value)) if n]
            )
        facet = FIELDS[key]
        if facet is None:
            return _atom(value, is_title_only=True)
        found = self._resolve(facet, value.text)
        if found is None:
            raise QuerySyntaxError(f"{facet} has no value {value.text!r}")
        return FilterNode(Filter(facet, found))

    def _ends_here(self) -> bool:
        return self.is_at_end or self._peek() in {LexemeType.OR, LexemeType.CLOSE}

    def _peek(self) -> LexemeType:
        return self._lexemes[self._position].type

    def _next(self) -> Lexeme:
        lexeme = self._lexemes[self._position]
        self._position += 1
        return lexeme

    def _take(self, wanted: LexemeType) -> bool:
        if not self.is_at_end and self._peek() is wanted:
            self._position += 1
            return True
        return False


def _atom(lexeme: Lexeme, *, is_title_only: bool = False) -> Node | None:
    if lexeme.type is LexemeType.PHRASE:
        words = [token.text for token in tokenize(lexeme.text)]
        if len(words) > 1:
            return Phrase(lexeme.text, is_title_only)
        return Word(words[0], is_title_only) if words else None
    prefix = _PREFIX.fullmatch(lexeme.text)
    if prefix is not None:
        # The last word: after an elided article, or a compound as a whole.
        parts = [token.text for token in tokenize(prefix.group("word"))]
        beginning = fold(parts[-1]) if parts else ""
        if len(beginning) >= MIN_PREFIX:
            return Prefix(beginning, is_title_only)
    words = [token.text for token in tokenize(lexeme.text)]
    return _compound(words, is_title_only=is_title_only)


def _compound(words: list[str], *, is_title_only: bool) -> Node | None:
    """Take a compound as its parts or as the whole: tokens end with the whole."""
    nodes = [Word(word, is_title_only) for word in words]
    if len(words) > 2 and words[-1] == "".join(words[:-1]):
        return Or((And(tuple(nodes[:-1])), nodes[-1]))
    return _joined(nodes)
