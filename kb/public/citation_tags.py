"""The meta tags that reference managers read: Highwire (`citation_…`) and Dublin Core.

A deliverable has both, and is saved as the report or article that it describes. Any
other record has Dublin Core only, and is saved as a page of this site.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.model.records import Deliverable, Record
from kb.web.file_links import file_url
from kb.web.licence import LICENCE_URL
from kb.web.page_content import PageContent
from kb.web.resource_facts import (
    ResourceType,
    creators_of,
    pdf_names,
    publication_of,
    publisher_of,
    resource_date,
    resource_title,
    resource_type,
)
from kb.web.urls import absolute


@dataclass(frozen=True, slots=True)
class MetaTag:
    """A meta element of the head of a page."""

    name: str
    content: str


def citation_tags(
    record: Record, url: str, content: PageContent
) -> tuple[MetaTag, ...]:
    """Return the tags of a page of a record; `url` is its absolute address."""
    tags = [*_dublin_core(record, url, content)]
    if isinstance(record, Deliverable):
        tags += _highwire(record, url, content)
    return tuple(MetaTag(name, text) for name, text in tags if text)


def _dublin_core(
    record: Record, url: str, content: PageContent
) -> Iterator[tuple[str, str]]:
    edition = record.edition(content.locale)
    language = edition.locale.value
    if isinstance(record, Deliverable):
        language = record.language.value if record.language is not None else ""
    yield "DC.title", resource_title(record, content.locale)
    for creator in creators_of(record):
        yield "DC.creator", creator.inverted
    yield "DC.publisher", publisher_of(record)
    yield "DC.date", str(resource_date(record) or "")
    yield "DC.language", language
    yield "DC.type", resource_type(record).value
    yield "DC.identifier", url
    if not isinstance(record, Deliverable):
        yield "DC.rights", LICENCE_URL


def _highwire(
    record: Deliverable, url: str, content: PageContent
) -> Iterator[tuple[str, str]]:
    yield "citation_title", resource_title(record, content.locale)
    for creator in creators_of(record) if record.authors else ():
        yield "citation_author", creator.inverted
    date = resource_date(record)
    # Google Scholar wants slashes.
    yield "citation_publication_date", str(date or "").replace("-", "/")
    if resource_type(record) is ResourceType.ARTICLE:
        yield "citation_journal_title", publication_of(record)
    else:
        yield "citation_technical_report_institution", record.lead or record.project
        yield "citation_technical_report_number", record.code
    if record.language is not None:
        yield "citation_language", record.language.value
    yield "citation_public_url", url
    for name in pdf_names(record)[:1]:
        draft = content.draft
        yield (
            "citation_pdf_url",
            absolute(file_url(record.id, name, content.locale, draft=draft)),
        )
