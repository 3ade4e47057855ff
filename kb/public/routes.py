"""One view per page: read the request, call one function, present the result."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    abort,
    redirect,
    render_template,
    request,
)
from werkzeug.wrappers import Response as BaseResponse

from indexer.model.ids import Kind, Locale, RecordId
from kb.public.dossier import change_dossier, dossier_view
from kb.public.file_text_page import file_text_view
from kb.public.gone import redirect_or_gone
from kb.public.home import home_view
from kb.public.original_files import listed_file, send_original
from kb.public.record_list import list_view
from kb.public.record_page import record_context, record_template
from kb.public.search_page import search_view
from kb.services import services
from kb.web.dossier_cookie import dossier_ids, parse_ids
from kb.web.locale import choose_locale, page_locale, preferred_locale
from kb.web.request_query import query_from
from kb.web.urls import home_url, record_url

blueprint = Blueprint("public", __name__)

LOCALE = "<any(fr, en):locale>"
FOLDER = "<any({}):folder>".format(", ".join(kind.folder for kind in Kind))


@blueprint.url_value_preprocessor
def _take_locale(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language out of the address, for all views at once."""
    if values and "locale" in values:
        choose_locale(Locale(values.pop("locale")))


@blueprint.get("/")
def root() -> BaseResponse:
    """Lead to the language that the browser prefers."""
    response = redirect(home_url(preferred_locale()))
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get(f"/{LOCALE}/")
def home() -> str:
    """Show the home page."""
    return render_template("public/home.html", view=home_view(page_locale()))


@blueprint.get(f"/{LOCALE}/search")
def search() -> str:
    """Show one page of results, with the facets that narrow it."""
    query = query_from(request.args, locale=page_locale(), max_passages=1)
    results = services().searches.search(query)
    services().zero_results.count(query, results)
    return render_template("public/search.html", view=search_view(query, results))


@blueprint.get(f"/{LOCALE}/{FOLDER}/")
def record_list(folder: str) -> str | BaseResponse:
    """Show all records of a kind."""
    kind = _kind(folder)
    if kind is Kind.PAGE:
        return redirect(record_url(RecordId(kind, "about"), page_locale()))
    return render_template("public/list.html", view=list_view(kind, page_locale()))


@blueprint.get(f"/{LOCALE}/{FOLDER}/<slug>")
def record(folder: str, slug: str) -> str | BaseResponse:
    """Show a record."""
    record_id = RecordId(_kind(folder), slug)
    if slug != slug.lower():
        return redirect(
            record_url(RecordId(record_id.kind, slug.lower()), page_locale()), 301
        )
    found = services().corpus.get(record_id)
    if found is None:
        return redirect_or_gone(record_id)
    return render_template(record_template(found), **record_context(found))


@blueprint.get(f"/{LOCALE}/deliverables/<slug>/files/<name>")
def original(slug: str, name: str) -> BaseResponse:
    """Send an original as it was received."""
    found = listed_file(slug, name)
    return send_original(*found) if found is not None else _record_led_on(slug)


@blueprint.get(f"/{LOCALE}/deliverables/<slug>/text/<name>")
def original_text(slug: str, name: str) -> str | BaseResponse:
    """Show the text of an original."""
    found = listed_file(slug, name)
    if found is None:
        return _record_led_on(slug)
    view = file_text_view(*found, page_locale())
    if view is None:
        abort(404)
    return render_template("public/file_text.html", view=view)


@blueprint.get(f"/{LOCALE}/dossier")
def dossier() -> str:
    """Show the visitor's dossier, or the list that a shared address holds."""
    shared = "r" in request.args
    ids = parse_ids(request.args.getlist("r")) if shared else dossier_ids()
    return render_template(
        "public/dossier.html", view=dossier_view(ids, is_shared=shared)
    )


@blueprint.post(f"/{LOCALE}/dossier")
def change() -> BaseResponse:
    """Add a record to the dossier, move it, or take it out."""
    return change_dossier(request.form, page_locale())


def _record_led_on(slug: str) -> BaseResponse:
    """Lead from a file to where its record went; one that is there lacks that file."""
    record_id = RecordId(Kind.DELIVERABLE, slug)
    if record_id in services().corpus.records:
        abort(404)
    return redirect_or_gone(record_id)


def _kind(folder: str) -> Kind:
    kind = Kind.from_folder(folder)
    if kind is None:
        abort(404)
    return kind
