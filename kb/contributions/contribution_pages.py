"""The view models of the forms, and of the private page that follows a contribution."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale
from indexer.model.record import Record
from indexer.model.record_parts import Title
from indexer.model.records import Need
from kb.contributions.answer_fields import FieldType, FormStep
from kb.contributions.attachments import MAX_ATTACHED_BYTES, MAX_ATTACHED_FILES
from kb.contributions.contribution import (
    Contribution,
    ContributionKind,
)
from kb.contributions.contribution_forms import (
    CONTACT_FIELDS,
    FORMS,
    VisitorForm,
    visitor_form,
)
from kb.web.labels import KINDS
from kb.web.records.file_links import size_text
from kb.web.urls import record_url

MISSING_NEEDS = 3


@dataclass(frozen=True, slots=True)
class RecordName:
    """A record that a form or a contribution names."""

    id: str
    kind: str
    title: Title
    url: str


@dataclass(frozen=True, slots=True)
class ContributionForm:
    """A form as the page shows it: what was typed, and what is wrong with it."""

    kind: ContributionKind
    fields: VisitorForm
    token: str
    record: RecordName | None
    days: int
    work_bits: int
    missing: Sequence[RecordName | None] = ()
    file_error: str = ""
    """What is wrong with the attached files."""
    notices: tuple[str, ...] = ()
    """Why the form was not sent, apart from its fields."""
    correction_url: str = ""
    """Where a fact of the record is corrected, if this form is for other problems."""
    earlier_url: str = ""
    """The private address of what the same form sent before."""
    has_lost_files: bool = False
    most_files: int = MAX_ATTACHED_FILES
    most_bytes: int = MAX_ATTACHED_BYTES

    @property
    def keep_name(self) -> str:
        """The name under which a browser keeps what is typed, in both languages."""
        return f"{self.kind}:{self.record.id if self.record is not None else ''}"

    @property
    def steps(self) -> tuple[FormStep, ...]:
        """The steps of the form."""
        return FORMS[self.kind]

    @property
    def has_errors(self) -> bool:
        """Whether the page begins with what to correct."""
        return bool(self.fields.errors or self.file_error or self.notices)


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """An answer with the words of its field."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class TrackingPage:
    """The private page of a contribution, `sent`.

    `published` is the record that it has become. `contact_day` is when the contact is
    deleted; it is empty where none is stored.
    """

    sent: Contribution
    title: str
    record: RecordName | None
    rows: tuple[AnswerRow, ...]
    files: tuple[tuple[str, str], ...]
    lang: str
    private_url: str
    published: RecordName | None
    contact_day: str


def record_name(record: Record | None, locale: Locale) -> RecordName | None:
    """Return the name and the address of a record."""
    if record is None:
        return None
    return RecordName(
        str(record.id),
        str(KINDS[record.id.kind]),
        record.title_for(locale),
        record_url(record.id, locale),
    )


def missing_answers(corpus: Corpus, locale: Locale) -> Sequence[RecordName | None]:
    """Return the first needs that no practice answers, those without any first."""
    needs = [
        need
        for need in corpus.of_kind(Kind.NEED)
        if isinstance(need, Need) and not need.practices
    ]
    needs.sort(key=lambda need: len(need.recommendations))
    return [record_name(need, locale) for need in needs[:MISSING_NEEDS]]


def tracking_page(
    contribution: Contribution,
    corpus: Corpus,
    locale: Locale,
    *,
    private_url: str,
    contact_day: str,
) -> TrackingPage:
    """Return the private page of a contribution."""
    about = corpus.get(contribution.record) if contribution.record else None
    return TrackingPage(
        sent=contribution,
        title=heading_of(contribution),
        record=record_name(about, locale),
        rows=tuple(answer_rows(contribution)),
        files=tuple(
            (file.name, size_text(file.size_bytes, locale))
            for file in contribution.files
        ),
        lang=contribution.locale.value if contribution.locale is not locale else "",
        private_url=private_url,
        published=published_record(contribution, corpus, locale),
        contact_day=contact_day,
    )


def published_record(
    contribution: Contribution, corpus: Corpus, locale: Locale
) -> RecordName | None:
    """Return the record that a proposal has become, once it is published."""
    kinds = {ContributionKind.PRACTICE, ContributionKind.ANSWER}
    if contribution.kind not in kinds or contribution.draft is None:
        return None
    return record_name(corpus.get(contribution.draft), locale)


def heading_of(contribution: Contribution) -> str:
    """Return a few words that name a contribution in a list."""
    texts = map(contribution.answers.get, ("title", "quote", "place", "message"))
    text = next(filter(None, texts), "")
    line = " ".join(text.split())
    return line if len(line) <= 90 else f"{line[:89].rstrip()}…"


def answer_rows(contribution: Contribution) -> Iterator[AnswerRow]:
    """Yield the answers that were given, with the words of their fields."""
    for field in visitor_form(contribution.kind).in_order:
        text = contribution.answers.get(field.name, "")
        if not text or field.name in CONTACT_FIELDS:
            continue
        if field.shown_as is FieldType.CONSENT:
            yield AnswerRow(_("Agreement"), _("Yes"))
            continue
        if field.shown_as is FieldType.CHOICE:
            text = str(dict(field.choices).get(text, text))
        yield AnswerRow(str(field.label.text), text)
