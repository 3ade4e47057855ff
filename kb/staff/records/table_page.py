"""Tables that staff send: what each line would change, and the change itself."""

import io
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from flask import Response, abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from indexer.analysis.tokens import fold, normalize
from indexer.errors import FileUnreadableError
from indexer.extraction.report.report_card import unreadable_message
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message, ProblemCode, message
from indexer.model.record_parts import Title
from indexer.model.tables import MAX_ROWS
from kb.briefs.csv_table import BYTE_ORDER_MARK, csv_text
from kb.briefs.xlsx_table import MAX_CELL_CHARACTERS, write_cells
from kb.database.model import AuditAction, Role
from kb.publishing.errors import InvalidChangeError
from kb.publishing.history.differences import compare_texts
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.imports.inbox import MEGABYTE
from kb.publishing.imports.record_columns import correction_table
from kb.publishing.imports.record_tables import (
    PlannedRow,
    RowProblem,
    check_columns,
    plan_rows,
)
from kb.publishing.imports.table_inbox import (
    MAX_TABLE_BYTES,
    TableInbox,
    WaitingTable,
    read_table_file,
)
from kb.publishing.published.bulk_changes import BulkAct, BulkChange, BulkChanges
from kb.publishing.records.form_values import FormValues, read_values, write_values
from kb.services import services
from kb.staff.base.differences_view import DifferenceView, difference_views
from kb.staff.base.links import title_in_texts
from kb.staff.base.problem_messages import problem_text
from kb.staff.base.publishing_services import record_links, repository
from kb.staff.base.requests import actor, log_action, update_index
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.session import current_session
from kb.staff.base.ticked_lists import chosen_records, seen_versions, theme_titles
from kb.staff.imports.uploads import disk_full_page
from kb.web.locale import as_sentence

_TOO_LARGE = message(
    "it is too large: %(most)s megabytes at most; split it into several files",
    most=MAX_TABLE_BYTES // MEGABYTE,
)
_WITH_VALUES = {
    ProblemCode.UNKNOWN_VALUE,
    ProblemCode.UNKNOWN_THEME,
    ProblemCode.INVALID_DATE,
    ProblemCode.INVALID_REFERENCE,
}
"""Problems whose remedy names the values: a table has no list to choose from."""
_OF_ITSELF = {"id", "updated"}
"""What a new record has of itself."""


@dataclass(frozen=True, slots=True)
class ReadyLine:
    """A line that can be applied: the record, and each value before and after.

    `themes` are offered by the keywords of a reference; `twins` are the titles and
    addresses of records that look like a new one.
    """

    line: str
    record: RecordId
    title: Title
    version: str
    url: str
    changes: tuple[DifferenceView, ...]
    twins: tuple[tuple[Title, str], ...]
    keywords: str
    themes: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TableView:
    """A waiting table: the lines to apply, those with problems, and the others."""

    waiting: WaitingTable
    ready: tuple[ReadyLine, ...]
    problems: tuple[tuple[str, str], ...]
    wrong_lines: int
    unchanged: int
    left_out: tuple[tuple[Title, str], ...] = ()


@route("/tables", Access.EDITOR)
def table_list() -> ViewResponse:
    """Show the form that sends a table, and the tables that wait."""
    return _list_page()


@route("/tables", Access.EDITOR, methods=("POST",))
def send_table() -> ViewResponse:
    """Read the sent file, store its rows, and redirect to what they would change."""
    upload = request.files.get("table")
    if upload is None or not upload.filename:
        return _list_page(_("Choose a file.")), HTTPStatus.UNPROCESSABLE_ENTITY
    name = upload.filename.replace("\\", "/").rpartition("/")[2][:100]
    try:
        with ExitStack() as stack:
            folder = services().settings.locations.instance
            file = stack.enter_context(tempfile.NamedTemporaryFile(dir=folder))
            upload.save(file)
            file.flush()
            waiting, fault = _store(name, Path(file.name))
    except OSError as error:
        return disk_full_page(error)
    if waiting is None:
        text = f"{name}{_(': ')}{fault.text(_) if fault else ''}."
        return _list_page(text), HTTPStatus.UNPROCESSABLE_ENTITY
    log_action(AuditAction.FILES_SENT, waiting.id, name)
    return see_other(staff_url("table_changes", table_id=waiting.id))


