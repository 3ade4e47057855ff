"""The strip of facts under the head of a record: five at most, by kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.ids import Kind, Locale
from indexer.model.records import (
    Deliverable,
    Edition,
    Event,
    Need,
    Practice,
    Recommendation,
    Record,
)
from kb.public.assessment_view import AssessmentView
from kb.web.cards import Card, date_fact, inferred_mark, record_cards
from kb.web.date_text import number_text, period_text
from kb.web.fact_links import linked_audiences, linked_places
from kb.web.labels import (
    AVAILABILITY,
    DELIVERABLE_TYPES,
    EVENT_TYPES,
    EVIDENCE,
    FIRMNESS,
    KINDS,
    KINDS_PLURAL,
    LANGUAGES,
    RESULTS,
    STAGES,
    Badge,
)
from kb.web.page_content import PageContent

MAX_FACTS = 5


@dataclass(frozen=True, slots=True)
class StripFact:
    """A fact of the strip: its name, what it is, and a second line in plain type.

    A fact that is not known says so in `absence`; it then has no `text`. The `text` may
    be HTML, as `Markup`.
    """

    name: str
    text: str = ""
    detail: str = ""
    badge: Badge | None = None
    links: tuple[Card, ...] = ()
    link_url: str = ""
    link_text: str = ""
    absence: str = ""


def fact_strip(
    record: Record,
    edition: Edition,
    content: PageContent,
    assessment: AssessmentView | None,
) -> tuple[StripFact, ...]:
    """Return the first facts of a record, in the words of an edition."""
    return tuple(islice(_facts(record, edition, content, assessment), MAX_FACTS))


def _facts(
    record: Record,
    edition: Edition,
    content: PageContent,
    assessment: AssessmentView | None,
) -> Iterator[StripFact]:
    match record:
        case Practice():
            yield from _practice(record, edition, content)
            yield _assessment(assessment)
        case Recommendation():
            yield from _recommendation(record, content)
            yield _assessment(assessment)
        case Need():
            yield from _need(record, content)
        case Event():
            yield from _event(record, edition, content)
        case Deliverable():
            yield from _deliverable(record, edition, content.locale)


def _practice(
    practice: Practice, edition: Edition, content: PageContent
) -> Iterator[StripFact]:
    locale = content.locale
    where = _places(practice, content)
    yield _fact(
        _("Where and who"), where, edition.who, absence=_("Place and body not known")
    )
    stage = stage_text(practice, edition, locale) or _("Stage not known")
    yield _fact(_("When"), _dated(practice, edition, locale), stage)
    yield _source(practice)
    evidence = str(EVIDENCE[practice.evidence]) if practice.evidence else ""
    yield _fact(
        _("Measured effect"),
        str(RESULTS[practice.result]) if practice.result else "",
        evidence,
        absence=_("Not known"),
    )


def _recommendation(
    recommendation: Recommendation, content: PageContent
) -> Iterator[StripFact]:
    audiences = linked_audiences(recommendation.audiences, content.locale)
    yield _fact(_("For whom"), inferred_mark(recommendation, "audiences", audiences))
    needs = content.corpus.linked(recommendation, Kind.NEED, field="recommendations")
    yield StripFact(
        str((KINDS if len(needs) == 1 else KINDS_PLURAL)[Kind.NEED]),
        links=record_cards(needs, content),
        absence="" if needs else _("No need on record"),
    )
    yield _source(recommendation)
    yield StripFact(_("Measured effect"), absence=_("Not evaluated"))


def _need(need: Need, content: PageContent) -> Iterator[StripFact]:
    yield _source(need)
    events = content.corpus.linked(need, Kind.EVENT, field="events")
    yield StripFact(
        _("Expressed at"),
        links=record_cards(events, content),
        absence="" if events else _("No event on record"),
    )
    audiences = linked_audiences(need.audiences, content.locale)
    yield _fact(
        _("Who is concerned"),
        inferred_mark(need, "audiences", audiences) if audiences else "",
        absence=_("Not known"),
    )


def _event(event: Event, edition: Edition, content: PageContent) -> Iterator[StripFact]:
    date = _dated(event, edition, content.locale)
    yield _fact(_("When"), date, absence=_("Date not known"))
    where = _places(event, content)
    yield _fact(_("Where"), where, absence=_("Place not known"))
    yield _fact(_("Type"), str(EVENT_TYPES[event.type]))
    yield _fact(_("Organised by"), edition.host, absence=_("Not known"))
    yield _fact(_("Participants"), "", edition.participants, absence=_("Not known"))


def _deliverable(
    record: Deliverable, edition: Edition, locale: Locale
) -> Iterator[StripFact]:
    yield _fact(_("Type"), str(DELIVERABLE_TYPES[record.type]), record.code)
    date = _dated(record, edition, locale)
    yield _fact(_("Date"), date, absence=_("Date not known"))
    lead = inferred_mark(record, "lead", record.lead) if record.lead else ""
    yield _fact(_("Led by"), lead, absence=_("Not known"))
    pages = "" if record.pages is None else number_text(record.pages, locale)
    language = str(LANGUAGES[record.language]) if record.language else ""
    yield _fact(_("Pages and language"), pages, language, absence=_("Not known"))
    yield _fact(_("Text"), str(AVAILABILITY[record.availability]))


def _source(record: Practice | Recommendation | Need) -> StripFact:
    count = len(record.sources)
    firmness = record.firmness
    return StripFact(
        _("Reliability of the source"),
        badge=FIRMNESS[firmness] if firmness is not None else None,
        link_url="#sources" if count else "",
        link_text=ngettext("%(num)s source", "%(num)s sources", count) if count else "",
    )


def _assessment(assessment: AssessmentView | None) -> StripFact:
    name = _("Signed assessment")
    if assessment is None:
        return StripFact(name, absence=_("None yet"))
    url = f"#{_('assessment')}"
    return StripFact(name, link_url=url, link_text=assessment.link)


def _fact(name: str, text: str, detail: str = "", *, absence: str = "") -> StripFact:
    """Return a fact; `absence` only where neither text nor detail is known."""
    return StripFact(name, text, detail, absence="" if text or detail else absence)


def stage_text(practice: Practice, edition: Edition, locale: Locale) -> str:
    """Return the stage of a practice with its date and note; "" if it is not known."""
    dated = dated_stage(practice, edition, locale)
    if not dated or not edition.stage_note:
        return dated
    return _("%(stage)s: %(note)s", stage=dated, note=edition.stage_note)


def dated_stage(practice: Practice, edition: Edition, locale: Locale) -> str:
    """Return the stage of a practice with its date, unless the note has that date."""
    if practice.stage is None:
        return ""
    stage = str(STAGES[practice.stage])
    date = period_text(practice.stage_date, None, locale)
    if not date or date in edition.stage_note:
        return stage
    return _("%(stage)s (%(date)s)", stage=stage, date=date)


def _dated(record: Record, edition: Edition, locale: Locale) -> str:
    """Return the date or period of a record with its note, as far as known."""
    return ", ".join(filter(None, (date_fact(record, locale), edition.date_note)))


def _places(record: Practice | Event, content: PageContent) -> str:
    """Return the names of the places of a record, without the places around them."""
    names = linked_places(record.places, content.corpus.gazetteer, content.locale)
    return inferred_mark(record, "places", names) if names else ""
