"""The views of what readers and programs take away."""

from flask import Blueprint, Response, render_template, request

from kb.open_data.api_page import api_page
from kb.open_data.dump import DumpFormat, send_dump
from kb.open_data.search_export import SearchFormat, dossier_table, search_file
from kb.services import services
from kb.web.page_content import page_content
from kb.web.responses.conditional import conditional
from kb.web.responses.request_counts import FairUse, fair_use

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
