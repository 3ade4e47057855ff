"""The map itself: one mark per record, in clusters with their names."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import ngettext

from indexer.model.record import Record
from kb.public.maps.geometry import (
    CLOSE,
    MAP_FRAME,
    Box,
    Cluster,
    Position,
    around,
    clusters_of,
    joined_clusters,
    moved_apart,
    sites_of,
)
from kb.public.maps.marks import MARK_SIZE, RecordMark, marks_of, records_per_mark
from kb.public.maps.name_placement import Label, Name, names_with_room, placed_names
from kb.web.page_content import PageContent

PITCH = MARK_SIZE + 1
GAP = 1.5
LARGE_TEXT, SMALL_TEXT = 16.0, 11.0
"""On a phone the map has 0.7 pixels per unit: only large names are written there."""

ALL_NAMED_UP_TO = 2
"""A cluster of so many places bears all their names, a larger one only the first."""


@dataclass(frozen=True, slots=True)
class PlacedMark:
    """A mark, and where it stands."""

    mark: RecordMark
    at: Position


@dataclass(frozen=True, slots=True)
class ClusterView:
    """The marks of places that lie close, and their name.

    `title` names all the places; `anchor` is that of their country in the list.
    """

    title: str
    anchor: str
    marks: tuple[PlacedMark, ...]
    name: Name | None
    is_minor: bool


@dataclass(frozen=True, slots=True)
class Atlas:
    """The map of the page; each mark stands for at most `per_mark` records."""

    view_box: str
    clusters: tuple[ClusterView, ...]
    per_mark: int


def atlas_of(records: Iterable[Record], content: PageContent) -> Atlas:
    """Return the map of records; a cluster without room for its name joins another."""
    clusters = clusters_of(sites_of(records, content.corpus.gazetteer), CLOSE)
    while True:
        atlas = _atlas(clusters, content)
        views = atlas.clusters
        nameless = [n for n, view in enumerate(views) if view.name is None]
        if not nameless or len(clusters) == 1:
            return atlas
        clusters = joined_clusters(clusters, nameless)


def _atlas(clusters: Sequence[Cluster], content: PageContent) -> Atlas:
    gazetteer = content.corpus.gazetteer
    records_of = [cluster.records for cluster in clusters]
    per_mark = records_per_mark(sum(map(len, records_of)))
    marks = [_sorted_marks(own, content, per_mark) for own in records_of]
    boxes = moved_apart(
        [_box(cluster, len(own)) for cluster, own in zip(clusters, marks, strict=True)],
        gap=GAP,
    )
    names = _names(clusters, boxes, content.locale)
    return Atlas(
        MAP_FRAME.view_box,
        tuple(
            ClusterView(
                title=", ".join(s.place.names[content.locale] for s in cluster.sites),
                anchor=[*gazetteer.around(cluster.sites[0].place.slug)][-1].slug,
                marks=tuple(_placed(own, box)),
                name=name,
                is_minor=is_minor,
            )
            for cluster, own, box, (name, is_minor) in zip(
                clusters, marks, boxes, names, strict=True
            )
        ),
        per_mark,
    )


def _columns(marks: int) -> int:
    return math.ceil(math.sqrt(marks))


def _box(cluster: Cluster, marks: int) -> Box:
    """Return the rectangle that the marks of a cluster need, in rows and columns."""
    columns = _columns(marks)
    rows = math.ceil(marks / columns)
    return around(cluster.at.x, cluster.at.y, columns * PITCH, rows * PITCH)


def _sorted_marks(
    records: Iterable[Record], content: PageContent, per_mark: int
) -> list[RecordMark]:
    """Return the marks of a cluster, practices first, then by theme."""
    return sorted(
        marks_of(records, content, per_mark),
        key=lambda mark: (mark.is_event, mark.css_class),
    )


def _placed(marks: Sequence[RecordMark], box: Box) -> Iterator[PlacedMark]:
    columns = _columns(len(marks))
    for n, mark in enumerate(marks):
        row, column = divmod(n, columns)
        yield PlacedMark(
            mark,
            Position(
                round(box.left + (column + 0.5) * PITCH, 1),
                round(box.top + (row + 0.5) * PITCH, 1),
            ),
        )


def _names(
    clusters: Sequence[Cluster], boxes: Sequence[Box], locale: str
) -> tuple[tuple[Name | None, bool], ...]:
    """Return the name of each cluster, and whether it is too long for a phone."""
    labels = [
        Label(_text(cluster, locale), box, short=_short_text(cluster, locale))
        for cluster, box in zip(clusters, boxes, strict=True)
    ]
    names = max(
        (_names_in_order(labels, order) for order in _orders(labels)),
        key=lambda names: sum(name is not None for name in names),
    )
    has_room = names_with_room(names, MAP_FRAME, size=LARGE_TEXT, taken=boxes)
    return tuple((name, not fits) for name, fits in zip(names, has_room, strict=True))


def _orders(labels: Sequence[Label]) -> Iterator[list[int]]:
    """Yield the orders in which names may choose: one of them names most places."""
    numbers = range(len(labels))
    yield list(numbers)
    yield sorted(numbers, key=lambda n: -labels[n].marks.width)
    yield sorted(numbers, key=lambda n: len(labels[n].text))
    yield sorted(numbers, key=lambda n: labels[n].marks.left)
    yield sorted(numbers, key=lambda n: -labels[n].marks.left)
    yield sorted(numbers, key=lambda n: labels[n].marks.top)
    yield sorted(numbers, key=lambda n: -labels[n].marks.top)


def _names_in_order(labels: Sequence[Label], order: Sequence[int]) -> list[Name | None]:
    names = placed_names([labels[n] for n in order], MAP_FRAME, size=SMALL_TEXT)
    by_number = dict(zip(order, names, strict=True))
    return [by_number[n] for n in range(len(labels))]


def _text(cluster: Cluster, locale: str) -> str:
    names = [site.place.names[locale] for site in cluster.sites]
    if len(names) <= ALL_NAMED_UP_TO:
        return ", ".join(names)
    return ngettext(
        "%(place)s and %(num)s other",
        "%(place)s and %(num)s others",
        len(names) - 1,
        place=names[0],
    )


def _short_text(cluster: Cluster, locale: str) -> str:
    name, others = cluster.sites[0].place.names[locale], len(cluster.sites) - 1
    return f"{name} + {others}" if others else name
