"""View of the question which record an imported file belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.extraction.fingerprints import Agreement, DocumentIdentity, Evidence
from indexer.model.dates import PartialDate
from indexer.model.ids import RecordId
from kb.publishing.extractions.extraction_store import Extraction, MatchAnswer
from kb.publishing.imports.match_review import MatchReview
from kb.publishing.imports.record_matches import (
    MatchFinder,
    file_identity,
    reasons_for,
    suggested_answer,
)
from kb.staff.base.field_labels import field_label
from kb.staff.base.links import RecordLinks
from kb.web.date_text import date_text, language_name
from kb.web.locale import LazyString, as_sentence, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.records.file_links import extension

AGREEMENTS: dict[Agreement, tuple[LazyString, str]] = {
    Agreement.SAME: (_l("Same"), "full"),
    Agreement.DIFFERENT: (_l("Different"), "dash"),
    Agreement.UNKNOWN: (_l("Not stated"), ""),
}
"""The label and the CSS class of the badge of each agreement."""

ANSWERS: dict[MatchAnswer, tuple[LazyString, LazyString]] = {
    MatchAnswer.SAME: (
        _l("The same document"),
        _l("The draft of this file is deleted; the record does not change."),
    ),
    MatchAnswer.VERSION: (
        _l("A new version of its file"),
        _l("The file replaces the old one in a draft of the record."),
    ),
    MatchAnswer.LANGUAGE: (
        _l("The same document in the other language"),
        _l("The file is added to a draft of the record."),
    ),
    MatchAnswer.FORMAT: (
        _l("The same document in another format"),
        _l("The file is added to a draft of the record, beside the others."),
    ),
    MatchAnswer.NEW: (
        _l("A new record"),
        _l("The draft of this file stays as it is."),
    ),
}
"""The label of each answer, and its effect."""


@dataclass(frozen=True, slots=True)
class ComparedFeature:
    """A feature of the file beside that of the record."""

    label: str
    own: str
    other: str
    agreement: LazyString | str
    style: str

    @property
    def is_shared(self) -> bool:
        """Whether both have the same words."""
        return self.own == self.other


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """An answer that a person may choose, with what speaks for it."""

    value: str
    label: LazyString
    effect: LazyString
    reasons: str
    is_likely: bool


@dataclass(frozen=True, slots=True)
class MatchView:
    """A record that the file resembles; `files` are those that it may replace."""

    record: RecordId
    title: str
    url: str
    features: tuple[ComparedFeature, ...]
    options: tuple[AnswerOption, ...]
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """The question what a file is; `answered` is the sentence of a given answer."""

    matches: tuple[MatchView, ...] = ()
    new_record: AnswerOption | None = None
    answered: str = ""
    answered_url: str = ""

    @property
    def is_open(self) -> bool:
        """Whether an answer is awaited."""
        return bool(self.matches) and not self.answered


def question_view(
    extraction: Extraction,
    finder: MatchFinder,
    review: MatchReview,
    links: RecordLinks,
    corpus: Corpus,
) -> QuestionView:
    """Return the question about a file, or the answer that was given."""
    answered = extraction.answered
    if answered is not None:
        title, url = links.link(str(answered.record or ""))
        if answered.file and answered.record is not None:
            url = links.draft_link(answered.record) or url
        label, _effect = ANSWERS[answered.answer]
        text = _("Answered by %(who)s: %(answer)s", who=answered.by, answer=label)
        sentence = f"{text} ({title})" if title else text
        return QuestionView(answered=sentence, answered_url=url)
    compared = [
        (match, evidence, identity)
        for match in extraction.matches
        if (evidence := finder.evidence(extraction.facts, match, corpus)) is not None
        and (identity := finder.identity(match.record, corpus)) is not None
    ]
    if not compared:
        return QuestionView()
    first = compared[0][1]
    return QuestionView(
        tuple(
            _match_view(match.record, identity, evidence, extraction, review, links)
            for match, evidence, identity in compared
        ),
        _option(MatchAnswer.NEW, first, is_other_format=False),
    )


def _match_view(
    record: RecordId,
    other: DocumentIdentity,
    evidence: Evidence,
    extraction: Extraction,
    review: MatchReview,
    links: RecordLinks,
) -> MatchView:
    title, url = links.link(str(record))
    if not url:
        title, url = links.link(record.slug)
    own, files = file_identity(extraction.facts), review.files(record)
    formats = {extension(file.get("name", "")) for file in files}
    is_other_format = bool(files) and extension(extraction.name) not in formats
    own_languages = {*own.languages}
    answers = [MatchAnswer.SAME, MatchAnswer.VERSION, MatchAnswer.LANGUAGE]
    if is_other_format:
        answers.insert(0, MatchAnswer.FORMAT)
    return MatchView(
        record,
        title,
        url,
        tuple(_features(own, other, evidence)),
        tuple(
            _option(answer, evidence, is_other_format=is_other_format)
            for answer in answers
        ),
        tuple(
            file["name"]
            for file in sorted(
                files, key=lambda file: file.get("language") not in own_languages
            )
            if file.get("name")
        ),
    )


def _option(
    answer: MatchAnswer, evidence: Evidence, *, is_other_format: bool
) -> AnswerOption:
    label, effect = ANSWERS[answer]
    reasons = ", ".join(reason.text(_) for reason in reasons_for(answer, evidence))
    suggested = suggested_answer(evidence, is_other_format=is_other_format)
    is_likely = suggested is answer
    reasons = as_sentence(reasons) if reasons else ""
    return AnswerOption(answer.value, label, effect, reasons, is_likely)


def _features(
    own: DocumentIdentity, other: DocumentIdentity, evidence: Evidence
) -> Iterator[ComparedFeature]:
    rows = (
        (field_label("code"), own.code, other.code, evidence.code),
        (
            field_label("project"),
            ", ".join(filter(None, (own.project, *own.grants))),
            ", ".join(filter(None, (other.project, *other.grants))),
            evidence.project,
        ),
        (
            _("Title"),
            " / ".join(own.titles),
            " / ".join(dict.fromkeys(other.titles)),
            evidence.title,
        ),
        (
            field_label("language"),
            _languages(own),
            _languages(other),
            evidence.language,
        ),
        (field_label("date"), _date(own.date), _date(other.date), evidence.date),
    )
    for label, value, other_value, agreement in rows:
        text, style = AGREEMENTS[agreement]
        yield ComparedFeature(label, value or "–", other_value or "–", text, style)
    percent = _("%(percent)s %%", percent=round(100 * evidence.share))
    percent = percent if evidence.share else "–"
    yield ComparedFeature(_("Text in common"), percent, percent, "", "")


def _languages(identity: DocumentIdentity) -> str:
    locale = page_locale()
    return ", ".join(language_name(code, locale) for code in identity.languages)


def _date(text: str) -> str:
    date = PartialDate.parse(text) if text else None
    return text if date is None else date_text(date, page_locale())
