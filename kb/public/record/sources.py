"""The sources of a record, and how to get a document whose file is not kept here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import unquote, urlsplit

from flask_babel import gettext as _
from markupsafe import Markup

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.record_parts import SourceReference
from indexer.model.records import Deliverable, Practice, Recommendation
from indexer.model.vocabulary import (
    Availability,
    Confidence,
    Firmness,
    SourceStatus,
    Wording,
)
from kb.citations.document_address import official_sources, online_source
from kb.database.source_links import SourceLink
from kb.web.date_text import date_text, language_name
from kb.web.labels import (
    CONFIDENCE,
    INFERRED_FIELDS,
    SOURCE_STATUS,
    TERM_SEEN,
    WORDING_OURS,
)
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.records.cards import inferred_mark

MAX_LABEL = 56


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source: a label, an address if it is online, and what to know of it.

    `publisher` is empty if the label names it; `address` is the whole one, for paper.
    `lang` is the language of the label if it is not that of the page, `hreflang` the
    language of the source if it is not. `origin` is `details` without the day on which
    the source was read.
    """

    label: str
    url: str
    lang: str = ""
    hreflang: str = ""
    publisher: str = ""
    details: str = ""
    origin: str = ""
    address: str = ""
    unreachable: str = ""
    """The sentence that tells when the address did not answer; "" if it does."""
    copy_url: str = ""
    """Where a copy is, if the address does not answer."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The sources of a record, and the confidence in its facts."""

    sources: tuple[SourceView, ...]
    confidence: str
    inferred: str
    wording: str = ""
    dates: tuple[Markup | str, ...] = ()
    """The last news with its source, and the day on which facts were checked."""


def provenance(
    record: Record, locale: Locale, dead: Mapping[str, SourceLink] | None = None
) -> Provenance:
    """Return the sources of a record, those with a name first.

    `dead` are the addresses that do not answer.
    """
    ordered = sorted(record.sources, key=_is_bare)
    views = tuple(
        replace(
            source_view(source, locale),
            **_if_unreachable(record, source, locale, dead or {}),
        )
        for source in ordered
    )
    names = [str(INFERRED_FIELDS[n]) for n in record.inferred if n in INFERRED_FIELDS]
    return Provenance(
        views,
        _confidence(record),
        ", ".join(names),
        _wording(record),
        tuple(_dates(record, locale)),
    )


def _dates(record: Record, locale: Locale) -> Iterator[Markup | str]:
    news = record.last_news if isinstance(record, Practice) else None
    if isinstance(record, Practice) and news is not None:
        text = _("Last news: %(date)s", date=date_text(news, locale))
        url = record.last_news_source
        yield Markup('<a href="{}">{}</a>').format(url, text) if url else text
    if record.facts_checked is not None:
        day = date_text(record.facts_checked, locale)
        yield _("Facts compared with the sources: %(date)s", date=day)


def _is_bare(source: SourceReference) -> bool:
    return not (source.names or source.title or source.publisher)


def _wording(record: Record) -> str:
    """Return a line if the imperative is ours; a question's mark says so already."""
    is_ours = isinstance(record, Recommendation) and record.wording is Wording.OURS
    is_question = record.firmness is Firmness.AGENDA_QUESTION
    return str(WORDING_OURS) if is_ours and not is_question else ""


def _confidence(record: Record) -> str:
    if record.confidence is None:
        return ""
    if record.id.kind is Kind.TERM and record.confidence is Confidence.SEEN:
        return str(TERM_SEEN)
    return str(CONFIDENCE[record.confidence])


def source_view(source: SourceReference, locale: Locale) -> SourceView:
    """Return the view of a source, in the language of the page."""
    name = source.names.get(locale.value, "") if source.names else ""
    label = source.title or name or source.publisher or _address_label(source.url)
    hreflang = source.language if source.language != locale.value else ""
    details = tuple(_details(source, locale))
    return SourceView(
        label=label,
        url="" if source.status is SourceStatus.DEAD else source.url,
        lang=hreflang if source.title else "",
        hreflang=hreflang,
        publisher="" if source.publisher in label else source.publisher,
        details=", ".join(details),
        origin=", ".join(details[:-1] if source.accessed is not None else details),
        address=source.url,
    )


