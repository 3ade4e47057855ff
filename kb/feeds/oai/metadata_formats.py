"""The formats of OAI-PMH: Dublin Core, and the DataCite kernel 4.

Rules: https://www.openarchives.org/OAI/2.0/oai_dc.xsd, and the DataCite Metadata Schema
4.5. The template `feeds/oai_formats.xml` writes them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import get_template_attribute
from markupsafe import Markup

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.places import Place
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.model.vocabulary import ALL_THEMES, DateKind
from kb.citations.cited_work import CitedWork, cited_work
from kb.web.labels import KINDS
from kb.web.licence import LICENCE_NAME, LICENCE_URL
from kb.web.records.file_links import file_url, media_type
from kb.web.urls import absolute, record_url

LocalizedTexts = tuple[tuple[str, str], ...]
"""Texts, each with its language; "" if the language is not known."""


@dataclass(frozen=True, slots=True)
class MetadataFormat:
    """A format: its prefix, which is also the name of its macro, and its schema."""

    prefix: str
    namespace: str
    schema: str


FORMATS: Mapping[str, MetadataFormat] = {
    metadata_format.prefix: metadata_format
    for metadata_format in (
        MetadataFormat(
            "oai_dc",
            "http://www.openarchives.org/OAI/2.0/oai_dc/",
            "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        ),
        MetadataFormat(
            "datacite",
            "http://datacite.org/schema/kernel-4",
            "http://schema.datacite.org/meta/kernel-4.5/metadata.xsd",
        ),
    )
}


@dataclass(frozen=True, slots=True)
class OaiMetadata:
    """All that the formats say of a record.

    Attributes:
        titles: each once, first that on a cover.
        subjects: the kind and the themes, in both languages.
        languages: that of a deliverable if known, or those of the editions.
        sources: the addresses of the sources.
        linked: the addresses of linked records and of files.
        date_type: what the date is, as DataCite names it.
    """

    format: MetadataFormat
    record: Record
    work: CitedWork
    kind: str
    titles: LocalizedTexts
    subjects: LocalizedTexts
    summaries: LocalizedTexts
    places: tuple[Place, ...]
    languages: tuple[str, ...]
    media_types: tuple[str, ...]
    addresses: tuple[str, ...]
    sources: tuple[str, ...]
    linked: tuple[str, ...]
    date_type: str = "Issued"
    licence_name: str = LICENCE_NAME
    licence_url: str = LICENCE_URL


_DATE_TYPES = {
    None: "Issued",
    DateKind.ISSUED: "Issued",
    DateKind.CREATED: "Created",
    DateKind.MODIFIED: "Updated",
    DateKind.DELIVERED: "Submitted",
}


def metadata_of(
    metadata_format: MetadataFormat, record: Record, corpus: Corpus
) -> Markup:
    """Return a record as XML of a format."""
    work = cited_work(record, Locale.EN)
    files = record.files if isinstance(record, Deliverable) else ()
    editions, is_event = record.editions, record.id.kind is Kind.EVENT
    of = OaiMetadata(
        format=metadata_format,
        record=record,
        work=work,
        kind=KINDS[record.id.kind].text(Locale.EN),
        titles=tuple(_titles(record)),
        subjects=tuple(_subjects(record, corpus)),
        summaries=tuple(
            (edition.summary, edition.locale.value) for edition in editions
        ),
        places=tuple(corpus.gazetteer[slug] for slug in record.place_slugs),
        languages=tuple(edition.locale.value for edition in editions)
        if work.is_ours
        else tuple(filter(None, (work.language,))),
        media_types=("text/html", *(media_type(file.name) for file in files)),
        addresses=tuple(absolute(record_url(record.id, locale)) for locale in Locale),
        sources=tuple(source.url for source in record.sources if source.url),
        linked=tuple(_linked(record, corpus)),
        date_type="Other" if is_event else _DATE_TYPES[work.date_kind],
    )
    write = get_template_attribute("feeds/oai_formats.xml", metadata_format.prefix)
    return Markup(write(of))  # noqa: S704  # the template escapes the texts


def _titles(record: Record) -> Iterator[tuple[str, str]]:
    seen = set()
    if isinstance(record, Deliverable) and record.original_title:
        seen.add(record.original_title.casefold())
        yield record.original_title, record.language or ""
    for edition in record.editions:
        if edition.title.casefold() not in seen:
            seen.add(edition.title.casefold())
            yield edition.title, edition.locale.value


def _subjects(record: Record, corpus: Corpus) -> Iterator[tuple[str, str]]:
    for locale in Locale:
        yield KINDS[record.id.kind].text(locale), locale.value
    for slug in record.themes:
        theme = corpus.get(RecordId(Kind.THEME, slug)) if slug != ALL_THEMES else None
        for edition in theme.editions if theme is not None else ():
            yield edition.title, edition.locale.value


def _linked(record: Record, corpus: Corpus) -> Iterator[str]:
    for target in dict.fromkeys(link.target for link in record.links):
        if target in corpus.records:
            yield absolute(record_url(target, Locale.EN))
    for file in record.files if isinstance(record, Deliverable) else ():
        yield absolute(file_url(record.id, file.name, Locale.EN))
