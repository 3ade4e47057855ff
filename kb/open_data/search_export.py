"""A search as a file: every record of the list that the page of results shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from flask import Response, stream_with_context
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.model.ids import Locale
from indexer.model.query import Query
from kb.open_data.record_table import RecordRow
from kb.open_data.table_files import ExportTable, TableFormat, table_chunks
from kb.public.search_page import listed_results
from kb.services import services
from kb.services.search_service import visible_hits
from kb.web.facet_values import vocabulary_of
from kb.web.licence import LICENCE_NAME, LICENCE_URL
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent, page_content
from kb.web.request_query import query_from
from kb.web.urls import absolute, query_url, record_url

MAX_RECORDS = 1_000_000
"""More than any index holds: a file has one page."""

_CHANGED = _l(
    "The content changed while this file was being made: a record may be missing or in "
    "an earlier state. Export the search again to be sure."
)


def search_file(args: MultiDict[str, str], file_format: TableFormat) -> Response:
    """Return all results of a search as a file, streamed; `page` does not count.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
        IndexUnavailableError: there is no index to search.
    """
    content, state = page_content(), _content_state()
    vocabulary = vocabulary_of(content.corpus)
    query = replace(
        query_from(args, vocabulary, locale=content.locale, max_passages=0),
        page=1,
        page_size=MAX_RECORDS,
    )
    rows = tuple(_rows(query, content))
    now = services().clock()
    table = ExportTable(
        rows=rows,
        vocabulary=vocabulary,
        locale=content.locale,
        about=(
            (_("Words searched for"), query.text),
            (_("Address"), absolute(query_url(query))),
            (_("Records"), str(len(rows))),
            (_("Made on"), f"{now:%Y-%m-%d %H:%M} UTC"),
            (_("Licence"), f"{LICENCE_NAME}, {LICENCE_URL}"),
        ),
        sheet_titles=(_("Results"), _("About this file")),
        last_line=lambda: (
            "" if _content_state() == state else _CHANGED.text(content.locale)
        ),
    )
    chunks = stream_with_context(table_chunks(table, file_format))
    response = Response(chunks, content_type=file_format.media_type)
    name = _file_name(content.locale, now, file_format)
    response.headers["Content-Disposition"] = f"attachment; filename={quote(name)}"
    return response


def _rows(query: Query, content: PageContent) -> Iterator[RecordRow]:
    _listed, results = listed_results(query)
    for hit, record in visible_hits(results.hits, content.corpus.records):
        yield RecordRow(
            record,
            absolute(record_url(record.id, content.locale)),
            None if query.root is None else not hit.is_partial,
        )


def _content_state() -> tuple[str, str]:
    here = services()
    return here.engine.generation, here.content.corpus.stamp


def _file_name(locale: Locale, now: dt.datetime, file_format: TableFormat) -> str:
    name = {Locale.FR: "recherche", Locale.EN: "search"}[locale]
    return f"{name}-{now:%Y-%m-%d-%H%M}.{file_format.value}"
