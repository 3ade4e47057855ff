"""Atom, OpenSearch, sitemap, robots, and the health of the service."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for

from indexer.errors import CorpusMissingError, IndexUnavailableError
from indexer.model.ids import Kind, Locale
from indexer.model.query import Query
from kb.services import services
from kb.web.cards import record_card
from kb.web.labels import NAVIGATION
from kb.web.locale import choose_locale, page_locale
from kb.web.request_query import query_from
from kb.web.urls import absolute, home_url, list_url, query_url, record_url

blueprint = Blueprint("feeds", __name__)

MAX_ENTRIES = 50
MAX_MATCHES = 1000


@blueprint.url_value_preprocessor
def _take_locale(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "locale" in values:
        choose_locale(Locale(values.pop("locale")))


@blueprint.get("/<any(fr, en):locale>/feed.atom")
def atom() -> Response:
    """Give the records that a search finds, those that changed last first."""
    query = query_from(request.args, locale=page_locale())
    everything = dataclasses.replace(
        query, page=1, page_size=MAX_MATCHES, max_passages=0
    )
    corpus = services().corpus
    hits = services().searches.search(everything).hits
    records = [corpus.records[hit.id] for hit in hits if hit.id in corpus.records]
    records.sort(key=lambda record: record.updated, reverse=True)
    entries = [
        (record, record_card(record, query.locale)) for record in records[:MAX_ENTRIES]
    ]
    newest = max(
        (record.updated for record, _ in entries), default=dt.date(2018, 12, 7)
    )
    body = render_template(
        "feeds/atom.xml",
        query=query,
        entries=entries,
        updated=newest,
        self_url=absolute(query_url(query, endpoint="feeds.atom")),
        page_url=absolute(_search_page(query)),
        absolute=absolute,
    )
    return Response(body, mimetype="application/atom+xml")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """Tell browsers how to search here from their own search box."""
    template = absolute(url_for("public.search", locale=page_locale().value))
    body = render_template("feeds/opensearch.xml", template=template)
    response = Response(body, mimetype="application/opensearchdescription+xml")
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List every page, in both languages, for crawlers."""
    records = services().corpus.records.values()
    pages: list[tuple[dict[Locale, str], dt.date | None]] = [
        ({locale: absolute(home_url(locale)) for locale in Locale}, None),
        *(
            ({locale: absolute(list_url(kind, locale)) for locale in Locale}, None)
            for kind in NAVIGATION
        ),
        *(
            (
                {locale: absolute(record_url(record.id, locale)) for locale in Locale},
                record.updated,
            )
            for record in records
        ),
    ]
    return Response(
        render_template("feeds/sitemap.xml", pages=pages), mimetype="application/xml"
    )


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keep crawlers out of what has no end: searches and dossiers."""
    lines = [
        "User-agent: *",
        *(
            f"Disallow: /{locale}/{path}"
            for locale in Locale
            for path in ("search", "dossier")
        ),
        *(f"Disallow: /{locale}/staff/" for locale in Locale),
        f"Sitemap: {absolute('/sitemap.xml')}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/healthz")
def health() -> Response:
    """Tell whether the service can answer."""
    try:
        records = len(services().corpus.records)
        services().searches.search(Query(page_size=1))
    except (CorpusMissingError, IndexUnavailableError):
        response = jsonify({"status": "unavailable"})
        response.status_code = 503
        return response
    return jsonify({"status": "ok", "records": records, "kinds": _counts()})


def _counts() -> dict[str, int]:
    corpus = services().corpus
    return {kind.value: sum(1 for _ in corpus.of_kind(kind)) for kind in Kind}


def _search_page(query: Query) -> str:
    return query_url(query)
