"""The views of the public pages: parse the request, fetch, render."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from indexer.model.ids import Kind, RecordId
from kb.public.dossier import change_dossier, dossier_context
from kb.public.file_text_view import file_text_view
from kb.public.home import home_view
from kb.public.original_files import listed_file, send_original
from kb.public.record_list import list_view
from kb.public.record_page import record_context, record_template
from kb.public.search_page import search_page
from kb.services import services
from kb.web.dossier_cookie import dossier_ids, parse_ids
from kb.web.locale import page_locale, preferred_locale
from kb.web.moved_records import redirect_or_gone
from kb.web.page_content import page_content
from kb.web.urls import home_url, record_url

blueprint = Blueprint("public", __name__)

LOCALE = "<locale:locale>"
FOLDER = "<any({}):folder>".format(", ".join(kind.folder for kind in Kind))


@blueprint.get("/")
def root() -> BaseResponse:
    """Redirect to the home page in the language that the browser prefers."""
    response = redirect(home_url(preferred_locale()))
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get(f"/{LOCALE}/")
def home() -> str:
    """Render the home page."""
    return render_template("public/home.html", view=home_view(page_content()))


@blueprint.get(f"/{LOCALE}/search")
def search() -> str:
    """Render a page of results."""
    return render_template("public/search.html", view=search_page(request.args))


@blueprint.get(f"/{LOCALE}/{FOLDER}/")
def record_list(folder: str) -> str | BaseResponse:
    """Render the list of the records of a kind."""
    kind = _kind(folder)
    if kind is Kind.PAGE:
        return redirect(record_url(RecordId(kind, "about"), page_locale()))
    return render_template("public/list.html", view=list_view(kind, page_content()))


@blueprint.get(f"/{LOCALE}/{FOLDER}/<slug>")
def record(folder: str, slug: str) -> str | BaseResponse:
    """Render the page of a record."""
    record_id = RecordId(_kind(folder), slug)
    if slug != slug.lower():
        lower = RecordId(record_id.kind, slug.lower())
        return redirect(_record_url(lower), HTTPStatus.MOVED_PERMANENTLY)
    stored = services().corpus.get(record_id)
    if stored is None:
        return redirect_or_gone(record_id, _record_url)
    return render_template(record_template(stored), **record_context(stored))


@blueprint.get(f"/{LOCALE}/deliverables/<slug>/files/<name>")
def original(slug: str, name: str) -> BaseResponse:
    """Send an original as it was received."""
    listed = listed_file(slug, name)
    return send_original(*listed) if listed is not None else _no_file(slug)


@blueprint.get(f"/{LOCALE}/deliverables/<slug>/text/<name>")
def original_text(slug: str, name: str) -> str | BaseResponse:
    """Render the text of an original."""
    listed = listed_file(slug, name)
    if listed is None:
        return _no_file(slug)
    view = file_text_view(*listed, page_content())
    if view is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("public/file_text.html", view=view)


@blueprint.get(f"/{LOCALE}/dossier")
def dossier() -> str:
    """Render the visitor's dossier, or the list in a shared address."""
    is_shared = "r" in request.args
    ids = parse_ids(request.args.getlist("r")) if is_shared else dossier_ids()
    return render_template(
        "public/dossier.html", is_shared=is_shared, **dossier_context(ids)
    )


@blueprint.post(f"/{LOCALE}/dossier")
def change() -> BaseResponse:
    """Add, move or remove a record of the dossier."""
    return change_dossier(request.form, page_locale())


def _no_file(slug: str) -> BaseResponse:
    """Answer 404 if the record exists and lacks the file, else redirect or 410."""
    record_id = RecordId(Kind.DELIVERABLE, slug)
    if record_id in services().corpus.records:
        abort(HTTPStatus.NOT_FOUND)
    return redirect_or_gone(record_id, _record_url)


def _record_url(record_id: RecordId) -> str:
    return record_url(record_id, page_locale())


def _kind(folder: str) -> Kind:
    kind = Kind.from_folder(folder)
    if kind is None:
        abort(HTTPStatus.NOT_FOUND)
    return kind
