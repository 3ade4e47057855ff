"""Builds a `Query` from the typed text and the chosen filters."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from indexer.analysis.record_codes import record_code
from indexer.analysis.text_dates import with_dates_in_words
from indexer.analysis.tokens import fold, normalize, tokenize
from indexer.errors import QueryError, QueryFault
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale
from indexer.model.query import (
    MAX_PASSAGES,
    MAX_QUERY_CHARACTERS,
    Alternative,
    And,
    FilterNode,
    Node,
    Or,
    Phrase,
    Prefix,
    Query,
    QueryNotice,
    QueryNoticeType,
    Sort,
    Synonyms,
    Word,
    exclusion,
    flattened,
    text_only,
)
from indexer.query_language.lexer import (
    MIN_PREFIX,
    OPERATORS,
    Lexeme,
    LexemeType,
    lex,
    typed_prefix,
)
from indexer.search.query_parts import word_nodes

MAX_DEPTH = 20
MAX_WORDS = 200

ResolveFilter = Callable[[FacetName, str], str | None]
"""Returns the facet value that a typed word names, or None."""

FIELDS: dict[str, FacetName | None] = dict.fromkeys(("title", "titre")) | {
    fold(normalize(name)): facet for facet in FacetName for name in facet.query_names
}
"""Facets by field name, in both languages and without accents; None is the title."""

NO_NOTICES: tuple[QueryNotice, ...] = ()

_EXCLUDED = re.compile(r"(?<![^\s(])-(?=\w)\S+")


class QuerySyntaxError(ValueError):
    """The text is not in the query language."""


def parse(
    lexemes: Iterable[Lexeme], resolve: ResolveFilter, *, is_quoted: bool = True
) -> Node | None:
    """Parse the lexemes of a text; return None when they contain no word.

    `is_quoted`: whether the reader typed the quotation marks of phrases. Those around
    dates are ours.

    Raises:
        QuerySyntaxError: the text can't be parsed; `plain_words` always can.
    """
    lexemes = [lexeme for lexeme in lexemes if lexeme.type is not LexemeType.LONE_QUOTE]
    characters = sum(len(lexeme.text) for lexeme in lexemes)
    # No text has more words than characters.
    if characters > MAX_WORDS and sum(map(_word_count, lexemes)) > MAX_WORDS:
        raise QuerySyntaxError("too many words")
    parser = _Parser(lexemes, resolve, is_quoted=is_quoted)
    node = parser.disjunction(0) if lexemes else None
    if not parser.is_at_end:
        raise QuerySyntaxError("a closing bracket without an opening one")
    return node


def letters_only(text: str) -> Node | None:
    """Return the words of a text of letters and single spaces; None for other texts.

    `parse` returns the same words, and takes four times as long.
    """
    typed = text.split(" ")
    if len(typed) > MAX_WORDS or not OPERATORS.keys().isdisjoint(typed):
        return None
    # Letters of other scripts may become several characters.
    if not all(map(str.isalpha, typed)):
        return None
    words = [*map(normalize, typed)]
    return _joined([*map(Word, words)]) if all(map(str.isalpha, words)) else None


def _word_count(lexeme: Lexeme) -> int:
    is_text = lexeme.type in {LexemeType.WORD, LexemeType.PHRASE}
    return sum(1 for _ in tokenize(lexeme.text)) if is_text else 0


def plain_words(text: str) -> Node | None:
    """Return the words of a text without its operators; None when it has no word.

    A word after a minus stays excluded: searching it would reverse the query.
    """
    excluded = [
        exclusion(word)
        for match in _EXCLUDED.finditer(text)
        for word in word_nodes(match.group())
    ]
    words = word_nodes(_EXCLUDED.sub(" ", text))
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

    def __init__(
        self, lexemes: Sequence[Lexeme], resolve: ResolveFilter, *, is_quoted: bool
    ) -> None:
        self._remaining = list(reversed(lexemes))
        self._resolve = resolve
        self._is_quoted = is_quoted

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
        if has_operator:
            nodes = [*map(text_only, nodes)]
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
                return self._words(lexeme)

    def _words(self, lexeme: Lexeme) -> Node | None:
        atom = _atom(lexeme)
        is_phrase = lexeme.type is LexemeType.PHRASE and self._is_quoted
        return text_only(atom) if is_phrase and atom is not None else atom

    def _negation(self, depth: int) -> Node:
        if self._is_at_end_of_operand() or self._peek() is LexemeType.AND:
            raise QuerySyntaxError("NOT without an operand")
        if depth > MAX_DEPTH:
            raise QuerySyntaxError("too many NOT")
        node = self._unary(depth + 1)
        if node is None:
            raise QuerySyntaxError("NOT before an operand without words")
        return exclusion(node)

    def _field(self, name: str) -> Node | None:
        value = (
            self._remaining.pop() if not self.is_at_end else Lexeme(LexemeType.CLOSE)
        )
        if value.type not in {LexemeType.WORD, LexemeType.PHRASE}:
            raise QuerySyntaxError("a field without a value")
        key = fold(normalize(name))
        if key not in FIELDS:
            atoms = (_atom(Lexeme(LexemeType.WORD, name)), self._words(value))
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
    if lexeme.type is LexemeType.PHRASE:
        words = [token.text for token in tokenize(lexeme.text)]
        if len(words) > 1:
            return Phrase(lexeme.text, is_title_only)
        return Word(words[0], is_title_only) if words else None
    prefix = typed_prefix(lexeme.text)
    if prefix is not None and len(prefix) >= MIN_PREFIX:
        return Prefix(prefix, is_title_only)
    return _joined(word_nodes(lexeme.text, is_title_only=is_title_only))


_WILDCARD = re.compile(r"\*|\?(?=\w)")
"""A `?` at the end of a word is punctuation."""


def query_notices(lexemes: Iterable[Lexeme]) -> tuple[QueryNotice, ...]:
    """Return a notice for each distinct lexeme with a sign without effect."""
    notices = (_notice(lexeme) for lexeme in lexemes)
    return tuple(dict.fromkeys(notice for notice in notices if notice is not None))


def _notice(lexeme: Lexeme) -> QueryNotice | None:
    if lexeme.type is LexemeType.LONE_QUOTE:
        return QueryNotice(QueryNoticeType.LONE_QUOTE, lexeme.typed)
    notice_type = _notice_type(lexeme)
    if notice_type is None:
        return None
    searched = " ".join(_WILDCARD.sub(" ", lexeme.text).split()).strip(" .,;:!?…")
    if not any(tokenize(searched)):
        return None
    if lexeme.type is LexemeType.PHRASE:
        searched = f'"{searched}"'
    return QueryNotice(notice_type, lexeme.typed.strip(), searched)


def _notice_type(lexeme: Lexeme) -> QueryNoticeType | None:
    wildcard = _WILDCARD.search(lexeme.text)
    if lexeme.type is LexemeType.PHRASE and wildcard:
        return QueryNoticeType.WILDCARD_IN_PHRASE
    if lexeme.type is LexemeType.WORD and wildcard:
        prefix = typed_prefix(lexeme.text)
        if prefix is None:
            is_star = wildcard.group() == "*"
            return QueryNoticeType.STAR if is_star else QueryNoticeType.QUESTION_MARK
        if len(prefix) < MIN_PREFIX:
            return QueryNoticeType.SHORT_PREFIX
    return QueryNoticeType.APPROXIMATION if lexeme.is_approximate else None


_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters and lone surrogates: XML forbids most of them."""

