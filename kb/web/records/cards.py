"""View models of records in lists: title, summary, a few facts."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from markupsafe import Markup, escape

from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.known_facts import findings_of
from indexer.model.places import Gazetteer
from indexer.model.record import Record
from indexer.model.record_parts import Figure
from indexer.model.records import Deliverable, Event, Practice
from indexer.model.results import Hit, MarkedText, Snippet
from indexer.model.vocabulary import Finding, PracticeResult, Stage
from kb.web.date_text import period_text
from kb.web.labels import (
    FACET_VALUES,
    FIRMNESS,
    ICONS,
    KINDS,
    STAGES,
    Badge,
    audience_list,
)
from kb.web.locale import lang_if_other
from kb.web.page_content import PageContent
from kb.web.records.counts import (
    CoverageView,
    coverage_of,
    experiences_text,
    towns_text,
)
from kb.web.records.file_links import file_url, text_url
from kb.web.records.match_reasons import MatchReasons
from kb.web.records.record_groups import ThemeLook, theme_look
from kb.web.urls import record_url

MAX_SHOWN_CARDS = 5
"""The cards of a group of linked records that are not folded."""

Pieces = tuple[tuple[str, bool], ...]
Mark = tuple[FacetName, str]
"""A value of a facet."""

_FINDING_ICONS = {
    Finding.MEASURED: "check",
    Finding.WORKED: "up",
    Finding.MIXED: "warn",
    Finding.DID_NOT_WORK: "cross",
    Finding.FIGURES: "",  # the card has the first one
}
_MARK = Markup("<mark>%s</mark>")
_LANG = Markup(' lang="%s"')
_LINK = Markup('<a href="%s"%s>%s</a>')


def marked(pieces: Pieces) -> Markup:
    """Return a text as HTML, with its matched pieces in `<mark>`.

    A page of results has thirty such texts: a template macro would take ten times as
    long.
    """
    return Markup("").join(
        _MARK % text if is_mark else escape(text) for text, is_mark in pieces
    )


def title_link(url: str, title: str, lang: str = "") -> Markup:
    """Return a link as HTML; `lang` is set if its title is in another language."""
    attribute = _LANG % lang if lang else ""
    return _LINK % (url, attribute, title)


def record_link(record: Record, locale: Locale) -> Markup:
    """Return the title of a record as a link to its page."""
    title = record.title_for(locale)
    return title_link(record_url(record.id, locale), title.text, title.lang)


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a card.

    Attributes:
        text: the fact, which may be HTML, as `Markup`.
        icon: the name of its icon.
        lang: the language, if the fact is in the other one.
        url: the address of what it names.
        is_gap: whether it says that something is missing.
        is_exception: whether few records have it, so that it stands out.
        mark: what it says that a list may say once, above all lines.
        unmarked: what is left of it then.
    """

    text: str
    icon: str = ""
    lang: str = ""
    url: str = ""
    is_gap: bool = False
    is_exception: bool = False
    mark: Mark | None = None
    unmarked: str = ""


@dataclass(frozen=True, slots=True)
class PassageView:
    """A passage that matched; `lang` is set if it is in the other language."""

    pieces: Pieces
    url: str
    heading: str
    lang: str
    page: int | None
    file_url: str


