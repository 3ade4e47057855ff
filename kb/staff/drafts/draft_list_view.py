"""View of the list of drafts: what each lacks, and which documents it resembles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask_babel import gettext as _

from indexer.model.ids import Locale
from indexer.model.problems import Problem, ProblemCode, errors_among
from kb.publishing.drafts.draft import Draft
from kb.publishing.extractions.extraction_store import Extraction
from kb.publishing.records.form_values import read_values
from kb.staff.base.field_labels import field_label, missing_edition_label
from kb.staff.base.links import RecordLinks, draft_title, draft_url
from kb.staff.base.problem_messages import problem_text
from kb.staff.base.routing import staff_url
from kb.staff.base.times import stored_time_text
from kb.staff.drafts.edit_view import AwaitedView, awaited_view
from kb.staff.imports.review_view import QuotingRecords, count_undecided
from kb.web.labels import ICONS, KINDS

MAX_PROBLEMS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class SimilarDocument:
    """Another file or record that a draft resembles."""

    title: str
    url: str
    percent: int


@dataclass(frozen=True, slots=True)
class DraftFileSummary:
    """The extraction from the file of a draft, and the documents like that file."""

    review_url: str = ""
    undecided: int = 0
    duplicate: SimilarDocument | None = None
    near_duplicates: tuple[SimilarDocument, ...] = ()
    other_language: SimilarDocument | None = None


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft, and what it still lacks."""

    title: str
    lang: str
    kind_label: str
    icon: str
    url: str
    saved: str
    is_change: bool
    missing_fields: str
    missing_editions: tuple[str, ...]
    problems: tuple[str, ...]
    more_problems: int
    file: DraftFileSummary
    awaited: tuple[AwaitedView, ...]

    @property
    def is_complete(self) -> bool:
        """Whether the draft can be published."""
        return not (self.missing_fields or self.problems or self.awaited)


@dataclass(frozen=True, slots=True)
class DraftListPage:
    """A page of the list of drafts."""

    rows: tuple[DraftRow, ...]
    total: int
    page: int
    pages: int


def draft_row(
    draft: Draft,
    problems: Sequence[Problem],
    awaited: Sequence[Draft],
    file: DraftFileSummary,
) -> DraftRow:
    """Return the row of a draft."""
    kind = draft.record.kind
    title = draft_title(draft.record, read_values(kind, draft.texts))
    others = list(_other_problems(problems))
    return DraftRow(
        title=title.text,
        lang=title.lang,
        kind_label=str(KINDS[kind]),
        icon=ICONS[kind],
        url=draft_url(draft.record),
        saved=_saved(draft.notes.by, draft.notes.saved_at),
        is_change=draft.notes.published is not None,
        missing_fields=", ".join(_missing_fields(problems)),
        missing_editions=tuple(
            missing_edition_label(Locale(PurePosixPath(each.path).stem))
            for each in problems
            if each.code is ProblemCode.MISSING_EDITION
        ),
        problems=tuple(others[:MAX_PROBLEMS_SHOWN]),
        more_problems=max(0, len(others) - MAX_PROBLEMS_SHOWN),
        file=file,
        awaited=tuple(map(awaited_view, awaited)),
    )


def draft_file_summary(
    extraction: Extraction | None,
    slug: str,
    quoting: QuotingRecords,
    links: RecordLinks,
) -> DraftFileSummary:
    """Return the summary of an extraction; an empty one without an extraction."""
    if extraction is None:
        return DraftFileSummary()
    card = extraction.card
    near = (
        _similar(each.name, links, round(100 * each.share))
        for each in card.near_duplicates
    )
    return DraftFileSummary(
        review_url=staff_url("extraction_review", key=extraction.key),
        undecided=count_undecided(extraction, slug, quoting),
        duplicate=_similar(card.duplicate_of, links, 100),
        near_duplicates=tuple(each for each in near if each is not None),
        other_language=_similar(card.sibling_of, links),
    )


def _similar(name: str, links: RecordLinks, percent: int = 0) -> SimilarDocument | None:
    return SimilarDocument(*links.link(name), percent) if name else None


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
