"""The formats of OAI-PMH, as XML: Dublin Core, and the DataCite kernel 4.

Rules: https://www.openarchives.org/OAI/2.0/oai_dc.xsd, and the DataCite Metadata Schema
4.5, of which `:unav` stands for a required value that is not known.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Element

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.model.vocabulary import ALL_THEMES
from kb.citations.cited_work import CitedWork, WorkType, cited_work
from kb.web.labels import KINDS
from kb.web.licence import LICENCE_NAME, LICENCE_URL
from kb.web.records.file_links import file_url, media_type
from kb.web.urls import absolute, record_url

__all__ = [
    "FORMATS",
    "Element",
    "MetadataFormat",
    "add_child",
    "root_element",
    "xml_text",
]

DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
DATACITE = "http://datacite.org/schema/kernel-4"
DATACITE_SCHEMA = "http://schema.datacite.org/meta/kernel-4.5/metadata.xsd"
UNKNOWN = ":unav"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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
    work = cited_work(record, Locale.EN)
    for name, text, lang in (
        *_descriptive(record, work, corpus),
        *_technical(record, work),
        *_relations(record, corpus),
    ):
        if text:
            add_child(root, name, text, lang=lang).tag = f"{{{DC}}}{name}"
    return root


def _descriptive(
    record: Record, work: CitedWork, corpus: Corpus
) -> Iterator[tuple[str, str, str]]:
    """Yield the elements that say what a record is about: name, text, language."""
    yield from (("title", *title) for title in _titles(record))
    yield from (("creator", creator.inverted, "") for creator in work.creators)
    yield from (("subject", *subject) for subject in _subjects(record, corpus))
    for edition in record.editions:
        yield "description", edition.summary, edition.locale.value
    for slug in record.place_slugs:
        for locale, name in corpus.gazetteer[slug].names.items():
            yield "coverage", name, locale


def _technical(record: Record, work: CitedWork) -> Iterator[tuple[str, str, str]]:
    """Yield the elements on publication, type, format and rights."""
    yield "publisher", work.publisher, ""
    yield "date", str(work.date or ""), ""
    yield "type", work.type.value.dublin_core, ""
    yield from (("format", each, "") for each in _media_types(record))
    yield from (("language", language, "") for language in _languages(record, work))
    if work.is_ours:
        yield "rights", LICENCE_URL, ""


def _relations(record: Record, corpus: Corpus) -> Iterator[tuple[str, str, str]]:
    """Yield the addresses of a record, its sources and what it links to."""
    yield from (("identifier", address, "") for address in _addresses(record))
    yield from (("source", source.url, "") for source in record.sources)
    yield from (("relation", each, "") for each in _linked(record, corpus))


def datacite(record: Record, corpus: Corpus) -> Element:
    """Return a record in the DataCite kernel; its identifier is its address."""
    root = root_element(DATACITE, "resource", DATACITE_SCHEMA)
    work = cited_work(record, Locale.EN)
    first, *other_addresses = _addresses(record)
    add_child(root, "identifier", first, identifierType="URL")
    _add_creators(root, work)
    _add_titles(root, record)
    add_child(root, "publisher", work.publisher or UNKNOWN)
    _add_dates(root, record, work)
    general = work.type.value.datacite
    kind = KINDS[record.id.kind].text(Locale.EN)
    add_child(root, "resourceType", kind, resourceTypeGeneral=general)
    _add_list(root, "subjects", "subject", _subjects(record, corpus))
    for language in _languages(record, work)[:1]:
        add_child(root, "language", language)
    others = add_child(root, "alternateIdentifiers")
    for url in other_addresses:
        add_child(others, "alternateIdentifier", url, alternateIdentifierType="URL")
    _add_related(root, record, corpus)
    _add_list(root, "formats", "format", ((each, "") for each in _media_types(record)))
    if work.is_ours:
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


def _add_dates(root: Element, record: Record, work: CitedWork) -> None:
    """Append the year and the dates; without a date, the year of the last change."""
    date = work.date
    year = date.year if date is not None else record.updated.year
    add_child(root, "publicationYear", str(year))
    dates = add_child(root, "dates")
    if date is not None:
        is_event = work.type is WorkType.EVENT
        add_child(dates, "date", str(date), dateType="Other" if is_event else "Issued")
    add_child(dates, "date", record.updated.isoformat(), dateType="Updated")


def _add_abstracts(root: Element, record: Record) -> None:
    descriptions = add_child(root, "descriptions")
    for edition in record.editions:
        add_child(
            descriptions,
            "description",
            edition.summary,
            lang=edition.locale.value,
            descriptionType="Abstract",
        )


FORMATS: Mapping[str, MetadataFormat] = {
    each.prefix: each
    for each in (
        MetadataFormat("oai_dc", OAI_DC, OAI_DC_SCHEMA, dublin_core),
        MetadataFormat("datacite", DATACITE, DATACITE_SCHEMA, datacite),
    )
}


def _add_creators(root: Element, work: CitedWork) -> None:
    creators = add_child(root, "creators")
    for each in work.creators:
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
    sources = [(source.url, "IsDerivedFrom") for source in record.sources if source.url]
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


def _languages(record: Record, work: CitedWork) -> tuple[str, ...]:
    """Return the language of a deliverable if known, or those of the editions."""
    if work.is_ours:
        return tuple(edition.locale.value for edition in record.editions)
    return (work.language.value,) if work.language is not None else ()


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


def xml_text(text: str) -> str:
    """Return a text without the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("", text)


def root_element(
    namespace: str, name: str, schema: str, prefix: str | None = None, **more: str
) -> Element:
    """Return an element of a namespace, with the location of its schema."""
    namespaces = dict[str | None, str](more) | {prefix: namespace, "xsi": XSI}
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=namespaces)
    root.set(f"{{{XSI}}}schemaLocation", f"{namespace} {schema}")
    return root


def add_child(
    parent: Element,
    name: str,
    text: str = "",
    *,
    lang: str = "",
    **attributes: str,
) -> Element:
    """Append an element in the namespace of its parent, and return it."""
    namespace = etree.QName(parent).namespace
    child = etree.SubElement(parent, f"{{{namespace}}}{name}")
    child.text = xml_text(text) or None
    if lang:
        child.set(LANG, lang)
    for key, value in attributes.items():
        child.set(key, xml_text(value))
    return child