def _if_unreachable(
    record: Record,
    source: SourceReference,
    locale: Locale,
    dead: Mapping[str, SourceLink],
) -> dict[str, str]:
    """Return what a view tells of an address that did not answer on two days in a row.

    The copy is the archived one, the file of the record, or an unofficial copy.
    """
    link = dead.get(source.url)
    is_marked_dead = source.status is SourceStatus.DEAD
    if link is None and not is_marked_dead:
        return {}
    copies = (
        source.archive,
        "#files" if isinstance(record, Deliverable) and record.files else "",
        *(
            other.url
            for other in record.sources
            if other.status is SourceStatus.COPY
            and other.url not in {source.url, *dead}
        ),
    )
    told = {"copy_url": next(filter(None, copies), "")}
    if link is not None and not is_marked_dead:
        day = date_text(PartialDate.of(link.tested_at.date()), locale)
        told["unreachable"] = _("The source was not reachable on %(date)s.", date=day)
    return told


def _details(source: SourceReference, locale: Locale) -> Iterator[str]:
    """Yield what is known of a source beside its publisher and its label."""
    if source.date is not None:
        yield date_text(source.date, locale)
    if source.language and source.language != locale.value:
        name = language_name(source.language, locale)
        yield _("in %(language)s", language=name)
    if source.status is not None:
        yield str(SOURCE_STATUS[source.status])
    if source.accessed is not None:
        yield _("read on %(date)s", date=date_text(source.accessed, locale))


def _address_label(url: str) -> str:
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    words = unquote(parts.path).strip("/").rsplit("/", 1)[-1].removesuffix(".html")
    label = f"{host} – {words.replace('-', ' ')}" if words else host
    if len(label) > MAX_LABEL:
        label = f"{label[: MAX_LABEL - 1].rstrip()}…"
    return label


_WHAT_WAS_READ: dict[Availability, LazyString] = {
    Availability.COMPLETE: _l("The complete text was read online."),
    Availability.FIRST_PAGES: _l(
        "Only the first pages could be read, online. What the rest says is not known."
    ),
    Availability.TITLE_ONLY: _l(
        "Only its title is known, and what other pages say of it. "
        "Its text was not read."
    ),
    Availability.NOT_FOUND: _l(
        "The document was not found. "
        "What this page says of it comes from other sources."
    ),
}


@dataclass(frozen=True, slots=True)
class DocumentAccess:
    """How to get a document without a file.

    Attributes:
        what_was_read: one or two sentences.
        online: the source that is the document itself, if it was read there.
        host: the name of the site of `online`.
        is_copy: whether `online` is an unofficial copy.
        official: a page of the project, of the body that led the work or of the
            European database of projects.
        lead: the body to ask; "" if it is not known.
    """

    what_was_read: str
    online: SourceView | None
    host: str
    is_copy: bool
    official: SourceView | None
    lead: str


def document_access(record: Record, locale: Locale) -> DocumentAccess | None:
    """Return how to get a deliverable without a file; None for any other record."""
    if not isinstance(record, Deliverable) or record.files:
        return None
    online = online_source(record)
    official = next(official_sources(record, online), None)
    return DocumentAccess(
        what_was_read=str(_WHAT_WAS_READ[record.availability]),
        online=source_view(online, locale) if online is not None else None,
        host=_host(online.url) if online is not None else "",
        is_copy=online is not None and online.status is SourceStatus.COPY,
        official=source_view(official, locale) if official is not None else None,
        lead=inferred_mark(record, "lead", record.lead) if record.lead else "",
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc.removeprefix("www.")
