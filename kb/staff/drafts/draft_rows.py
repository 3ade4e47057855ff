"""What drafts lack, as the list of records shows it, and who works on them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask_babel import gettext as _

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, ProblemCode, errors_among
from indexer.model.record_parts import Title
from kb.publishing.drafts.draft import Draft, DraftComment, DraftState
from kb.publishing.drafts.guesses import unchecked_problems
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions.extraction_store import Extraction, extraction_key
from kb.services import services
from kb.staff.base.field_labels import field_label
from kb.staff.base.problem_messages import problem_text
from kb.staff.base.publishing_services import (
    draft_editor,
    extraction_store,
    proposal_review,
    repository,
)
from kb.staff.drafts.edit_view import draft_titles
from kb.staff.imports.review_view import (
    QuotingRecords,
    count_undecided,
    quoting_records,
)

MAX_PROBLEMS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft, what it still lacks, and the extraction from its file."""

    draft: Draft
    missing_fields: str
    problems: tuple[str, ...]
    more_problems: int
    awaited: Mapping[RecordId, Title]
    extraction: Extraction | None
    undecided: int

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


_SHA256 = re.compile(r"^\s+(?:- )?sha256: ([0-9a-f]{64})\s*$", re.MULTILINE)


def people_of(draft: Draft) -> set[str]:
    """Return the people who wrote a draft, and the person it is assigned to."""
    notes = draft.notes
    return {*filter(None, (notes.by, notes.assigned_to, *notes.writers))}


def is_with(draft: Draft, person: str) -> bool:
    """Return whether a person works on a draft next.

    That is the person it is assigned to; without an assignment, who wrote it.
    """
    if draft.notes.assigned_to:
        return draft.notes.assigned_to == person
    return person in people_of(draft)


def draft_rows(drafts: Sequence[Draft]) -> dict[RecordId, DraftRow]:
    """Return what each draft lacks; drafts may link to each other."""
    folders = {
        record: folder
        for bundle in repository().draft_folders.bundles()
        for record, folder in bundle.records().items()
    }
    reader = repository().reader
    problems = reader.check_overlay(folders, reader.read())
    quoting = quoting_records(services().corpus, proposal_review().quoting_drafts())
    return {
        draft.record: _row(
            draft,
            (
                *problems[draft.record],
                *unchecked_problems(draft.record.kind, folders[draft.record]),
            ),
            quoting,
        )
        for draft in drafts
    }


def _row(
    draft: Draft, problems: Sequence[Problem], quoting: QuotingRecords
) -> DraftRow:
    others = list(_other_problems(problems))
    extraction = _extraction(draft.texts)
    return DraftRow(
        draft=draft,
        missing_fields=", ".join(_missing_fields(problems)),
        problems=tuple(others[:MAX_PROBLEMS_SHOWN]),
        more_problems=max(0, len(others) - MAX_PROBLEMS_SHOWN),
        awaited=draft_titles(draft_editor().unpublished_links(draft)),
        extraction=extraction,
        undecided=count_undecided(extraction, draft.record.slug, quoting)
        if extraction is not None
        else 0,
    )


def _extraction(texts: Mapping[str, str]) -> Extraction | None:
    """Return the extraction of the last file of a draft that has one."""
    for sha256 in reversed(_SHA256.findall(texts.get(RECORD_FILE, ""))):
        with suppress(NotFoundError):
            return extraction_store().load(extraction_key(sha256))
    return None
