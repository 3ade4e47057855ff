"""The views of the public pages: parse the request, fetch, render."""

from functools import partial
from http import HTTPStatus

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from indexer.model.ids import Kind, RecordId
from indexer.model.record_parts import OriginalFile
from indexer.model.records import Deliverable
from indexer.model.vocabulary import Audience
from kb.citations.citation_formats import CITATION_FORMATS
from kb.public.brief.comparison import comparison_view
from kb.public.brief.comparison_file import comparison_file_response
from kb.public.brief.dossier import change_dossier, dossier_page
from kb.public.brief.dossier_change import change_in
from kb.public.brief.files import (
    FILES,
    as_file,
    brief_file_response,
    record_markdown,
)
from kb.public.brief.request import in_chosen_language, read_brief_request
from kb.public.document.file_text import file_text_view
from kb.public.document.search import PARAMETER as FIND
from kb.public.evidence.page import atlas_file_response, atlas_view
from kb.public.home import home_view
from kb.public.lists.audience import audience_links, audience_view
from kb.public.lists.gap_map import gaps_view
from kb.public.lists.page import failure_list, list_page
from kb.public.lists.place import all_places, place_view
from kb.public.maps.page import map_view
from kb.public.plan.note import plan_note
from kb.public.plan.page import plan_questions, plan_view
from kb.public.plan.request import read_plan_request
from kb.public.record.citation_box import record_citation
from kb.public.record.page import past_page, record_context, record_template
from kb.public.record.page_metadata import list_data, site_data
from kb.public.record.typed_links import (
    TypedLink,
    link_header,
    linkset_response,
    record_json_url,
    typed_links,
)
from kb.public.search.follow import follow_page
from kb.public.search.page import search_page
from kb.public.timeline.page import timeline_view
from kb.services import services
from kb.web.locale import page_locale, preferred_locale
from kb.web.page_content import page_content
from kb.web.records.file_links import media_type
from kb.web.records.record_state import history_state, record_or_redirect, requested_day
from kb.web.responses.conditional import conditional, reading_state
from kb.web.responses.downloads import send_stored
from kb.web.urls import (
    AUDIENCE_NAMES,
    AtlasTab,
    absolute,
    audience_url,
    citation_url,
    home_url,
    place_url,
    record_url,
)

blueprint = Blueprint("public", __name__)

LOCALE = "<locale:locale>"
FOLDER = "<any({}):folder>".format(", ".join(kind.folder for kind in Kind))
AUDIENCES = ", ".join(sorted({*Audience, *AUDIENCE_NAMES.values()}))
TAB = "<any({}):tab>".format(", ".join(AtlasTab))
BRIEF_FILES = ", ".join(f"'{file}'" for file in FILES)
KINDS = ", ".join(Kind)
CITATION_FILES = ", ".join(f"'{file}'" for file in CITATION_FORMATS)
RECORD_FILES = "json, md, linkset"


@blueprint.get("/")
def root() -> BaseResponse:
    """Redirect to the home page in the language that the browser prefers."""
    response = redirect(home_url(preferred_locale()))
    response.headers["Vary"] = "Accept-Language"
    return response


@blueprint.get(f"/{LOCALE}/")
@conditional()
def home() -> str:
    """Render the home page."""
    today = services().clock().date()
    return render_template(
        "public/home.html",
        view=home_view(page_content(), today),
        data=site_data(page_locale()),
    )


@blueprint.get(f"/{LOCALE}/search")
@conditional()
def search() -> str:
    """Render a page of results."""
    return render_template("public/search.html", view=search_page(request.args))


@blueprint.get(f"/{LOCALE}/what-did-not-work")
@conditional()
def failures() -> str:
    """Render a page of what did not work."""
    view = failure_list(request.args, page_content())
    return render_template("public/failures.html", view=view)


@blueprint.get(f"/{LOCALE}/plan")
@conditional()
def plan() -> str:
    """Render the questions of “What can my town do?”, or the plan for a need."""
    content = page_content()
    asked = read_plan_request(request.args, content.corpus)
    if asked.need is None:
        questions = plan_questions(asked, content)
        return render_template("public/plan_questions.html", view=questions)
    view = plan_view(asked, asked.need, content)
    return render_template("public/plan.html", view=view)


@blueprint.get(f"/{LOCALE}/plan.<any(docx, pdf, md):file>")
@conditional(lambda: services().change_times.stamp)
def plan_file(file: str) -> BaseResponse:
    """Send the plan for a need as a note."""
    content = page_content()
    asked = read_plan_request(request.args, content.corpus)
    if asked.need is None:
        abort(HTTPStatus.NOT_FOUND)
    view = plan_view(asked, asked.need, content)
    url, today = absolute(view.url), services().clock().date()
    brief = plan_note(view, asked.need, content, url=url, today=today)
    return as_file(brief, file, f"plan-{asked.need.id.slug}-{today}.{file}")


