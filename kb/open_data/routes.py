"""The views of what readers and programs take away."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kb.open_data.dump import DumpFormat, send_dump
from kb.open_data.search_export import search_file
from kb.open_data.table_files import TableFormat
from kb.web.conditional import conditional
from kb.web.fair_use import FairUse, fair_use

blueprint = Blueprint("open_data", __name__)

TABLES = ", ".join(TableFormat)
DUMPS = ", ".join(f"'{each}'" for each in DumpFormat)


@blueprint.get(f"/<locale:locale>/search.<any({TABLES}):suffix>")
@fair_use(FairUse.SEARCH)
@conditional(shows_dossier=False)
def search_table(suffix: str) -> Response:
    """Send all results of a search as a file."""
    return search_file(request.args, TableFormat(suffix))


@blueprint.get(f"/dump/<any({DUMPS}):name>")
def dump(name: str) -> Response:
    """Send all records in one compressed file."""
    return send_dump(DumpFormat(name))
