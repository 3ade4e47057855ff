"""The records linked to a record, as its page groups them by the name of the link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Record
from kb.web.cards import CardGroup, record_cards
from kb.web.labels import KINDS_PLURAL
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent

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


def card_groups(record: Record, content: PageContent) -> tuple[CardGroup, ...]:
    """Return the linked records that a page shows as cards."""
    groups = _groups(_CARD_TITLES, record, content)
    return tuple(group for group in groups if group.cards)


def split_groups(
    kind: Kind, groups: Sequence[CardGroup]
) -> tuple[tuple[CardGroup, ...], tuple[CardGroup, ...]]:
    """Return the groups before the text of a page of a kind, then those after it.

    What came out of an event comes before what was discussed.
    """
    is_first = [kind is Kind.EVENT and g.anchor == _OUTCOME_ANCHOR for g in groups]
    before = tuple(g for g, first in zip(groups, is_first, strict=True) if first)
    return before, tuple(g for g in groups if g not in before)


def link_groups(record: Record, content: PageContent) -> tuple[CardGroup, ...]:
    """Return the linked records that a page lists by title, under the link's name."""
    groups = (
        *_groups(_LINK_TITLES, record, content),
        *_term_links(record, content),
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
        cards = record_cards(linked, content)
        yield CardGroup(str(title), cards, anchor=f"linked-{kind.folder}")


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


def _existing(ids: Iterable[RecordId], corpus: Corpus) -> list[Record]:
    return [corpus.records[each] for each in ids if each in corpus.records]
