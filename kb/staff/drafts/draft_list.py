"""The list of drafts, with what each lacks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import PurePosixPath

from flask import render_template
from flask_babel import gettext as _

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, ProblemCode, errors_among
from indexer.model.record_parts import Title
from indexer.model.vocabulary import RECOMMENDATION_FIRMNESS
from kb.publishing.drafts.draft import Draft, DraftComment, DraftState
from kb.publishing.drafts.guesses import unchecked_problems
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions.extraction_store import Extraction, extraction_key
from kb.publishing.records.form_values import read_values
from kb.services import services
from kb.staff.base.field_labels import WITHOUT_EDITION, field_label
from kb.staff.base.labels import STATE_LABELS, stored_time_text
from kb.staff.base.links import title_in_texts
from kb.staff.base.problem_messages import problem_text
from kb.staff.base.publishing_services import (
    draft_editor,
    extraction_store,
    proposal_review,
    record_links,
    repository,
)
from kb.staff.base.routing import Access, ViewResponse, route
from kb.staff.base.staff_list import Labels, ListAct, RowFilter
from kb.staff.base.ticked_lists import (
    ListedRecord,
    TickedList,
    record_filters,
    record_orders,
    state_filter,
    theme_titles,
)
from kb.staff.drafts.edit_view import draft_titles
from kb.staff.drafts.workflow_page import staff_people
from kb.staff.imports.review_view import (
    QuotingRecords,
    count_undecided,
    quoting_records,
)
from kb.web.labels import FIRMNESS
from kb.web.locale import lazy_gettext as _l
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


_SHA256 = re.compile(r"^\s+(?:- )?sha256: ([0-9a-f]{64})\s*$", re.MULTILINE)
_STATES = (DraftState.READY, DraftState.CHANGES_WANTED, DraftState.IN_PROGRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDraft(ListedRecord):
    """A draft, with what it is filtered and sorted by in the list."""

    draft: Draft


def listed_drafts() -> list[ListedDraft]:
    """Return all drafts: those ready for review first, then the newest first."""
    drafts = [_listed(draft) for draft in draft_editor().all()]
    drafts.sort(key=lambda listed: listed.day, reverse=True)
    return sorted(drafts, key=lambda listed: _STATES.index(listed.draft.notes.state))


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


def _listed(draft: Draft) -> ListedDraft:
    values = read_values(draft.record.kind, draft.texts)
    return ListedDraft(
        record=draft.record,
        title=title_in_texts(draft.record, draft.texts),
        state=draft.notes.state,
        titles=tuple(values.titles.values()),
        themes=tuple(map(str, values.facts.get("themes", ()))),
        people=people_of(draft),
        day=draft.notes.saved_at,
        draft=draft,
    )


def _people(rows: Sequence[ListedDraft]) -> dict[str, str]:
    people = {person for listed in rows for person in listed.people}
    return {person: person for person in sorted(people)}


def _firmness() -> Labels:
    return {name: FIRMNESS[name].label for name in RECOMMENDATION_FIRMNESS}


DRAFT_LIST: TickedList[ListedDraft] = TickedList(
    endpoint="draft_list",
    name=_l("To check"),
    search_label=_l("Filter the drafts"),
    rows=listed_drafts,
    per_page=40,
    filters=record_filters(
        state_filter("state", STATE_LABELS, _l("All drafts"), with_tabs=True),
        RowFilter(
            "person",
            _l("Person"),
            lambda row, person: person in row.people,
            _people,
            _l("Everybody"),
            control="by",
            is_open=True,
        ),
    ),
    orders=record_orders(_l("Ready for review first")),
    acts=(
        ListAct("publish", _l("Publish…"), style="", needs="confirm_publish_chosen"),
        ListAct("ready", _l("Ready for review")),
        ListAct("changes-wanted", _l("Changes wanted")),
        ListAct("discard", _l("Delete…")),
        ListAct(
            "",
            _l("Theme, person…"),
            parts=(
                ListAct(
                    "theme",
                    _l("Add a theme"),
                    choices=theme_titles,
                    any_label=_l("No change"),
                    control="add-theme",
                    help=_l("Added to the themes that each ticked draft has."),
                ),
                ListAct(
                    "firmness",
                    _l("Reliability of the source, for recommendations"),
                    choices=_firmness,
                    any_label=_l("No change"),
                    control="set-firmness",
                    help=_l("Changes the ticked recommendations only."),
                ),
                ListAct("facts", _l("Apply to the ticked drafts")),
                ListAct(
                    "person",
                    _l("Assigned to"),
                    choices=lambda: {person: person for person in staff_people()},
                    any_label=_l("Nobody"),
                    control="assign-to",
                    help="draft.person",
                ),
                ListAct("assign", _l("Assign")),
                ListAct("in-progress", _l("Back to “in progress”")),
            ),
        ),
    ),
)


@route("/drafts", Access.EDITOR)
def draft_list() -> ViewResponse:
    """List the drafts, and what each still lacks."""
    page = DRAFT_LIST.page()
    return render_template(
        "staff/drafts.html",
        page=page,
        rows=_rows(page.rows),
        links=record_links(),
    )


def _rows(drafts: Sequence[ListedDraft]) -> list[DraftRow]:
    """Return the rows of drafts, which are checked with all others.

    Drafts may link to each other.
    """
    folders = {
        record: folder
        for bundle in repository().draft_folders.bundles()
        for record, folder in bundle.records().items()
    }
    reader = repository().reader
    problems = reader.check_overlay(folders, reader.read())
    quoting = quoting_records(services().corpus, proposal_review().quoting_drafts())
    return [
        _row(
            listed,
            (
                *problems[listed.record],
                *unchecked_problems(listed.record.kind, folders[listed.record]),
            ),
            quoting,
        )
        for listed in drafts
    ]


def _row(
    listed: ListedDraft, problems: Sequence[Problem], quoting: QuotingRecords
) -> DraftRow:
    draft, others = listed.draft, list(_other_problems(problems))
    extraction = _extraction(draft.texts)
    return DraftRow(
        draft=draft,
        title=listed.title,
        saved=_saved(draft.notes.by, draft.notes.saved_at),
        missing_fields=", ".join(_missing_fields(problems)),
        missing_editions=tuple(
            str(WITHOUT_EDITION[Locale(PurePosixPath(problem.path).stem)])
            for problem in problems
            if problem.code is ProblemCode.MISSING_EDITION
        ),
        problems=tuple(others[:MAX_PROBLEMS_SHOWN]),
        more_problems=max(0, len(others) - MAX_PROBLEMS_SHOWN),
        awaited=draft_titles(draft_editor().unpublished_links(draft)),
        extraction=extraction,
        undecided=count_undecided(extraction, draft.record.slug, quoting)
        if extraction is not None
        else 0,
        theme=theme_look(list(listed.themes), services().corpus, page_locale()),
    )


def _extraction(texts: Mapping[str, str]) -> Extraction | None:
    """Return the extraction of the last file of a draft that has one."""
    for sha256 in reversed(_SHA256.findall(texts.get(RECORD_FILE, ""))):
        with suppress(NotFoundError):
            return extraction_store().load(extraction_key(sha256))
    return None
