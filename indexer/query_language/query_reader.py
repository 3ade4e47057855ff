"""Builds a `Query` from the typed text and the chosen filters."""

from __future__ import annotations

import re

from indexer.errors import QueryError, QueryFault
from indexer.model.facets import Filter
from indexer.model.ids import Locale
from indexer.model.query import (
    MAX_PASSAGES,
    MAX_QUERY_CHARACTERS,
    Query,
    QueryNotice,
    Sort,
)
from indexer.query_language.lexer import lex
from indexer.query_language.notices import query_notices
from indexer.query_language.parser import (
    QuerySyntaxError,
    ResolveFilter,
    parse,
    plain_words,
)

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters and lone surrogates: XML forbids most of them."""

_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?: \d{3})+(?![\d,.])")
"""A number whose thousands are separated by ordinary spaces: the index has one term."""


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
    lexemes = tuple(lex(parsed))
    notices: tuple[QueryNotice, ...] = ()
    is_plain = False
    try:
        root = parse(lexemes, resolve)
    except QuerySyntaxError:
        root, is_plain = plain_words(parsed), True
    else:
        notices = query_notices(lexemes) if root is not None else ()
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
