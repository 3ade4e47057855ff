"""The list of all records and drafts, and the export of records ticked in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from flask import Response, abort, flash, render_template, request
from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.record import Record
from indexer.model.record_parts import Title
from kb.open_data.search_export import SearchFormat, records_file
from kb.publishing.drafts.draft import Draft, DraftNotes
from kb.publishing.records.form_values import read_values
from kb.services import services
from kb.staff.base.links import title_in_texts
from kb.staff.base.problem_messages import record_with_problem
from kb.staff.base.publishing_services import draft_editor, record_links
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.staff_list import ListAct, Listing
from kb.staff.base.ticked_lists import (
    BulkView,
    ListedRecord,
    ReadyRow,
    RefusedRow,
    TickedList,
    chosen_records,
    record_filters,
    record_orders,
    state_filter,
    theme_titles,
)
from kb.staff.records.table_page import corrections_file
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import made_once

FORMATS: dict[SearchFormat, LazyString] = {
    SearchFormat.XLSX: _l("Spreadsheet (XLSX)"),
    SearchFormat.CSV: _l("Table (CSV)"),
    SearchFormat.JSON_LINES: _l("For programs (JSON Lines)"),
    SearchFormat.BIBTEX: _l("References (BibTeX)"),
    SearchFormat.RIS: _l("References (RIS)"),
    SearchFormat.CSL_JSON: _l("References (CSL-JSON)"),
}

CORRECTIONS: dict[str, LazyString] = {
    "corrections.xlsx": _l("To correct and send back (XLSX)"),
    "corrections.csv": _l("To correct and send back (CSV)"),
}
"""The formats of a table that staff send back with corrections."""


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
                    help=_l(
                        "Added to the themes that each ticked record has. The next "
                        "page shows which."
                    ),
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


@route("/records/export", Access.EDITOR)
def confirm_export() -> ViewResponse:
    """Show which of the ticked records a file will have, and ask for its format."""
    rows = RECORD_LIST.chosen_rows()
    published = {name: services().corpus.get(name) for name in rows.records}
    view = BulkView(
        title=_("Export these records?"),
        verb=_("Export"),
        verb_ticked=_("Download the file"),
        action=staff_url("export_records"),
        back_url=rows.list_url or staff_url("all_records"),
        back_label=_("Records"),
        ready=tuple(
            ReadyRow(
                name,
                record.title_for(page_locale()),
                "",
                staff_url("record_overview", record=name),
            )
            for name, record in published.items()
            if record is not None
        ),
        refused=tuple(
            RefusedRow(
                name,
                record_links().title(name),
                (_("A file has only what visitors see: it is not published."),),
                "",
            )
            for name, record in published.items()
            if record is None
        ),
        effects=(
            _("The file has their facts and summaries, in the language of this page."),
        ),
        formats={
            **{name.value: str(label) for name, label in FORMATS.items()},
            **{name: str(label) for name, label in CORRECTIONS.items()},
        },
        chosen=rows.text,
    )
    return render_template("staff/bulk_change.html", view=view)


@route("/records/export", Access.EDITOR, methods=("POST",))
def export_records() -> Response | ViewResponse:
    """Send the ticked published records as a file."""
    corpus, name = services().corpus, request.form.get("format", "")
    if name not in {*SearchFormat, *CORRECTIONS}:
        abort(HTTPStatus.BAD_REQUEST)
    chosen = chosen_records(request.form.getlist("d"))
    records = [record for record in map(corpus.get, chosen) if record is not None]
    if not records:
        flash(_("Tick at least one record first."), "bad")
        return see_other(staff_url("all_records"))
    if name in CORRECTIONS:
        ids = [record.id for record in records]
        return corrections_file(ids, name.rpartition(".")[2])
    return records_file(records, SearchFormat(name))


def staff_rows(corpus: Corpus, drafts: Sequence[Draft]) -> list[StaffRow]:
    """Return the rows of unreadable records, of drafts, then of the other records.

    Drafts are sorted by the time they were saved, newest first.
    """
    drafted = {draft.record for draft in drafts}
    apart = drafted | corpus.outdated
    published: tuple[StaffRow, ...] = made_once(
        corpus,
        ("staff rows", page_locale()),
        lambda: tuple(map(_published_row, corpus.records.values())),
    )
    return [
        *map(_unreadable_row, sorted(_unreadable(corpus) - drafted, key=str)),
        *(_draft_row(draft, corpus) for draft in _newest_first(drafts)),
        *(row for row in published if row.record not in apart),
    ]


def staff_row(
    record_id: RecordId, corpus: Corpus, draft: Draft | None
) -> StaffRow | None:
    """Return the row of a record, given its draft; None if there is neither."""
    if draft is not None:
        return _draft_row(draft, corpus)
    if record_id in _unreadable(corpus):
        return _unreadable_row(record_id)
    record = None if record_id in corpus.outdated else corpus.get(record_id)
    return None if record is None else _published_row(record)


def _unreadable(corpus: Corpus) -> set[RecordId]:
    """Return the records of which a file has errors that hide them."""
    named = set(filter(None, map(record_with_problem, corpus.problems)))
    return {
        each for each in named if each in corpus.outdated or each not in corpus.records
    }


def _unreadable_row(record: RecordId) -> StaffRow:
    title = Title(record.slug)
    return StaffRow(record, title, RecordStatus.UNREADABLE, (record.slug,))


def _published_row(record: Record) -> StaffRow:
    return StaffRow(
        record.id,
        record.title_for(page_locale()),
        RecordStatus.PUBLISHED,
        titles=[edition.title for edition in record.editions],
        themes=record.themes,
        day=record.updated.isoformat(),
        locales=[edition.locale for edition in record.editions],
    )


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
