"""The views of what readers and programs take away, and of the page on the API."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.model.facets import FacetName
from indexer.model.ids import Kind
from kb.api.harvest import DEFAULT_PER_PAGE, MAX_PER_PAGE, list_body, list_request
from kb.open_data.dump import DumpFormat, send_dump
from kb.open_data.search_export import SearchFormat, dossier_table, search_file
from kb.services import services
from kb.web.labels import FACETS
from kb.web.page_content import PageContent, page_content
from kb.web.responses.conditional import conditional
from kb.web.responses.request_counts import SUGGESTIONS_PER_SEARCH, FairUse, fair_use
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.formats import FormatChoice, OpenFormat, site_formats
from kb.web.urls import absolute, address, search_url

MAX_ANSWER_LINES = 16
GZIP, HTML, JSON = "application/gzip", "text/html", "application/json"

HARVEST = """\
import json
from urllib.parse import urlencode
from urllib.request import urlopen

records, cursor = [], "*"
while cursor:
    query = urlencode({{"kind": "practice", "per_page": 200, "cursor": cursor}})
    with urlopen("{url}?" + query) as answer:
        page = json.load(answer)
    records += page["results"]
    cursor = page["meta"]["next_cursor"]
print(len(records), "records")
"""
"""A program in Python that fetches all practices."""


@dataclass(frozen=True, slots=True)
class ApiExample:
    """A question, the command that answers it, its address, and today's answer.

    `answer` is empty where the answer is a file.
    """

    question: str
    command: str
    url: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ApiParameter:
    """A parameter of the list of records."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class ApiPage:
    """All that the page shows; without a limit, `limits` is empty."""

    ways: tuple[FormatChoice, ...]
    examples: tuple[ApiExample, ...]
    harvest: str
    parameters: tuple[ApiParameter, ...]
    error: ApiExample
    limits: tuple[str, ...]
    openapi_url: str


