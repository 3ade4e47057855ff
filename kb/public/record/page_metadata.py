"""What programs read in the head of a page: meta tags, and JSON-LD of schema.org.

Reference managers read the meta tags: Highwire (`citation_…`) and Dublin Core. A
deliverable has both, and is saved as the report or article that it describes. Any other
record has Dublin Core only, and is saved as a page of this site. No record is a `HowTo`
of schema.org: none consists of steps.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.model.vocabulary import ALL_THEMES, DateKind
from kb.citations.cited_work import (
    PUBLISHER_NAME,
    PUBLISHER_URL,
    SITE_NAMES,
    CitedWork,
    Creator,
    WorkType,
    cited_work,
    subjects,
)
from kb.web.labels import LIST_LEADS, SECTIONS
from kb.web.licence import LICENCE_URL
from kb.web.page_content import PageContent
from kb.web.records.file_links import file_url, media_type
from kb.web.urls import absolute, address, home_url, list_url, record_url, search_url

JsonLd = dict[str, Any]

CONTEXT = "https://schema.org"
PDF = "application/pdf"
_ORGANISATIONS: Mapping[Locale, JsonLd] = {
    locale: {
        "@type": "Organization",
        "name": PUBLISHER_NAME.text(locale),
        "url": PUBLISHER_URL,
    }
    for locale in Locale
}


def site_data(locale: Locale) -> JsonLd:
    """Return the description of the site, with its search."""
    target = {
        "@type": "EntryPoint",
        "urlTemplate": f"{absolute(search_url(locale))}?q={{search_term_string}}",
    }
    return {
        "@context": CONTEXT,
        **_site(locale),
        "inLanguage": locale.value,
        "license": LICENCE_URL,
        "publisher": _ORGANISATIONS[locale],
        "potentialAction": {
            "@type": "SearchAction",
            "target": target,
            "query-input": "required name=search_term_string",
        },
    }


def list_data(kind: Kind, locale: Locale) -> JsonLd:
    """Return the description of the list of a kind; the terms are a set."""
    url, name = absolute(list_url(kind, locale)), str(SECTIONS[kind])
    data = {
        "@context": CONTEXT,
        "@type": "CollectionPage",
        "url": url,
        "name": name,
        "description": str(LIST_LEADS[kind]),
        "inLanguage": locale.value,
        "license": LICENCE_URL,
        "publisher": _ORGANISATIONS[locale],
        "isPartOf": _site(locale),
        "breadcrumb": _crumb_list((_start(locale), (name, list_url(kind, locale)))),
    }
    if kind is Kind.TERM:
        data["mainEntity"] = _term_set(locale) | {
            "sameAs": absolute(address("feeds.glossary"))
        }
    return data


def record_data(record: Record, url: str, content: PageContent) -> JsonLd:
    """Return the description of a page and its record; `url` is its absolute address.

    A theme and a page about the site are pages only.
    """
    edition = record.edition(content.locale)
    thing = _thing(record, content)
    page = {
        "@type": _PAGE_TYPES.get(record.id.kind, "WebPage"),
        "@id": url,
        "url": url,
        "name": edition.title,
        "description": edition.summary,
        "inLanguage": edition.locale.value,
        "dateModified": record.updated.isoformat(),
        "license": LICENCE_URL,
        "publisher": _ORGANISATIONS[content.locale],
        "isPartOf": _site(content.locale),
        "breadcrumb": _breadcrumb(record, edition.title, content.locale),
    }
    if not thing:
        return {"@context": CONTEXT, **page}
    thing = {"@id": f"{url}#record"} | {
        name: part for name, part in thing.items() if part
    }
    page["mainEntity"] = {"@id": thing["@id"]}
    return {"@context": CONTEXT, "@graph": [page, thing]}


_PAGE_TYPES = {Kind.THEME: "CollectionPage"}


def _site(locale: Locale) -> JsonLd:
    url = absolute(home_url(locale))
    return {"@type": "WebSite", "@id": url, "url": url, "name": SITE_NAMES[locale]}


def _start(locale: Locale) -> tuple[str, str]:
    return SITE_NAMES[locale], home_url(locale)


def _breadcrumb(record: Record, title: str, locale: Locale) -> JsonLd:
    kind = record.id.kind
    crumbs = [_start(locale)]
    if kind is not Kind.PAGE:
        crumbs.append((str(SECTIONS[kind]), list_url(kind, locale)))
    crumbs.append((title, record_url(record.id, locale)))
    return _crumb_list(crumbs)


def _crumb_list(crumbs: Iterable[tuple[str, str]]) -> JsonLd:
    """Return a breadcrumb of names and addresses."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": name,
                "item": absolute(url),
            }
            for position, (name, url) in enumerate(crumbs, 1)
        ],
    }


def _thing(record: Record, content: PageContent) -> JsonLd:
    match record.id.kind:
        case Kind.THEME | Kind.PAGE:
            return {}
        case Kind.TERM:
            return _term(record, content)
        case Kind.EVENT:
            return _event(record, content)
        case _:
            return _text(record, content)


