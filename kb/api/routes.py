"""Searches, suggestions and records, as JSON."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from indexer.errors import QueryError, QueryFault
from indexer.model.ids import Kind, Locale, RecordId
from kb.api.openapi import description
from kb.api.serializers import record_body, search_body, suggestions_body
from kb.services import services
from kb.web.locale import choose_locale, page_locale, preferred_locale
from kb.web.moved_records import departure
from kb.web.request_query import query_from, reader_locale
from kb.web.suggestion_box import MAX_SUGGESTIONS

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

MAX_SUGGEST_CHARACTERS = 100
SUGGESTIONS_LAST_S = 60


@blueprint.before_request
def _take_locale() -> None:
    choose_locale(reader_locale(request.args, default=preferred_locale()))


@blueprint.after_request
def _allow_reuse(response: Response) -> Response:
    """The content is public and free to reuse, from any page."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers.add("Vary", "Accept-Language")
    return response


@blueprint.get("/search")
def search() -> Response:
    """Answer a search."""
    query = query_from(request.args, locale=page_locale())
    return jsonify(search_body(query, services().searches.search(query)))


@blueprint.get("/suggest")
def suggest() -> Response:
    """Give names that the visitor may be typing, and what each leads to."""
    text = request.args.get("q", "")[:MAX_SUGGEST_CHARACTERS]
    asked = request.args.get("locale", "")
    if asked and asked not in set(Locale):
        raise QueryError(QueryFault.BAD_LOCALE, field="locale", value=asked)
    locale = Locale(asked) if asked else page_locale()
    found = services().searches.suggest(text, locale, limit=MAX_SUGGESTIONS)
    response = jsonify(suggestions_body(text, found, locale))
    # Letters are typed, taken back and typed again. What visitors type is kept by no
    # cache but their browser's.
    response.headers["Cache-Control"] = f"private, max-age={SUGGESTIONS_LAST_S}"
    return response


@blueprint.get("/records/<kind>/<slug>")
def record(kind: str, slug: str) -> BaseResponse:
    """Give a record whole, in both languages; of one that is gone, where it went."""
    found_kind = next(
        (each for each in Kind if kind in {each.value, each.folder}), None
    )
    if found_kind is None:
        abort(404)
    record_id = RecordId(found_kind, slug.lower())
    found = services().corpus.get(record_id)
    return _led_on(record_id) if found is None else jsonify(record_body(found))


def _led_on(record_id: RecordId) -> BaseResponse:
    gone = departure(record_id)
    if gone is None:
        abort(404)
    if gone.into is None:
        abort(410)
    into = gone.into
    address = url_for("api.record", kind=into.kind.folder, slug=into.slug)
    return redirect(address, 301)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Describe this interface."""
    return jsonify(description())
