"""The forms of visitors, and the private page that follows what they sent."""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from flask import (
    Blueprint,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import Response as FlaskResponse
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from indexer.model.dates import PartialDate
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, RecordId
from indexer.model.record import Record
from indexer.model.vocabulary import Readable
from kb.contributions.attachments import (
    MAX_ATTACHED_BYTES,
    MAX_FORM_BYTES,
    MAX_FORM_MEMORY_BYTES,
    read_attachments,
)
from kb.contributions.contribution import (
    TOLD_OF,
    AlreadySentError,
    ContributionKind,
    InboxFullError,
    NewContribution,
)
from kb.contributions.contribution_forms import CONTACT_FIELDS, visitor_form
from kb.contributions.contribution_pages import (
    ContributionForm,
    missing_answers,
    record_name,
    tracking_page,
)
from kb.contributions.contribution_store import ContributionStore
from kb.contributions.form_protection import (
    is_admitted,
    needed_work,
    new_form_token,
    sent_form,
)
from kb.contributions.form_token import FILES
from kb.core.storage_errors import StorageError
from kb.publishing.imports.inbox import MEGABYTE
from kb.services import services
from kb.web.date_text import date_text
from kb.web.labels import FACET_VALUES
from kb.web.locale import page_locale
from kb.web.page_content import page_content
from kb.web.responses.headers import is_cross_site, keep_private
from kb.web.urls import absolute, report_url

blueprint = Blueprint("contributions", __name__)

LOCALE = "<locale:locale>"


def contribution_store() -> ContributionStore:
    """Return the store of the contributions of this instance."""
    settings = services().settings
    return ContributionStore(settings.contributions_file, days=settings.contact_days)


@blueprint.before_request
def _prepare() -> None:
    """Refuse readers of a shared content, and limit what a form may contain."""
    if services().settings.is_reader:
        abort(HTTPStatus.NOT_FOUND)
    request.max_content_length = MAX_FORM_BYTES
    request.max_form_memory_size = MAX_FORM_MEMORY_BYTES
    if request.method == "POST" and is_cross_site():
        abort(HTTPStatus.FORBIDDEN)


@blueprint.after_request
def _hide(response: FlaskResponse) -> FlaskResponse:
    if request.endpoint == "contributions.track":
        keep_private(response)
    return response


@blueprint.errorhandler(RequestEntityTooLarge)
def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    page = render_template(
        "public/contribution_not_sent.html",
        heading=_("Not sent: it is too large"),
        reason=_(
            "The files are larger than %(most)s MB together, or a text is too long. "
            "Choose smaller files, or give their address.",
            most=MAX_ATTACHED_BYTES // MEGABYTE,
        ),
    )
    return page, HTTPStatus.REQUEST_ENTITY_TOO_LARGE


def form_not_stored_page() -> tuple[str, int]:
    """Return the page of a form that the server could not read to a full disk."""
    page = render_template(
        "public/contribution_not_sent.html",
        heading=_("Not sent: it could not be stored"),
        reason=_("Nobody has received it. Try again in a few minutes."),
    )
    return page, HTTPStatus.INSUFFICIENT_STORAGE


@blueprint.route(f"/{LOCALE}/propose", methods=["GET", "POST"])
def propose() -> ResponseReturnValue:
    """Show or receive the form of a practice; `r` names a need that it answers."""
    record = _record()
    is_answer = record is not None and record.id.kind is Kind.NEED
    return _form_or_sent(
        ContributionKind.ANSWER if is_answer else ContributionKind.PRACTICE,
        record if is_answer else None,
    )


@blueprint.route(f"/{LOCALE}/report", methods=["GET", "POST"])
def report() -> ResponseReturnValue:
    """Show or receive a report on the record `r`, or with `about` a correction."""
    record = _record()
    about = request.args.get("about")
    is_correction = record is not None and about in {"fact", "document"}
    kind = ContributionKind.CORRECTION if is_correction else ContributionKind.PROBLEM
    return _form_or_sent(kind, record)


@blueprint.route(f"/{LOCALE}/experience", methods=["GET", "POST"])
def experience() -> ResponseReturnValue:
    """Show or receive what a town tells of the practice or the need `r`."""
    record = _record()
    kind = TOLD_OF.get(record.id.kind) if record is not None else None
    if kind is None:
        abort(HTTPStatus.NOT_FOUND)
    return _form_or_sent(kind, record)


@blueprint.get(f"/{LOCALE}/contributions/<key>")
def track(key: str) -> ResponseReturnValue:
    """Show the state of a contribution to who has its private address."""
    store, content = contribution_store(), page_content()
    contribution = store.find(key)
    if contribution is None:
        page = render_template("public/contribution_gone.html")
        return page, HTTPStatus.NOT_FOUND
    contact = store.contact(contribution.number, services().clock())
    day = ""
    if contact is not None:
        ends = contact.expires_at.date()
        day = date_text(PartialDate(ends.year, ends.month, ends.day), content.locale)
    view = tracking_page(
        contribution,
        content.corpus,
        content.locale,
        private_url=absolute(_tracking_url(key)),
        contact_day=day,
    )
    return render_template("public/contribution.html", view=view)


@blueprint.post(f"/{LOCALE}/contributions/<key>")
def change_contribution(key: str) -> ResponseReturnValue:
    """Confirm or withdraw a contribution, or delete the contact of its author."""
    store, act = contribution_store(), request.form.get("act")
    if act == "confirm":
        store.confirm(key, services().clock())
    elif act == "withdraw":
        contribution = store.find(key)
        # Once a draft has taken over the text, it is no longer the sender's.
        if contribution is not None and contribution.draft is None:
            store.delete(key)
    elif act == "forget":
        store.delete_contact(key)
    else:
        abort(HTTPStatus.BAD_REQUEST)
    return _see_other(key)


def _form_or_sent(kind: ContributionKind, record: Record | None) -> ResponseReturnValue:
    services().content.catch_up()
    if request.method != "POST":
        return _page(_empty_form(kind, record))
    return _receive(kind, record)


def _receive(kind: ContributionKind, record: Record | None) -> ResponseReturnValue:
    """Store a form, or show it again with all that is to be corrected.

    What was typed is never lost: each refusal shows the form with its texts.
    """
    store = contribution_store()
    received = sent_form(store)
    fields = visitor_form(kind, request.form)
    form = replace(
        _empty_form(kind, record),
        fields=fields,
        token=received.token_text,
        has_lost_files=any(file.filename for file in request.files.values()),
    )
    files, file_error = (
        read_attachments(request.files.getlist("files")) if kind.has_files else ((), "")
    )
    token, notices = received.token, received.notices
    if not fields.validate() or file_error or notices or token is None:
        form = replace(form, file_error=file_error, notices=notices)
        return _page(form, HTTPStatus.UNPROCESSABLE_ENTITY)
    way = received.way
    if not is_admitted(store, (way.hour, way.day, *([FILES] if files else ()))):
        return _page(_refused(form), HTTPStatus.TOO_MANY_REQUESTS)
    answers = fields.data
    sent = NewContribution(
        token.nonce,
        kind,
        page_locale(),
        record.id if record is not None else None,
        {
            name: text
            for name, text in answers.items()
            if text and name not in CONTACT_FIELDS
        },
        files,
        answers.get("name", ""),
        answers.get("email", ""),
    )
    return _store(store, sent, form, is_confirmed=received.is_worked)


def _store(
    store: ContributionStore,
    sent: NewContribution,
    form: ContributionForm,
    *,
    is_confirmed: bool,
) -> ResponseReturnValue:
    now = services().clock()
    try:
        key = store.add(sent, now, is_confirmed=is_confirmed)
    except AlreadySentError as error:
        if error.is_same:
            return _see_other(error.key)
        again = replace(
            form,
            token=new_form_token(),
            earlier_url=_tracking_url(error.key),
            notices=(
                _(
                    "You have sent this form already, with other words. Send it again "
                    "if this is another message."
                ),
            ),
        )
        return _page(again, HTTPStatus.CONFLICT)
    except InboxFullError as error:
        refused = _without_files(form) if error.has_files else _refused(form)
        return _page(refused, HTTPStatus.SERVICE_UNAVAILABLE)
    except StorageError:
        notice = _(
            "It could not be stored here, and nobody has received it. Your text is "
            "still in the form: send it again in a few minutes."
        )
        failed = replace(form, notices=(notice,))
        return _page(failed, HTTPStatus.INSUFFICIENT_STORAGE)
    return _see_other(key)


def _refused(form: ContributionForm) -> ContributionForm:
    notice = _(
        "Too many messages have come, from your network or in all. Your text is still "
        "in the form: send it again in an hour."
    )
    return replace(form, notices=(notice,))


def _without_files(form: ContributionForm) -> ContributionForm:
    notice = _(
        "No more files can be received for now. Your text is still in the form: send "
        "it without files, and give their addresses."
    )
    return replace(form, notices=(notice,))


def _empty_form(kind: ContributionKind, record: Record | None) -> ContributionForm:
    content = page_content()
    is_proposal = kind is ContributionKind.PRACTICE
    return ContributionForm(
        kind=kind,
        fields=visitor_form(kind, typed=_typed_before(kind)),
        token=new_form_token(),
        record=record_name(record, content.locale),
        days=services().settings.contact_days,
        work_bits=needed_work(contribution_store()),
        missing=missing_answers(content.corpus, content.locale) if is_proposal else (),
        correction_url=_correction_url(kind, record),
    )


def _correction_url(kind: ContributionKind, record: Record | None) -> str:
    if record is None or kind is not ContributionKind.PROBLEM:
        return ""
    return report_url(record.id, page_locale(), about="fact")


def _typed_before(kind: ContributionKind) -> Mapping[str, str]:
    """Return what a link fills in: the words of a search, that one has a document."""
    if request.args.get("about") == "document":
        sought = FACET_VALUES[FacetName.READABLE][Readable.SOUGHT]
        return {"quote": str(sought), "proposed": _("I have this document.")}
    title = " ".join(request.args.get("title", "").split())[:200]
    return {"title": title} if title and kind is ContributionKind.PRACTICE else {}


def _record() -> Record | None:
    """Return the record that the address names; 404 if there is none."""
    name = request.args.get("r", "")
    if not name:
        return None
    record_id = RecordId.parse(name)
    record = page_content().corpus.get(record_id) if record_id is not None else None
    if record is None:
        abort(HTTPStatus.NOT_FOUND)
    return record


def _tracking_url(key: str) -> str:
    # Not `address`, which would keep each key in its cache.
    return url_for("contributions.track", locale=page_locale().value, key=key)


def _see_other(key: str) -> ResponseReturnValue:
    response = redirect(_tracking_url(key), HTTPStatus.SEE_OTHER)
    response.headers["Cache-Control"] = "no-store"
    return response


def _page(form: ContributionForm, status: HTTPStatus = HTTPStatus.OK) -> FlaskResponse:
    return make_response(
        render_template("public/contribution_form.html", form=form), status
    )