def _text(record: Record, content: PageContent) -> JsonLd:
    """Return a report, or an article: that of a journal, or the text of a record."""
    edition = record.edition(content.locale)
    work = cited_work(record, content.locale)
    is_report = work.type is WorkType.REPORT
    data: JsonLd = {
        "@type": work.type.value.schema_org,
        "name": work.title,
        "headline": "" if is_report else work.title,
        "abstract": edition.summary,
        "author": [_author(creator) for creator in work.creators],
        "datePublished": "" if work.is_ours else str(work.date or ""),
        "about": [*_themes(record, content)],
        "spatialCoverage": [*_places(record, content)],
    }
    if not isinstance(record, Deliverable):
        return data | {
            "dateModified": record.updated.isoformat(),
            "inLanguage": edition.locale.value,
            "license": LICENCE_URL,
            "publisher": _ORGANISATIONS[content.locale],
        }
    date_name = _DATE_NAMES.get(work.date_kind, "datePublished")
    if date_name != "datePublished":
        data[date_name] = data.pop("datePublished")
    return data | {
        "additionalType": work.resource_type,
        "license": work.licence_url or work.licence,
        "publisher": _agent(record, record.publisher),
        "reportNumber": work.number if is_report else "",
        "inLanguage": work.language or "",
        "isPartOf": {"@type": "CreativeWork", "name": work.publication}
        if work.publication
        else None,
        "sourceOrganization": _agent(record, record.lead),
        "encoding": [*_files(record, content)],
    }


_DATE_NAMES: Mapping[DateKind | None, str] = {
    DateKind.CREATED: "dateCreated",
    DateKind.MODIFIED: "dateModified",
}
"""The properties of dates that are not those of a publication."""


def _agent(record: Deliverable, name: str) -> JsonLd | None:
    """Return a body that a document names, or None without a name."""
    if not name:
        return None
    return _author(Creator(name, url=record.identifiers.get(name, "")))


def _author(creator: Creator) -> JsonLd:
    for organisation in _ORGANISATIONS.values():
        if creator.name == organisation["name"]:
            return organisation
    known: JsonLd = {"@type": "Person" if creator.is_person else "Organization"}
    known["name"] = creator.name
    return known | ({"@id": creator.url} if creator.url else {})


def _event(record: Record, content: PageContent) -> JsonLd:
    edition = record.edition(content.locale)
    start, end = record.period
    return {
        "@type": "Event",
        "name": edition.title,
        "description": edition.summary,
        "startDate": str(start or ""),
        "endDate": str(end or ""),
        "location": [*_places(record, content)],
        "organizer": _author(Creator(edition.host)) if _is_name(edition.host) else None,
        "about": [*_themes(record, content)],
    }


def _is_name(host: str) -> bool:
    """Return whether a host is a name alone, without a remark such as “(inferred)”."""
    return bool(host) and "(" not in host


def _term(record: Record, content: PageContent) -> JsonLd:
    edition = record.edition(content.locale)
    return {
        "@type": "DefinedTerm",
        "name": edition.title,
        "alternateName": list(edition.variants),
        "description": edition.summary,
        "termCode": record.id.slug,
        "sameAs": absolute(address("feeds.glossary_term", slug=record.id.slug)),
        "inDefinedTermSet": _term_set(content.locale),
    }


def _term_set(locale: Locale) -> JsonLd:
    url = absolute(list_url(Kind.TERM, locale))
    return {
        "@type": "DefinedTermSet",
        "@id": f"{url}#terms",
        "url": url,
        "name": str(SECTIONS[Kind.TERM]),
    }


def _themes(record: Record, content: PageContent) -> Iterator[JsonLd]:
    for slug in record.themes:
        theme_id = RecordId(Kind.THEME, slug)
        theme = content.corpus.get(theme_id) if slug != ALL_THEMES else None
        if theme is not None:
            url = absolute(record_url(theme_id, content.locale))
            name = theme.title_for(content.locale).text
            yield {"@type": "Thing", "name": name, "url": url}


def _places(record: Record, content: PageContent) -> Iterator[JsonLd]:
    for slug in record.place_slugs:
        place = content.corpus.gazetteer[slug]
        yield {
            "@type": "Place",
            "name": place.names[content.locale.value],
            "geo": {
                "@type": "GeoCoordinates",
                "latitude": place.latitude,
                "longitude": place.longitude,
            },
        }


def _files(record: Deliverable, content: PageContent) -> Iterator[JsonLd]:
    for file in record.files:
        url = file_url(record.id, file.name, content.locale, draft=content.draft)
        yield {
            "@type": "MediaObject",
            "name": file.name,
            "contentUrl": absolute(url),
            "encodingFormat": media_type(file.name),
            "sha256": file.sha256,
        }


@dataclass(frozen=True, slots=True)
class CitedPage:
    """What reference managers read of a page.

    Attributes:
        work: what the page cites.
        subjects: what the record is about.
        url: the absolute address of the page.
        document: the record if it describes a document; else None.
        pdf_url: the absolute address of its first PDF; "" without one.
    """

    work: CitedWork
    subjects: tuple[str, ...]
    url: str
    document: Deliverable | None
    pdf_url: str
    licence_url: str = LICENCE_URL


def cited_page(record: Record, url: str, content: PageContent) -> CitedPage:
    """Return what a page of a record cites; `url` is its absolute address."""
    document = record if isinstance(record, Deliverable) else None
    names = [file.name for file in document.files] if document is not None else []
    pdf = next((name for name in names if media_type(name) == PDF), "")
    pdf_url = pdf and absolute(
        file_url(record.id, pdf, content.locale, draft=content.draft)
    )
    work = cited_work(record, content.locale)
    about = subjects(record, content.corpus, content.locale)
    return CitedPage(work, tuple(about), url, document, pdf_url)
