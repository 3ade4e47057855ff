"""The tabs of the results, one for each kind, and the choice of a kind in the box."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.query import Query
from indexer.model.results import ResultPage
from kb.web.labels import NAVIGATION, SECTIONS
from kb.web.listed_results import chosen_kinds
from kb.web.urls import query_url

_KINDS = (*NAVIGATION, Kind.PAGE)


@dataclass(frozen=True, slots=True)
class KindTab:
    """A kind and the number of its results; without any, it has no address."""

    label: str
    count: int
    url: str
    is_current: bool


def kind_tabs(
    query: Query, results: ResultPage, *, all_total: int
) -> tuple[KindTab, ...]:
    """Return a tab for all kinds, then one for each kind; for pages if there are any.

    `all_total` is the number of results without a filter on kinds.
    """
    counts = {each.value: each.count for each in results.facets[FacetName.KIND]}
    chosen = chosen_kinds(query)
    others = tuple(each for each in query.filters if each.facet is not FacetName.KIND)
    tabs = [KindTab(_("All"), all_total, query_url(query, filters=others), not chosen)]
    for kind in _KINDS:
        count, is_current = counts.get(kind.value, 0), kind.value in chosen
        if kind is Kind.PAGE and not count and not is_current:
            continue
        filters = (*others, Filter(FacetName.KIND, kind.value))
        url = query_url(query, filters=filters) if count or is_current else ""
        tabs.append(KindTab(str(SECTIONS[kind]), count, url, is_current))
    return tuple(tabs)


def scopes(query: Query) -> tuple[tuple[str, str, bool], ...]:
    """Return the kinds to search in: value, label and whether it is the current one."""
    chosen = chosen_kinds(query)
    current = next(iter(chosen)) if len(chosen) == 1 else ""
    return (
        ("", _("All"), not current),
        *(
            (kind.value, str(SECTIONS[kind]), kind.value == current)
            for kind in NAVIGATION
        ),
    )
