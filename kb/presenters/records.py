"""The page of a record: its sections, its facts, and all that is linked to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale
from indexer.model.records import (
    ALL_THEMES,
    Deliverable,
    Edition,
    Event,
    Practice,
    Record,
)
from kb.presenters.addresses import absolute, list_url, record_url, search_url
from kb.presenters.cards import (
    Card,
    Fact,
    firmness_badge,
    place_names,
    record_cards,
)
from kb.presenters.dates import date_text, number_text, period_text
from kb.presenters.dossier import dossier_ids
from kb.presenters.html import Section, sections
from kb.presenters.labels import (
    AVAILABILITY,
    DELIVERABLE_TYPES,
    EVENT_TYPES,
    ICONS,
    KINDS,
    KINDS_PLURAL,
    SECTIONS,
    Badge,
    audience_list,
)
from kb.presenters.sources import Provenance, provenance
from kb.services import services

MAX_RELATED = 4
LONG_FIGURE = 8

WITHOUT_LIST = {Kind.PAGE}


@dataclass(frozen=True, slots=True)
class Pair:
    """A fact with its name. `lang` is set when it is in another language."""

    name: str
    value: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class CardGroup:
    """Records of one kind linked to this one, under a title."""

    title: str
    cards: tuple[Card, ...]
    all_url: str = ""


@dataclass(frozen=True, slots=True)
class LinkGroup:
    """Records linked to this one, in the right column.

    `has_kinds`: each says its kind, unless the title does.
    """

    title: str
    cards: tuple[Card, ...]
    has_kinds: bool = True


@dataclass(frozen=True, slots=True)
class RecordView:
    """All that the page of a record shows."""

    record: Record
    edition: Edition
    lang: str
    missing_locale: Locale | None
    kind_label: str
    icon: str
    section_label: str
    list_url: str
    url: str
    badge: Badge | None
    facts: tuple[Fact, ...]
    sections: tuple[Section, ...]
    first_title: str
    pairs: tuple[Pair, ...]
    groups: tuple[CardGroup, ...]
    links: tuple[LinkGroup, ...]
    related: CardGroup | None
    provenance: Provenance
    citation: tuple[str, ...]
    updated: str
    is_in_dossier: bool
    is_assessable: bool

    @property
    def has_long_figures(self) -> bool:
        """Whether the figures need more room than a quarter of the column."""
        return any(len(each.value) > LONG_FIGURE for each in self.edition.figures)

    @property
    def permanent_url(self) -> str:
        """The whole address, to be cited."""
        return absolute(self.url)


def record_view(record: Record, locale: Locale) -> RecordView:
    """Present a record in a language, or in the other when it is not written in it."""
    corpus = services().corpus
    edition = record.edition(locale)
    kind = record.id.kind
    is_other = edition.locale is not locale
    return RecordView(
        record=record,
        edition=edition,
        lang=edition.locale.value if is_other else "",
        missing_locale=locale if is_other else None,
        kind_label=str(KINDS[kind]),
        icon=ICONS[kind],
        section_label=str(SECTIONS[kind]),
        list_url="" if kind in WITHOUT_LIST else list_url(kind, locale),
        url=record_url(record.id, locale),
        badge=firmness_badge(record.firmness),
        facts=_facts(record, edition, locale),
        sections=sections(edition.body, locale),
        first_title=_first_title(kind),
        pairs=_pairs(record, edition, locale),
        groups=_groups(corpus, record, locale),
        links=_links(corpus, record, locale),
        related=_related(corpus, record, locale),
        provenance=provenance(record, locale),
        citation=_citation(record, edition, locale),
        updated=date_text_of(record, locale),
        is_in_dossier=record.id in dossier_ids(),
        is_assessable=kind in {Kind.PRACTICE, Kind.RECOMMENDATION},
    )


def date_text_of(record: Record, locale: Locale) -> str:
    """Write the day a record last changed."""
    day = record.updated
    return date_text(PartialDate(day.year, day.month, day.day), locale)


def _inferred(record: Record, name: str, text: str) -> str:
    """Mark a fact as inferred when the record says so."""
    return _("%(fact)s (inferred)", fact=text) if name in record.inferred else text


def _facts(record: Record, edition: Edition, locale: Locale) -> tuple[Fact, ...]:
    facts: list[Fact] = []
    if record.audience_values:
        names = audience_list(record.audience_values)
        facts.append(Fact(_inferred(record, "audiences", names), "people"))
    if isinstance(record, Deliverable) and record.code:
        facts.append(Fact(_inferred(record, "code", record.code)))
    if isinstance(record, Deliverable) and record.lead:
        facts.append(Fact(_inferred(record, "lead", record.lead)))
    places = place_names(record, locale)
    if places:
        facts.append(Fact(_inferred(record, "places", ", ".join(places)), "pin"))
    when = _when(record, edition, locale)
    if when:
        facts.append(Fact(when, "event" if isinstance(record, Event) else ""))
    return tuple(facts)


def _when(record: Record, edition: Edition, locale: Locale) -> str:
    period = period_text(*record.period, locale)
    if not period:
        return edition.date_note
    text = _inferred(record, "date", period)
    if isinstance(record, Practice):
        text = _("facts from %(period)s", period=text)
    return f"{text}, {edition.date_note}" if edition.date_note else text


def _pairs(record: Record, edition: Edition, locale: Locale) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    if edition.who:
        pairs.append(Pair(_("Who"), edition.who))
    if isinstance(record, Deliverable):
        pairs += _deliverable_pairs(record, locale)
    if isinstance(record, Event):
        pairs.append(Pair(_("Type"), str(EVENT_TYPES[record.type])))
        if edition.host:
            pairs.append(Pair(_("Held by"), edition.host))
        if edition.participants:
            pairs.append(Pair(_("Participants"), edition.participants))
    return tuple(pairs)


def _deliverable_pairs(record: Deliverable, locale: Locale) -> list[Pair]:
    language = {Locale.FR: _("French"), Locale.EN: _("English")}
    pairs = [Pair(_("Type"), str(DELIVERABLE_TYPES[record.type]))]
    if record.original_title:
        lang = record.language.value if record.language not in {None, locale} else ""
        pairs.append(Pair(_("Title on the cover"), record.original_title, lang or ""))
    if record.authors:
        pairs.append(Pair(_("Authors"), ", ".join(record.authors)))
    if record.language is not None:
        pairs.append(Pair(_("Language"), language[record.language]))
    if record.pages is not None:
        pairs.append(Pair(_("Pages"), number_text(record.pages, locale)))
    pairs.append(Pair(_("Text"), str(AVAILABILITY[record.availability])))
    return pairs


def _first_title(kind: Kind) -> str:
    """Name the part of a text that stands before its first heading."""
    titles = {
        Kind.NEED: _("What it means"),
        Kind.TERM: _("Usage"),
        Kind.EVENT: _("The meeting"),
        Kind.PAGE: "",
    }
    return titles.get(kind, _("In short"))


# Which linked records a page shows in full, and under what title.
_GROUPS: dict[Kind, tuple[Kind, ...]] = {
    Kind.RECOMMENDATION: (Kind.PRACTICE,),
    Kind.NEED: (Kind.RECOMMENDATION, Kind.PRACTICE),
    Kind.EVENT: (Kind.RECOMMENDATION, Kind.PRACTICE, Kind.DELIVERABLE),
    Kind.DELIVERABLE: (Kind.RECOMMENDATION, Kind.PRACTICE),
}
# Which it only names, in the right column.
_LINKS: dict[Kind, tuple[Kind, ...]] = {
    Kind.PRACTICE: (Kind.NEED, Kind.RECOMMENDATION, Kind.EVENT, Kind.DELIVERABLE),
    Kind.RECOMMENDATION: (Kind.NEED, Kind.EVENT, Kind.DELIVERABLE),
    Kind.NEED: (Kind.EVENT,),
    Kind.EVENT: (Kind.NEED,),
    Kind.DELIVERABLE: (Kind.EVENT,),
    Kind.TERM: (),
    Kind.PAGE: (),
}


def _groups(corpus: Corpus, record: Record, locale: Locale) -> tuple[CardGroup, ...]:
    groups = []
    for kind in _GROUPS.get(record.id.kind, ()):
        linked = [
            each
            for each in corpus.linked(record, kind)
            if not _only_mentioned(record, each)
        ]
        if linked:
            groups.append(
                CardGroup(
                    _group_title(record.id.kind, kind), record_cards(linked, locale)
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
        (Kind.DELIVERABLE, Kind.RECOMMENDATION): _("Recommendations of this workshop"),
    }
    return titles.get((page, kind), str(KINDS_PLURAL[kind]))


def _only_mentioned(record: Record, other: Record) -> bool:
    """Tell whether two records are tied by their texts alone, not by a field."""
    fields = {link.field for link in record.links if link.target == other.id}
    fields |= {link.field for link in other.links if link.target == record.id}
    return fields == {"mentions"}


def _links(corpus: Corpus, record: Record, locale: Locale) -> tuple[LinkGroup, ...]:
    groups = []
    for kind in _LINKS.get(record.id.kind, ()):
        linked = [
            each
            for each in corpus.linked(record, kind)
            if not _only_mentioned(record, each)
        ]
        if linked:
            groups.append(
                LinkGroup(
                    _link_title(record.id.kind, kind), record_cards(linked, locale)
                )
            )
    if record.id.kind is Kind.TERM:
        groups += _term_links(corpus, record, locale)
    themes = corpus.linked(record, Kind.THEME, field="themes")
    if themes:
        groups.append(
            LinkGroup(_("Theme"), record_cards(themes, locale), has_kinds=False)
        )
    others = [
        each
        for each in _mentioned(corpus, record)
        if each not in themes and _only_mentioned(record, each)
    ]
    if others:
        groups.append(LinkGroup(_("See also"), record_cards(others, locale)))
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


def _term_links(corpus: Corpus, record: Record, locale: Locale) -> list[LinkGroup]:
    forward, backward = tuple(record.links), corpus.backlinks.get(record.id, ())
    broader = [link.target for link in forward if link.field == "broader"]
    narrower = [link.target for link in backward if link.field == "broader"]
    related = [link.target for link in (*forward, *backward) if link.field == "related"]
    near = [
        each for each in dict.fromkeys(related) if each not in (*broader, *narrower)
    ]
    titles = (
        (_("Broader"), broader),
        (_("Narrower"), narrower),
        (_("Related terms"), near),
    )
    return [
        LinkGroup(title, record_cards(found, locale), has_kinds=False)
        for title, ids in titles
        if (found := [corpus.records[each] for each in ids if each in corpus.records])
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


def _related(corpus: Corpus, record: Record, locale: Locale) -> CardGroup | None:
    """Give records of the same kind and theme that nothing on the page names yet."""
    if record.id.kind not in {Kind.PRACTICE, Kind.RECOMMENDATION}:
        return None
    theme = next((each for each in record.themes if each != ALL_THEMES), None)
    if theme is None:
        return None
    near = [
        each
        for each in corpus.with_theme(theme, record.id.kind)
        if each.id != record.id
    ]
    if not near:
        return None
    filters = (
        Filter(FacetName.KIND, record.id.kind.value),
        Filter(FacetName.THEME, theme),
    )
    return CardGroup(
        title=_("On the same theme"),
        cards=record_cards(near[:MAX_RELATED], locale),
        all_url=search_url(locale, filters=filters) if len(near) > MAX_RELATED else "",
    )


def _citation(record: Record, edition: Edition, locale: Locale) -> tuple[str, ...]:
    """Give the parts of a citation: who, title, work, when."""
    if isinstance(record, Deliverable):
        who = ", ".join(record.authors) or record.lead
        title = record.original_title or edition.title
        parts = (
            who,
            title,
            "MEDI@4SEC",
            record.code,
            period_text(record.date, None, locale),
        )
        return tuple(part for part in parts if part)
    group = _("Innovation and Security")
    return (
        _("“%(title)s”", title=edition.title),
        group,
        "Efus",
        str(record.updated.year),
    )
