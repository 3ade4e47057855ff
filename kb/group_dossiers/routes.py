"""The pages of group dossiers, which only secret links show.

Nobody needs an account. No list, search, feed or sitemap names a dossier.
"""

from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kb.contributions.form_protection import (
    is_admitted,
    needed_work,
    new_form_token,
    sent_form,
)
from kb.core.storage_errors import StorageError
from kb.core.visitor_limits import VisitorLimit
from kb.group_dossiers.acts import FormError, perform
from kb.group_dossiers.changes import ChangeError, Part, read_texts, with_records
from kb.group_dossiers.device import clean_name, current_device, set_name
from kb.group_dossiers.dossier import GroupDossier, Stamp
from kb.group_dossiers.keys import DossierKey
from kb.group_dossiers.pack import pack_response
from kb.group_dossiers.page import (
    FILES,
    Visit,
    expiry,
    group_dossier_page,
    group_dossier_url,
    part_form,
    section_titles,
    version_rows,
)
from kb.group_dossiers.store import (
    DossiersFullError,
    GroupDossierStore,
    StoredDossier,
    VersionLabel,
)
from kb.services import services
from kb.web.dossier_cookie import dossier_ids, parse_ids
from kb.web.locale import page_locale
from kb.web.page_content import page_content
from kb.web.records.record_state import current_ids
from kb.web.responses.errors import error_response
from kb.web.responses.headers import is_cross_site, keep_private

blueprint = Blueprint("group_dossiers", __name__)

BASE = "/<locale:locale>/group-dossiers"
LASTING_DAYS = (30, 365)
"""How long links may last, in days; the first is the choice of a new form."""

UNCONFIRMED_DAYS = 1
"""How long the links of a dossier last that was made without script, until renewed."""

CHANGES = VisitorLimit(
    "changes", 1, of_home=600, of_neighbourhood=1_200, of_all=20_000, least=60
)


def open_group_dossiers() -> GroupDossierStore:
    """Return the store of the group dossiers of this instance."""
    settings = services().settings
    return GroupDossierStore(settings.group_dossiers_file, days=settings.dossier_days)


@blueprint.before_request
def _prepare() -> None:
    if services().settings.is_reader:
        abort(HTTPStatus.NOT_FOUND)
    if request.method == "POST" and is_cross_site():
        abort(HTTPStatus.FORBIDDEN)


blueprint.after_request(keep_private)