def api_page(content: PageContent) -> ApiPage:
    """Return the view of the page.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    error_url = absolute(_list_url(perpage="10"))
    return ApiPage(
        ways=tuple(_ways(content)),
        examples=(*_list_examples(content), *_other_examples(content)),
        harvest=HARVEST.format(url=absolute(_list_url())),
        parameters=tuple(_parameters()),
        error=ApiExample("", _curl(error_url), error_url),
        limits=tuple(_limits()),
        openapi_url=address("api.openapi"),
    )


def _ways(content: PageContent) -> Iterator[FormatChoice]:
    locale = content.locale
    lines, table = (_dump_url(dump) for dump in DumpFormat)
    yield _way(_("Everything, in one file"), "JSON Lines", GZIP, lines)
    yield _way(_("Everything, as one table"), "CSV", GZIP, table)
    yield _way(
        _("A list of records, with filters and chosen fields"),
        "/api/v1/records",
        JSON,
        _list_url(),
    )
    yield _way(
        _("A search as the site does it, with its passages"),
        "/api/v1/search",
        JSON,
        address("api.search"),
    )
    yield _way(
        _("The results of a search, for a spreadsheet or a reference manager"),
        ", ".join(file_format.value for file_format in SearchFormat),
        HTML,
        search_url(locale),
    )
    for choice in site_formats(locale):
        if choice.formats[0].media_type != JSON:
            yield choice


def _way(need: str, name: str, media_type: str, url: str) -> FormatChoice:
    return FormatChoice(need, (OpenFormat(name, media_type, url),))


def _list_examples(content: PageContent) -> Iterator[ApiExample]:
    language = content.locale.value
    yield _live(
        _("How many practices does each theme have?"),
        {"kind": "practice", "group_by": "theme", "hl": language},
        content,
    )
    yield _live(
        _("Which recommendations are for cities? Only their titles, two at a time."),
        {
            "kind": "recommendation",
            "audience": "local",
            "fields": f"id,editions.{language}.title",
            "per_page": "2",
            "hl": language,
        },
        content,
    )
    yield _live(
        _("How many records mention rumours, by kind?"),
        {
            "q": {"fr": "rumeurs", "en": "rumours"}[language],
            "group_by": "kind",
            "hl": language,
        },
        content,
    )


def _live(
    question: str, parameters: dict[str, str], content: PageContent
) -> ApiExample:
    """Return an example with the answer of the list of records."""
    vocabulary = vocabulary_of(content.corpus)
    asked = list_request(MultiDict(parameters), vocabulary, locale=content.locale)
    body = list_body(asked, services().searches, content.corpus, vocabulary)
    lines = json.dumps(body, indent=2, ensure_ascii=False).splitlines()
    if len(lines) > MAX_ANSWER_LINES:
        lines = [*lines[:MAX_ANSWER_LINES], "  …"]
    url = absolute(_list_url(**parameters))
    return ApiExample(question, _curl(url), url, "\n".join(lines))


def _other_examples(content: PageContent) -> Iterator[ApiExample]:
    locale = content.locale
    practice = next(iter(content.corpus.of_kind(Kind.PRACTICE)), None)
    if practice is not None:
        url = address("api.record", kind=Kind.PRACTICE.value, slug=practice.id.slug)
        yield _example(_("One record, in both languages"), absolute(url))
    search = address("api.search", q="police", kind="practice", hl=locale.value)
    yield _example(
        _("What a search finds, with passages and filters"), absolute(search)
    )
    table = address(
        "open_data.search_table", locale=locale.value, suffix="csv", q="police"
    )
    url = absolute(table)
    yield ApiExample(
        _("All results of a search, as a table"), _curl(url, "-o police.csv"), url
    )
    url = absolute(_dump_url(DumpFormat.JSON_LINES))
    yield ApiExample(
        _("All records, only if they changed since the last time"),
        _curl(url, "--etag-compare etag.txt --etag-save etag.txt -O"),
        url,
    )


def _example(question: str, url: str) -> ApiExample:
    return ApiExample(question, _curl(url), url)


def _curl(url: str, options: str = "") -> str:
    return " ".join(filter(None, ("curl", options, f"'{url}'")))


def _list_url(**parameters: str) -> str:
    return address("api.record_harvest", **parameters)


def _dump_url(of: DumpFormat) -> str:
    return address("open_data.dump", name=of.value)


def _parameters() -> Iterator[ApiParameter]:
    yield ApiParameter("q", _("Words, in the query language of the site"))
    yield ApiParameter(
        ", ".join(FacetName),
        _(
            "Filters: %(names)s. Repeat one to widen it; group_by lists its values.",
            names=", ".join(str(FACETS[facet]).lower() for facet in FacetName),
        ),
    )
    yield ApiParameter("sort", _("The order, as on the site; by default by id"))
    yield ApiParameter(
        "per_page",
        _(
            "Records a page: %(default)s, at most %(most)s",
            default=DEFAULT_PER_PAGE,
            most=MAX_PER_PAGE,
        ),
    )
    yield ApiParameter(
        "cursor", _("* for the first page, then the next_cursor of each answer")
    )
    yield ApiParameter(
        "fields",
        _(
            "The fields to return, separated by commas: id, editions.en.title… A "
            "record without this parameter shows them all."
        ),
    )
    yield ApiParameter(
        "group_by",
        _("The name of a filter: return its values, and how many records each has"),
    )
    yield ApiParameter("hl", _("The language of labels and errors: en or fr"))


def _limits() -> Iterator[str]:
    limit = services().settings.api_limit
    if not limit:
        return
    yield _(
        "A network may request %(limit)s searches, lists and exports a minute, and "
        "%(suggestions)s suggestions.",
        limit=limit,
        suggestions=limit * SUGGESTIONS_PER_SEARCH,
    )
    yield _(
        "The header RateLimit states how many are left, and in how many seconds the "
        "minute ends. Beyond the limit the answer is 429, and Retry-After says when to "
        "go on. The dump has no limit: it is better than thousands of requests."
    )


blueprint = Blueprint("open_data", __name__)

FORMATS = ", ".join(f"'{each}'" for each in SearchFormat)
DUMPS = ", ".join(f"'{each}'" for each in DumpFormat)


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
