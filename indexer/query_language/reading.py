"""From what a visitor typed and chose to a `Query`."""

from __future__ import annotations

from indexer.analysis.thesaurus import Thesaurus
from indexer.errors import QueryError, QueryFault
from indexer.model.facets import Filter
from indexer.model.ids import Locale
from indexer.model.query import (
    MAX_PASSAGES,
    MAX_QUERY_CHARACTERS,
    Expansion,
    Query,
    Sort,
)
from indexer.query_language.parser import (
    QuerySyntaxError,
    ResolveFilter,
    parse,
    plain_words,
)


def read_query(  # noqa: PLR0913  # each is a part of what was asked
    text: str,
    resolve: ResolveFilter,
    *,
    locale: Locale,
    filters: tuple[Filter, ...] = (),
    sort: Sort = Sort.RELEVANCE,
    page: int = 1,
    max_passages: int = MAX_PASSAGES,
    thesaurus: Thesaurus | None = None,
) -> Query:
    """Read a text and put it with the filters beside it.

    With a thesaurus, the other names of its terms are searched too.

    Raises:
        QueryError: the text is too long to be searched.
    """
    typed = " ".join(text.replace("\x00", " ").split())
    if len(typed) > MAX_QUERY_CHARACTERS:
        raise QueryError(QueryFault.TOO_LONG, field="q")
    is_plain = False
    try:
        root = parse(typed, resolve)
    except QuerySyntaxError:
        root, is_plain = plain_words(typed), True
    expansions: tuple[Expansion, ...] = ()
    if thesaurus is not None and root is not None:
        root, expansions = thesaurus.expand(root)
    return Query(
        text=typed,
        root=root,
        locale=locale,
        filters=tuple(dict.fromkeys(filters)),
        sort=sort,
        page=page,
        max_passages=max_passages,
        is_plain=is_plain,
        is_expandable=thesaurus is not None,
        expansions=expansions,
    )
