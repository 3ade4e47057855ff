"""The export of records ticked in the list of records."""

from http import HTTPStatus

from flask import Response, abort, flash, render_template, request
from flask_babel import gettext as _

from kb.open_data.search_export import SearchFormat, records_file
from kb.services import services
from kb.staff.base.publishing_services import record_links
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.ticked_lists import BulkView, ReadyRow, RefusedRow, chosen_records
from kb.staff.drafts.record_list import RECORD_LIST
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l

FORMATS: dict[SearchFormat, LazyString] = {
    SearchFormat.XLSX: _l("Spreadsheet (XLSX)"),
    SearchFormat.CSV: _l("Table (CSV)"),
    SearchFormat.JSON_LINES: _l("For programs (JSON Lines)"),
    SearchFormat.BIBTEX: _l("References (BibTeX)"),
    SearchFormat.RIS: _l("References (RIS)"),
    SearchFormat.CSL_JSON: _l("References (CSL-JSON)"),
}


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
        formats={name.value: str(label) for name, label in FORMATS.items()},
        chosen=rows.text,
    )
    return render_template("staff/bulk_change.html", view=view)


@route("/records/export", Access.EDITOR, methods=("POST",))
def export_records() -> Response | ViewResponse:
    """Send the ticked published records as a file."""
    corpus, name = services().corpus, request.form.get("format", "")
    if name not in set(SearchFormat):
        abort(HTTPStatus.BAD_REQUEST)
    chosen = chosen_records(request.form.getlist("d"))
    records = [record for record in map(corpus.get, chosen) if record is not None]
    if not records:
        flash(_("Tick at least one record first."), "bad")
        return see_other(staff_url("all_records"))
    return records_file(records, SearchFormat(name))
