"""The formats of OAI-PMH: Dublin Core, and the DataCite kernel 4.

Rules: https://www.openarchives.org/OAI/2.0/oai_dc.xsd, and the DataCite Metadata Schema
4.5, of which `:unav` stands for a required value that is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import ALL_THEMES, Deliverable, Record
from kb.citations.cited_work import (
    ResourceType,
    creators_of,
    publisher_of,
    resource_date,
    resource_languages,
    resource_type,
)
from kb.feeds.oai.xml import Element, add_child, root_element
from kb.web.labels import KINDS
from kb.web.licence import LICENCE_NAME, LICENCE_URL
from kb.web.records.file_links import file_url, media_type
from kb.web.urls import absolute, record_url

DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
DATACITE = "http://datacite.org/schema/kernel-4"
DATACITE_SCHEMA = "http://schema.datacite.org/meta/kernel-4.5/metadata.xsd"
UNKNOWN = ":unav"

_GENERAL_TYPES = {
    ResourceType.REPORT: "Report",
    ResourceType.ARTICLE: "JournalArticle",
    ResourceType.EVENT: "Event",
    ResourceType.TEXT: "Text",
}


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    """A format: its prefix, namespace and schema, and how a record is written in it."""

    prefix: str
    namespace: str
    schema: str
    write: Callable[[Record, Corpus], Element]


def dublin_core(record: Record, corpus: Corpus) -> Element:
    """Return a record in Dublin Core; texts say their language."""
    root = root_element(OAI_DC, "dc", OAI_DC_SCHEMA, "oai_dc", dc=DC)
    for name, text, lang in (
        *_descriptive(record, corpus),
        *_technical(record),
        *_relations(record, corpus),
    ):
        if text:
            add_child(root, name, text, lang=lang).tag = f"{{{DC}}}{name}"
    return root


def _descriptive(record: Record, corpus: Corpus) -> Iterator[tuple[str, str, str]]:
    """Yield the elements that say what a record is about: name, text, language."""
    yield from (("title", *each) for each in _titles(record))
    yield from (("creator", each.inverted, "") for each in creators_of(record))
    yield from (("subject", *each) for each in _subjects(record, corpus))
    for edition in record.editions:
        yield "description", edition.summary, edition.locale.value
    for slug in record.place_slugs:
        for locale, name in corpus.gazetteer[slug].names.items():
            yield "coverage", name, locale


def _technical(record: Record) -> Iterator[tuple[str, str, str]]:
    """Yield the elements on publication, type, format and rights."""
    yield "publisher", publisher_of(record), ""
    yield "date", str(resource_date(record) or ""), ""
    yield "type", resource_type(record).value, ""
    yield from (("format", each, "") for each in _media_types(record))
    yield from (("language", each, "") for each in resource_languages(record))
    if not isinstance(record, Deliverable):
        yield "rights", LICENCE_URL, ""


def _relations(record: Record, corpus: Corpus) -> Iterator[tuple[str, str, str]]:
    """Yield the addresses of a record, its sources and what it links to."""
    yield from (("identifier", each, "") for each in _addresses(record))
    yield from (("source", each.url, "") for each in record.sources)
    yield from (("relation", each, "") for each in _linked(record, corpus))


def datacite(record: Record, corpus: Corpus) -> Element:
    """Return a record in the DataCite kernel; its identifier is its address."""
    root = root_element(DATACITE, "resource", DATACITE_SCHEMA)
    first, *other_addresses = _addresses(record)
    add_child(root, "identifier", first, identifierType="URL")
    _add_creators(root, record)
    _add_titles(root, record)
    add_child(root, "publisher", publisher_of(record) or UNKNOWN)
    _add_dates(root, record)
    general = _GENERAL_TYPES[resource_type(record)]
    kind = KINDS[record.id.kind].text(Locale.EN)
    add_child(root, "resourceType", kind, resourceTypeGeneral=general)
    _add_list(root, "subjects", "subject", _subjects(record, corpus))
    for language in resource_languages(record)[:1]:
        add_child(root, "language", language)
    others = add_child(root, "alternateIdentifiers")
    for url in other_addresses:
        add_child(others, "alternateIdentifier", url, alternateIdentifierType="URL")
    _add_related(root, record, corpus)
    _add_list(root, "formats", "format", ((each, "") for each in _media_types(record)))
    if not isinstance(record, Deliverable):
        rights = add_child(root, "rightsList")
        add_child(rights, "rights", LICENCE_NAME, rightsURI=LICENCE_URL)
    _add_abstracts(root, record)
    _add_places(root, record, corpus)
    return root


def _add_titles(root: Element, record: Record) -> None:
    titles = add_child(root, "titles")
    (first, language), *others = _titles(record)
    add_child(titles, "title", first, lang=language)
    for text, lang in others:
        title_type = "AlternativeTitle" if lang == language else "TranslatedTitle"
        add_child(titles, "title", text, lang=lang, titleType=title_type)


def _add_dates(root: Element, record: Record) -> None:
    """Append the year and the dates; without a date, the year of the last change."""
    date = resource_date(record)
    year = date.year if date is not None else record.updated.year
    add_child(root, "publicationYear", str(year))
    dates = add_child(root, "dates")
    if date is not None:
        is_event = resource_type(record) is ResourceType.EVENT
        add_child(dates, "date", str(date), dateType="Other" if is_event else "Issued")
    add_child(dates, "date", record.updated.isoformat(), dateType="Updated")


def _add_abstracts(root: Element, record: Record) -> None:
    descriptions = add_child(root, "descriptions")
    for each in record.editions:
        add_child(
            descriptions,
            "description",
            each.summary,
            lang=each.locale.value,
            descriptionType="Abstract",
        )


FORMATS: Mapping[str, MetadataFormat] = {
    each.prefix: each
    for each in (
        MetadataFormat("oai_dc", OAI_DC, OAI_DC_SCHEMA, dublin_core),
        MetadataFormat("datacite", DATACITE, DATACITE_SCHEMA, datacite),
    )
}


def _add_creators(root: Element, record: Record) -> None:
    creators = add_child(root, "creators")
    for each in creators_of(record):
        is_person = bool(each.given)
        creator = add_child(creators, "creator")
        name_type = "Personal" if is_person else "Organizational"
        add_child(creator, "creatorName", each.inverted, nameType=name_type)
        if is_person:
            add_child(creator, "givenName", each.given)
            add_child(creator, "familyName", each.family)
    if not len(creators):
        add_child(add_child(creators, "creator"), "creatorName", UNKNOWN)


def _add_list(
    root: Element, name: str, item: str, texts: Iterator[tuple[str, str]]
) -> None:
    """Append a list; an empty one is left out."""
    parent = add_child(root, name)
    for text, lang in texts:
        add_child(parent, item, text, lang=lang)
    if not len(parent):
        root.remove(parent)


def _add_related(root: Element, record: Record, corpus: Corpus) -> None:
    sources = [(each.url, "IsDerivedFrom") for each in record.sources if each.url]
    links = [(each, "References") for each in _linked(record, corpus)]
    if sources or links:
        parent = add_child(root, "relatedIdentifiers")
        for url, relation in (*sources, *links):
            add_child(
                parent,
                "relatedIdentifier",
                url,
                relatedIdentifierType="URL",
                relationType=relation,
            )


def _add_places(root: Element, record: Record, corpus: Corpus) -> None:
    if not record.place_slugs:
        return
    locations = add_child(root, "geoLocations")
    for slug in record.place_slugs:
        place = corpus.gazetteer[slug]
        location = add_child(locations, "geoLocation")
        add_child(location, "geoLocationPlace", place.names[Locale.EN.value])
        point = add_child(location, "geoLocationPoint")
        add_child(point, "pointLongitude", str(place.longitude))
        add_child(point, "pointLatitude", str(place.latitude))


def _titles(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the titles, each once, with their language: first that on a cover."""
    seen = set()
    if isinstance(record, Deliverable) and record.original_title:
        seen.add(record.original_title.casefold())
        language = record.language.value if record.language is not None else ""
        yield record.original_title, language
    for edition in record.editions:
        if edition.title.casefold() not in seen:
            seen.add(edition.title.casefold())
            yield edition.title, edition.locale.value


def _subjects(record: Record, corpus: Corpus) -> Iterator[tuple[str, str]]:
    """Yield the kind and the themes of a record, in both languages."""
    for locale in Locale:
        yield KINDS[record.id.kind].text(locale), locale.value
    for slug in record.themes:
        theme = corpus.get(RecordId(Kind.THEME, slug)) if slug != ALL_THEMES else None
        for edition in theme.editions if theme is not None else ():
            yield edition.title, edition.locale.value


def _addresses(record: Record) -> tuple[str, ...]:
    return tuple(absolute(record_url(record.id, locale)) for locale in Locale)


def _media_types(record: Record) -> Iterator[str]:
    yield "text/html"
    for file in record.files if isinstance(record, Deliverable) else ():
        yield media_type(file.name)


def _linked(record: Record, corpus: Corpus) -> Iterator[str]:
    """Yield the addresses of linked records and of files."""
    targets = dict.fromkeys(link.target for link in record.links)
    for target in targets:
        if target in corpus.records:
            yield absolute(record_url(target, Locale.EN))
    for file in record.files if isinstance(record, Deliverable) else ():
        yield absolute(file_url(record.id, file.name, Locale.EN))
