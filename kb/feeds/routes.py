"""What other programs read: Atom, OpenSearch, OAI-PMH, SKOS, sitemap and robots."""

import datetime as dt
import json
import logging
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TypeVar

from flask import (
    Blueprint,
    Response,
    abort,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as BaseResponse

from indexer.model.facets import Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.records import Event
from indexer.model.results import Suggestion
from kb.citations.citation_formats import CITATION_FORMATS
from kb.feeds.data_catalog import data_catalog
from kb.feeds.feed_pages import feed_links, feed_page, record_entry, state_entries
from kb.feeds.glossary_skos import glossary_text
from kb.feeds.oai.responses import oai_response
from kb.feeds.sitemap import Sitemap, sitemaps
from kb.feeds.skos_format import SkosFormat, accepted_format
from kb.publishing.errors import HistoryUnreadableError
from kb.services import services
from kb.web.labels import FACETS, KINDS
from kb.web.locale import page_locale
from kb.web.page_content import page_content
from kb.web.records.record_state import record_or_redirect
from kb.web.responses.conditional import conditional
from kb.web.responses.request_counts import FairUse, fair_use
from kb.web.search.followed_records import followed_from
from kb.web.suggestion_box import MAX_SUGGESTIONS, target_url
from kb.web.urls import (
    absolute,
    address,
    citation_url,
    list_url,
    record_url,
)

NEVER = dt.datetime(2018, 12, 7, tzinfo=dt.UTC)
"""The time of an empty feed: the day on which the working group was launched."""


def _atom_time(time: dt.datetime) -> str:
    return f"{time.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


MAX_CHARACTERS = 100
"""What is typed after that does not change the completions."""


def completions(text: str, locale: Locale) -> list[str | list[str]]:
    """Return the text, the names that complete it, what they are, and their addresses.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    start = text[:MAX_CHARACTERS]
    found = services().searches.suggest(start, locale, limit=MAX_SUGGESTIONS)
    named = {each.text: each for each in reversed(found)}
    names = list(reversed(named))
    return [
        text,
        names,
        [_label(named[name]) for name in names],
        [absolute(target_url(named[name].target, locale)) for name in names],
    ]


def _label(suggestion: Suggestion) -> str:
    target = suggestion.target
    label = FACETS[target.facet] if isinstance(target, Filter) else KINDS[target.kind]
    title = suggestion.title
    return f"{label} – {title.text}" if title is not None else str(label)


blueprint = Blueprint("feeds", __name__)

logger = logging.getLogger(__name__)

ValueT = TypeVar("ValueT")

SUGGESTIONS_MAX_AGE_S = 60


@blueprint.after_request
def _share_with_any_site(response: Response) -> Response:
    """Add the CORS headers that allow scripts of any site to read the content."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/<locale:locale>/unapi")
def unapi() -> BaseResponse:
    """Send the formats of references, or redirect to the reference to the record `id`.

    Reference managers read all records of a list by it: http://unapi.info/specs/
    """
    name, wanted = request.args.get("id"), request.args.get("format")
    record_id = RecordId.parse(name) if name else None
    if name and record_id not in services().corpus.records:
        abort(HTTPStatus.NOT_FOUND)
    if record_id is None or not wanted:
        text = render_template("feeds/unapi.xml", id=name, formats=CITATION_FORMATS)
        status = HTTPStatus.MULTIPLE_CHOICES if name else HTTPStatus.OK
        return Response(text, status, content_type="application/xml; charset=utf-8")
    files = {known.unapi_name: file for file, known in CITATION_FORMATS.items()}
    if wanted not in files:
        abort(HTTPStatus.NOT_ACCEPTABLE)
    return redirect(citation_url(record_id, page_locale(), files[wanted]))


@blueprint.get("/<locale:locale>/feed.atom")
@conditional(lambda: services().change_times.stamp, shows_dossier=False)
def atom() -> Response:
    """Return a page of the exact matches of a search as Atom, the newest first.

    The feed of a record has its states.
    """
    content = page_content()
    followed = followed_from(request.args, content)
    found, self_url = followed.records(content), followed.url("feeds.atom")
    if followed.record is not None:
        entries = _or_503(lambda: state_entries(found[0], content))
        links = iter([("self", absolute(self_url))])
    else:
        page = feed_page(found, followed.query, request.args)
        entries = [record_entry(changed, content) for changed in page.items]
        links = feed_links(page, followed.query, request.args)
    body = render_template(
        "feeds/atom.xml",
        followed=followed,
        feed_url=self_url,
        subject=followed.query.text or followed.subject(content),
        updated=_atom_time(found[0].changed_at if found else NEVER),
        entries=entries,
        time=_atom_time,
        links=links,
    )
    return Response(body, mimetype="application/atom+xml")


@blueprint.get("/opensearch.xml")
def opensearch() -> Response:
    """Return the OpenSearch description for the search box of a browser."""
    body = render_template("feeds/opensearch.xml")
    response = Response(body, mimetype="application/opensearchdescription+xml")
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get("/<locale:locale>/suggestions.json")
@fair_use(FairUse.SUGGEST)
def suggestions() -> Response:
    """Return the names that complete what is typed in an address bar."""
    body = json.dumps(completions(request.args.get("q", ""), page_locale()))
    response = Response(body, mimetype="application/x-suggestions+json")
    # Visitors delete letters and type them again. No shared cache may store queries.
    response.headers["Cache-Control"] = f"private, max-age={SUGGESTIONS_MAX_AGE_S}"
    return response


