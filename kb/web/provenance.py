"""The view model of the sources of a record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from flask_babel import gettext as _

from indexer.model.ids import Kind, Locale
from indexer.model.records import (
    Confidence,
    Firmness,
    Recommendation,
    Record,
    SourceReference,
    SourceStatus,
    Wording,
)
from kb.web.date_text import date_text, language_name
from kb.web.labels import (
    CONFIDENCE,
    INFERRED_FIELDS,
    SOURCE_STATUS,
    TERM_SEEN,
    WORDING_OURS,
)

MAX_LABEL = 56


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source: a label, an address if it is online, and what to know of it.

    `publisher` is empty if the label names it; `address` is the whole one, for paper.
    `lang` is the language of the label if it is not that of the page, `hreflang` the
    language of the source if it is not.
    """

    label: str
    url: str
    lang: str = ""
    hreflang: str = ""
    publisher: str = ""
    details: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Provenance:
    """The sources of a record, and the confidence in its facts."""

    sources: tuple[SourceView, ...]
    confidence: str
    inferred: str
    wording: str = ""


def provenance(record: Record, locale: Locale) -> Provenance:
    """Return the sources of a record, those with a name first."""
    ordered = sorted(record.sources, key=_is_bare)
    views = tuple(source_view(source, locale) for source in ordered)
    names = [str(INFERRED_FIELDS[n]) for n in record.inferred if n in INFERRED_FIELDS]
    return Provenance(views, _confidence(record), ", ".join(names), _wording(record))


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
    return SourceView(
        label=label,
        url="" if source.status is SourceStatus.DEAD else source.url,
        lang=hreflang if source.title else "",
        hreflang=hreflang,
        publisher="" if source.publisher in label else source.publisher,
        details=", ".join(_details(source, locale)),
        address=source.url,
    )


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
