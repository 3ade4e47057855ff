"""The records that a page leads to: linked ones, and those to see also."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from indexer.corpus.corpus import Corpus
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, RecordId
from indexer.model.record import Record
from indexer.model.vocabulary import ALL_THEMES
from kb.web.labels import ICONS, KINDS, KINDS_PLURAL, NAVIGATION, SECTIONS
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent
from kb.web.pagination import page_slice, shown_first
from kb.web.records.cards import (
    CardGroup,
    record_card,
    record_cards,
    record_link,
)
from kb.web.urls import search_url

_Titles = Mapping[Kind, Mapping[Kind, LazyString]]

_CARD_TITLES: _Titles = {
    Kind.RECOMMENDATION: {Kind.PRACTICE: _l("Who already does it")},
    Kind.NEED: {
        Kind.PRACTICE: _l("Practices that answer it"),
        Kind.RECOMMENDATION: _l("Recommendations that answer it"),
    },
    Kind.EVENT: {
        Kind.RECOMMENDATION: _l("Recommendations arising from it"),
        Kind.PRACTICE: _l("Practices presented"),
        Kind.DELIVERABLE: KINDS_PLURAL[Kind.DELIVERABLE],
    },
    Kind.DELIVERABLE: {
        Kind.RECOMMENDATION: _l("Recommendations of this report"),
        Kind.PRACTICE: KINDS_PLURAL[Kind.PRACTICE],
    },
}
"""For each kind of page, the kinds of linked records that it shows as cards."""

_LINK_TITLES: _Titles = {
    Kind.PRACTICE: {Kind.NEED: _l("Answers"), Kind.EVENT: _l("Presented at")},
    Kind.RECOMMENDATION: {
        Kind.EVENT: _l("Arises from"),
        Kind.DELIVERABLE: _l("Report"),
    },
    Kind.EVENT: {Kind.NEED: _l("Needs expressed")},
    Kind.DELIVERABLE: {Kind.EVENT: _l("Event")},
}
"""The kinds of linked records that it lists by title, with the name of the link."""


_OUTCOME_ANCHOR = "linked-recommendations"

PER_GROUP = 60
"""The cards of a group of linked records on a page of a record."""


@dataclass(frozen=True, slots=True)
class LinkedRecords:
    """The linked records of a page: cards before its text and after it, and titles.

    Attributes:
        before: the cards before the text.
        after: the cards after it.
        titles: those that are listed by title, under the name of the link.
        ids: all linked records, also those that are on another page.
        pages: the number of pages of the longest group of cards.
    """

    before: tuple[CardGroup, ...]
    after: tuple[CardGroup, ...]
    titles: tuple[CardGroup, ...]
    ids: frozenset[RecordId] = frozenset()
    pages: int = 1


def grouped_links(record: Record, content: PageContent, page: int = 1) -> LinkedRecords:
    """Return the records linked to a record, as a page of it groups them.

    What came out of an event comes before what was discussed.
    """
    linked = tuple(_linked_by_field(_CARD_TITLES, record, content))
    longest = max((len(records) for _kind, _title, records in linked), default=0)
    slices = page_slice(longest, page=page, per_page=PER_GROUP)
    groups = _filled(
        CardGroup(
            title,
            tuple(
                record_card(other, content, has_figure=True)
                for other in records[slices.rows]
            ),
            anchor=f"linked-{kind.folder}",
        )
        for kind, title, records in linked
    )
    is_event = record.id.kind is Kind.EVENT
    before = tuple(g for g in groups if is_event and g.anchor == _OUTCOME_ANCHOR)
    titles = [
        CardGroup(title, record_cards(records, content))
        for _kind, title, records in _linked_by_field(_LINK_TITLES, record, content)
    ]
    titles += _term_links(record, content)
    ids = {other.id for _kind, _title, records in linked for other in records}
    ids |= {card.id for group in titles for card in group.cards}
    return LinkedRecords(
        before,
        after=tuple(g for g in groups if g not in before),
        titles=_filled(titles),
        ids=frozenset(ids),
        pages=slices.pages,
    )


def _filled(groups: Iterable[CardGroup]) -> tuple[CardGroup, ...]:
    return tuple(group for group in groups if group.cards)


def _linked_by_field(
    titles: _Titles, record: Record, content: PageContent
) -> Iterator[tuple[Kind, str, list[Record]]]:
    """Yield the records that a field of either record links, by kind, with a title."""
    fields: dict[RecordId, set[str]] = {}
    for link in record.links:
        fields.setdefault(link.target, set()).add(link.field)
    for kind, title in titles.get(record.id.kind, {}).items():
        linked = [
            other
            for other in content.corpus.linked(record, kind)
            if not _is_only_mentioned(record, other, fields.get(other.id, set()))
        ]
        yield kind, str(title), linked


def _is_only_mentioned(record: Record, other: Record, fields: set[str]) -> bool:
    """Return whether only the texts of two records link them, and no field.

    `fields` are those of the record that link the other one.
    """
    backward = {link.field for link in other.links if link.target == record.id}
    return fields | backward == {"mentions"}


def _term_links(record: Record, content: PageContent) -> Iterator[CardGroup]:
    """Yield the terms that a glossary term is linked to, none for another record."""
    forward, backward = tuple(record.links), content.corpus.backlinks.get(record.id, ())
    broader = [link.target for link in forward if link.field == "broader"]
    narrower = [link.target for link in backward if link.field == "broader"]
    related = [link.target for link in (*forward, *backward) if link.field == "related"]
    others = dict.fromkeys(
        record_id for record_id in related if record_id not in broader + narrower
    )
    for title, ids in (
        (_("Broader"), broader),
        (_("Narrower"), narrower),
        (_("Related terms"), others),
    ):
        cards = record_cards(_existing(ids, content.corpus), content)
        yield CardGroup(title, cards)


def _existing(ids: Iterable[RecordId], corpus: Corpus) -> list[Record]:
    return [
        corpus.records[record_id] for record_id in ids if record_id in corpus.records
    ]


MAX_SHOWN = 4
MAX_SIMILAR = 6
MAX_SAME_THEME = 4
KINDS_WITH_THEME = {Kind.PRACTICE, Kind.RECOMMENDATION}


TitleLink = tuple[Markup, str]
"""A link to a record, and its language if that is not the language of the page."""


@dataclass(frozen=True, slots=True)
class SeeAlsoGroup:
    """Records of a kind; `all_url` leads to all those of the same kind and theme.

    A page has thirty links: cards would take ten times as long.
    """

    title: str
    icon: str
    shown: tuple[TitleLink, ...]
    more: tuple[TitleLink, ...]
    all_text: str = ""
    all_url: str = ""


def see_also(
    record: Record,
    similar: Iterable[RecordId],
    content: PageContent,
    *,
    shown: Collection[RecordId],
) -> tuple[SeeAlsoGroup, ...]:
    """Return other records to read: those linked, then similar, then of its theme.

    `similar` are ids of similar records, the most similar first; `shown` are records
    that the page shows elsewhere.
    """
    linked = _linked(record, content)
    others = [other for other in similar if other not in linked and other not in shown]
    same_theme = [other.id for other in _same_theme(record, content)]
    ids = dict.fromkeys((*linked, *others[:MAX_SIMILAR]))
    from_theme = (
        other for other in same_theme if other not in ids and other not in shown
    )
    ids |= dict.fromkeys(list(from_theme)[:MAX_SAME_THEME])
    kept = [
        record_id
        for record_id in ids
        if record_id not in shown and record_id != record.id
    ]
    groups = (_group(kind, kept, record, content) for kind in NAVIGATION)
    return tuple(group for group in groups if group.shown)


def _linked(record: Record, content: PageContent) -> dict[RecordId, None]:
    """Return the ids of the records linked in either direction, fields before texts.

    A page about the service that links to the record is left out.
    """
    forward = [*record.links]
    backward = [
        link
        for link in content.corpus.backlinks.get(record.id, ())
        if link.target.kind is not Kind.PAGE
    ]
    links = (
        *sorted(forward, key=lambda link: link.field == "mentions"),
        *sorted(backward, key=lambda link: link.field == "mentions"),
    )
    is_theme = record.id.kind is Kind.THEME
    return dict.fromkeys(
        link.target for link in links if not (is_theme and link.field == "themes")
    )


def _same_theme(record: Record, content: PageContent) -> Iterator[Record]:
    """Yield the other records of the kind and first theme of a record."""
    kind, theme = record.id.kind, _theme(record)
    if kind in KINDS_WITH_THEME and theme:
        records = content.corpus.with_theme(theme, kind)
        yield from (other for other in records if other.id != record.id)


def _theme(record: Record) -> str:
    return next((theme for theme in record.themes if theme != ALL_THEMES), "")


def _group(
    kind: Kind, ids: Iterable[RecordId], record: Record, content: PageContent
) -> SeeAlsoGroup:
    records = content.corpus.records
    own = (
        records[record_id]
        for record_id in ids
        if record_id.kind is kind and record_id in records
    )
    shown, more = shown_first([_link(other, content) for other in own], MAX_SHOWN)
    is_one = len(shown) == 1 and not more
    all_text, all_url = _all_of_theme(kind, record, content)
    return SeeAlsoGroup(
        str((KINDS if is_one else SECTIONS)[kind]),
        ICONS[kind],
        shown,
        more,
        all_text,
        all_url,
    )


def _link(record: Record, content: PageContent) -> TitleLink:
    locale = content.locale
    return record_link(record, locale), record.title_for(locale).lang


def _all_of_theme(kind: Kind, record: Record, content: PageContent) -> tuple[str, str]:
    """Return the link to all records of the kind and theme of a record, counted."""
    theme = _theme(record)
    if kind is not record.id.kind or kind not in KINDS_WITH_THEME or not theme:
        return "", ""
    total = len(content.corpus.with_theme(theme, kind))
    filters = (Filter(FacetName.KIND, kind.value), Filter(FacetName.THEME, theme))
    text = ngettext("%(num)s on the same theme", "All %(num)s on the same theme", total)
    return text, search_url(content.locale, filters=filters)
