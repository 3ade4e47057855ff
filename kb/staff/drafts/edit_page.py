"""The form of a draft: shown, saved as it goes, thrown away, named otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import cast

from flask import abort, flash, jsonify, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from indexer.model.ids import SLUG_PATTERN, Kind, RecordId
from kb.database.model import AuditAction
from kb.publishing.drafts.draft import Draft
from kb.publishing.drafts.draft_editor import DraftConflictError
from kb.publishing.errors import (
    AlreadyThereError,
    BusyError,
    NotThereError,
    PublishingError,
    UnsuitableError,
    WriteFailedError,
)
from kb.publishing.history.differences import Difference, compare_texts
from kb.publishing.records.form_values import FormValues, write_values
from kb.services import services
from kb.staff.accounts.account_view import moment_text
from kb.staff.base.audit import log_action
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.session import current_session
from kb.staff.drafts.edit_view import Checked, checked, draft_page
from kb.staff.drafts.form_parser import SubmittedFields, SubmittedForm, with_field
from kb.web.locale import page_locale

FOLDER = "<any({}):folder>".format(", ".join(kind.folder for kind in Kind))
RECORD = f"{FOLDER}/<slug>"
INVALID = 422
CONFLICT = 409
GONE = 410
UNWRITABLE = 503

_ADD, _REMOVE, _THEIRS = "add:", "remove:", "theirs:"
_AGAIN = "begin-again"


@dataclass(frozen=True, slots=True)
class SubmittedDraft:
    """What the form sent: the version that it was made from, the act, the texts."""

    version: str
    act: str
    texts: Mapping[str, str]


@route(f"/drafts/{RECORD}", Access.EDITOR)
def edit_draft(folder: str, slug: str) -> ViewResponse:
    """Show the form of a draft; who looks for one that is gone is told where it is."""
    record = record_id(folder, slug)
    try:
        found = draft_editor().load(record)
    except NotThereError:
        if services().corpus.get(record) is not None:
            return redirect(staff_url("record_overview", folder=folder, slug=slug))
        abort(404)
    return _page(found, more=request.args.get("more", ""))


@route(f"/drafts/{RECORD}", Access.EDITOR, methods=("POST",))
def save_draft(folder: str, slug: str) -> ViewResponse:
    """Save what was typed, however incomplete."""
    record = record_id(folder, slug)
    wants_json = request.accept_mimetypes.best == "application/json"
    texts: Mapping[str, str] = {}
    try:
        base = _base(record)
        sent = _sent(record, base)
        texts = sent.texts
        if base is not None and sent.act.startswith(_THEIRS):
            return _taken_over(base, sent)
        saved = draft_editor().save(record, texts, version=sent.version, who=actor())
    except DraftConflictError as error:
        if wants_json:
            return _told(error.message.text(_), "conflict", CONFLICT)
        return _page(
            error.theirs,
            texts=texts,
            theirs=(error.theirs, error.differences),
            status=CONFLICT,
        )
    except NotThereError:
        if wants_json:
            return _told(_("This draft is no longer there."), "gone", GONE)
        return _gone_page(record)
    except (WriteFailedError, BusyError) as error:
        return _unsaved(record, texts, error, wants_json=wants_json)
    if wants_json:
        return _saved_answer(saved)
    return _after(saved, sent)


@route(f"/drafts/{RECORD}/discard", Access.EDITOR)
def confirm_discard(folder: str, slug: str) -> ViewResponse:
    """Say what becomes of a draft that is thrown away."""
    record = record_id(folder, slug)
    found = draft_editor().load(record)
    view = draft_page(found, Checked((), ()), services().corpus)
    return render_template("staff/discard.html", view=view)


@route(f"/drafts/{RECORD}/discard", Access.EDITOR, methods=("POST",))
def discard_draft(folder: str, slug: str) -> ViewResponse:
    """Throw a draft away; the history keeps it."""
    record = record_id(folder, slug)
    draft_editor().discard(record, actor())
    log_action(AuditAction.DRAFT_DISCARDED, record)
    flash(_("The draft is thrown away. The history keeps its text."))
    return redirect(staff_url("all_records"), 303)


@route(f"/drafts/{RECORD}/name", Access.EDITOR, methods=("POST",))
def rename_draft(folder: str, slug: str) -> ViewResponse:
    """Give a draft that was never published another name in its address."""
    record = record_id(folder, slug)
    wanted = " ".join(request.form.get("name", "").split()).lower()
    try:
        renamed = draft_editor().rename(record, wanted, actor()).record
    except (UnsuitableError, AlreadyThereError) as error:
        flash(error_sentence(error), "bad")
        return redirect(required_draft_url(record), 303)
    log_action(AuditAction.DRAFT_RENAMED, renamed, detail=record.slug)
    flash(_("The record will have this name in its address."))
    return redirect(required_draft_url(renamed), 303)


def record_id(folder: str, slug: str) -> RecordId:
    """Read the kind and the name in an address."""
    kind = Kind.from_folder(folder)
    if kind is None or not SLUG_PATTERN.fullmatch(slug):
        abort(404)
    return RecordId(kind, slug)


def required_draft_url(record: RecordId, **values: object) -> str:
    """Give the address of the form of a draft."""
    folder = record.kind.folder
    return staff_url("edit_draft", folder=folder, slug=record.slug, **values)


def actor() -> str:
    """Give who is at work."""
    return current_session().account.email


def error_sentence(error: PublishingError) -> str:
    """Say why something was not done, as a sentence."""
    text = error.message.text(_)
    return f"{text[:1].upper()}{text[1:]}."


def with_day(kind: Kind, texts: Mapping[str, str]) -> dict[str, str]:
    """Put today into a record that has no day yet: the check asks for one."""
    day = str(repository().clock().date())
    known = write_values(kind, FormValues(), texts)
    return (
        known
        if "updated:" in texts.get("record.yaml", "")
        else write_values(kind, FormValues({"updated": day}), texts)
    )


def _taken_over(theirs: Draft, sent: SubmittedDraft) -> ViewResponse:
    """Take one field over from what somebody else saved; nothing is saved yet."""
    kind, name = theirs.record.kind, sent.act.removeprefix(_THEIRS)
    texts = with_field(kind, sent.texts, theirs.texts, name)
    left = compare_texts(kind, theirs.texts, texts)
    return _page(theirs, texts=texts, theirs=(theirs, left), status=CONFLICT)


def _base(record: RecordId) -> Draft | None:
    """Give the draft that is saved upon; begun anew when that is what they press."""
    try:
        return draft_editor().load(record)
    except NotThereError:
        if request.form.get("act") != _AGAIN:
            return None
    return draft_editor().begin(record, actor())


def _sent(record: RecordId, base: Draft | None) -> SubmittedDraft:
    """Read the form; what it does not hold stays as it is in the draft."""
    act = request.form.get("act", "")
    form = SubmittedForm(
        record.kind,
        cast("SubmittedFields", request.form),
        services().corpus,
        page_locale(),
    )
    without = act.removeprefix(_REMOVE) if act.startswith(_REMOVE) else ""
    texts = form.raw(base.texts if base is not None else {})
    texts = write_values(record.kind, form.values(without=without), texts)
    version = request.form.get("version", "")
    if act == _AGAIN and base is not None and not base.notes.saved_at:
        version = base.version  # begun just now: nobody saved it yet
    return SubmittedDraft(version, act, with_day(record.kind, texts))


def _after(saved: Draft, sent: SubmittedDraft) -> ViewResponse:
    """Lead on from a save: to the form, a new row in it, the preview, or publishing."""
    path = {"folder": saved.record.kind.folder, "slug": saved.record.slug}
    if sent.act == "preview":
        return redirect(staff_url("preview_draft", **path), 303)
    if sent.act == "publish":
        return redirect(staff_url("confirm_publish", **path), 303)
    if sent.act.startswith(_ADD):
        name = sent.act.removeprefix(_ADD)
        return redirect(required_draft_url(saved.record, more=name, _anchor=name), 303)
    flash(_("Saved."))
    return redirect(required_draft_url(saved.record), 303)


def _page(
    found: Draft,
    *,
    texts: Mapping[str, str] | None = None,
    more: str = "",
    theirs: tuple[Draft, tuple[Difference, ...]] | None = None,
    refusal: str = "",
    status: int = 200,
) -> ViewResponse:
    corpus = services().corpus
    problems = checked(
        draft_editor().problems(found.record, services().texts),
        corpus,
        found.record,
        draft_editor().awaited(found),
    )
    view = draft_page(found, problems, corpus, texts=texts, more=more, theirs=theirs)
    page = render_template("staff/draft.html", view=view, refusal=refusal)
    return (page, status) if status != 200 else page


def _gone_page(record: RecordId, *, is_kept: bool = True) -> ViewResponse:
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in {"csrf_token", "act", "version"}
    ]
    is_there = services().corpus.get(record) is not None
    page = render_template(
        "staff/draft_gone.html",
        record=record,
        fields=fields,
        is_there=is_there,
        is_kept=is_kept,
    )
    return page, GONE


def _unsaved(
    record: RecordId,
    texts: Mapping[str, str],
    error: PublishingError,
    *,
    wants_json: bool,
) -> ViewResponse:
    """Show what was typed again: it is nowhere else."""
    if wants_json:
        return _told(error_sentence(error), "unwritable", UNWRITABLE)
    try:
        found = draft_editor().load(record)
    except NotThereError:
        return _gone_page(record, is_kept=False)
    # Saved again, it must meet what somebody saved meanwhile, and not replace it.
    found = replace(found, version=request.form.get("version", ""))
    refusal = error_sentence(error)
    return _page(found, texts=texts, refusal=refusal, status=UNWRITABLE)


def _saved_answer(saved: Draft) -> Response:
    return cast(
        "Response",
        jsonify(
            version=saved.version,
            message=_(
                "Saved at %(time)s",
                time=moment_text(repository().clock()).split(", ")[-1],
            ),
        ),
    )


def _told(text: str, code: str, status: int) -> Response:
    response = jsonify(error={"code": code, "message": text})
    response.status_code = status
    return cast("Response", response)
