"""View models of the list of drafts, with what each lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask_babel import gettext as _

from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, ProblemCode, errors_among
from indexer.model.records import Title
from kb.publishing.drafts.draft import Draft
from kb.publishing.extractions.extraction_store import Extraction
from kb.staff.base.field_labels import WITHOUT_EDITION, field_label
from kb.staff.base.links import title_in_texts
from kb.staff.base.problem_messages import problem_text
from kb.staff.base.times import stored_time_text
from kb.staff.drafts.edit_view import draft_titles
from kb.staff.imports.review_view import QuotingRecords, count_undecided

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
) -> DraftRow:
    """Return the row of a draft; `quoting` are the records that quote deliverables."""
    others = list(_other_problems(problems))
    return DraftRow(
        draft=draft,
        title=title_in_texts(draft.record, draft.texts),
        saved=_saved(draft.notes.by, draft.notes.saved_at),
        missing_fields=", ".join(_missing_fields(problems)),
        missing_editions=tuple(
            str(WITHOUT_EDITION[Locale(PurePosixPath(each.path).stem)])
            for each in problems
            if each.code is ProblemCode.MISSING_EDITION
        ),
        problems=tuple(others[:MAX_PROBLEMS_SHOWN]),
        more_problems=max(0, len(others) - MAX_PROBLEMS_SHOWN),
        awaited=draft_titles(awaited),
        extraction=extraction,
        undecided=count_undecided(extraction, draft.record.slug, quoting)
        if extraction is not None
        else 0,
    )


def _saved(by: str, at: str) -> str:
    if not by:
        return ""
    if not at:
        return _("By %(who)s", who=by)
    return _("Saved %(time)s, by %(who)s", time=stored_time_text(at), who=by)


def _missing_fields(problems: Sequence[Problem]) -> Iterator[str]:
    labels = [
        field_label(each.what.values["name"], _locale_of(each))
        for each in problems
        if each.code is ProblemCode.MISSING_FIELD
    ]
    yield from dict.fromkeys(f"{label[:1].lower()}{label[1:]}" for label in labels)


def _locale_of(problem: Problem) -> Locale | None:
    stem = PurePosixPath(problem.path).stem
    return Locale(stem) if stem in set(Locale) else None


def _other_problems(problems: Sequence[Problem]) -> Iterator[str]:
    for each in errors_among(problems):
        if each.code is not ProblemCode.MISSING_FIELD:
            yield problem_text(each)