@blueprint.route("/oai", methods=["GET", "POST"])
def oai() -> Response:
    """Answer a request of OAI-PMH 2.0; its errors have the status 200, too.

    Without the history a harvester would miss what was removed: it must come back.
    """
    arguments = dict(request.values.lists())
    here = services()
    body = _or_503(lambda: oai_response(arguments, here.corpus, here.clock()))
    return Response(body, content_type="text/xml; charset=utf-8")


def _or_503(read: Callable[[], ValueT]) -> ValueT:
    """Return what was read of the history; answer 503 while it can't be read."""
    try:
        return read()
    except HistoryUnreadableError as error:
        logger.warning("the history can't be read: %s", error)
        abort(HTTPStatus.SERVICE_UNAVAILABLE)


@blueprint.get("/<locale:locale>/events.ics")
@conditional(lambda: services().change_times.stamp, shows_dossier=False)
def calendar() -> Response:
    """Return the events, or those that are followed, as an iCalendar."""
    # It imports icalendar, which takes 0.2 s and 10 MB.
    from kb.feeds.event_calendar import event_calendar  # noqa: PLC0415

    content = page_content()
    followed = followed_from(request.args, content)
    found: Iterable[Record] = content.corpus.of_kind(Kind.EVENT)
    if followed.is_part:
        found = (changed.record for changed in followed.records(content))
    events = [record for record in found if isinstance(record, Event)]
    times = services().change_times.of(events)
    url = absolute(followed.url("feeds.calendar"))
    body = event_calendar(events, content.corpus, times, content.locale, url)
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="events.ics"'
    return response


@blueprint.get("/glossary.<any(ttl, jsonld):suffix>")
@conditional(shows_dossier=False)
def glossary_file(suffix: str) -> Response:
    """Return the glossary as SKOS."""
    form = SkosFormat(suffix)
    body = glossary_text(form, services().corpus)
    return Response(body, content_type=f"{form.media_type}; charset=utf-8")


@blueprint.get("/glossary")
def glossary() -> BaseResponse:
    """Redirect from the address of the concept scheme to a page, or to SKOS."""
    return _see_other(list_url(Kind.TERM, page_locale()))


@blueprint.get("/glossary/<slug>")
def glossary_term(slug: str) -> BaseResponse:
    """Redirect from the address of a concept to the page of its term, or to SKOS."""
    term = RecordId(Kind.TERM, slug)
    record = record_or_redirect(term, lambda other: record_url(other, page_locale()))
    return _see_other(record_url(record.id, page_locale()))


def _see_other(page: str) -> BaseResponse:
    """Redirect to a page, or to the glossary in the format that a client prefers."""
    form = accepted_format(request.accept_mimetypes)
    file = address("feeds.glossary_file", suffix=form) if form is not None else ""
    response = redirect(file or page, HTTPStatus.SEE_OTHER)
    response.headers["Vary"] = "Accept, Accept-Language"
    return response


@blueprint.get("/sitemap.xml")
@conditional(shows_dossier=False)
def sitemap() -> Response:
    """Return the addresses of all pages, or of their sitemaps if the pages are many."""
    parts = sitemaps(services().corpus)
    if len(parts) == 1:
        return _sitemap(parts[0])
    body = render_template("feeds/sitemap_index.xml", sitemaps=parts)
    return Response(body, mimetype="application/xml")


@blueprint.get("/sitemap-<int:number>.xml")
@conditional(shows_dossier=False)
def sitemap_part(number: int) -> Response:
    """Return one of the sitemaps that the index names."""
    parts = sitemaps(services().corpus)
    if not 1 <= number <= len(parts):
        abort(HTTPStatus.NOT_FOUND)
    return _sitemap(parts[number - 1])


def _sitemap(part: Sitemap) -> Response:
    body = render_template("feeds/sitemap.xml", pages=part.pages)
    return Response(body, mimetype="application/xml")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Keep crawlers out of searches, dossiers and comparisons: they are endless."""
    lines = [
        f"# Programs are welcome and begin at {absolute(url_for('feeds.llms'))}",
        f"# The dump is better than a crawl: {absolute(_dump_url())}",
        "User-agent: *",
        *(
            f"Disallow: /{locale}/{path}"
            for locale in Locale
            for path in (
                "search",
                "dossier",
                "group-dossiers",
                "compare",
                "plan.",
                "report",
            )
        ),
        *(f"Disallow: /{locale}/staff/" for locale in Locale),
        f"Sitemap: {absolute(url_for('feeds.sitemap'))}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/llms.txt")
@conditional(shows_dossier=False)
def llms() -> Response:
    """Return the summary of the site for language models (llmstxt.org)."""
    body = render_template(
        "feeds/llms.txt",
        counts={kind: len(services().corpus.of_kind(kind)) for kind in Kind},
        dump_url=absolute(_dump_url()),
    )
    return Response(body, mimetype="text/plain")


@blueprint.get("/catalog.jsonld")
@conditional(shows_dossier=False)
def catalog_file() -> Response:
    """Describe the data that can be taken away, as DCAT and schema.org."""
    return Response(json.dumps(data_catalog()), mimetype="application/ld+json")


def _dump_url() -> str:
    return address("open_data.dump", name="records.jsonl.gz")