@blueprint.get(f"/{LOCALE}/map")
@conditional()
def map_page() -> str:
    """Render the map of practices and events."""
    return render_template(
        "public/map.html", view=map_view(request.args, page_content())
    )


@blueprint.get(f"/{LOCALE}/audiences/")
@conditional()
def audiences() -> str:
    """Render the list of audiences."""
    links = audience_links(page_content())
    return render_template("public/audiences.html", links=links)


@blueprint.get(f"/{LOCALE}/audiences/<any({AUDIENCES}):slug>")
@conditional()
def audience(slug: str) -> str | BaseResponse:
    """Render the page of an audience; its name in JSON redirects to that of pages."""
    chosen = next(name for name in Audience if slug in {name, AUDIENCE_NAMES[name]})
    if slug != AUDIENCE_NAMES[chosen]:
        url = audience_url(chosen, page_locale())
        return redirect(url, HTTPStatus.MOVED_PERMANENTLY)
    view = audience_view(chosen, page_content())
    return render_template("public/audience.html", view=view, slug=slug)


@blueprint.get(f"/{LOCALE}/places/")
@conditional()
def place_list() -> str:
    """Render the list of places."""
    return render_template("public/places.html", places=all_places(page_content()))


@blueprint.get(f"/{LOCALE}/places/<slug>")
@conditional()
def place(slug: str) -> str | BaseResponse:
    """Render the page of a place."""
    if slug != slug.lower():
        lower = place_url(slug.lower(), page_locale())
        return redirect(lower, HTTPStatus.MOVED_PERMANENTLY)
    view = place_view(slug, page_content())
    if view is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("public/place.html", view=view, slug=slug)


@blueprint.get(f"/{LOCALE}/timeline")
@conditional()
def timeline() -> str:
    """Render the timeline of the project and the group."""
    view = timeline_view(page_content(), services().clock().date())
    return render_template("public/timeline.html", view=view)


@blueprint.get(f"/{LOCALE}/atlas", defaults={"tab": AtlasTab.AIMS.value})
@blueprint.get(f"/{LOCALE}/atlas/{TAB}")
@conditional()
def atlas(tab: str) -> str:
    """Render a tab of the evidence atlas."""
    view = atlas_view(AtlasTab(tab), page_content())
    can_be_framed = bool(services().settings.frame_ancestors)
    return render_template("public/atlas.html", view=view, can_be_framed=can_be_framed)


@blueprint.get(f"/{LOCALE}/atlas/{TAB}/embed")
@conditional(shows_dossier=False)
def atlas_embed(tab: str) -> str:
    """Render the picture of a tab for the frame of another site."""
    view = atlas_view(AtlasTab(tab), page_content())
    return render_template("public/atlas_embed.html", view=view)


@blueprint.get(f"/{LOCALE}/atlas/{TAB}.<any(svg, png):file>")
@conditional(shows_dossier=False)
def atlas_file(tab: str, file: str) -> BaseResponse:
    """Send the picture of a tab as a file."""
    return atlas_file_response(atlas_view(AtlasTab(tab), page_content()), file)


@blueprint.get(f"/{LOCALE}/follow")
@conditional(lambda: services().change_times.stamp)
def follow() -> str:
    """Render the page on following a search, a theme or everything."""
    return render_template("public/follow.html", view=follow_page(request.args))


@blueprint.get(f"/{LOCALE}/gaps")
@conditional()
def gaps() -> str:
    """Render the page of what is missing."""
    return render_template("public/gaps.html", view=gaps_view(page_content()))


@blueprint.get(f"/{LOCALE}/{FOLDER}/")
@conditional()
def record_list(folder: str) -> str | BaseResponse:
    """Render the list of the records of a kind."""
    kind = _kind(folder)
    if kind is Kind.PAGE:
        return redirect(record_url(RecordId(kind, "about"), page_locale()))
    return render_template(
        "public/list.html",
        view=list_page(kind, request.args),
        data=list_data(kind, page_locale()),
    )


@blueprint.get(f"/{LOCALE}/{FOLDER}/<slug>")
@conditional(lambda: (reading_state(), history_state(), services().dead_sources()))
def record(folder: str, slug: str) -> str | BaseResponse:
    """Render the page of a record."""
    record_id = RecordId(_kind(folder), slug)
    if slug != slug.lower():
        lower = RecordId(record_id.kind, slug.lower())
        return redirect(_record_url(lower), HTTPStatus.MOVED_PERMANENTLY)
    stored = record_or_redirect(record_id, _record_url)
    day = requested_day()
    if day is not None:
        return past_page(stored, day)
    context = record_context(stored)
    response = make_response(render_template(record_template(stored), **context))
    response.headers["Link"] = link_header(typed_links(stored, page_locale()))
    return response


