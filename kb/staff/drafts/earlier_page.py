"""The page of the earlier texts of a draft: a slider over its saves."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from itertools import groupby

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import RecordId
from kb.publishing.drafts.draft import listed_files, with_id
from kb.publishing.drafts.draft_editor import DraftConflictError
from kb.publishing.history.differences import compare_texts
from kb.publishing.history.history_entries import ChangeSide
from kb.publishing.history.revisions import KEPT_DAYS, texts_before
from kb.publishing.records.form_values import FormValues, write_values
from kb.services import services
from kb.staff.base.differences_view import DifferenceView, difference_views
from kb.staff.base.field_labels import field_label, field_of_control, locale_of_file
from kb.staff.base.links import draft_url, title_in_texts
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import MAX_ROW_DIGITS, actor
from kb.staff.base.routing import Access, ViewResponse, route, see_other
from kb.staff.drafts.earlier_texts import saves_of
from kb.staff.drafts.edit_page import conflict_response
from kb.staff.drafts.form_parser import merge_field


@route("/drafts/<record:record>/earlier", Access.EDITOR)
def earlier_texts(record: RecordId) -> ViewResponse:
    """Show what a save replaced, or a state of the history, beside the present text."""
    control, texts = request.args.get("field", ""), repository().texts(record)
    saves = saves_of(record, control)
    number = request.args.get("n", len(saves), type=int)
    number = max(min(number, len(saves)), min(len(saves), 1))
    save = saves[number - 1] if saves else None
    earlier = _earlier(record, request.args, save.number if save is not None else 0)
    if earlier is None:
        abort(HTTPStatus.NOT_FOUND)
    file, field = field_of_control(control)
    has_draft = repository().draft_folders.find(record) is not None
    return render_template(
        "staff/earlier_texts.html",
        record=record,
        title=title_in_texts(record, texts),
        days=KEPT_DAYS,
        control=control,
        label=field_label(field, locale_of_file(file)) if control else "",
        count=len(saves),
        number=number,
        save=save,
        change=request.args.get("change", ""),
        side=request.args.get("side", ""),
        fields=_fields(record, earlier, texts, control),
        version=repository().draft_state(record)[1].digest if has_draft else "",
    )


@route("/drafts/<record:record>/earlier", Access.EDITOR, methods=("POST",))
def bring_text_back(record: RecordId) -> ViewResponse:
    """Save a field of an earlier text in the draft, a part of it, or all fields.

    A published record gets a draft. The files of the draft, and their list, stay.
    """
    form, kind = request.form, record.kind
    earlier = _earlier(record, form, form.get("save", 0, type=int))
    if earlier is None:
        abort(HTTPStatus.NOT_FOUND)
    draft = draft_editor().begin(record, actor())
    selector = form.get("act", "").removeprefix("theirs:")
    if selector:
        texts = merge_field(kind, draft.texts, earlier, selector)
    else:
        values = FormValues(facts={"files": listed_files(draft)})
        texts = write_values(kind, values, earlier)
        texts[RECORD_FILE] = with_id(texts, record.slug).decode()
    version = form.get("version", "") or draft.version
    try:
        draft_editor().save(record, texts, version=version, actor=actor())
    except DraftConflictError as error:
        return conflict_response(error, texts)
    flash(_("The earlier text is in the draft again, and saved."))
    return see_other(draft_url(record, _anchor=selector.partition(":")[0] or None))


def _earlier(
    record: RecordId, asked: MultiDict[str, str], save: int
) -> Mapping[str, str] | None:
    """Return the texts of a change of the history, or those that a save replaced.

    None if nothing is known of the record, or the history has no such change.
    """
    texts = repository().texts(record)
    if change := asked.get("change", ""):
        if not change.isdecimal() or len(change) > MAX_ROW_DIGITS:
            return None
        entry = repository().history.change(int(change)).entry
        side = ChangeSide.BEFORE if asked.get("side") == "before" else ChangeSide.AFTER
        is_asked = texts and entry.record == record
        return repository().history.texts(entry.state(side)) if is_asked else None
    later = [each for each in saves_of(record) if each.number >= save] if save else []
    return texts_before(record.kind, later, texts) if texts else None


def _fields(
    record: RecordId, earlier: Mapping[str, str], texts: Mapping[str, str], control: str
) -> list[tuple[str, str, Sequence[DifferenceView]]]:
    """Return label, control and differences of each field, or of the asked one."""
    if control:
        earlier = merge_field(record.kind, texts, earlier, control)
    found = compare_texts(record.kind, earlier, texts)
    views = difference_views(found, record.kind, services().corpus)
    groups = groupby(views, key=lambda view: (view.label, view.control))
    return [(label, control or name, [*group]) for (label, name), group in groups]
