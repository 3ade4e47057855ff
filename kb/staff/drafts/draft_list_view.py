"""View models of the list of drafts, with what each lacks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, ProblemCode, errors_among
from indexer.model.record_parts import Title
from kb.publishing.drafts.draft import Draft, DraftComment, DraftState
from kb.publishing.extractions.extraction_store import Extraction
from kb.publishing.records.form_values import read_values
from kb.staff.base.field_labels import WITHOUT_EDITION, field_label
from kb.staff.base.labels import STATE_CLASSES, STATE_LABELS, stored_time_text
from kb.staff.base.links import title_in_texts
from kb.staff.base.problem_messages import problem_text
from kb.staff.drafts.edit_view import draft_titles
from kb.staff.imports.review_view import QuotingRecords, count_undecided
from kb.web.locale import page_locale
from kb.web.records.record_groups import ThemeLook, theme_look

MAX_PROBLEMS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft, what it still lacks, and the extraction from its file."""

    draft: Draft
    title: Title
    saved: str
    missing_fields: str
    missing_editions: tuple[str, ...]
    problems: tuple[str, ...]
    more_problems: int
    awaited: Mapping[RecordId, Title]
    extraction: Extraction | None
    undecided: int
    theme: ThemeLook | None = None

    @property
    def state_label(self) -> str:
        """The label of the state of the draft."""
        return str(STATE_LABELS[self.draft.notes.state])

    @property
    def state_class(self) -> str:
        """The CSS class of the state of the draft."""
        return STATE_CLASSES[self.draft.notes.state]

    @property
    def last_comment(self) -> DraftComment | None:
        """The newest comment with a text, unless the draft is ready."""
        texts = [comment for comment in self.draft.notes.comments if comment.text]
        is_ready = self.draft.notes.state is DraftState.READY
        return texts[-1] if texts and not is_ready else None

    @property
    def is_complete(self) -> bool:
        """Whether the draft can be published."""
        return not (
            self.missing_fields or self.problems or self.awaited or self.has_question
        )

    @property
    def has_question(self) -> bool:
        """Whether a person has still to answer which record its file belongs to."""
        return self.extraction is not None and self.extraction.has_question


def draft_row(
    draft: Draft,
    problems: Sequence[Problem],
    awaited: Sequence[Draft],
    extraction: Extraction | None,
    quoting: QuotingRecords,
    corpus: Corpus,
) -> DraftRow:
    """Return the row of a draft; `quoting` are the records that quote deliverables."""
    others = list(_other_problems(problems))
    return DraftRow(
        draft=draft,
        title=title_in_texts(draft.record, draft.texts),
        saved=_saved(draft.notes.by, draft.notes.saved_at),
        missing_fields=", ".join(_missing_fields(problems)),
        missing_editions=tuple(
            str(WITHOUT_EDITION[Locale(PurePosixPath(problem.path).stem)])
            for problem in problems
            if problem.code is ProblemCode.MISSING_EDITION
        ),
        problems=tuple(others[:MAX_PROBLEMS_SHOWN]),
        more_problems=max(0, len(others) - MAX_PROBLEMS_SHOWN),
        awaited=draft_titles(awaited),
        extraction=extraction,
        undecided=count_undecided(extraction, draft.record.slug, quoting)
        if extraction is not None
        else 0,
        theme=_theme(draft, corpus),
    )


def _theme(draft: Draft, corpus: Corpus) -> ThemeLook | None:
    themes = read_values(draft.record.kind, draft.texts).facts.get("themes", ())
    return theme_look(list(map(str, themes)), corpus, page_locale())


def problem_lines(
    problems: Sequence[Problem], awaited: Mapping[str, str]
) -> tuple[str, ...]:
    """Return the first problems of a draft as sentences, missing fields in one.

    `awaited` are the titles of drafts that the draft may link to, by their ids.
    """
    missing = ", ".join(_missing_fields(problems))
    lines = dict.fromkeys(_other_problems(problems, awaited))
    others = tuple(lines)[:MAX_PROBLEMS_SHOWN]
    line = _("Still to be written: %(names)s", names=missing)
    return (*((line,) if missing else ()), *others)


def _saved(by: str, at: str) -> str:
    if not by:
        return ""
    if not at:
        return _("By %(who)s", who=by)
    return _("Saved %(time)s, by %(who)s", time=stored_time_text(at), who=by)


def _missing_fields(problems: Sequence[Problem]) -> Iterator[str]:
    labels = [
        field_label(problem.what.values["name"], _locale_of(problem))
        for problem in problems
        if problem.code is ProblemCode.MISSING_FIELD
    ]
    yield from dict.fromkeys(f"{label[:1].lower()}{label[1:]}" for label in labels)


def _locale_of(problem: Problem) -> Locale | None:
    stem = PurePosixPath(problem.path).stem
    return Locale(stem) if stem in set(Locale) else None


def _other_problems(
    problems: Sequence[Problem], awaited: Mapping[str, str] | None = None
) -> Iterator[str]:
    for problem in errors_among(problems):
        if problem.code is not ProblemCode.MISSING_FIELD:
            yield problem_text(problem, awaited or {})
