"""What the search engine indexes of a record: its words and its facet values."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from indexer.analysis.record_codes import record_code
from indexer.analysis.text_dates import date_in_words
from indexer.model.document import Passage
from indexer.model.edition import Edition
from indexer.model.facets import FacetFacts, FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord
from indexer.model.places import Gazetteer, Place
from indexer.model.record import Record
from indexer.model.record_parts import Figure, TownReport
from indexer.model.records import Event
from indexer.model.schema.field import Field, Search, Shape
from indexer.model.schema.kinds import SCHEMAS

_WORDED = {Shape.TEXT, Shape.TEXTS, Shape.ITEMS}
"""The types of fields whose values are words of the reader's language, or names."""

_WORKSHOP = {Locale.FR: "atelier", Locale.EN: "workshop"}

_KIND_NAMES = {
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
    *,
    version: str = "",
    needs: Iterable[RecordId] = (),
) -> IndexedRecord:
    """Return what is indexed of a record, given its passages.

    `fingerprint` changes with all that is indexed of the record, and `version` with its
    content; `needs` are the needs that the record answers.
    """
    around = [place for slug in record.place_slugs for place in gazetteer.around(slug)]
    places = tuple({place.slug: place for place in around}.values())
    schema = SCHEMAS[record.id.kind]
    name = {Search.NAME}
    names = tuple(_declared(schema.facts, record, name))
    return IndexedRecord(
        id=record.id,
        editions=tuple(
            IndexedEdition(
                locale=edition.locale,
                title=edition.title,
                summary=edition.summary,
                keywords=" · ".join(filter(None, _keywords(record, edition, around))),
                questions="\n".join((*edition.questions, *edition.search_only)),
                passages=passages.get(edition.locale, ()),
                names=(*names, *_declared(schema.words, edition, name)),
            )
            for edition in record.editions
        ),
        facets=_facets(record, places, needs),
        date=record.sort_date,
        fingerprint=fingerprint,
        places=places,
        version=version,
    )


def _keywords(
    record: Record, edition: Edition, places: Iterable[Place]
) -> Iterator[str]:
    locale = edition.locale
    schema = SCHEMAS[record.id.kind]
    searched = {Search.NAME, Search.KEYWORD}
    yield from edition.variants
    yield from (place.names[locale] for place in places)
    yield from _declared(schema.facts, record, searched)
    if isinstance(record, Event) and record.number is not None:
        yield f"W{record.number}"
        yield f"{_WORKSHOP[locale]} {record.number}"
    if record.id.kind in _KIND_NAMES:
        yield _KIND_NAMES[record.id.kind][locale]
    yield from _declared(schema.words, edition, searched - {Search.NAME})
    # Readers search for ids that they have seen cited: rec-16, n10.
    if record.id.kind is not Kind.TERM:
        yield record.id.slug
        yield record_code(record.id.slug)
    for date in dict.fromkeys(record.period):
        if date is not None and date.month is not None:
            yield date_in_words(date, locale)


def _declared(
    fields: Iterable[Field], owner: Record | Edition, searched: Collection[Search]
) -> Iterator[str]:
    """Yield the texts of the fields that are searched in one of these ways."""
    for field in fields:
        if field.search not in searched or field.type not in _WORDED:
            continue
        value = getattr(owner, field.attribute)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Figure):
                yield f"{item.value} {item.label}"
            elif isinstance(item, TownReport):
                yield item.town
            elif item:
                yield item


def _facets(
    record: Record, places: Iterable[Place], needs: Iterable[RecordId]
) -> dict[FacetName, tuple[str, ...]]:
    facts = FacetFacts(
        record,
        tuple(place.slug for place in places),
        tuple(need.slug for need in needs),
    )
    values = {name: name.indexed(facts) for name in FacetName}
    return {name: of_facet for name, of_facet in values.items() if of_facet}
