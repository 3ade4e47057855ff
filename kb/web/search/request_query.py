"""Parses the parameters of a search into a `Query`, and explains how it was read."""

from collections.abc import Iterator
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from indexer.errors import QueryError, QueryFault
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale
from indexer.model.problems import Message, message
from indexer.model.query import MAX_PASSAGES, Query, QueryNotice, QueryNoticeType, Sort
from indexer.model.readings import ReadingName
from indexer.query_language.query_reader import read_query
from kb.web.search.facet_values import FacetVocabulary

MAX_PAGE_DIGITS = 6
MAX_FILTERS = 50

EnumT = TypeVar("EnumT", bound=StrEnum)


def query_from(
    args: MultiDict[str, str],
    vocabulary: FacetVocabulary,
    *,
    locale: Locale,
    max_passages: int = MAX_PASSAGES,
) -> Query:
    """Parse the parameters of a search; an empty parameter counts as absent.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
    """
    query = read_query(
        args.get("q", ""),
        vocabulary.resolve,
        locale=locale,
        filters=_filters(args, vocabulary),
        sort=sort_parameter(args),
        page=_page(args.get("page", "")),
        max_passages=max_passages,
        is_expandable=not _is_no(args.get("expand", "")),
    )
    return vocabulary.understanding.applied(query, [*_literal(args)])


def locale_parameter(
    args: MultiDict[str, str], name: str, *, default: Locale
) -> Locale:
    """Return the language that a parameter names, or the default if it is absent.

    Raises:
        QueryError: it is neither `fr` nor `en`.
    """
    return _choice(args, name, default, QueryFault.BAD_LOCALE)


def sort_parameter(args: MultiDict[str, str]) -> Sort:
    """Return the sort order that the parameters name; by relevance if it is absent.

    Raises:
        QueryError: it is not a sort order.
    """
    return _choice(args, "sort", Sort.RELEVANCE, QueryFault.BAD_SORT)


def _choice(
    args: MultiDict[str, str], name: str, default: EnumT, fault: QueryFault
) -> EnumT:
    text = args.get(name, "")
    try:
        return type(default)(text) if text else default
    except ValueError:
        choices = tuple(type(default))
        raise QueryError(fault, field=name, value=text[:80], choices=choices) from None


def _is_no(text: str) -> bool:
    if text not in {"", "no"}:
        raise QueryError(
            QueryFault.UNKNOWN_VALUE, field="expand", value=text[:80], choices=("no",)
        )
    return text == "no"


def _filters(
    args: MultiDict[str, str], vocabulary: FacetVocabulary
) -> tuple[Filter, ...]:
    filters = []
    for facet in FacetName:
        for text in args.getlist(facet.value)[:MAX_FILTERS]:
            if not text:
                continue
            value = vocabulary.resolve(facet, text)
            if value is None:
                raise QueryError(
                    QueryFault.UNKNOWN_VALUE,
                    field=facet.value,
                    value=text[:80],
                    choices=vocabulary.listed_values(facet),
                )
            filters.append(Filter(facet, value))
    return tuple(filters)


def _literal(args: MultiDict[str, str]) -> Iterator[str]:
    """Yield the keys of the readings that a reader took back, such as `place:nice`."""
    for text in filter(None, args.getlist("literal")[:MAX_FILTERS]):
        name, _, value = text.partition(":")
        if name not in {*ReadingName} or not value:
            raise QueryError(
                QueryFault.UNKNOWN_VALUE,
                field="literal",
                value=text[:80],
                choices=tuple(f"{each}:…" for each in ReadingName),
            )
        yield text[:80]


def _page(text: str) -> int:
    number = page_number(text) if text else 1
    if number is None:
        raise QueryError(QueryFault.BAD_PAGE, field="page", value=text[:80])
    return number


def page_number(text: str) -> int | None:
    """Return the page number that a parameter contains, from 1 on, or None."""
    return read_number(text) or None


def read_number(text: str, *, max_digits: int = MAX_PAGE_DIGITS) -> int | None:
    """Return the whole number that a parameter contains; None for any other text."""
    is_number = text.isascii() and text.isdigit() and len(text) <= max_digits
    return int(text) if is_number else None


_SENTENCES = {
    QueryNoticeType.SHORT_PREFIX: message(
        "A star must follow at least two letters: “%(typed)s” was searched as "
        "“%(searched)s”."
    ),
    QueryNoticeType.STAR: message(
        "A star can only replace the end of a word: “%(typed)s” was searched as "
        "“%(searched)s”."
    ),
    QueryNoticeType.QUESTION_MARK: message(
        "The sign ? cannot replace a letter: “%(typed)s” was searched as "
        "“%(searched)s”."
    ),
    QueryNoticeType.WILDCARD_IN_PHRASE: message(
        "The signs * and ? have no effect between quotation marks: %(typed)s was "
        "searched as %(searched)s."
    ),
    QueryNoticeType.APPROXIMATION: message(
        "The sign ~ is not supported: %(typed)s was searched as %(searched)s."
    ),
    QueryNoticeType.LONE_QUOTE: message(
        "A quotation mark is missing: the single one was ignored, and delimits no "
        "exact phrase."
    ),
}


def notice_message(notice: QueryNotice) -> Message:
    """Return the sentence of a notice, for the catalog to translate."""
    values = {"typed": notice.typed, "searched": notice.searched}
    template = _SENTENCES[notice.type].template
    return Message(template, values if notice.searched else {})