@dataclass(frozen=True, slots=True)
class Card:
    """All that a card shows; `lang` is set if it is in the other language.

    `title_lang` is that of a title, which may be that on the cover of a document.
    """

    id: RecordId
    kind_label: str
    icon: str
    url: str
    title: Pieces
    summary: Pieces
    lang: str
    title_lang: str
    badge: Badge | None
    theme: ThemeLook | None
    facts: tuple[Fact, ...]
    coverage: CoverageView | None = None
    figure: Figure | None = None
    passage: PassageView | None = None
    reasons: MatchReasons | None = None
    words_found: tuple[tuple[str, bool], ...] = ()
    """The words of the query, each with whether the record contains it."""
    is_partial: bool = False
    """Whether the record does not match all the words."""
    is_close: bool = False
    """Whether the record has none of the words, and is close in meaning."""
    apart: str = ""
    """What tells the record from another one of the same list with its title."""
    is_put_first: bool = False
    """Whether staff put the record first for this search."""
    day: str = ""
    """The date of an event, for lists by year."""

    @property
    def anchor(self) -> str:
        """The id of its element in a list."""
        return item_anchor(self.id)

    @property
    def plain_title(self) -> str:
        """The title without marks."""
        return "".join(text for text, _ in self.title)

    @property
    def places(self) -> str:
        """The names of its places; "" without any."""
        return next((fact.text for fact in self.facts if fact.icon == "pin"), "")

    @property
    def link(self) -> Markup:
        """The title as a link to the record."""
        return title_link(self.url, self.plain_title, self.lang)


def item_anchor(record: RecordId) -> str:
    """Return the id of the element of a record in a list."""
    return f"item-{record.kind}-{record.slug}"


@dataclass(frozen=True, slots=True)
class CardGroup:
    """Cards under a title."""

    title: str
    cards: tuple[Card, ...]
    anchor: str = ""

    @property
    def shown(self) -> tuple[Card, ...]:
        """The first cards, which the page does not fold."""
        return self.cards[:MAX_SHOWN_CARDS]

    @property
    def folded(self) -> tuple[Card, ...]:
        """The cards that the reader unfolds."""
        return self.cards[MAX_SHOWN_CARDS:]


