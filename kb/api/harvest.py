"""The list of records for programs: filters, a cursor, chosen fields, groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne
from werkzeug.datastructures import MultiDict

from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import id_order
from indexer.errors import QueryError, QueryFault
from indexer.model.facets import FacetName
from indexer.model.ids import Locale, RecordId
from indexer.model.query import And, FilterNode, Or, Query, Sort
from kb.api.serializers import Body, field_paths, record_body, record_fields
from kb.services.search_service import SearchService, all_ids
from kb.web.cursor import Cursor, CursorPage, cursor_of, page_after, query_digest
from kb.web.licence import LICENCE_ID
from kb.web.search.facet_values import FacetVocabulary
from kb.web.search.request_query import query_from, read_number

DEFAULT_PER_PAGE = 25
MAX_PER_PAGE = 200

PARAMETERS = (
    *("q", *FacetName, "sort", "expand", "literal"),
    *("per_page", "cursor", "fields", "group_by", "hl"),
)

OTHER_NAMES = {
    **dict.fromkeys(("search", "query", "text"), "q"),
    **dict.fromkeys(("limit", "size", "rows", "count", "pagesize"), "per_page"),
    **dict.fromkeys(("page", "offset", "start", "next_cursor"), "cursor"),
    **dict.fromkeys(("select", "field"), "fields"),
    **dict.fromkeys(("facet", "facets", "group"), "group_by"),
    **dict.fromkeys(("order", "order_by", "orderby"), "sort"),
    **dict.fromkeys(("lang", "language"), "hl"),
    "type": "kind",
    "date": "year",
}
"""What other interfaces call our parameters."""


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A request for a page of the list; `cursor` is None for the first page."""

    query: Query
    per_page: int
    cursor: Cursor | None
    fields: tuple[str, ...]
    group_by: FacetName | None


def list_request(
    args: MultiDict[str, str], vocabulary: FacetVocabulary, *, locale: Locale
) -> ListRequest:
    """Parse the parameters; an empty one counts as absent.

    Raises:
        QueryError: a parameter is unknown, or has an unknown or malformed value.
    """
    for name in args:
        if name not in PARAMETERS:
            raise QueryError(
                QueryFault.UNKNOWN_PARAMETER, field=name, choices=_nearest(name)
            )
    query = query_from(args, vocabulary, locale=locale, max_passages=0)
    return ListRequest(
        query=replace(query, is_relaxable=False),
        per_page=_per_page(args.get("per_page", "")),
        cursor=cursor_of(args, query, count=3),
        fields=fields_parameter(args),
        group_by=_group(args.get("group_by", "")),
    )


def _nearest(name: str) -> tuple[str, ...]:
    """Return the parameter that was probably meant, or all of them."""
    if name.lower() in OTHER_NAMES:
        return (OTHER_NAMES[name.lower()],)
    best = extractOne(name.lower(), PARAMETERS, scorer=ratio, score_cutoff=70)
    return PARAMETERS if best is None else (str(best[0]),)


def _per_page(text: str) -> int:
    number = read_number(text) if text else DEFAULT_PER_PAGE
    if not number or number > MAX_PER_PAGE:
        raise QueryError(QueryFault.BAD_PER_PAGE, field="per_page", value=text[:80])
    return number


def fields_parameter(args: MultiDict[str, str]) -> tuple[str, ...]:
    """Return the fields that a request chooses; none if it wants them all.

    Raises:
        QueryError: there is no such field.
    """
    texts = args.getlist("fields")
    names = [name.strip() for text in texts for name in text.split(",")]
    for name in filter(None, names):
        if name not in field_paths():
            raise QueryError(
                QueryFault.UNKNOWN_CHOICE,
                field="fields",
                value=name[:80],
                choices=record_fields(),
            )
    return tuple(dict.fromkeys(filter(None, names)))


def _group(text: str) -> FacetName | None:
    named = next((facet for facet in FacetName if facet == text), None)
    if text and named is None:
        raise QueryError(
            QueryFault.UNKNOWN_CHOICE,
            field="group_by",
            value=text[:80],
            choices=tuple(FacetName),
        )
    return named


