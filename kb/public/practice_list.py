"""The groups of the list of practices, in the orders that a visitor chooses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext as _

from indexer.analysis.normalization import fold
from indexer.extraction.indexed_records import practice_facets
from indexer.model.query import Sort
from indexer.model.records import Record
from indexer.search.sort_scales import SORT_SCALES, SortScale
from kb.public.list_groups import ListGroup
from kb.public.list_rows import folded_rows
from kb.web.facet_values import vocabulary_of
from kb.web.page_content import PageContent


def practice_groups(
    practices: Iterable[Record], sort: Sort, content: PageContent
) -> tuple[ListGroup, ...]:
    """Return practices by value of a scale, or by title or date in one group.

    In a value of a scale the latest practice comes first.
    """
    # The title of a practice begins with its place.
    by_title = sorted(
        practices, key=lambda each: fold(each.edition(content.locale).title)
    )
    by_date = sorted(by_title, key=lambda each: each.sort_date, reverse=True)
    if sort in SORT_SCALES:
        return tuple(_by_value(by_date, SORT_SCALES[sort], content))
    ordered = by_title if sort is Sort.TITLE else by_date
    return (ListGroup("", "all", *folded_rows(ordered, content, shown=len(ordered))),)


def _by_value(
    practices: Sequence[Record], scale: SortScale, content: PageContent
) -> Iterator[ListGroup]:
    """Yield the practices of each value of a scale, then those without a value."""
    vocabulary = vocabulary_of(content.corpus)
    labels = [
        *(vocabulary.label(scale.facet, each, content.locale) for each in scale.values),
        _("Not known"),
    ]
    for rank, label in enumerate(labels):
        own = [
            practice
            for practice in practices
            if scale.rank(practice_facets(practice).get(scale.facet, ())) == rank
        ]
        if own:
            yield ListGroup(
                label, f"{scale.facet}-{rank + 1}", *folded_rows(own, content)
            )
