"""What the search engine indexes of a record: its words and its facet values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from indexer.model.dates import years_between
from indexer.model.document import Passage
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.places import Gazetteer, Place
from indexer.model.records import Deliverable, Edition, Event, Record

WORKSHOP = {Locale.FR: "atelier", Locale.EN: "workshop"}

KIND_NAMES = {
    Kind.DELIVERABLE: {Locale.FR: "livrable rapport", Locale.EN: "deliverable report"},
    Kind.PRACTICE: {Locale.FR: "pratique", Locale.EN: "practice"},
    Kind.RECOMMENDATION: {Locale.FR: "recommandation", Locale.EN: "recommendation"},
    Kind.NEED: {Locale.FR: "besoin", Locale.EN: "need"},
    Kind.EVENT: {Locale.FR: "événement", Locale.EN: "event"},
}
"""Keywords by kind, so that « pratiques en Espagne » matches practices."""


def indexed_record(
    record: Record,
    passages: Mapping[Locale, tuple[Passage, ...]],
    gazetteer: Gazetteer,
    fingerprint: str,
) -> IndexedRecord:
    """Return what is indexed of a record, given its passages.

    `fingerprint` changes with the content of the record.
    """
    start, end = record.period
    last = end or start
    return IndexedRecord(
        id=record.id,
        editions=tuple(
            IndexedEdition(
                locale=edition.locale,
                title=edition.title,
                summary=edition.summary,
                keywords=" · ".join(_keywords(record, edition, gazetteer)),
                passages=passages.get(edition.locale, ()),
                names=tuple(_names(record, edition)),
            )
            for edition in record.editions
        ),
        facets=_facets(record, gazetteer),
        date=str(last.first_day) if last is not None else "",
        fingerprint=fingerprint,
        places=_places(record, gazetteer),
    )


def _names(record: Record, edition: Edition) -> Iterator[str]:
    if isinstance(record, Deliverable) and record.code:
        yield record.code
    yield from edition.variants


def _places(record: Record, gazetteer: Gazetteer) -> tuple[Place, ...]:
    places = (place for slug in record.place_slugs for place in gazetteer.around(slug))
    return tuple({place.slug: place for place in places}.values())


def _keywords(record: Record, edition: Edition, gazetteer: Gazetteer) -> Iterator[str]:
    yield from edition.variants
    for slug in record.place_slugs:
        for place in gazetteer.around(slug):
            yield place.names[edition.locale]
    if isinstance(record, Deliverable):
        yield from filter(None, (record.code, record.original_title, record.lead))
        yield from record.authors
    if isinstance(record, Event) and record.number is not None:
        yield f"W{record.number}"
        yield f"{WORKSHOP[edition.locale]} {record.number}"
    if record.id.kind in KIND_NAMES:
        yield KIND_NAMES[record.id.kind][edition.locale]
    yield from filter(None, (edition.who, edition.host, edition.participants))
    for figure in edition.figures:
        yield f"{figure.value} {figure.label}"
    # Readers search for ids that they have seen cited: rec-16, n10.
    if record.id.kind is not Kind.TERM:
        yield record.id.slug


def _facets(record: Record, gazetteer: Gazetteer) -> dict[FacetName, tuple[str, ...]]:
    start, end = record.period
    values: dict[FacetName, tuple[str, ...]] = {
        FacetName.KIND: (record.id.kind.value,),
        FacetName.THEME: (
            (record.id.slug,) if record.id.kind is Kind.THEME else record.themes
        ),
        FacetName.AUDIENCE: tuple(
            audience.value for audience in record.audience_values
        ),
        FacetName.SOURCE: (record.firmness.value,)
        if record.firmness is not None
        else (),
        FacetName.PLACE: tuple(place.slug for place in _places(record, gazetteer)),
        FacetName.YEAR: tuple(str(year) for year in years_between(start, end)),
        FacetName.LOCALE: tuple(edition.locale.value for edition in record.editions),
    }
    return {
        facet: facet_values for facet, facet_values in values.items() if facet_values
    }