def list_body(
    asked: ListRequest,
    searches: SearchService,
    corpus: Corpus,
    vocabulary: FacetVocabulary,
) -> Body:
    """Return a page of the records that match all the words, or the counts of groups.

    Without words and order, the records are in the order of their ids, so that a
    harvest that lasts through changes misses none.

    Raises:
        QueryError: the cursor is not one of this list.
        IndexUnavailableError: there is no index to search.
    """
    if asked.group_by is not None:
        return _groups_body(asked, asked.group_by, searches, vocabulary)
    page = _page(asked, searches, corpus)
    return {
        "meta": {
            "count": len(page.of),
            "per_page": asked.per_page,
            "next_cursor": _next_cursor(asked, page),
            "license": LICENCE_ID,
        },
        "results": [
            selected_fields(record_body(corpus.records[each], corpus), asked.fields)
            for each in page.items
        ],
        "group_by": [],
    }


def _groups_body(
    asked: ListRequest,
    facet: FacetName,
    searches: SearchService,
    vocabulary: FacetVocabulary,
) -> Body:
    """Return how many of the matching records have each value of a facet."""
    query = replace(_with_inner_filters(asked.query, facet), page_size=1)
    results = searches.search(query)
    groups = [
        {
            "key": each.value,
            "key_display_name": vocabulary.label(facet, each.value, query.locale),
            "count": each.count,
        }
        for each in results.facets.get(facet, ())
        if each.count
    ]
    return {
        "meta": {
            "count": results.total,
            "per_page": asked.per_page,
            "next_cursor": None,
            "license": LICENCE_ID,
        },
        "results": [],
        "group_by": groups,
    }


def _with_inner_filters(query: Query, facet: FacetName) -> Query:
    """Return the query with the filters of a facet among its words.

    The engine counts the values of a facet without its own filters, since a page shows
    what each choice would add; a group counts only records of the list.
    """
    own = tuple(FilterNode(each) for each in query.filters if each.facet is facet)
    if not own:
        return query
    others = tuple(each for each in query.filters if each.facet is not facet)
    nodes = (Or(own),) if query.root is None else (query.root, Or(own))
    return replace(query, root=And(nodes), filters=others)


def _page(
    asked: ListRequest, searches: SearchService, corpus: Corpus
) -> CursorPage[RecordId]:
    """Return the page that follows the last record of the page before.

    In the order of ids, that record need not be in the list any more. In another order,
    the page then begins where the record was.
    """
    ids: Sequence[RecordId] = searches.search(all_ids(asked.query)).ids
    is_by_id = asked.query.root is None and asked.query.sort is Sort.RELEVANCE
    if is_by_id:
        found = set(ids)
        ids = [record for record in corpus.records if record in found]
    else:
        ids = [record for record in ids if record in corpus.records]
    if asked.cursor is None:
        return CursorPage(ids, 0, asked.per_page)
    end, last = _position(asked.cursor)
    if is_by_id:
        place = id_order(last)
        return page_after(ids, place, size=asked.per_page, key=id_order)
    try:
        start = ids.index(last) + 1
    except ValueError:
        start = min(max(end - 1, 0), len(ids))
    return CursorPage(ids, start, asked.per_page)


def _position(cursor: Cursor) -> tuple[int, RecordId]:
    """Return how many records are before a page, and the last of them.

    Raises:
        QueryError: the cursor has another form.
    """
    position, text, _digest = cursor.parts
    number, record = read_number(position), RecordId.parse(text)
    if number is None or record is None:
        raise QueryError(QueryFault.BAD_CURSOR, field="cursor", value=cursor.text[:80])
    return number, record


def _next_cursor(asked: ListRequest, page: CursorPage[RecordId]) -> str | None:
    if page.last is None:
        return None
    parts = (str(page.end), str(page.last), query_digest(asked.query))
    return Cursor(parts).text


def selected_fields(body: Body, paths: Sequence[str]) -> Body:
    """Return a body with the named fields only; all of it without names."""
    if not paths:
        return body
    selected: Body = {}
    for path in paths:
        _copy_field(body, selected, path.split("."))
    return selected


def _copy_field(source: Any, target: Body, names: Sequence[str]) -> None:
    name, *rest = names
    if not isinstance(source, Mapping) or name not in source:
        return
    if not rest:
        target[name] = source[name]
        return
    _copy_field(source[name], target.setdefault(name, {}), rest)
