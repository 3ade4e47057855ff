"""The view model of the sources of a record."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from indexer.model.ids import Kind, Locale
from indexer.model.records import (
    Confidence,
    Firmness,
    Recommendation,
    Record,
    SourceReference,
    Wording,
)
from kb.web.labels import CONFIDENCE, INFERRED_FIELDS, TERM_SEEN, WORDING_OURS
from kb.web.pagination import shown_first

MAX_LABEL = 56
MAX_SHOWN_SOURCES = 4


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source: a label, and an address if it has one."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """The sources of a record, and the confidence in its facts."""

    sources: tuple[SourceView, ...]
    more: tuple[SourceView, ...]
    confidence: str
    inferred: str
    wording: str = ""


def provenance(record: Record, locale: Locale) -> Provenance:
    """Return the sources of a record, those with a name first."""
    ordered = sorted(record.sources, key=lambda source: source.names is None)
    views = tuple(_source(source, locale) for source in ordered)
    names = [str(INFERRED_FIELDS[n]) for n in record.inferred if n in INFERRED_FIELDS]
    shown, more = shown_first(views, MAX_SHOWN_SOURCES)
    return Provenance(
        shown, more, _confidence(record), ", ".join(names), _wording(record)
    )


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


def _source(source: SourceReference, locale: Locale) -> SourceView:
    if source.names is not None:
        return SourceView(source.names[locale], source.url)
    parts = urlsplit(source.url)
    host = parts.netloc.removeprefix("www.")
    words = unquote(parts.path).strip("/").rsplit("/", 1)[-1].removesuffix(".html")
    label = f"{host} – {words.replace('-', ' ')}" if words else host
    if len(label) > MAX_LABEL:
        label = f"{label[: MAX_LABEL - 1].rstrip()}…"
    return SourceView(label, source.url)
