"""All records and drafts: found, changed, begun."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request
from flask_babel import gettext as _

from indexer.model.ids import Kind, Locale, RecordId
from kb.presenters.staff_records import (
    RecordFilter,
    Standing,
    record_list,
    record_page,
)
from kb.publishing.errors import NotThereError, UnsuitableError
from kb.publishing.naming import free, slug_of
from kb.publishing.values import Values, write_values
from kb.services import services
from kb.staff.drafts import (
    INVALID,
    RECORD,
    actor,
    draft_url,
    record_id,
    sentence,
    with_day,
)
from kb.staff.holdings import drafts, holdings
from kb.staff.noting import note
from kb.staff.routing import Access, Answer, route
from kb.state.model import Action


@route("/records", Access.EDITOR)
def records() -> Answer:
    """Find any record or draft."""
    return _list_page()


@route("/records", Access.EDITOR, methods=("POST",))
def begin_blank() -> Answer:
    """Begin a draft of a kind, with nothing but a title."""
    kind = next(
        (each for each in Kind if each.value == request.form.get("kind", "")), None
    )
    title = " ".join(request.form.get("title", "").split())
    if kind is None or not title:
        return _list_page(refusal=_("Choose a kind, and write a title.")), INVALID
    locale = request.form.get("title_locale", "fr")
    record = _free(kind, title)
    try:
        begun = drafts().begin(record, actor())
    except UnsuitableError as error:
        return _list_page(refusal=sentence(error)), INVALID
    from_title = Values(words={_locale(locale): {"title": title}})
    texts = with_day(kind, write_values(kind, from_title, begun.texts))
    drafts().save(record, texts, version=begun.version, who=actor())
    note(Action.DRAFT_BEGUN, record)
    return redirect(draft_url(record), 303)


@route(f"/records/{RECORD}", Access.EDITOR)
def record(folder: str, slug: str) -> Answer:
    """Show where a record stands, and what can be done with it."""
    found = record_id(folder, slug)
    view = record_page(found, services().corpus, holdings())
    if view is None:
        abort(404)
    return render_template("staff/record.html", view=view)


@route(f"/records/{RECORD}/change", Access.EDITOR, methods=("POST",))
def change_record(folder: str, slug: str) -> Answer:
    """Begin a change of a published record: a draft that is a copy of it."""
    found = record_id(folder, slug)
    is_draft = holdings().shelf.find(found) is not None
    if not is_draft and holdings().state(found) is None:
        raise NotThereError(found)
    drafts().begin(found, actor())
    if is_draft:
        flash(_("This draft was begun before: here it is."))
    else:
        note(Action.DRAFT_BEGUN, found)
    return redirect(draft_url(found), 303)


def _list_page(refusal: str = "") -> str:
    kind = next(
        (each for each in Kind if each.value == request.args.get("kind", "")), None
    )
    standing = next(
        (each for each in Standing if each.value == request.args.get("standing", "")),
        None,
    )
    page = request.args.get("page", "1")
    wanted = RecordFilter(
        text=request.args.get("q", "")[:200],
        kind=kind,
        standing=standing,
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1,
    )
    view = record_list(wanted, services().corpus, drafts().all())
    return render_template("staff/records.html", view=view, refusal=refusal)


def _locale(text: str) -> Locale:
    return Locale(text) if text in set(Locale) else Locale.FR


def _free(kind: Kind, title: str) -> RecordId:
    """Give a name made of the title, with a number when it is taken."""

    def is_taken(slug: str) -> bool:
        record = RecordId(kind, slug)
        return (
            holdings().place(record).exists()
            or holdings().shelf.find(record) is not None
        )

    return RecordId(kind, free(slug_of(title), is_taken))