def record_card(
    record: Record, content: PageContent, *, has_figure: bool = False
) -> Card:
    """Return the card of a record, in the language of the page if possible.

    With `has_figure`, it has the first figure of the record, if there is one.
    """
    locale, gazetteer = content.locale, content.corpus.gazetteer
    edition = record.edition(locale)
    return Card(
        id=record.id,
        kind_label=str(KINDS[record.id.kind]),
        icon=ICONS[record.id.kind],
        url=record_url(record.id, locale),
        title=MarkedText(edition.title).pieces,
        summary=MarkedText(edition.summary).pieces,
        lang=lang_if_other(edition.locale, locale),
        title_lang=record.title_for(locale).lang,
        badge=FIRMNESS[record.firmness] if record.firmness is not None else None,
        theme=theme_look(record.themes, content.corpus, locale),
        facts=tuple(_card_facts(record, gazetteer, locale)),
        coverage=coverage_of(record),
        figure=next(iter(edition.figures), None) if has_figure else None,
    )


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A sentence of a record, with the card of the record.

    `detail` stands beside the sentence, and `url` is what the sentence links to.
    """

    text: str
    record: Card
    detail: str = ""
    url: str = ""


def record_cards(records: Iterable[Record], content: PageContent) -> tuple[Card, ...]:
    """Return the cards of several records."""
    return tuple(record_card(record, content) for record in records)


def hit_card(
    hit: Hit,
    record: Record,
    content: PageContent,
    reasons: MatchReasons | None = None,
) -> Card:
    """Return the card of a hit.

    It shows the best passage instead of the summary if no word of the summary matched.
    """
    best = hit.snippets[0] if hit.snippets and not hit.summary.marks else None
    return replace(
        record_card(record, content, has_figure=True),
        title=hit.title.pieces,
        summary=hit.summary.pieces,
        lang=lang_if_other(hit.locale, content.locale),
        passage=_passage(best, record, content.locale) if best is not None else None,
        reasons=reasons,
    )


def inferred_mark(record: Record, name: str, text: str) -> str:
    """Return a fact, marked as inferred if the record lists its field as inferred.

    The links of a fact stay HTML.
    """
    if name not in record.inferred:
        return text
    if isinstance(text, Markup):
        return escape(_("%(fact)s (inferred)")) % {"fact": text}
    return _("%(fact)s (inferred)", fact=text)


def _passage(snippet: Snippet, record: Record, locale: Locale) -> PassageView:
    file = snippet.file
    return PassageView(
        pieces=snippet.excerpt.pieces,
        url=passage_url(snippet, record.id, locale),
        heading=snippet.heading,
        lang=snippet.language or lang_if_other(snippet.locale, locale),
        page=snippet.page,
        file_url=file_url(record.id, file, locale, page=snippet.page) if file else "",
    )


def passage_url(snippet: Snippet, record_id: RecordId, locale: Locale) -> str:
    """Return the address of a passage, in the text of its file or in its record."""
    if snippet.file:
        return text_url(record_id, snippet.file, locale, anchor=snippet.anchor)
    return record_url(record_id, locale, anchor=snippet.anchor)


def record_facts(
    record: Record,
    gazetteer: Gazetteer,
    locale: Locale,
    *,
    date: str | None = None,
) -> Iterator[Fact]:
    """Yield the facts of a record: audiences, code, lead, places, date.

    The places around its places are left out; `date` replaces its date.
    """
    places = (
        gazetteer[slug].names[locale]
        for slug in record.place_slugs
        if slug in gazetteer
    )
    texts = [
        ("audiences", audience_list(record.audience_values), "people"),
        ("places", ", ".join(places), "pin"),
    ]
    if isinstance(record, Deliverable):
        texts[1:1] = [("code", record.code, ""), ("lead", record.lead, "")]
    for name, text, symbol in texts:
        if text:
            mark = (FacetName.INFERRED, name) if name in record.inferred else None
            marked_text = inferred_mark(record, name, text)
            yield Fact(marked_text, symbol, mark=mark, unmarked=text)
    if date := date_fact(record, locale) if date is None else date:
        yield Fact(date, "event" if isinstance(record, Event) else "")


def date_fact(record: Record, locale: Locale) -> str:
    """Return the date or period of a record, marked if it is inferred; else ""."""
    period = period_text(*record.period, locale)
    return inferred_mark(record, "date", period) if period else ""


def yearless_date(record: Record, locale: Locale) -> str:
    """Return the date of a record under a heading that is its year; "" if unknown."""
    start, end = record.period
    if start is None:
        return ""
    if start.month is None:
        return _("day unknown")
    text = period_text(start, end, locale).removesuffix(str(start.year)).strip()
    return inferred_mark(record, "date", text)


def _card_facts(record: Record, gazetteer: Gazetteer, locale: Locale) -> Iterator[Fact]:
    """Yield the facts of a record, then a term's title in the other language.

    That hardly more than the title is known comes first, then what few practices have:
    readers choose by it.
    """
    if record.is_only_mentioned:
        yield Fact(_("only mentioned"), is_gap=True)
    if isinstance(record, Practice):
        yield from _practice_facts(record)
    if towns := towns_text(record):
        yield Fact(towns, "people")
    yield from record_facts(record, gazetteer, locale)
    if record.id.kind is Kind.TERM and record.has_edition(locale.other):
        yield Fact(record.edition(locale.other).title, lang=locale.other.value)


def stage_label(practice: Practice) -> str:
    """Return the stage of a practice, or the year since which there is no news."""
    since = practice.no_news_since
    if since is not None:
        return _("No news since %(year)s", year=since.year)
    return str(STAGES[practice.stage]) if practice.stage is not None else ""


def _practice_facts(practice: Practice) -> Iterator[Fact]:
    """Yield what few practices have: an effect, no news, a stage before use."""
    labels = FACET_VALUES[FacetName.FINDING]
    for finding in findings_of(practice):
        if symbol := _FINDING_ICONS[finding]:
            text = inferred_mark(practice, "result", str(labels[finding]))
            yield Fact(text, symbol, is_exception=True)
    if experiences := experiences_text(practice):
        yield Fact(experiences, "quote", is_exception=True)
    if practice.result is PracticeResult.NOT_MEASURED:
        mark = FacetName.RESULT, practice.result
        yield Fact(_("Effect not measured"), mark=mark)
    is_usual = practice.current_stage in {Stage.IN_USE, Stage.ENDED}
    if not is_usual and (stage := stage_label(practice)):
        yield Fact(inferred_mark(practice, "stage", stage))
