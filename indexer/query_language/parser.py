"""Recursive descent parser of the query language.

or    := and (OR and)*
and   := unary (AND? unary)*
unary := NOT unary | '(' or ')' | field atom | atom
"""

import re
from collections.abc import Callable, Iterable, Sequence

from indexer.analysis.tokens import fold, normalize, tokenize
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
from indexer.query_language.lexer import MIN_PREFIX, Lexeme, LexemeType, typed_prefix

MAX_DEPTH = 20
MAX_WORDS = 200

ResolveFilter = Callable[[FacetName, str], str | None]
"""Returns the facet value that a typed word names, or None."""

FIELDS: dict[str, FacetName | None] = dict.fromkeys(("title", "titre")) | {
    fold(normalize(name)): facet for facet in FacetName for name in facet.query_names
}
"""Facets by field name, in both languages and without accents; None is the title."""

_EXCLUDED = re.compile(r"(?<![^\s(])-(?=\w)\S+")


class QuerySyntaxError(ValueError):
    """The text is not in the query language."""


def parse(lexemes: Iterable[Lexeme], resolve: ResolveFilter) -> Node | None:
    """Parse the lexemes of a text; return None when they contain no word.

    Raises:
        QuerySyntaxError: the text can't be parsed; `plain_words` always can.
    """
    lexemes = [lexeme for lexeme in lexemes if lexeme.type is not LexemeType.LONE_QUOTE]
    if sum(map(_word_count, lexemes)) > MAX_WORDS:
        raise QuerySyntaxError("too many words")
    parser = _Parser(lexemes, resolve)
    node = parser.disjunction(0) if lexemes else None
    if not parser.is_at_end:
        raise QuerySyntaxError("a closing bracket without an opening one")
    return node


def _word_count(lexeme: Lexeme) -> int:
    is_text = lexeme.type in {LexemeType.WORD, LexemeType.PHRASE}
    return sum(1 for _ in tokenize(lexeme.text)) if is_text else 0


def plain_words(text: str) -> Node | None:
    """Return the words of a text without its operators; None when it has no word.

    A word after a minus stays excluded: searching it would reverse the query.
    """
    excluded = [
        Not(Word(token.text))
        for match in _EXCLUDED.finditer(text)
        for token in tokenize(match.group())
    ]
    words = [Word(token.text) for token in tokenize(_EXCLUDED.sub(" ", text))]
    nodes: list[Node] = [*words, *excluded]
    return _joined(nodes[:MAX_WORDS]) if words else None


def _joined(nodes: Sequence[Node], *, is_implicit: bool = True) -> Node | None:
    if not nodes:
        return None
    if is_implicit:
        # Brackets in a sentence are punctuation: their words join the words around.
        nodes = flattened(nodes)
    return nodes[0] if len(nodes) == 1 else And(tuple(nodes), is_implicit)


class _Parser:
    """Reads the lexemes from left to right; each method parses one grammar rule."""

    def __init__(self, lexemes: Sequence[Lexeme], resolve: ResolveFilter) -> None:
        self._remaining = list(reversed(lexemes))
        self._resolve = resolve

    @property
    def is_at_end(self) -> bool:
        return not self._remaining

    def disjunction(self, depth: int) -> Node | None:
        """Parse `and (OR and)*`."""
        if depth > MAX_DEPTH:
            raise QuerySyntaxError("too many brackets")
        operands = [self._conjunction(depth)]
        while self._accept(LexemeType.OR):
            operands.append(self._conjunction(depth))
        if len(operands) > 1 and None in operands:
            raise QuerySyntaxError("OR without an operand")
        nodes = tuple(node for node in operands if node is not None)
        return Or(nodes) if len(nodes) > 1 else next(iter(nodes), None)

    def _conjunction(self, depth: int) -> Node | None:
        nodes: list[Node] = []
        has_operator = False
        while not self._is_at_end_of_operand():
            if self._accept(LexemeType.AND):
                if not nodes or self._is_at_end_of_operand():
                    raise QuerySyntaxError("AND without an operand")
                has_operator = True
                continue
            node = self._unary(depth)
            if node is not None:
                nodes.append(node)
        return _joined(nodes, is_implicit=not has_operator)

    def _unary(self, depth: int) -> Node | None:
        lexeme = self._remaining.pop()
        match lexeme.type:
            case LexemeType.NOT:
                return self._negation(depth)
            case LexemeType.OPEN:
                node = self.disjunction(depth + 1)
                if not self._accept(LexemeType.CLOSE):
                    raise QuerySyntaxError("an opening bracket without a closing one")
                return node
            case LexemeType.FIELD:
                return self._field(lexeme.text)
            case _:
                return _atom(lexeme)

    def _negation(self, depth: int) -> Node:
        if self._is_at_end_of_operand() or self._peek() is LexemeType.AND:
            raise QuerySyntaxError("NOT without an operand")
        if depth > MAX_DEPTH:
            raise QuerySyntaxError("too many NOT")
        node = self._unary(depth + 1)
        if node is None:
            raise QuerySyntaxError("NOT before an operand without words")
        return Not(node)

    def _field(self, name: str) -> Node | None:
        value = (
            self._remaining.pop() if not self.is_at_end else Lexeme(LexemeType.CLOSE)
        )
        if value.type not in {LexemeType.WORD, LexemeType.PHRASE}:
            raise QuerySyntaxError("a field without a value")
        key = fold(normalize(name))
        if key not in FIELDS:
            atoms = (_atom(Lexeme(LexemeType.WORD, name)), _atom(value))
            return _joined([node for node in atoms if node is not None])
        facet = FIELDS[key]
        if facet is None:
            return _atom(value, is_title_only=True)
        facet_value = self._resolve(facet, value.text)
        if facet_value is None:
            raise QuerySyntaxError(f"{facet} has no value {value.text!r}")
        return FilterNode(Filter(facet, facet_value))

    def _is_at_end_of_operand(self) -> bool:
        return self.is_at_end or self._peek() in {LexemeType.OR, LexemeType.CLOSE}

    def _peek(self) -> LexemeType:
        return self._remaining[-1].type

    def _accept(self, expected: LexemeType) -> bool:
        if not self.is_at_end and self._peek() is expected:
            self._remaining.pop()
            return True
        return False


def _atom(lexeme: Lexeme, *, is_title_only: bool = False) -> Node | None:
    words = [token.text for token in tokenize(lexeme.text)]
    if lexeme.type is LexemeType.PHRASE:
        if len(words) > 1:
            return Phrase(lexeme.text, is_title_only)
        return Word(words[0], is_title_only) if words else None
    prefix = typed_prefix(lexeme.text)
    if prefix is not None and len(prefix) >= MIN_PREFIX:
        return Prefix(prefix, is_title_only)
    return _compound(words, is_title_only=is_title_only)


def _compound(words: list[str], *, is_title_only: bool) -> Node | None:
    """Return a node that matches the parts of a compound or the whole (last token)."""
    nodes = [Word(word, is_title_only) for word in words]
    if len(words) > 2 and words[-1] == "".join(words[:-1]):
        return Or((And(tuple(nodes[:-1])), nodes[-1]))
    return _joined(nodes)
