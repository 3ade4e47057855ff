"""Notices: the parts of a query that are searched otherwise than they were typed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.analysis.tokens import tokenize
from indexer.model.query import QueryNotice, QueryNoticeType
from indexer.query_language.lexer import Lexeme, LexemeType
from indexer.query_language.prefixes import MIN_PREFIX, typed_prefix

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