def _store(name: str, path: Path) -> tuple[WaitingTable | None, Message | None]:
    """Return the table that a file became, or why it became none.

    Raises:
        OSError: the table can't be stored.
    """
    if path.stat().st_size > MAX_TABLE_BYTES:
        return None, _TOO_LARGE
    try:
        table = read_table_file(path)
        check_columns(table)
    except FileUnreadableError as error:
        return None, unreadable_message(error)
    except InvalidChangeError as error:
        return None, error.message
    if table.fault is not None:
        return None, Message(table.fault.value, {"detail": table.detail})
    return _inbox().add(name, actor(), services().clock(), table), None


@route("/tables/<table_id>", Access.EDITOR)
def table_changes(table_id: str) -> ViewResponse:
    """Show what each line of a table would change, and the problems of its cells."""
    return render_template("staff/table.html", view=_view(_inbox().load(table_id)))


@route("/tables/<table_id>", Access.EDITOR, methods=("POST",))
def apply_table(table_id: str) -> ViewResponse:
    """Apply the ticked lines of a table, all in one transaction."""
    waiting, chosen = _inbox().load(table_id), chosen_records(request.form.getlist("d"))
    in_drafts = request.form.get("into") != "records"
    if not in_drafts and not _is_publisher():
        abort(HTTPStatus.FORBIDDEN)
    if not chosen:
        flash(_("Tick at least one line first."), "bad")
        page = render_template("staff/table.html", view=_view(waiting))
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    rows = [row for row in plan_rows(repository(), waiting.table) if not row.problems]
    texts = {row.record: _with_themes(row) for row in rows if row.record is not None}
    change = BulkChange(BulkAct.CORRECT, texts=texts, in_drafts=in_drafts)
    versions = seen_versions(chosen, request.form)
    plan = BulkChanges(repository()).apply(change, chosen, versions, actor=actor())
    if plan.ready:
        count = len(plan.ready)
        log_action(AuditAction.TABLE_APPLIED, waiting.name, str(count))
        update_index(
            ngettext("%(num)s line is applied.", "%(num)s lines are applied.", count)
        )
    if plan.refused:
        page = render_template("staff/table.html", view=_view(waiting, plan.refused))
        return page, HTTPStatus.CONFLICT
    changes = repository().history.of_transaction(plan.batch)
    numbers = [c.number for c in changes if c.entry.action is HistoryAction.CORRECTED]
    return see_other(staff_url("history_entry", number=numbers[0]))


@route("/history/<int:number>/take-back", Access.EDITOR, methods=("POST",))
def undo_table(number: int) -> ViewResponse:
    """Take back all that a table changed, except what has changed again since."""
    history = repository().history
    changes = history.of_transaction(history.change(number).transaction)
    undone = {
        change.entry.record: change.entry
        for change in changes
        if change.entry.action is HistoryAction.CORRECTED
    }
    is_public = any(not entry.is_draft for entry in undone.values())
    if not undone or (is_public and not _is_publisher()):
        abort(HTTPStatus.FORBIDDEN)
    change = BulkChange(BulkAct.UNDO, undone=undone)
    plan = BulkChanges(repository()).apply(change, [*undone], {}, actor=actor())
    if plan.ready:
        log_action(AuditAction.TABLE_UNDONE, number, str(len(plan.ready)))
        update_index(
            ngettext(
                "%(num)s change is taken back.",
                "%(num)s changes are taken back.",
                len(plan.ready),
            )
        )
    for record, reason in plan.refused.items():
        title = record_links().title(record).text
        flash(f"{title}{_(': ')}{reason.text(_)}.", "bad")
    return see_other(staff_url("history_entry", number=number))


def corrections_file(records: Collection[RecordId], extension: str) -> Response:
    """Return the table of records that staff correct and send back."""
    rows = correction_table(repository(), records)
    if extension == "csv":
        body = f"{BYTE_ORDER_MARK}{csv_text(rows)}".encode()
    else:
        body = _workbook(rows)
    answer = Response(body, mimetype="application/octet-stream")
    name = f"corrections-{services().clock():%Y-%m-%d-%H%M}.{extension}"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _workbook(rows: list[list[str]]) -> bytes:
    """Return rows as a workbook, without columns of texts too long for a cell."""
    columns = [
        column
        for column in zip(*rows, strict=True)
        if max(map(len, column)) <= MAX_CELL_CHARACTERS
    ]
    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as workbook:
        text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 1)
        # As texts: a spreadsheet would make a day of « 2018-10 ».
        sheet.set_column(0, len(columns) - 1, 20, text)
        for number, cells in enumerate(zip(*columns, strict=True)):
            write_cells(sheet, number, cells, text)
    return file.getvalue()