_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?: \d{3})+(?![\d,.])")
"""A number whose thousands are separated by ordinary spaces: the index has one term."""

_QUOTE = re.compile(r'["“”«»]')


def _with_code(root: Node, code: str) -> Node:
    """Match the words of a code, all of them, or its usual spelling."""
    if isinstance(root, And):
        root = replace(root, is_implicit=False)
    return Synonyms(root, (Alternative(Word(code), 1.0),))


def _parsed(
    typed: str, resolve: ResolveFilter, locale: Locale
) -> tuple[Node | None, tuple[QueryNotice, ...], bool]:
    """Return the tree of a text, its notices, and whether it is only plain words."""
    text = _THOUSANDS.sub(lambda match: match.group().replace(" ", ""), typed)
    quote = "" if _QUOTE.search(text) else '"'
    text = with_dates_in_words(text, locale, quote)
    lexemes = tuple(lex(text))
    notices, is_plain = NO_NOTICES, False
    try:
        root = parse(lexemes, resolve, is_quoted=not quote)
    except QuerySyntaxError:
        root, is_plain = plain_words(text), True
    else:
        notices = query_notices(lexemes) if root is not None else NO_NOTICES
    code = record_code(typed)
    if root is not None and code:
        root = _with_code(root, code)
    return root, notices, is_plain


def read_query(  # noqa: PLR0913  # one parameter for each part of a search
    text: str,
    resolve: ResolveFilter,
    *,
    locale: Locale,
    filters: tuple[Filter, ...] = (),
    sort: Sort = Sort.RELEVANCE,
    page: int = 1,
    max_passages: int = MAX_PASSAGES,
    is_expandable: bool = True,
) -> Query:
    """Parse a text and return it as a query with the filters.

    A text that can't be parsed is searched as plain words (`is_plain`).

    Raises:
        QueryError: the text is too long.
    """
    typed = " ".join(_UNPRINTABLE.sub(" ", text).split())
    if len(typed) > MAX_QUERY_CHARACTERS:
        raise QueryError(QueryFault.TOO_LONG, field="q")
    root, notices, is_plain = letters_only(typed), NO_NOTICES, False
    if root is None:
        root, notices, is_plain = _parsed(typed, resolve, locale)
    return Query(
        text=typed,
        root=root,
        locale=locale,
        filters=tuple(dict.fromkeys(filters)),
        sort=sort,
        page=page,
        max_passages=max_passages,
        is_plain=is_plain,
        notices=notices,
        is_expandable=is_expandable,
    )
