"""From what a visitor typed and chose to a `Query`."""

from __future__ import annotations

import re

from indexer.errors import QueryError, QueryFault
from indexer.model.facets import Filter
from indexer.model.ids import Locale
from indexer.model.query import (
    MAX_PASSAGES,
    MAX_QUERY_CHARACTERS,
    Query,
    Sort,
)
from indexer.query_language.parser import (
    QuerySyntaxError,
    ResolveFilter,
    parse,
    plain_words,
)

# Control characters and lone surrogates: no word holds them, no XML may.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# Thousands typed with ordinary spaces are one number, as they are in our texts.
_THOUSANDS = re.compile(r"(?<![\d,.])\d{1,3}(?: \d{3})+(?![\d,.])")


def read_query(  # noqa: PLR0913  # each is a part of what was asked
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
    """Read a text and put it with the filters beside it.

    Unless it is not to be expanded, the other names of what was typed are searched too.

    Raises:
        QueryError: the text is too long to be searched.
    """
    typed = " ".join(_UNPRINTABLE.sub(" ", text).split())
    if len(typed) > MAX_QUERY_CHARACTERS:
        raise QueryError(QueryFault.TOO_LONG, field="q")
    is_plain = False
    try:
        root = parse(_joined_thousands(typed), resolve)
    except QuerySyntaxError:
        root, is_plain = plain_words(_joined_thousands(typed)), True
    return Query(
        text=typed,
        root=root,
        locale=locale,
        filters=tuple(dict.fromkeys(filters)),
        sort=sort,
        page=page,
        max_passages=max_passages,
        is_plain=is_plain,
        is_expandable=is_expandable,
    )


def _joined_thousands(text: str) -> str:
    return _THOUSANDS.sub(lambda found: found.group().replace(" ", ""), text)