def _inbox() -> TableInbox:
    return TableInbox(services().settings.locations.instance)


def _is_publisher() -> bool:
    return current_session().account.role.includes(Role.PUBLISHER)


def _list_page(error: str = "") -> str:
    return render_template(
        "staff/tables.html",
        error=error,
        tables=_inbox().all(),
        most=MAX_TABLE_BYTES // MEGABYTE,
        most_rows=MAX_ROWS,
    )


def _view(
    waiting: WaitingTable, refused: Mapping[RecordId, Message] | None = None
) -> TableView:
    rows, columns = plan_rows(repository(), waiting.table), waiting.table.columns
    ready = [row for row in rows if not row.problems and row.after != row.before]
    wrong = [row for row in rows if row.problems]
    return TableView(
        waiting,
        tuple(_ready_line(row, columns) for row in ready),
        tuple(
            (_place(row.line, problem.column, columns), _problem_text(problem))
            for row in wrong
            for problem in row.problems
        ),
        len(wrong),
        len(rows) - len(ready) - len(wrong),
        tuple(
            (record_links().title(record), as_sentence(reason.text(_)))
            for record, reason in (refused or {}).items()
        ),
    )


def _ready_line(row: PlannedRow, columns: tuple[str, ...]) -> ReadyLine:
    record = row.record
    if record is None:
        raise ValueError("a ready row has a record")
    kind, links = record.kind, record_links()
    differences = [
        difference
        for difference in compare_texts(kind, row.before, row.after)
        if difference.field not in _OF_ITSELF
    ]
    return ReadyLine(
        _place(row.line, "", columns),
        record,
        title_in_texts(record, row.after),
        repository().version(record),
        _url(record),
        difference_views(differences, kind, services().corpus),
        tuple((links.title(twin), _url(twin)) for twin in row.twins),
        ", ".join(row.keywords),
        dict(_offered_themes(row.keywords)),
    )


def _url(record: RecordId) -> str:
    """Return the address of a record; that of a line before has none yet."""
    return record_links().link(str(record))[1] if repository().texts(record) else ""


def _offered_themes(keywords: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield the themes that a keyword names, in either language."""
    words = [fold(normalize(word)) for word in keywords]
    titles = theme_titles()
    for record in services().corpus.records.values() if words else ():
        names = (fold(normalize(edition.title)) for edition in record.editions)
        if record.id.kind is Kind.THEME and not {*names}.isdisjoint(words):
            yield record.id.slug, titles[record.id.slug]


def _with_themes(row: PlannedRow) -> Mapping[str, str]:
    """Return the new texts of a row, with the themes that were ticked for it."""
    ticked = request.form.getlist(f"themes-{row.record}")
    known = {slug for slug, _title in _offered_themes(row.keywords)}
    themes = tuple(slug for slug in ticked if slug in known)
    if not themes or row.record is None:
        return row.after
    facts = read_values(row.record.kind, row.after).facts
    stated = tuple(map(str, facts.get("themes", ())))
    values = FormValues(facts={"themes": tuple(dict.fromkeys((*stated, *themes)))})
    return write_values(row.record.kind, values, row.after)


def _place(line: int, column: str, columns: tuple[str, ...]) -> str:
    """Return where a problem is: « Line 12, column F (date) »."""
    if not columns:
        return _("Reference no. %(number)s", number=line)
    if column not in columns:
        return _("Line %(line)s", line=line)
    letter = xl_col_to_name(columns.index(column))
    return _(
        "Line %(line)s, column %(letter)s (%(name)s)",
        line=line,
        letter=letter,
        name=column,
    )


def _problem_text(problem: RowProblem) -> str:
    text = problem.text
    if isinstance(text, Message):
        return as_sentence(text.text(_))
    if text.code not in _WITH_VALUES:
        return problem_text(text)
    return as_sentence(f"{text.what.text(_)}{_(': ')}{text.remedy.text(_)}")
