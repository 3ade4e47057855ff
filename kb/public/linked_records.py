"""The records linked to a record, or similar to it, as its page groups them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, RecordId
from indexer.model.records import ALL_THEMES, Record
from kb.web.cards import Card, CardGroup, record_cards
from kb.web.labels import KINDS_PLURAL
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent
from kb.web.urls import search_url

MAX_RELATED = 4
MAX_SIMILAR = 6

_Titles = Mapping[Kind, Mapping[Kind, LazyString]]

_CARD_TITLES: _Titles = {
    Kind.RECOMMENDATION: {Kind.PRACTICE: _l("Who already does it")},
    Kind.NEED: {
        Kind.RECOMMENDATION: _l("Recommendations that answer it"),
        Kind.PRACTICE: _l("Practices that answer it"),
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
    Kind.PRACTICE: {
        Kind.NEED: _l("Answers"),
        Kind.RECOMMENDATION: _l("Illustrates"),
        Kind.EVENT: _l("Presented at"),
        Kind.DELIVERABLE: KINDS_PLURAL[Kind.DELIVERABLE],
    },
    Kind.RECOMMENDATION: {
        Kind.NEED: _l("Answers"),
        Kind.EVENT: _l("Arises from"),
        Kind.DELIVERABLE: _l("Report"),
    },
    Kind.NEED: {Kind.EVENT: _l("Expressed at")},
    Kind.EVENT: {Kind.NEED: _l("Needs expressed")},
    Kind.DELIVERABLE: {Kind.EVENT: _l("Event")},
}
"""The kinds of linked records that it lists by title, in the right column."""


def card_groups(record: Record, content: PageContent) -> tuple[CardGroup, ...]:
    """Return the linked records that a page shows as cards."""
    groups = _groups(_CARD_TITLES, record, content)
    return tuple(group for group in groups if group.cards)


def link_groups(record: Record, content: PageContent) -> tuple[CardGroup, ...]:
    """Return the linked records that a page lists by title, in its right column."""
    corpus = content.corpus
    themes = corpus.linked(record, Kind.THEME, field="themes")
    others = (
        each
        for each in _mentioned(corpus, record)
        if each not in themes and _is_only_mentioned(record, each)
    )
    groups = (
        *_groups(_LINK_TITLES, record, content),
        *_term_links(record, content),
        CardGroup(_("Theme"), record_cards(themes, content), has_kinds=False),
        CardGroup(_("Linked records"), record_cards(others, content)),
    )
    return tuple(group for group in groups if group.cards)


def _groups(
    titles: _Titles, record: Record, content: PageContent
) -> Iterator[CardGroup]:
    """Yield the records that a field of either record links, by kind."""
    for kind, title in titles.get(record.id.kind, {}).items():
        linked = (
            each
            for each in content.corpus.linked(record, kind)
            if not _is_only_mentioned(record, each)
        )
        yield CardGroup(str(title), record_cards(linked, content))


def _is_only_mentioned(record: Record, other: Record) -> bool:
    """Return whether only the texts of two records link them, and no field."""
    fields = {link.field for link in record.links if link.target == other.id}
    fields |= {link.field for link in other.links if link.target == record.id}
    return fields == {"mentions"}


def _term_links(record: Record, content: PageContent) -> Iterator[CardGroup]:
    """Yield the terms that a glossary term is linked to, none for another record."""
    forward, backward = tuple(record.links), content.corpus.backlinks.get(record.id, ())
    broader = [link.target for link in forward if link.field == "broader"]
    narrower = [link.target for link in backward if link.field == "broader"]
    related = [link.target for link in (*forward, *backward) if link.field == "related"]
    others = dict.fromkeys(each for each in related if each not in broader + narrower)
    for title, ids in (
        (_("Broader"), broader),
        (_("Narrower"), narrower),
        (_("Related terms"), others),
    ):
        cards = record_cards(_existing(ids, content.corpus), content)
        yield CardGroup(title, cards, has_kinds=False)


def _mentioned(corpus: Corpus, record: Record) -> list[Record]:
    """Return the records that a text links, in either direction.

    A page about the service that links to the record is left out.
    """
    backward = (
        link.target
        for link in corpus.backlinks.get(record.id, ())
        if link.field == "mentions" and link.target.kind is not Kind.PAGE
    )
    return _existing(dict.fromkeys((*record.mentions, *backward)), corpus)


def _existing(ids: Iterable[RecordId], corpus: Corpus) -> list[Record]:
    return [corpus.records[each] for each in ids if each in corpus.records]


def related_group(
    record: Record, content: PageContent, shown: Collection[RecordId]
) -> CardGroup | None:
    """Return records of the same kind and theme that are not shown yet."""
    kind = record.id.kind
    theme = next((each for each in record.themes if each != ALL_THEMES), None)
    if kind not in {Kind.PRACTICE, Kind.RECOMMENDATION} or theme is None:
        return None
    others = [
        each
        for each in content.corpus.with_theme(theme, kind)
        if each.id != record.id and each.id not in shown
    ]
    if not others:
        return None
    filters = (Filter(FacetName.KIND, kind.value), Filter(FacetName.THEME, theme))
    has_more = len(others) > MAX_RELATED
    return CardGroup(
        _("On the same theme"),
        record_cards(others[:MAX_RELATED], content),
        search_url(content.locale, filters=filters) if has_more else "",
    )


def similar_cards(
    record: Record,
    similar: Iterable[RecordId],
    content: PageContent,
    *,
    shown: Collection[RecordId],
) -> tuple[Card, ...]:
    """Return cards of the similar records that the page neither links nor shows."""
    links = (*record.links, *content.corpus.backlinks.get(record.id, ()))
    excluded = {*shown, *(link.target for link in links)}
    ids = (each for each in similar if each not in excluded)
    return record_cards(_existing(ids, content.corpus)[:MAX_SIMILAR], content)
