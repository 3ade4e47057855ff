"""Searches, suggestions and records, as JSON."""

from http import HTTPStatus

from flask import Blueprint, Response, abort, jsonify, request, url_for

from indexer.model.ids import Kind, Locale, RecordId
from kb.api.harvest import fields_parameter, list_body, list_request, selected_fields
from kb.api.openapi import MAX_SUGGEST_CHARACTERS, description
from kb.api.serializers import past_body, record_body, search_body, suggestions_body
from kb.services import services
from kb.web.locale import choose_locale, page_locale, preferred_locale
from kb.web.records.record_state import past_state, record_or_redirect, requested_day
from kb.web.responses.conditional import conditional
from kb.web.responses.request_counts import FairUse, fair_use
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import locale_parameter, query_from
from kb.web.suggestion_box import MAX_SUGGESTIONS
from kb.web.urls import script_root

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

SUGGESTIONS_MAX_AGE_S = 60


@blueprint.before_request
def _choose_reader_locale() -> None:
    """Choose the language of `hl`, or of the browser; without it, French.

    The list of records is for programs only: without a language, it is in English.
    """
    is_list = request.endpoint == f"{blueprint.name}.{record_harvest.__name__}"
    default = preferred_locale(Locale.EN if is_list else Locale.FR)
    choose_locale(locale_parameter(request.args, "hl", default=default))


@blueprint.after_request
def _allow_reuse(response: Response) -> Response:
    """Add the CORS headers that allow scripts of any site to read the content."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers.add("Vary", "Accept-Language")
    return response


@blueprint.get("/search")
@fair_use(FairUse.SEARCH)
@conditional(shows_dossier=False)
def search() -> Response:
    """Return a page of results."""
    corpus = services().corpus
    vocabulary = vocabulary_of(corpus)
    query = query_from(request.args, vocabulary, locale=page_locale())
    results = services().searches.search(query)
    return jsonify(search_body(query, results, vocabulary, corpus))


@blueprint.get("/suggest")
@fair_use(FairUse.SUGGEST)
def suggest() -> Response:
    """Return names that the visitor may be typing, with their addresses."""
    text = request.args.get("q", "")[:MAX_SUGGEST_CHARACTERS]
    locale = locale_parameter(request.args, "locale", default=page_locale())
    suggestions = services().searches.suggest(text, locale, limit=MAX_SUGGESTIONS)
    response = jsonify(suggestions_body(text, suggestions, locale))
    # Visitors delete letters and type them again. No shared cache may store queries.
    response.headers["Cache-Control"] = f"private, max-age={SUGGESTIONS_MAX_AGE_S}"
    return response


@blueprint.get("/records")
@fair_use(FairUse.SEARCH)
@conditional(shows_dossier=False)
def record_harvest() -> Response:
    """Return a page of the records that match, or their counts by a facet."""
    corpus = services().corpus
    vocabulary = vocabulary_of(corpus)
    asked = list_request(request.args, vocabulary, locale=page_locale())
    return jsonify(list_body(asked, services().searches, corpus, vocabulary))


@blueprint.get("/records/<kind>/<slug>")
@conditional(shows_dossier=False)
def record(kind: str, slug: str) -> Response:
    """Return a record, or chosen fields of it, in both languages.

    A record that was merged redirects to the one it was merged into.
    """
    known_kind = next(
        (each for each in Kind if kind in {each.value, each.folder}), None
    )
    if known_kind is None:
        abort(HTTPStatus.NOT_FOUND)
    record_id = RecordId(known_kind, slug.lower())
    stored = record_or_redirect(record_id, _record_url)
    fields, day = fields_parameter(request.args), requested_day()
    if day is not None:
        body = past_body(day, past_state(stored, day))
    else:
        body = record_body(stored, services().corpus)
    return jsonify(selected_fields(body, fields))


def _record_url(record_id: RecordId) -> str:
    return url_for("api.record", kind=record_id.kind.folder, slug=record_id.slug)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """Describe this interface, with the values of the facets in the content."""
    corpus = services().corpus
    settings, root = services().settings, script_root() or "/"
    return jsonify(description(corpus, vocabulary_of(corpus), settings, root))
