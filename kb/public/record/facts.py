"""The facts of a record: the strip of its page, and those to decide by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from indexer.model.ids import Kind, Locale
from indexer.model.places import Gazetteer
from indexer.model.records import (
    Audience,
    Deliverable,
    Edition,
    Event,
    Need,
    Practice,
    Recommendation,
    Record,
)
from kb.public.record.assessment_view import AssessmentView
from kb.web.date_text import number_text, period_text
from kb.web.labels import (
    AUDIENCES,
    AUDIENCES_INLINE,
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
from kb.web.records.cards import Card, date_fact, inferred_mark, record_cards
from kb.web.urls import audience_url, place_url

_LINK = Markup('<a href="{}">{}</a>')


def linked_audiences(audiences: Sequence[Audience], locale: Locale) -> Markup:
    """Return the names of audiences as links, the first with a capital."""
    names = [str(AUDIENCES[each]) for each in audiences[:1]]
    names += [str(AUDIENCES_INLINE[each]) for each in audiences[1:]]
    urls = (audience_url(each, locale) for each in audiences)
    return _joined(zip(urls, names, strict=True))


def linked_places(slugs: Iterable[str], gazetteer: Gazetteer, locale: Locale) -> Markup:
    """Return the names of places as links; unknown places are left out."""
    return _joined(
        (place_url(slug, locale), gazetteer[slug].names[locale])
        for slug in slugs
        if slug in gazetteer
    )


def _joined(links: Iterable[tuple[str, str]]) -> Markup:
    return Markup(", ").join(_LINK.format(url, name) for url, name in links)


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


@dataclass(frozen=True, slots=True)
class PracticeFact:
    """A fact of a practice: its name, and each statement with an optional name.

    `url` is the public page of a contact, else empty.
    """

    name: str
    statements: tuple[tuple[str, str], ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """The known facts of a practice, and the names of the unknown ones."""

    known: tuple[PracticeFact, ...]
    unknown: str


def practice_facts(practice: Practice, edition: Edition) -> PracticeFacts:
    """Return the facts of a practice, in the words of an edition."""
    facts = tuple(_practice_facts(practice, edition))
    unknown = [each.name for each in facts if not each.statements]
    first, *rest = unknown or [""]
    return PracticeFacts(
        known=tuple(each for each in facts if each.statements),
        unknown=", ".join([first, *(each[:1].lower() + each[1:] for each in rest)]),
    )


def _practice_facts(practice: Practice, edition: Edition) -> Iterator[PracticeFact]:
    yield _practice_fact(
        _("Means"),
        (_("People"), edition.means_people),
        (_("Time"), edition.means_time),
        (_("Money"), edition.means_money),
        (_("Tools"), edition.means_tools),
    )
    yield _practice_fact(
        _("Evaluation"),
        (_("By"), edition.evaluation_by),
        (_("Method"), edition.evaluation_method),
        (_("Measured"), edition.evaluation_measured),
    )
    yield _practice_fact(
        _("Elsewhere"),
        (_("What it takes"), edition.transfer_needs),
        (_("What would stop it"), edition.transfer_obstacles),
    )
    contact = ("", edition.contact or practice.contact_page)
    yield _practice_fact(_("Contact"), contact, url=practice.contact_page)
    yield _practice_fact(_("Legal basis"), ("", edition.legal_basis))


def _practice_fact(
    name: str, *statements: tuple[str, str], url: str = ""
) -> PracticeFact:
    return PracticeFact(name, tuple(each for each in statements if each[1]), url)
