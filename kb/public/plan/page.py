"""The pages of “What can my town do?”: the questions, and the plan for a need.

A plan has five steps. Each line is a field of a record, with a link to the record. The
means and the delay of the town change the order of practices, and hide none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from flask_babel import gettext as _

from indexer.model.edition import Edition
from indexer.model.ids import Kind
from indexer.model.record_parts import LegalReference, Point
from indexer.model.records import Need, Practice, Recommendation
from indexer.model.vocabulary import ALL_THEMES, EvidenceKind, PracticeResult, Stage
from kb.public.plan.request import (
    DELAY_LABELS,
    MEANS_LABELS,
    READER_LABELS,
    Delay,
    Means,
    PlanRequest,
    ValueT,
)
from kb.web.date_text import country_name
from kb.web.dossier_cookie import dossier_url
from kb.web.help_box import HelpBox, help_box
from kb.web.labels import FIRMNESS, LEGAL_ROLES
from kb.web.locale import LazyString
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, RecordLine, record_card, record_cards
from kb.web.records.counts import counted
from kb.web.records.record_groups import ThemeEntry, all_themes_entry, theme_entries
from kb.web.urls import can_be_compared, compare_url, plan_url, propose_url

MAX_RECOMMENDATIONS = 3
MAX_PRACTICES = 4
MAX_LINES = 2
MAX_MEASURES = 3

FILES = {"Word": "docx", "PDF": "pdf", "Markdown": "md"}
"""The formats in which a plan can be taken along."""

_MEASURED = (EvidenceKind.COMPARISON, EvidenceKind.BEFORE_AFTER)
_EFFECTS = (PracticeResult.WORKED, PracticeResult.MIXED)
_STAGE_ORDER = {
    Stage.IN_USE: 0,
    Stage.PILOT: 1,
    Stage.NO_NEWS: 1,
    Stage.IDEA: 2,
    Stage.ENDED: 2,
}


@dataclass(frozen=True, slots=True)
class Situation:
    """A need in everyday words, as a choice of the first question."""

    value: str
    text: str
    lang: str
    count: str


Choice = tuple[str, LazyString, bool]


@dataclass(frozen=True, slots=True)
class PlanQuestions:
    """The four questions; each of the last three has a name, a title and choices.

    A choice has a value, a label, and whether it is chosen.
    """

    themes: tuple[tuple[ThemeEntry, tuple[Situation, ...]], ...]
    others: tuple[tuple[str, str, tuple[Choice, ...]], ...]
    need: str


def plan_questions(request: PlanRequest, content: PageContent) -> PlanQuestions:
    """Return the questions, with the answers of a request chosen."""
    corpus, locale = content.corpus, content.locale
    entries = (*theme_entries(corpus, locale), all_themes_entry())
    groups = [(entry, tuple(_situations(entry.slug, content))) for entry in entries]
    return PlanQuestions(
        themes=tuple((entry, needs) for entry, needs in groups if needs),
        others=(
            ("who", _("You are"), _choices(READER_LABELS, request.reader)),
            ("means", _("What do you have?"), _choices(MEANS_LABELS, request.means)),
            ("when", _("For when?"), _choices(DELAY_LABELS, request.delay)),
        ),
        need=request.need.id.slug if request.need is not None else "",
    )


def _choices(
    labels: Mapping[ValueT, LazyString], chosen: ValueT | None
) -> tuple[Choice, ...]:
    return tuple((value, label, value == chosen) for value, label in labels.items())


def _situations(theme: str, content: PageContent) -> Iterator[Situation]:
    """Yield the needs whose first theme is this one."""
    for need in content.corpus.of_kind(Kind.NEED):
        themes = need.themes or (ALL_THEMES,)
        if themes[0] == theme and isinstance(need, Need):
            edition, title = (
                need.edition(content.locale),
                need.title_for(content.locale),
            )
            yield Situation(
                value=need.id.slug,
                text=edition.situation or edition.title,
                lang=title.lang,
                count=counted(Kind.PRACTICE, len(_practices(need, content))),
            )


@dataclass(frozen=True, slots=True)
class PlanBox:
    """A part of a step under its own title; without lines, no source says anything."""

    title: str
    lines: tuple[RecordLine, ...]
    is_failure: bool = False


@dataclass(frozen=True, slots=True)
class PlanView:
    """The plan for a need.

    Attributes:
        start: recommendations, the first one to begin with.
        points: those of the first recommendation.
        practices: the practices, each with its first figure.
        needed, watched: the boxes of what it takes and of what to watch.
        measured: what evaluations measured, and how.
        missing: the titles of what no source says.
        files: the formats of its note, each with its address.
    """

    title: str
    need: Card
    chosen: tuple[LazyString, ...]
    start: tuple[Card, ...]
    points: tuple[Point, ...]
    practices: tuple[Card, ...]
    practice_total: int
    needed: tuple[PlanBox, ...]
    watched: tuple[PlanBox, ...]
    measured: tuple[RecordLine, ...]
    missing: tuple[str, ...]
    help: HelpBox | None
    compare_url: str
    dossier_url: str
    files: tuple[tuple[str, str], ...]
    url: str
    offer_url: str
    change_url: str
    record_total: int


def plan_view(request: PlanRequest, need: Need, content: PageContent) -> PlanView:
    """Return the plan for a need."""
    locale, edition = content.locale, need.edition(content.locale)
    practices = sorted(_practices(need, content), key=_practice_order(request))
    shown, advice = practices[:MAX_PRACTICES], _advice(need, request, content)
    ids = [practice.id for practice in shown]
    title = edition.situation or edition.title
    needed, watched = _needed(practices, content), _watched(practices, content)
    measured = tuple(islice(_measured(practices, content), MAX_MEASURES))
    first = advice[0].edition(locale) if advice else None
    records = [need.id, *(record.id for record in advice), *ids]
    return PlanView(
        title=title,
        need=record_card(need, content),
        chosen=request.chosen,
        start=record_cards(advice, content),
        points=first.points if first is not None else (),
        practices=tuple(record_card(one, content, has_figure=True) for one in shown),
        practice_total=len(practices),
        needed=needed,
        watched=watched,
        measured=measured,
        missing=tuple(_missing(advice, practices, (*needed, *watched), measured)),
        help=help_box([need], content.corpus, locale),
        compare_url=compare_url(locale, ids) if can_be_compared(ids) else "",
        dossier_url=dossier_url(locale, records, title=title),
        files=tuple(
            (label, plan_url(locale, request.parameters, file=file))
            for label, file in FILES.items()
        ),
        url=plan_url(locale, request.parameters),
        offer_url=propose_url(locale, need.id),
        change_url=plan_url(locale),
        record_total=len(records),
    )


def _practices(need: Need, content: PageContent) -> list[Practice]:
    records = (content.corpus.get(practice) for practice in need.practices)
    return [record for record in records if isinstance(record, Practice)]


def _practice_order(request: PlanRequest) -> Callable[[Practice], tuple[int, ...]]:
    """Return the sort key of practices.

    Measured effects come first. Without a budget, practices that state a cost come
    last; with one, they come first. For a start within three months, practices that
    have ended come last.
    """

    def key(practice: Practice) -> tuple[int, ...]:
        measured = practice.evidence in _MEASURED and practice.result in _EFFECTS
        money = practice.editions[0].means_money
        states_cost = any(character.isdigit() for character in money)
        is_last_by_cost = (
            states_cost if request.means is Means.TIME else not states_cost
        )
        is_soon = request.delay in {Delay.WEEK, Delay.QUARTER}
        stage = practice.current_stage
        return (
            0 if measured else 1,
            int(is_last_by_cost and request.means in {Means.TIME, Means.MONEY}),
            _STAGE_ORDER[stage] if stage is not None and is_soon else 0,
        )

    return key


def _advice(
    need: Need, request: PlanRequest, content: PageContent
) -> list[Recommendation]:
    """Return the recommendations to begin with: those for the reader, the strongest."""

    def key(record: Recommendation) -> tuple[bool, int]:
        is_for_reader = request.reader in record.audience_values
        strength = FIRMNESS[record.firmness].strength if record.firmness else 0
        return (request.reader is not None and not is_for_reader, -strength)

    records = map(content.corpus.get, need.recommendations)
    found = [record for record in records if isinstance(record, Recommendation)]
    return sorted(found, key=key)[:MAX_RECOMMENDATIONS]


def _needed(practices: Iterable[Practice], content: PageContent) -> tuple[PlanBox, ...]:
    return (
        _box(_("People"), practices, content, lambda e: (e.means_people,)),
        _box(_("Conditions"), practices, content, lambda e: (e.transfer_needs,)),
        _box(_("Budget"), practices, content, lambda e: (e.means_money,)),
    )


def _watched(
    practices: Iterable[Practice], content: PageContent
) -> tuple[PlanBox, ...]:
    obstacles = _("Obstacles")
    return (
        PlanBox(_("Law"), tuple(islice(_laws(practices, content), MAX_LINES))),
        _box(obstacles, practices, content, lambda e: (e.transfer_obstacles,)),
        _box(
            _("What did not work"),
            practices,
            content,
            lambda e: e.did_not_work[:1],
            is_failure=True,
        ),
    )


def _box(
    title: str,
    practices: Iterable[Practice],
    content: PageContent,
    texts: Callable[[Edition], tuple[str, ...]],
    *,
    is_failure: bool = False,
) -> PlanBox:
    """Return a box of the first practices that say something."""
    lines = (
        RecordLine(text, record_card(practice, content))
        for practice in practices
        for text in texts(practice.edition(content.locale))
        if text
    )
    return PlanBox(title, tuple(islice(lines, MAX_LINES)), is_failure)


def _laws(practices: Iterable[Practice], content: PageContent) -> Iterator[RecordLine]:
    """Yield the texts of law of practices, with the country and their role."""
    for practice in practices:
        basis = practice.edition(content.locale).legal_basis
        if not practice.legal_ref and not basis:
            continue
        card = record_card(practice, content)
        for law in practice.legal_ref:
            country = country_name(law.country, content.locale)
            role = str(LEGAL_ROLES[law.role]) if law.role is not None else ""
            yield RecordLine(
                _law_text(law), card, ", ".join(filter(None, (country, role))), law.url
            )
        if not practice.legal_ref:
            yield RecordLine(basis, card)


def _law_text(law: LegalReference) -> str:
    return ", ".join(filter(None, (law.act, law.article)))


def _measured(
    practices: Iterable[Practice], content: PageContent
) -> Iterator[RecordLine]:
    """Yield what evaluations measured, each with its method; measured effects first."""
    for practice in practices:
        edition = practice.edition(content.locale)
        if edition.evaluation_measured:
            yield RecordLine(
                edition.evaluation_measured,
                record_card(practice, content),
                edition.evaluation_method,
            )


def _missing(
    advice: list[Recommendation],
    practices: list[Practice],
    boxes: Iterable[PlanBox],
    measured: tuple[RecordLine, ...],
) -> Iterator[str]:
    if not advice:
        yield _("Recommendations")
    if not practices:
        yield _("Practices")
    yield from (box.title for box in boxes if not box.lines)
    if not measured:
        yield _("What to measure")
