"""The facts of a record: the strip of its page, and those to decide by."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from indexer.model.assessments import CRITERIA
from indexer.model.edition import Edition
from indexer.model.ids import Kind, Locale
from indexer.model.places import Gazetteer
from indexer.model.record import Record
from indexer.model.record_parts import LegalReference
from indexer.model.records import Practice, Recommendation
from indexer.model.schema import layout
from indexer.model.schema.field import ComparisonRow, Field, Shape, StripLine
from indexer.model.schema.kinds import SCHEMAS
from indexer.model.vocabulary import Audience
from kb.public.record.assessment_view import AssessmentView
from kb.web.date_text import country_name, language_name, number_text, period_text
from kb.web.labels import (
    AUDIENCES,
    AUDIENCES_INLINE,
    FIRMNESS,
    KINDS,
    KINDS_PLURAL,
    Badge,
)
from kb.web.locale import page_locale
from kb.web.page_content import PageContent
from kb.web.records.cards import (
    Card,
    date_fact,
    inferred_mark,
    record_cards,
    stage_label,
)
from kb.web.urls import audience_url, place_url
from kb.web.value_labels import value_label

_LINK = Markup('<a href="{}">{}</a>')


def linked_audiences(audiences: Sequence[Audience], locale: Locale) -> Markup:
    """Return the names of audiences as links, the first with a capital."""
    names = [str(AUDIENCES[audience]) for audience in audiences[:1]]
    names += [str(AUDIENCES_INLINE[audience]) for audience in audiences[1:]]
    urls = (audience_url(audience, locale) for audience in audiences)
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
    """Yield the lines that the kind of the record declares, and those it adds."""
    if isinstance(record, Recommendation):
        yield from _recommendation(record, edition, content)
    else:
        for line, fields in SCHEMAS[record.id.kind].strip.items():
            yield _line(line, fields, record, edition, content)
    if record.id.kind in CRITERIA:
        yield _assessment(assessment)


def _recommendation(
    record: Recommendation, edition: Edition, content: PageContent
) -> Iterator[StripFact]:
    for line, fields in SCHEMAS[Kind.RECOMMENDATION].strip.items():
        if line is layout.SOURCE_LINE:
            needs = content.corpus.linked(record, Kind.NEED, field="recommendations")
            yield StripFact(
                str((KINDS if len(needs) == 1 else KINDS_PLURAL)[Kind.NEED]),
                links=record_cards(needs, content),
                absence="" if needs else _("No need on record"),
            )
        yield _line(line, fields, record, edition, content)
    yield StripFact(_("Measured effect"), absence=_("Not evaluated"))


def _line(
    line: StripLine,
    fields: Sequence[Field],
    record: Record,
    edition: Edition,
    content: PageContent,
) -> StripFact:
    if line is layout.SOURCE_LINE:
        return _source(record)
    name = line.name.text(_)
    absence = line.absence.text(_) if line.absence is not None else ""
    if fields[0].type is Shape.RECORDS:
        kind = fields[0].linked or record.id.kind
        linked = content.corpus.linked(record, kind, field=fields[0].name)
        links = record_cards(linked, content)
        return StripFact(name, links=links, absence="" if links else absence)
    texts = {
        field.detail_of is line: _text(field, record, edition, content)
        for field in fields
    }
    text, detail = texts.get(False, ""), texts.get(True, "")
    return StripFact(name, text, detail, absence="" if text or detail else absence)


def _text(field: Field, record: Record, edition: Edition, content: PageContent) -> str:
    """Return the value of a field as the strip shows it; "" if it is not known."""
    locale, text = content.locale, ""
    value = getattr(edition if field.is_localized else record, field.attribute)
    match field.type:
        case Shape.DATE:
            return _dated(record, edition, locale)
        case Shape.CHOICE if isinstance(record, Practice) and field.name == "stage":
            return stage_text(record, edition, locale) or _("Stage not known")
        case Shape.CHOICE:
            return value_label(value) if value else ""
        case Shape.LANGUAGE:
            return language_name(value, locale) if value else ""
        case Shape.NUMBER:
            return "" if value is None else number_text(value, locale)
        case Shape.PLACES:
            text = linked_places(value, content.corpus.gazetteer, locale)
        case Shape.CHOICES:
            text = linked_audiences(value, locale)
        case _:
            text = str(value)
    is_marked = text and not field.is_localized and field.detail_of is None
    return inferred_mark(record, field.name, text) if is_marked else text


def _source(record: Record) -> StripFact:
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


def stage_text(practice: Practice, edition: Edition, locale: Locale) -> str:
    """Return the stage of a practice with its date and note; "" if it is not known."""
    dated = dated_stage(practice, edition, locale)
    if not dated or not edition.stage_note:
        return dated
    return _("%(stage)s: %(note)s", stage=dated, note=edition.stage_note)


def dated_stage(practice: Practice, edition: Edition, locale: Locale) -> str:
    """Return the stage of a practice with its date, unless the note has that date."""
    stage = stage_label(practice)
    if practice.no_news_since is not None or not stage:
        return stage
    date = period_text(practice.stage_date, None, locale)
    if not date or date in edition.stage_note:
        return stage
    return _("%(stage)s (%(date)s)", stage=stage, date=date)


def _dated(record: Record, edition: Edition, locale: Locale) -> str:
    """Return the date or period of a record with its note, as far as known."""
    return ", ".join(filter(None, (date_fact(record, locale), edition.date_note)))


@dataclass(frozen=True, slots=True)
class LawLine:
    """A text of law: what it is to the practice, its act and article, its country."""

    role: str
    text: str
    country: str
    url: str

    @property
    def line(self) -> str:
        """All of it as one text."""
        text = ", ".join(filter(None, (self.country, self.text)))
        if not self.role:
            return text
        return _("%(name)s: %(text)s", name=self.role, text=text)


@dataclass(frozen=True, slots=True)
class PracticeFact:
    """A fact of a practice: its name, and each statement with an optional name.

    `url` is the public page of a contact, else empty.
    """

    name: str
    statements: tuple[tuple[str, str], ...]
    url: str = ""
    laws: tuple[LawLine, ...] = ()
    row: ComparisonRow | None = None

    @property
    def host(self) -> str:
        """The name of the site of its public page."""
        return urlsplit(self.url).netloc.removeprefix("www.")


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """The known facts of a practice, and the names of the unknown ones."""

    known: tuple[PracticeFact, ...]
    unknown: str

    @property
    def contact(self) -> PracticeFact | None:
        """The body to ask, if it is known."""
        return self._of(layout.CONTACT_ROW)

    @property
    def law(self) -> PracticeFact | None:
        """The legal basis, if texts of law are on record; without, it is in `rows`."""
        fact = self._of(layout.LEGAL_ROW)
        return fact if fact is not None and fact.laws else None

    @property
    def rows(self) -> tuple[PracticeFact, ...]:
        """The known facts without those that have a part of their own on the page."""
        return tuple(f for f in self.known if f not in (self.contact, self.law))

    def _of(self, row: ComparisonRow) -> PracticeFact | None:
        return next((fact for fact in self.known if fact.row is row), None)


def practice_facts(practice: Practice, edition: Edition) -> PracticeFacts:
    """Return the facts of a practice, in the words of an edition."""
    facts = tuple(_practice_facts(practice, edition))
    unknown = [fact.name for fact in facts if not (fact.statements or fact.laws)]
    first, *rest = unknown or [""]
    return PracticeFacts(
        known=tuple(fact for fact in facts if fact.statements or fact.laws),
        unknown=", ".join([first, *(each[:1].lower() + each[1:] for each in rest)]),
    )


def _practice_facts(practice: Practice, edition: Edition) -> Iterator[PracticeFact]:
    for row, fields in SCHEMAS[practice.id.kind].rows.items():
        if not row.is_fact:
            continue
        addresses = [f for f in fields if f.type is Shape.ADDRESS]
        url = next((str(getattr(practice, f.attribute)) for f in addresses), "")
        texts = [
            (statement_name(field), getattr(edition, field.attribute))
            for field in fields
            if field.is_localized
        ]
        statements = tuple(text for text in texts if text[1])
        name = row.name.text(_)
        shown = statements or ((("", url),) if url else ())
        laws = law_lines(practice) if row is layout.LEGAL_ROW else ()
        yield PracticeFact(name, shown, url=url, laws=laws, row=row)


def law_lines(practice: Practice) -> tuple[LawLine, ...]:
    """Return the texts of law of a practice."""
    return tuple(_law_line(law, page_locale()) for law in practice.legal_ref)


def _law_line(law: LegalReference, locale: Locale) -> LawLine:
    return LawLine(
        role=value_label(law.role) if law.role is not None else "",
        text=", ".join(filter(None, (law.act, law.article))),
        country=country_name(law.country, locale),
        url=law.url,
    )


def statement_name(field: Field) -> str:
    """Return the name of a field in a row of several fields, or ""."""
    return field.statement.text(_) if field.statement is not None else ""
