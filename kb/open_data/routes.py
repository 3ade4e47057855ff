"""The views of what readers and programs take away."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kb.open_data.search_export import search_file
from kb.open_data.table_files import TableFormat
from kb.web.conditional import conditional

blueprint = Blueprint("open_data", __name__)

TABLES = ", ".join(TableFormat)


@blueprint.get(f"/<locale:locale>/search.<any({TABLES}):suffix>")
@conditional(shows_dossier=False)
def search_table(suffix: str) -> Response:
    """Send all results of a search as a file."""
    return search_file(request.args, TableFormat(suffix))
