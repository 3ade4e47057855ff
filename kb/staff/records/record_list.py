"""The list of all records and drafts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask import render_template

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale
from indexer.model.record_parts import Title
from kb.publishing.drafts.draft import Draft, DraftNotes
from kb.publishing.records.form_values import read_values
from kb.services import services
from kb.staff.base.links import title_in_texts
from kb.staff.base.problem_messages import record_with_problem
from kb.staff.base.publishing_services import draft_editor
from kb.staff.base.routing import Access, ViewResponse, route
from kb.staff.base.staff_list import ListAct, Listing
from kb.staff.base.ticked_lists import (
    ListedRecord,
    TickedList,
    record_filters,
    record_orders,
    state_filter,
    theme_titles,
)
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l


class RecordStatus(StrEnum):
    """Whether a record is published, a draft, both, or unreadable."""

    PUBLISHED = "published"
    CHANGING = "changing"
    DRAFT = "draft"
    UNREADABLE = "unreadable"


STATUS_LABELS: dict[RecordStatus, LazyString] = {
    RecordStatus.PUBLISHED: _l("Published"),
    RecordStatus.CHANGING: _l("Published, with a draft in progress"),
    RecordStatus.DRAFT: _l("Draft"),
    RecordStatus.UNREADABLE: _l("Cannot be read"),
}


BADGES = {RecordStatus.PUBLISHED: "full", RecordStatus.DRAFT: "dash"}
"""The CSS class of the badge of a status."""


@dataclass(frozen=True, slots=True)
class StaffRow(ListedRecord):
    """A record or a draft in the list; `locales` are the languages it is written in.

    `day` is when the record was updated, or its draft saved.
    """

    state: RecordStatus
    locales: Collection[Locale] = tuple(Locale)
    notes: DraftNotes | None = None

    @property
    def badge(self) -> str:
        """The CSS class of the badge."""
        return BADGES.get(self.state, "")

    @property
    def status_label(self) -> str:
        """The label of the status."""
        return str(STATUS_LABELS[self.state])

    @property
    def has_draft(self) -> bool:
        """Whether there is a draft of the record."""
        return self.notes is not None

    @property
    def is_published(self) -> bool:
        """Whether visitors see the record."""
        return self.state in {RecordStatus.PUBLISHED, RecordStatus.CHANGING}


RECORD_LIST: TickedList[StaffRow] = TickedList(
    endpoint="all_records",
    name=_l("Records and drafts"),
    search_label=_l("Find a record or a draft"),
    rows=lambda: staff_rows(services().corpus, draft_editor().all()),
    per_page=30,
    filters=record_filters(
        state_filter("standing", STATUS_LABELS, _l("All states")),
    ),
    orders=record_orders(_l("Drafts first")),
    acts=(
        ListAct("export", _l("Export…"), symbol="download"),
        ListAct("withdraw", _l("Withdraw…"), needs="confirm_bulk_change"),
        ListAct("delete", _l("Delete…"), needs="confirm_bulk_change"),
        ListAct(
            "",
            _l("Theme…"),
            needs="confirm_bulk_change",
            parts=(
                ListAct(
                    "theme",
                    _l("Add a theme"),
                    choices=theme_titles,
                    any_label=_l("Choose"),
                    control="add-theme",
                    help="bulk.record_theme",
                ),
                ListAct("theme", _l("Add to the ticked records…")),
            ),
        ),
    ),
)


@route("/records", Access.EDITOR)
def all_records() -> ViewResponse:
    """List the records and drafts that match a filter."""
    return render_template("staff/records.html", page=RECORD_LIST.page())


def staff_rows(corpus: Corpus, drafts: Sequence[Draft]) -> list[StaffRow]:
    """Return the rows of unreadable records, of drafts, then of the other records.

    Drafts are sorted by the time they were saved, newest first.
    """
    drafted = {draft.record for draft in drafts}
    with_problems = map(record_with_problem, corpus.problems)
    readable = set(corpus.records) - corpus.outdated
    unreadable = set(filter(None, with_problems)) - drafted - readable
    return [
        *(
            StaffRow(
                record, Title(record.slug), RecordStatus.UNREADABLE, (record.slug,)
            )
            for record in sorted(unreadable, key=str)
        ),
        *(_draft_row(draft, corpus) for draft in _newest_first(drafts)),
        *(
            StaffRow(
                record.id,
                record.title_for(page_locale()),
                RecordStatus.PUBLISHED,
                titles=[edition.title for edition in record.editions],
                themes=record.themes,
                day=record.updated.isoformat(),
                locales=[edition.locale for edition in record.editions],
            )
            for record in corpus.records.values()
            if record.id not in drafted | corpus.outdated
        ),
    ]


def draft_listing(corpus: Corpus, drafts: Sequence[Draft], *, limit: int) -> Listing:
    """Return the drafts saved last, newest first."""
    newest = _newest_first(drafts)
    rows = [_draft_row(draft, corpus) for draft in newest[:limit]]
    return Listing(rows, len(newest))


def _newest_first(drafts: Sequence[Draft]) -> list[Draft]:
    return sorted(drafts, key=lambda draft: draft.notes.saved_at, reverse=True)


def _draft_row(draft: Draft, corpus: Corpus) -> StaffRow:
    is_published = corpus.get(draft.record) is not None
    values = read_values(draft.record.kind, draft.texts)
    title = title_in_texts(draft.record, draft.texts)
    return StaffRow(
        draft.record,
        title,
        RecordStatus.CHANGING if is_published else RecordStatus.DRAFT,
        titles=tuple(values.titles.values()) or (title.text,),
        themes=tuple(map(str, values.facts.get("themes", ()))),
        day=draft.notes.saved_at,
        locales=values.titles,
        notes=draft.notes,
    )
