"""The drafts as their list shows them: what each lacks, and what it is close to."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flask_babel import gettext as _

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, ProblemCode, errors_among
from kb.publishing.changes.record_changes import texts_in
from kb.publishing.drafts.draft import DraftNotes, read_notes
from kb.publishing.drafts.proposal_review import ProposalReview
from kb.publishing.errors import NotThereError
from kb.publishing.extractions.extraction_store import (
    Extraction,
    ExtractionStore,
    extraction_key,
)
from kb.services import services
from kb.staff.accounts.account_view import moment_text
from kb.staff.base.field_labels import field_label
from kb.staff.base.links import draft_title_in, draft_url, holder_link
from kb.staff.base.problem_messages import problem_text
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.routing import staff_url
from kb.staff.drafts.edit_view import AwaitedView, awaited_view
from kb.staff.imports.review_view import Quoting, count_open, records_quoting
from kb.web.labels import ICONS, KINDS

PER_PAGE = 40
MAX_OTHERS = 3

_SHA256 = re.compile(r"^\s+(?:- )?sha256: ([0-9a-f]{64})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class SimilarDocument:
    """Another file or record that a draft resembles."""

    title: str
    url: str
    percent: int


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft, what it still lacks, and where to go on."""

    title: str
    lang: str
    kind_label: str
    icon: str
    is_of_file: bool
    url: str
    saved: str
    is_change: bool
    lacks: str
    without: tuple[Locale, ...]
    problems: tuple[str, ...]
    more_problems: int
    found_url: str
    undecided: int
    same: SimilarDocument | None
    near: tuple[SimilarDocument, ...]
    sibling: SimilarDocument | None
    awaited: tuple[AwaitedView, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing keeps it from being published."""
        return not (self.lacks or self.problems or self.awaited)


@dataclass(frozen=True, slots=True)
class DraftsView:
    """A page of drafts."""

    rows: tuple[DraftRow, ...]
    total: int
    page: int
    pages: int


def drafts_view(page: int = 1, *, per_page: int = PER_PAGE) -> DraftsView:
    """Present a page of the drafts: each deliverable, then what was kept of it."""
    folders = {
        record: folder
        for bundle in repository().draft_folders.bundles()
        for record, folder in bundle.records().items()
    }
    pages = max(1, -(-len(folders) // per_page))
    page = min(max(page, 1), pages)
    shown = list(folders)[(page - 1) * per_page : page * per_page]
    reader = repository().reader
    # All together: a recommendation names a deliverable that is a draft as well.
    problems = reader.check_beside(folders, reader.read())
    texts = {record: texts_in(folders[record]) for record in shown}
    found = {record: _findings_of(texts[record]) for record in shown}
    quoting = records_quoting(ProposalReview(repository()))
    rows = tuple(
        _row(
            record,
            texts[record],
            problems[record],
            read_notes(folders[record]),
            _of_file(found[record], record.slug, quoting),
        )
        for record in shown
    )
    return DraftsView(rows, len(folders), page, pages)


@dataclass(frozen=True, slots=True)
class _OfFile:
    """What is known of the file of a draft."""

    found_url: str = ""
    undecided: int = 0
    same: SimilarDocument | None = None
    near: tuple[SimilarDocument, ...] = ()
    sibling: SimilarDocument | None = None


def _row(
    record: RecordId,
    texts: dict[str, str],
    problems: Sequence[Problem],
    notes: DraftNotes,
    found: _OfFile,
) -> DraftRow:
    title, lang = draft_title_in(record, texts)
    others = list(_others(problems))
    return DraftRow(
        title=title,
        lang=lang,
        kind_label=str(KINDS[record.kind]),
        icon=ICONS[record.kind],
        is_of_file=bool(found.found_url),
        url=draft_url(record),
        saved=_saved(notes.by, notes.saved_at),
        is_change=notes.published is not None,
        lacks=", ".join(_missing(problems)),
        without=tuple(_without(problems)),
        problems=tuple(others[:MAX_OTHERS]),
        more_problems=max(0, len(others) - MAX_OTHERS),
        found_url=found.found_url,
        undecided=found.undecided,
        same=found.same,
        near=found.near,
        sibling=found.sibling,
        awaited=tuple(
            map(awaited_view, draft_editor().awaited(draft_editor().load(record)))
        ),
    )


def _findings_of(texts: dict[str, str]) -> Extraction | None:
    findings = ExtractionStore(services().settings.locations.instance)
    for sha256 in reversed(_SHA256.findall(texts.get(RECORD_FILE, ""))):
        with suppress(NotThereError):
            return findings.load(extraction_key(sha256))
    return None


def _of_file(found: Extraction | None, slug: str, quoting: Quoting) -> _OfFile:
    if found is None:
        return _OfFile()
    card = found.card
    near = (_near(each.name, round(100 * each.share)) for each in card.near_duplicates)
    return _OfFile(
        found_url=staff_url("extraction_review", key=found.key),
        undecided=count_open(found, slug, quoting),
        same=_near(card.duplicate_of, 100),
        near=tuple(each for each in near if each is not None),
        sibling=_near(card.sibling_of, 0),
    )


def _near(name: str, percent: int) -> SimilarDocument | None:
    if not name:
        return None
    title, url = holder_link(name)
    return SimilarDocument(title, url, percent)


def _saved(by: str, at: str) -> str:
    if not by:
        return ""
    if not at:
        return _("By %(who)s", who=by)
    when = moment_text(dt.datetime.fromisoformat(at))
    return _("Saved %(time)s, by %(who)s", time=when, who=by)


def _missing(problems: Sequence[Problem]) -> Iterator[str]:
    names = [
        field_label(each.what.values["name"], _locale_of(each))
        for each in problems
        if each.code is ProblemCode.MISSING_FIELD
    ]
    yield from dict.fromkeys(f"{name[:1].lower()}{name[1:]}" for name in names)


def _locale_of(problem: Problem) -> Locale | None:
    stem = Path(problem.path).stem
    return Locale(stem) if stem in set(Locale) else None


def _without(problems: Sequence[Problem]) -> Iterator[Locale]:
    for each in problems:
        if each.code is ProblemCode.MISSING_EDITION:
            yield Locale(Path(each.path).stem)


def _others(problems: Sequence[Problem]) -> Iterator[str]:
    for each in errors_among(problems):
        if each.code is not ProblemCode.MISSING_FIELD:
            yield problem_text(each)
