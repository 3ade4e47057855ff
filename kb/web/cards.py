"""A record as it stands in a list: margin, title, a line or two, a few facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup, escape

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Deliverable, Event, Firmness, Record
from indexer.model.results import Hit, MarkedText, Snippet
from kb.core.cache import IdentityKey
from kb.web.date_text import period_text
from kb.web.facet_values import vocabulary
from kb.web.file_links import file_url, text_url
from kb.web.labels import FIRMNESS, ICONS, KINDS, Badge, audience_list
from kb.web.locale import speaking
from kb.web.match_reasons import WhyFound
from kb.web.urls import record_url

MAX_CARDS_KEPT = 4096

Pieces = tuple[tuple[str, bool], ...]

_MARK = Markup("<mark>%s</mark>")


def marked(pieces: Pieces) -> Markup:
    """Show a text, with the pieces of it that were searched marked.

    A page of results has thirty: a macro of a template would cost ten times as much.
    """
    return Markup("").join(
        _MARK % text if is_mark else escape(text) for text, is_mark in pieces
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact under a card; `lang` is set when it is in the other language."""

    text: str
    icon: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage that shows why a record was found."""

    pieces: Pieces
    url: str
    heading: str
    locale: Locale
    is_other_language: bool
    page: int | None
    file_url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """All that a card shows."""

    kind: Kind
    kind_label: str
    icon: str
    url: str
    title: Pieces
    summary: Pieces
    lang: str
    badge: Badge | None
    facts: tuple[Fact, ...]
    passage: PassageView | None = None
    why: WhyFound | None = None

    @property
    def plain_title(self) -> str:
        """The title without marks."""
        return "".join(text for text, _ in self.title)


def record_card(record: Record, locale: Locale) -> Card:
    """Make the card of a record."""
    return _record_card(request.script_root, IdentityKey(record), locale)


def record_cards(records: Iterable[Record], locale: Locale) -> tuple[Card, ...]:
    """Make the cards of several records."""
    return tuple(record_card(record, locale) for record in records)


def hit_card(hit: Hit, record: Record, locale: Locale) -> Card:
    """Make the card of a hit, with the passage that shows why it was found.

    The passage takes the place of the summary when the summary holds none of the words.
    """
    best = hit.snippets[0] if hit.snippets and not hit.summary.marks else None
    return replace(
        record_card(record, locale),
        title=hit.title.pieces,
        summary=hit.summary.pieces,
        lang=hit.locale.value if hit.locale is not locale else "",
        passage=_passage(best, record, locale) if best is not None else None,
    )


def firmness_badge(firmness: Firmness | None) -> Badge | None:
    """Give the badge of a degree of firmness."""
    return FIRMNESS[firmness] if firmness is not None else None


def place_names(record: Record, locale: Locale) -> tuple[str, ...]:
    """Name the places of a record, without those they lie in."""
    places = vocabulary().corpus.gazetteer
    return tuple(
        places[slug].names[locale] for slug in record.place_slugs if slug in places
    )


def inferred(record: Record, name: str, text: str) -> str:
    """Mark a fact as inferred when the record says so."""
    return _("%(fact)s (inferred)", fact=text) if name in record.inferred else text


@lru_cache(maxsize=MAX_CARDS_KEPT)
def _record_card(_root: str, key: IdentityKey[Record], locale: Locale) -> Card:
    # `_root` is part of the key since addresses begin with it.
    record = key.value
    edition = record.edition(locale)
    with speaking(locale):
        return Card(
            kind=record.id.kind,
            kind_label=str(KINDS[record.id.kind]),
            icon=ICONS[record.id.kind],
            url=record_url(record.id, locale),
            title=MarkedText(edition.title).pieces,
            summary=MarkedText(edition.summary).pieces,
            lang=edition.locale.value if edition.locale is not locale else "",
            badge=firmness_badge(record.firmness),
            facts=_facts(record, locale),
        )


def _passage(snippet: Snippet, record: Record, locale: Locale) -> PassageView:
    file = snippet.file
    return PassageView(
        pieces=snippet.excerpt.pieces,
        url=passage_url(snippet, record.id, locale),
        heading=snippet.heading,
        locale=snippet.locale,
        is_other_language=snippet.locale is not locale,
        page=snippet.page,
        file_url=file_url(record.id, file, locale, page=snippet.page) if file else "",
    )


def passage_url(snippet: Snippet, record_id: RecordId, locale: Locale) -> str:
    """Give the address of a passage: in the text of its file, or in the record."""
    if snippet.file:
        return text_url(record_id, snippet.file, locale, anchor=snippet.anchor)
    return record_url(record_id, locale, anchor=snippet.anchor)


def _facts(record: Record, locale: Locale) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    if record.audience_values:
        names = audience_list(record.audience_values)
        facts.append(Fact(inferred(record, "audiences", names), "people"))
    if isinstance(record, Deliverable):
        named = (("code", record.code), ("lead", record.lead))
        facts += [Fact(inferred(record, name, text)) for name, text in named if text]
    places = place_names(record, locale)
    if places:
        facts.append(Fact(inferred(record, "places", ", ".join(places)), "pin"))
    period = period_text(*record.period, locale)
    if period:
        icon = "event" if isinstance(record, Event) else ""
        facts.append(Fact(inferred(record, "date", period), icon))
    if record.id.kind is Kind.TERM and record.has_edition(locale.other):
        facts.append(Fact(record.edition(locale.other).title, lang=locale.other.value))
    return tuple(facts)
