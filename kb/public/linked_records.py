"""The records linked to a record, in both directions, as its page groups them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.records import ALL_THEMES, Record
from kb.web.cards import Card, record_cards
from kb.web.labels import KINDS_PLURAL
from kb.web.page_content import PageContent
from kb.web.urls import record_url, search_url

MAX_RELATED = 4


@dataclass(frozen=True, slots=True)
class CardGroup:
    """Records of one kind linked to this one, under a title."""

    title: str
    cards: tuple[Card, ...]
    all_url: str = ""


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Records linked to this one, in the right column.

    Each shows its kind if `has_kinds`.
    """

    title: str
    cards: tuple[Card, ...]
    has_kinds: bool = True


# The kinds of linked records that the page of a kind shows as cards.
_GROUPS: dict[Kind, tuple[Kind, ...]] = {
    Kind.RECOMMENDATION: (Kind.PRACTICE,),
    Kind.NEED: (Kind.RECOMMENDATION, Kind.PRACTICE),
    Kind.EVENT: (Kind.RECOMMENDATION, Kind.PRACTICE, Kind.DELIVERABLE),
    Kind.DELIVERABLE: (Kind.RECOMMENDATION, Kind.PRACTICE),
}
# The kinds that it lists by title, in the right column.
_LINKS: dict[Kind, tuple[Kind, ...]] = {
    Kind.PRACTICE: (Kind.NEED, Kind.RECOMMENDATION, Kind.EVENT, Kind.DELIVERABLE),
    Kind.RECOMMENDATION: (Kind.NEED, Kind.EVENT, Kind.DELIVERABLE),
    Kind.NEED: (Kind.EVENT,),
    Kind.EVENT: (Kind.NEED,),
    Kind.DELIVERABLE: (Kind.EVENT,),
    Kind.TERM: (),
    Kind.PAGE: (),
}


def card_groups(record: Record, content: PageContent) -> tuple[CardGroup, ...]:
    """Return the linked records that a page shows as cards."""
    groups = []
    for kind in _GROUPS.get(record.id.kind, ()):
        linked = _linked_by_field(content.corpus, record, kind)
        if linked:
            groups.append(
                CardGroup(
                    _group_title(record.id.kind, kind), record_cards(linked, content)
                )
            )
    return tuple(groups)


def _group_title(page: Kind, kind: Kind) -> str:
    titles = {
        (Kind.RECOMMENDATION, Kind.PRACTICE): _("Who has tried it"),
        (Kind.NEED, Kind.RECOMMENDATION): _("Recommendations that answer it"),
        (Kind.NEED, Kind.PRACTICE): _("Practices that answer it"),
        (Kind.EVENT, Kind.RECOMMENDATION): _("Recommendations from it"),
        (Kind.EVENT, Kind.PRACTICE): _("Practices presented"),
        (Kind.DELIVERABLE, Kind.RECOMMENDATION): _("Recommendations of this report"),
    }
    return titles.get((page, kind), str(KINDS_PLURAL[kind]))


def _linked_by_field(corpus: Corpus, record: Record, kind: Kind) -> list[Record]:
    """Return the records of a kind that a field of either record links."""
    return [
        each
        for each in corpus.linked(record, kind)
        if not _only_mentioned(record, each)
    ]


def _only_mentioned(record: Record, other: Record) -> bool:
    """Return whether only the texts of two records link them, and no field."""
    fields = {link.field for link in record.links if link.target == other.id}
    fields |= {link.field for link in other.links if link.target == record.id}
    return fields == {"mentions"}


def link_groups(record: Record, content: PageContent) -> tuple[LinkGroup, ...]:
    """Return the linked records that a page lists by title, in its right column."""
    corpus = content.corpus
    groups = []
    for kind in _LINKS.get(record.id.kind, ()):
        linked = _linked_by_field(corpus, record, kind)
        if linked:
            groups.append(
                LinkGroup(
                    _link_title(record.id.kind, kind), record_cards(linked, content)
                )
            )
    if record.id.kind is Kind.TERM:
        groups += _term_links(record, content)
    themes = corpus.linked(record, Kind.THEME, field="themes")
    if themes:
        groups.append(
            LinkGroup(_("Theme"), record_cards(themes, content), has_kinds=False)
        )
    others = [
        each
        for each in _mentioned(corpus, record)
        if each not in themes and _only_mentioned(record, each)
    ]
    if others:
        groups.append(LinkGroup(_("See also"), record_cards(others, content)))
    return tuple(groups)


def _link_title(page: Kind, kind: Kind) -> str:
    titles = {
        (Kind.PRACTICE, Kind.NEED): _("Answers"),
        (Kind.PRACTICE, Kind.RECOMMENDATION): _("Shows"),
        (Kind.PRACTICE, Kind.EVENT): _("Presented at"),
        (Kind.RECOMMENDATION, Kind.NEED): _("Answers"),
        (Kind.RECOMMENDATION, Kind.EVENT): _("Comes from"),
        (Kind.RECOMMENDATION, Kind.DELIVERABLE): _("Report"),
        (Kind.NEED, Kind.EVENT): _("Voiced at"),
        (Kind.EVENT, Kind.NEED): _("Needs voiced"),
        (Kind.DELIVERABLE, Kind.EVENT): _("Event"),
    }
    return titles.get((page, kind), str(KINDS_PLURAL[kind]))


def _term_links(record: Record, content: PageContent) -> list[LinkGroup]:
    corpus = content.corpus
    forward, backward = tuple(record.links), corpus.backlinks.get(record.id, ())
    broader = [link.target for link in forward if link.field == "broader"]
    narrower = [link.target for link in backward if link.field == "broader"]
    related = [link.target for link in (*forward, *backward) if link.field == "related"]
    others = [
        each for each in dict.fromkeys(related) if each not in (*broader, *narrower)
    ]
    titles = (
        (_("Broader"), broader),
        (_("Narrower"), narrower),
        (_("Related terms"), others),
    )
    return [
        LinkGroup(title, record_cards(records, content), has_kinds=False)
        for title, ids in titles
        if (records := [corpus.records[each] for each in ids if each in corpus.records])
    ]


def _mentioned(corpus: Corpus, record: Record) -> Iterable[Record]:
    ids = dict.fromkeys(
        (
            *record.mentions,
            *(
                link.target
                for link in corpus.backlinks.get(record.id, ())
                if link.field == "mentions" and link.target.kind is not Kind.PAGE
            ),
        )
    )
    return [corpus.records[each] for each in ids if each in corpus.records]


def related_group(
    record: Record, content: PageContent, shown_urls: Collection[str] = ()
) -> CardGroup | None:
    """Return records of the same kind and theme whose addresses are not shown yet."""
    if record.id.kind not in {Kind.PRACTICE, Kind.RECOMMENDATION}:
        return None
    theme = next((each for each in record.themes if each != ALL_THEMES), None)
    if theme is None:
        return None
    locale = content.locale
    others = [
        each
        for each in content.corpus.with_theme(theme, record.id.kind)
        if each.id != record.id and record_url(each.id, locale) not in shown_urls
    ]
    if not others:
        return None
    filters = (
        Filter(FacetName.KIND, record.id.kind.value),
        Filter(FacetName.THEME, theme),
    )
    return CardGroup(
        title=_("On the same theme"),
        cards=record_cards(others[:MAX_RELATED], content),
        all_url=search_url(locale, filters=filters)
        if len(others) > MAX_RELATED
        else "",
    )