@blueprint.get(f"/{LOCALE}/<any({KINDS}):kind>/<slug>")
def record_of_kind(kind: str, slug: str) -> BaseResponse:
    """Redirect from an address with the kind, as JSON names it, to that of the page."""
    return redirect(
        _record_url(RecordId(Kind(kind), slug)), HTTPStatus.MOVED_PERMANENTLY
    )


@blueprint.get(f"/{LOCALE}/{FOLDER}/<slug>.<any({CITATION_FILES}):file>")
@conditional(history_state, shows_dossier=False)
def citation_file(folder: str, slug: str, file: str) -> BaseResponse:
    """Send the reference to a record as a file."""
    record_id = RecordId(_kind(folder), slug)
    stored = record_or_redirect(record_id, partial(_citation_url, file))
    return record_citation(stored, requested_day(), CITATION_FORMATS[file])


@blueprint.get(f"/{LOCALE}/{FOLDER}/<slug>.<any({RECORD_FILES}):file>")
@conditional(history_state, shows_dossier=False)
def record_file(folder: str, slug: str, file: str) -> BaseResponse:
    """Send a record as Markdown, its typed links, or the way to its JSON."""
    if file == "json" and slug.endswith(".csl"):
        return citation_file(folder, slug.removesuffix(".csl"), "csl.json")
    stored = record_or_redirect(RecordId(_kind(folder), slug), _record_url)
    if file == "json":
        return redirect(record_json_url(stored.id))
    if file == "md":
        return record_markdown(stored)
    return linkset_response(stored, page_locale())


@blueprint.get(f"/{LOCALE}/deliverables/<slug>/files/<name>")
def original(slug: str, name: str) -> BaseResponse:
    """Send an original as it was received."""
    record, file = _listed_file(slug, name)
    response = send_stored(
        services().texts.path(record.id, file),
        name=file.name,
        media_type=media_type(file.name),
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        is_inline=True,
    )
    page = TypedLink("collection", absolute(_record_url(record.id)), "text/html")
    response.headers["Link"] = link_header([page])
    return response


@blueprint.get(f"/{LOCALE}/deliverables/<slug>/text/<name>")
@conditional(reading_state)
def original_text(slug: str, name: str) -> str:
    """Render the text of an original."""
    typed = request.args.get(FIND, "")
    view = file_text_view(*_listed_file(slug, name), page_content(), typed)
    if view is None:
        abort(HTTPStatus.NOT_FOUND)
    return render_template("public/file_text.html", view=view)


@blueprint.get(f"/{LOCALE}/compare")
@conditional()
def comparison() -> str:
    """Render the comparison of the records that the address names."""
    words = request.args.get("q", "")
    view = comparison_view(request.args.getlist("r"), page_content(), words)
    return render_template("public/compare.html", view=view)


@blueprint.get(f"/{LOCALE}/compare.<any(pdf, docx, xlsx):file>")
@conditional(shows_dossier=False)
def comparison_file(file: str) -> BaseResponse:
    """Send the comparison of the records that the address names as a file."""
    return comparison_file_response(file, request.args.getlist("r"))


@blueprint.get(f"/{LOCALE}/dossier")
@conditional(lambda: services().change_times.stamp)
def dossier() -> str | BaseResponse:
    """Render the visitor's dossier, or the list in a shared address."""
    if elsewhere := in_chosen_language(request.args):
        return redirect(elsewhere)
    asked = read_brief_request(request.args, services().clock().date())
    return render_template(
        "public/dossier.html", view=dossier_page(asked, change_in(request.args))
    )


@blueprint.get(f"/{LOCALE}/dossier.<any({BRIEF_FILES}):file>")
@conditional(lambda: services().change_times.stamp)
def brief_file(file: str) -> BaseResponse:
    """Send the visitor's dossier, or the list in a shared address, as a file."""
    if elsewhere := in_chosen_language(request.args):
        return redirect(elsewhere)
    asked = read_brief_request(request.args, services().clock().date())
    return brief_file_response(file, asked)


@blueprint.post(f"/{LOCALE}/dossier")
def change() -> BaseResponse:
    """Add, move or remove a record of the dossier."""
    return change_dossier(request.form, page_locale())


def _listed_file(slug: str, name: str) -> tuple[Deliverable, OriginalFile]:
    """Return a deliverable and a file that it lists, or answer 404."""
    record = record_or_redirect(RecordId(Kind.DELIVERABLE, slug), _record_url)
    file = record.file(name) if isinstance(record, Deliverable) else None
    if not isinstance(record, Deliverable) or file is None:
        abort(HTTPStatus.NOT_FOUND)
    return record, file


def _record_url(record_id: RecordId) -> str:
    return record_url(record_id, page_locale())


def _citation_url(file: str, record_id: RecordId) -> str:
    return citation_url(record_id, page_locale(), file)


def _kind(folder: str) -> Kind:
    kind = Kind.from_folder(folder)
    if kind is None:
        abort(HTTPStatus.NOT_FOUND)
    return kind
