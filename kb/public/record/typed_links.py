"""The typed links of a record, for programs: Signposting, levels 1 and 2.

https://signposting.org/FAIR/ names the relations; a linkset is that of RFC 9264.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Response

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.records import Deliverable
from kb.citations.citation_formats import CITATION_FORMATS
from kb.citations.cited_work import PUBLISHER_URL, cited_work
from kb.public.record.page_metadata import CONTEXT
from kb.web.licence import LICENCE_URL
from kb.web.records.file_links import file_url, media_type
from kb.web.urls import absolute, address, citation_url, record_url

LINKSET_TYPE = "application/linkset+json"
_LANDING_PAGE = f"{CONTEXT}/AboutPage"


@dataclass(frozen=True, slots=True)
class TypedLink:
    """A link from a record: its relation, where it leads, and the media type there."""

    relation: str
    url: str
    media_type: str = ""


def typed_links(record: Record, locale: Locale) -> list[TypedLink]:
    """Return the links of the page of a record, with absolute addresses."""
    return [*_links(record, locale)]


def _links(record: Record, locale: Locale) -> Iterator[TypedLink]:
    yield TypedLink("cite-as", absolute(record_url(record.id, locale)))
    yield TypedLink("type", _LANDING_PAGE)
    yield TypedLink("type", f"{CONTEXT}/{_schema_type(record, locale)}")
    yield TypedLink("author", PUBLISHER_URL)
    yield TypedLink("license", LICENCE_URL)
    for extension, reference in CITATION_FORMATS.items():
        url = citation_url(record.id, locale, extension)
        yield TypedLink("describedby", absolute(url), reference.media_type)
    json_url = absolute(record_json_url(record.id))
    yield TypedLink("describedby", json_url, "application/json")
    text_url = absolute(record_file_url(record.id, locale, "md"))
    yield TypedLink("alternate", text_url, "text/markdown")
    links_url = absolute(record_file_url(record.id, locale, "linkset"))
    yield TypedLink("linkset", links_url, LINKSET_TYPE)
    for file in record.files if isinstance(record, Deliverable) else ():
        url = absolute(file_url(record.id, file.name, locale))
        yield TypedLink("item", url, media_type(file.name))


def _schema_type(record: Record, locale: Locale) -> str:
    """Return what a record is in the words of schema.org."""
    match record.id.kind:
        case Kind.EVENT:
            return "Event"
        case Kind.TERM:
            return "DefinedTerm"
        case Kind.THEME:
            return "CollectionPage"
        case _:
            return cited_work(record, locale).type.value.schema_org


def link_header(links: list[TypedLink]) -> str:
    """Return links as the value of a header (RFC 8288)."""
    return ", ".join(
        f'<{link.url}>; rel="{link.relation}"'
        + (f'; type="{link.media_type}"' if link.media_type else "")
        for link in links
    )


def linkset_response(record: Record, locale: Locale) -> Response:
    """Return the links of a record as a file (RFC 9264)."""
    links = typed_links(record, locale)
    relations: defaultdict[str, list[dict[str, str]]] = defaultdict(list)
    for link in links:
        target = {"href": link.url}
        if link.media_type:
            target["type"] = link.media_type
        relations[link.relation].append(target)
    context = {"anchor": absolute(record_url(record.id, locale)), **relations}
    return Response(json.dumps({"linkset": [context]}), mimetype=LINKSET_TYPE)


def record_json_url(record_id: RecordId) -> str:
    """Return the address of a record in the API, in both languages."""
    return address("api.record", kind=record_id.kind.folder, slug=record_id.slug)


def record_file_url(record_id: RecordId, locale: Locale, file: str) -> str:
    """Return the address of a record as Markdown, or of its linkset."""
    return address(
        "public.record_file",
        locale=locale.value,
        folder=record_id.kind.folder,
        slug=record_id.slug,
        file=file,
    )
