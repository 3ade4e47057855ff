"""The list of records for programs: filters, a cursor, chosen fields, groups."""

import base64
import binascii
import hashlib
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from rapidfuzz.fuzz import ratio
from rapidfuzz.process import extractOne
from werkzeug.datastructures import MultiDict

from indexer.corpus.corpus import Corpus
from indexer.corpus.record_reader import natural_key
from indexer.errors import QueryError, QueryFault
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import And, FilterNode, Or, Query, Sort
from indexer.model.record import Record
from kb.api.serializers import Body, field_paths, record_body, record_fields
from kb.services.search_service import SearchService, visible_hits
from kb.web.licence import LICENCE_ID
from kb.web.search.facet_values import FacetVocabulary
from kb.web.search.request_query import query_from, read_number

CURSOR_PATTERN = r"^(\*|[A-Za-z0-9_-]*)$"
DEFAULT_PER_PAGE = 25
MAX_PER_PAGE = 200
MAX_RECORDS = 1_000_000
"""More than any index holds: all matches are put in order, then cut into pages."""

_KINDS = tuple(Kind)

FIRST = "*"
"""The cursor of the first page, as in the API of OpenAlex."""

PARAMETERS = (
    *("q", *FacetName, "sort", "expand"),
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
    """A request for a page of the list; `cursor` is empty for the first page."""

    query: Query
    per_page: int
    cursor: str
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
        query=replace(query, page_size=MAX_RECORDS, is_relaxable=False),
        per_page=_per_page(args.get("per_page", "")),
        cursor=_checked_cursor(args.get("cursor", "")),
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


def _checked_cursor(text: str) -> str:
    if not re.match(CURSOR_PATTERN, text):
        raise QueryError(QueryFault.MALFORMED_CURSOR, field="cursor", value=text[:80])
    return text


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
    records = _matching(asked.query, searches, corpus)
    start = _start(asked, [record.id for record in records])
    page = records[start : start + asked.per_page]
    end = start + len(page)
    is_last = end >= len(records)
    return {
        "meta": {
            "count": len(records),
            "per_page": asked.per_page,
            "next_cursor": None if is_last else _cursor(asked, end, page[-1].id),
            "license": LICENCE_ID,
        },
        "results": [
            selected_fields(record_body(each, corpus), asked.fields) for each in page
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


def _matching(
    query: Query, searches: SearchService, corpus: Corpus
) -> Sequence[Record]:
    hits = searches.search(query).hits
    records = [record for _, record in visible_hits(hits, corpus.records)]
    if _is_in_order_of_ids(query):
        records.sort(key=lambda each: _place(each.id))
    return records


def _is_in_order_of_ids(query: Query) -> bool:
    return query.root is None and query.sort is Sort.RELEVANCE


def _place(record: RecordId) -> tuple[int, object]:
    """Return the sort key of an id: that of the corpus."""
    return _KINDS.index(record.kind), natural_key(record.slug)


def _start(asked: ListRequest, ids: Sequence[RecordId]) -> int:
    """Return the position of the first record of a page.

    It follows the last record of the page before. If that record left the list, the
    page begins where it would be, or where it was if the order is another.
    """
    if asked.cursor in {"", FIRST}:
        return 0
    end, last = _read_cursor(asked)
    if _is_in_order_of_ids(asked.query):
        return bisect_right(ids, _place(last), key=_place)
    try:
        return ids.index(last) + 1
    except ValueError:
        return min(max(end - 1, 0), len(ids))


def _cursor(asked: ListRequest, end: int, last: RecordId) -> str:
    text = f"{end} {last} {_digest(asked.query)}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(asked: ListRequest) -> tuple[int, RecordId]:
    text = asked.cursor
    unknown = QueryError(QueryFault.BAD_CURSOR, field="cursor", value=text[:80])
    try:
        padded = text + "=" * (-len(text) % 4)
        decoded = base64.b64decode(padded, altchars=b"-_", validate=True).decode()
        position, last, digest = decoded.split(" ")
    except (binascii.Error, ValueError):
        raise unknown from None
    number, record = read_number(position), RecordId.parse(last)
    if number is None or record is None or digest != _digest(asked.query):
        raise unknown
    return number, record


def _digest(query: Query) -> str:
    """Return a digest of what a cursor belongs to: words, filters and order."""
    parts = (query.text, query.filters, query.sort, query.is_expandable, query.locale)
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()


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
