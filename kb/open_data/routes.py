"""The views of what readers and programs take away, and of the page on the API."""

import json
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from werkzeug.datastructures import MultiDict

from indexer.model.facets import FacetName
from indexer.model.ids import Kind
from kb.api.harvest import DEFAULT_PER_PAGE, MAX_PER_PAGE, list_body, list_request
from kb.open_data.dump import DumpFormat, send_dump
from kb.open_data.offline import (
    COPY_FILE,
    SEARCH_FILES,
    offline_files,
    send_offline_file,
    worker_script,
)
from kb.open_data.search_export import SearchFormat, dossier_table, search_file
from kb.services import services
from kb.web.labels import FACETS
from kb.web.page_content import PageContent, page_content
from kb.web.responses.conditional import conditional
from kb.web.responses.request_counts import SUGGESTIONS_PER_SEARCH, FairUse, fair_use
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.formats import OpenFormat, list_formats
from kb.web.urls import absolute, address

MAX_ANSWER_LINES = 16


@dataclass(frozen=True, slots=True)
class ApiPage:
    """What the page shows beside its texts; `limit` is 0 if the service has none.

    `theme_counts`, `titles` and `kind_counts` are the addresses of examples, each with
    the beginning of today's answer.
    """

    lines_url: str
    table_url: str
    search_formats: tuple[str, ...]
    event_formats: tuple[OpenFormat, ...]
    term_formats: tuple[OpenFormat, ...]
    theme_counts: tuple[str, str]
    titles: tuple[str, str]
    kind_counts: tuple[str, str]
    practice_url: str
    facets: tuple[tuple[str, str], ...]
    limit: int
    suggestions_limit: int
    per_page: int = DEFAULT_PER_PAGE
    max_per_page: int = MAX_PER_PAGE


def api_page(content: PageContent) -> ApiPage:
    """Return the view of the page.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    language, limit = content.locale.value, services().settings.api_limit
    lines_url, table_url = (
        address("open_data.dump", name=dump_format.value) for dump_format in DumpFormat
    )
    practice = next(iter(content.corpus.of_kind(Kind.PRACTICE)), None)
    return ApiPage(
        lines_url=lines_url,
        table_url=table_url,
        search_formats=tuple(SearchFormat),
        event_formats=list_formats(Kind.EVENT, content.locale),
        term_formats=list_formats(Kind.TERM, content.locale),
        theme_counts=_answer(content, kind="practice", group_by="theme"),
        titles=_answer(
            content,
            kind="recommendation",
            audience="local",
            fields=f"id,editions.{language}.title",
            per_page="2",
        ),
        kind_counts=_answer(
            content,
            q={"fr": "rumeurs", "en": "rumours"}[language],
            group_by="kind",
        ),
        practice_url=address("api.record", kind="practice", slug=practice.id.slug)
        if practice is not None
        else "",
        facets=tuple((facet, str(FACETS[facet]).lower()) for facet in FacetName),
        limit=limit,
        suggestions_limit=limit * SUGGESTIONS_PER_SEARCH,
    )


def _answer(content: PageContent, **parameters: str) -> tuple[str, str]:
    """Return the address of a list of records, and the beginning of its answer."""
    parameters["hl"] = content.locale.value
    vocabulary = vocabulary_of(content.corpus)
    asked = list_request(MultiDict(parameters), vocabulary, locale=content.locale)
    body = list_body(asked, services().searches, content.corpus, vocabulary)
    lines = json.dumps(body, indent=2, ensure_ascii=False).splitlines()
    if len(lines) > MAX_ANSWER_LINES:
        lines = [*lines[:MAX_ANSWER_LINES], "  …"]
    url = absolute(address("api.record_harvest", **parameters))
    return url, "\n".join(lines)


blueprint = Blueprint("open_data", __name__)

FORMATS = ", ".join(f"'{each}'" for each in SearchFormat)
DUMPS = ", ".join(f"'{each}'" for each in DumpFormat)
OFFLINE = ", ".join(f"'{name}'" for name in (COPY_FILE, *SEARCH_FILES.values()))


@blueprint.get(f"/<locale:locale>/search.<any({FORMATS}):suffix>")
@fair_use(FairUse.SEARCH)
@conditional(shows_dossier=False)
def search_table(suffix: str) -> Response:
    """Send all results of a search as a file."""
    return search_file(request.args, SearchFormat(suffix))


@blueprint.get("/<locale:locale>/dossier.<any(xlsx, jsonl):suffix>")
@conditional(lambda: services().change_times.stamp)
def dossier_file(suffix: str) -> Response:
    """Send the records of a dossier as a table; `public` has its other formats."""
    return dossier_table(request.args, SearchFormat(suffix))


@blueprint.get("/<locale:locale>/api")
@conditional()
def api() -> str:
    """Render the page on open data and the API."""
    return render_template("public/api.html", view=api_page(page_content()))


@blueprint.get(f"/dump/<any({DUMPS}):name>")
def dump(name: str) -> Response:
    """Send all records in one compressed file."""
    return send_dump(DumpFormat(name))


@blueprint.get("/<locale:locale>/offline")
@conditional(lambda: offline_files(services()), shows_dossier=False)
def offline() -> str:
    """Render the page on reading without a network, which browsers keep."""
    return render_template("public/offline.html", files=offline_files(services()))


@blueprint.get(f"/offline/<any({OFFLINE}):name>")
def offline_file(name: str) -> Response:
    """Send the copy of the site, or the data of the small search of a language."""
    return send_offline_file(name)


@blueprint.get("/sw.js")
@conditional(worker_script, shows_dossier=False)
def worker() -> Response:
    """Send the service worker, whose scope is the whole site."""
    return Response(worker_script(), mimetype="text/javascript")
