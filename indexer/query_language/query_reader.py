"""Builds a `Query` from the typed text and the chosen filters."""

import re
from collections.abc import Iterable
from dataclasses import replace

from indexer.analysis.record_codes import record_code
from indexer.analysis.text_dates import with_dates_in_words
from indexer.analysis.tokens import tokenize
from indexer.errors import QueryError, QueryFault
from indexer.model.facets import Filter
from indexer.model.ids import Locale
from indexer.model.query import (
    MAX_PASSAGES,
    MAX_QUERY_CHARACTERS,
    Alternative,
    And,
    Node,
    Query,
    QueryNotice,
    QueryNoticeType,
    Sort,
    Synonyms,
    Word,
)
from indexer.query_language.lexer import (
    MIN_PREFIX,
    Lexeme,
    LexemeType,
    lex,
    typed_prefix,
)
from indexer.query_language.parser import (
    QuerySyntaxError,
    ResolveFilter,
    parse,
    plain_words,
)

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
    searched = " ".join(_WILDCARD.sub(" ", lexeme.text).split()).strip(" .,;:!?…")
    if notice_type is None or not any(tokenize(searched)):
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
    parsed = _THOUSANDS.sub(lambda match: match.group().replace(" ", ""), typed)
    quote = "" if _QUOTE.search(parsed) else '"'
    parsed = with_dates_in_words(parsed, locale, quote)
    lexemes = tuple(lex(parsed))
    notices: tuple[QueryNotice, ...] = ()
    is_plain = False
    try:
        root = parse(lexemes, resolve)
    except QuerySyntaxError:
        root, is_plain = plain_words(parsed), True
    else:
        notices = query_notices(lexemes) if root is not None else ()
    code = record_code(typed)
    if root is not None and code:
        root = _with_code(root, code)
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