@blueprint.route(f"{BASE}/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Show the form of a new dossier, or make one of the records that it names."""
    if request.method != "POST":
        return _new_page({"title": request.args.get("title", "")})
    store, typed = open_group_dossiers(), dict(request.form.items())
    received, name = sent_form(store), clean_name(typed.get("name", ""))
    notices = list(received.notices)
    content = GroupDossier("")
    try:
        content = _new_dossier(typed)
    except ChangeError as error:
        notices.append(str(error))
    if not name:
        notices.append(_("Write your name: it is shown beside what you add."))
    if notices:
        return _new_page(typed, notices, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not is_admitted(store, (received.way.hour, received.way.day)):
        notice = _("Too many dossiers were made from your network. Try in an hour.")
        return _new_page(typed, [notice], HTTPStatus.TOO_MANY_REQUESTS)
    key = DossierKey.new()
    days = _days(typed) if received.is_worked else UNCONFIRMED_DAYS
    response = make_response("", HTTPStatus.SEE_OTHER)
    device = set_name(response, name)
    stamp, now = device.stamp(key), services().clock()
    label = VersionLabel(0, now, name, "new", device=stamp.device)
    signed = content.with_entries(lambda entry: replace(entry, stamp=stamp))
    try:
        store.add(key, signed, label, expiry(days, now))
    except (DossiersFullError, StorageError):
        notice = _("It could not be stored here. Try again in a few minutes.")
        return _new_page(typed, [notice], HTTPStatus.INSUFFICIENT_STORAGE)
    response.headers["Location"] = group_dossier_url(key, page_locale())
    return response


def _new_dossier(typed: Mapping[str, str]) -> GroupDossier:
    """Return the dossier of a form: its title, and the records that it names."""
    texts = read_texts(Part("dossier"), typed)
    ids = parse_ids(typed.get("ids", "").split("~"))
    return with_records(GroupDossier(texts["title"]), current_ids(ids), "1", Stamp())


def _days(form: Mapping[str, str]) -> int:
    chosen = form.get("days", "")
    return int(chosen) if chosen in map(str, LASTING_DAYS) else LASTING_DAYS[0]


def _new_page(
    typed: Mapping[str, str],
    notices: list[str] | None = None,
    status: HTTPStatus = HTTPStatus.OK,
) -> ResponseReturnValue:
    device, store = current_device(), open_group_dossiers()
    named = parse_ids(request.args.getlist("r")) or dossier_ids()
    ids = typed.get("ids") or "~".join(map(str, current_ids(named)))
    page = render_template(
        "public/group_dossier_new.html",
        typed={"name": device.name if device else "", **typed, "ids": ids},
        count=len(parse_ids(ids.split("~"))),
        notices=notices or [],
        days=LASTING_DAYS,
        token=new_form_token(),
        work_bits=needed_work(store),
    )
    return page, status


@blueprint.get(f"{BASE}/<key>")
def show(key: str) -> ResponseReturnValue:
    """Show a dossier, one of its earlier versions, or the form of a part."""
    visit = _visit(key)
    if visit.key.may_write and (part := _asked_part(visit)) is not None:
        form = part_form(part, part.texts(visit.stored.content), visit.stored.version)
        return _page(visit, form=form)
    number = request.args.get("version", default=0, type=int)
    if not number:
        return _page(visit)
    store = open_group_dossiers()
    past = store.version(visit.key, number)
    labels = {label.number: label for label in store.labels(visit.key)}
    if past is None or number not in labels:
        return _gone(_("This version is not stored any more."))
    return _page(visit, past=(past, labels[number]))


@blueprint.post(f"{BASE}/<key>/name")
def give_name(key: str) -> ResponseReturnValue:
    """Give the device a name, which is shown beside what it adds."""
    visit = _writing_visit(key)
    response = make_response("", HTTPStatus.SEE_OTHER)
    response.headers["Location"] = group_dossier_url(visit.key, page_locale())
    if name := clean_name(request.form.get("name", "")):
        set_name(response, name)
    return response


@blueprint.post(f"{BASE}/<key>")
def save(key: str) -> ResponseReturnValue:
    """Change a dossier as a form asks for, and redirect to it.

    What was typed is never lost: a text that can't be stored is shown again.
    """
    visit, store = _writing_visit(key), open_group_dossiers()
    refusal = _refusal(visit, store)
    if refusal is not None:
        status, error_text = refusal
        return _page(visit, error=error_text, status=status)
    try:
        perform(request.form, visit, store)
    except FormError as error:
        is_conflict = error.is_conflict
        status = HTTPStatus.CONFLICT if is_conflict else HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(_visit(key), form=error.form, status=status)
    except ChangeError as error:
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        return _page(_visit(key), error=str(error), status=status)
    except StorageError:
        return _not_stored(visit)
    return _back(visit)


def _writing_visit(key: str) -> Visit:
    visit = _visit(key)
    if not visit.key.may_write:
        abort(HTTPStatus.FORBIDDEN)
    return visit


def _refusal(visit: Visit, store: GroupDossierStore) -> tuple[HTTPStatus, str] | None:
    """Return why a change is not made, whatever it is; None if it may be made."""
    if not is_admitted(store, (CHANGES,)):
        return HTTPStatus.TOO_MANY_REQUESTS, _(
            "Too many changes came from your network. Try again in an hour."
        )
    if visit.device is None:
        return HTTPStatus.UNPROCESSABLE_ENTITY, _(
            "Write your name first: it is shown beside what you add."
        )
    return None


def _back(visit: Visit) -> ResponseReturnValue:
    """Return the redirect to the place of the page that the form names."""
    url, anchor = (
        group_dossier_url(visit.key, page_locale()),
        request.form.get("at", ""),
    )
    is_anchor = anchor.isascii() and anchor.replace("-", "").isalnum()
    return redirect(f"{url}#{anchor}" if is_anchor else url, HTTPStatus.SEE_OTHER)


@blueprint.post(f"{BASE}/<key>/erase")
def erase(key: str) -> ResponseReturnValue:
    """Remove what the device wrote from the dossier and all its versions."""
    visit = _writing_visit(key)
    if visit.device is not None:
        open_group_dossiers().erase(visit.key, visit.device.digest(visit.key))
    return _back(visit)


def _not_stored(visit: Visit) -> ResponseReturnValue:
    """Return the page of a change that could not be stored, with what was typed."""
    error = _("It could not be stored here. Try again in a few minutes.")
    name, _colon, about = request.form.get("act", "").partition(":")
    part = Part.parse(about, visit.stored.content) if name == "edit" else None
    form = None
    if part is not None:
        form = part_form(part, request.form, visit.stored.version, error=error)
    status = HTTPStatus.INSUFFICIENT_STORAGE
    return _page(visit, form=form, error=error, status=status)


@blueprint.post(f"{BASE}/<key>/manage")
def manage(key: str) -> ResponseReturnValue:
    """Renew, close or delete a dossier; only the link to manage allows that."""
    visit, store = _visit(key, is_ended_shown=True), open_group_dossiers()
    if not visit.key.may_manage:
        abort(HTTPStatus.FORBIDDEN)
    now, locale = services().clock(), page_locale()
    match request.form.get("act"):
        case "renew":
            store.renew(visit.key, expiry(_days(request.form), now))
        case "close":
            store.close(visit.key, now)
        case "delete":
            store.delete(visit.key)
        case _:
            abort(HTTPStatus.BAD_REQUEST)
    return redirect(group_dossier_url(visit.key, locale), HTTPStatus.SEE_OTHER)


@blueprint.get(f"{BASE}/<key>/versions")
def versions(key: str) -> ResponseReturnValue:
    """List the versions of a dossier, which writers can bring back."""
    visit = _visit(key)
    rows = version_rows(
        visit.key, open_group_dossiers().labels(visit.key), page_content()
    )
    page = group_dossier_page(visit, page_content())
    return render_template("public/group_dossier_versions.html", view=page, rows=rows)


@blueprint.get(f"{BASE}/<key>/pack.<any({', '.join(FILES)}):file>")
def reading_pack(key: str, file: str) -> ResponseReturnValue:
    """Send a dossier as a reading pack in a format."""
    return pack_response(_visit(key), file)


def _visit(text: str, *, is_ended_shown: bool = False) -> Visit:
    """Return the dossier of a link; 404 without one, 410 once its links ended."""
    key = DossierKey.parse(text)
    stored = open_group_dossiers().find(key) if key is not None else None
    if key is None or stored is None:
        abort(
            _gone(_("There is no dossier under this link. It may have been deleted."))
        )
    if not stored.is_open(services().clock()) and not is_ended_shown:
        abort(_ended(key, stored))
    return Visit(key, stored, current_device())


def _gone(message: str) -> Response:
    return keep_private(
        error_response(HTTPStatus.NOT_FOUND, "no-group-dossier", message)
    )


def _ended(key: DossierKey, stored: StoredDossier) -> Response:
    """Return the page of a dossier whose links have ended; its owner can renew them."""
    page = render_template(
        "public/group_dossier_ended.html",
        may_manage=key.may_manage,
        title=stored.content.title if key.may_manage else "",
        days=LASTING_DAYS,
    )
    return keep_private(make_response(page, HTTPStatus.GONE))


def _asked_part(visit: Visit) -> Part | None:
    return Part.parse(request.args.get("edit", ""), visit.stored.content)


def _page(
    visit: Visit, *, status: HTTPStatus = HTTPStatus.OK, **shown: object
) -> ResponseReturnValue:
    view = group_dossier_page(visit, page_content(), **shown)  # type: ignore[arg-type]  # as given
    page = render_template(
        "public/group_dossier.html",
        view=view,
        sections=section_titles(visit.stored.content),
        days=LASTING_DAYS,
    )
    return page, status
