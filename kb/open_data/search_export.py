"""A search or a dossier as a file, with every record that its page shows."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from enum import StrEnum
from urllib.parse import quote

from flask import Response, stream_with_context
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.model.ids import Locale
from indexer.model.query import Query
from indexer.model.record import Record
from kb.citations.citation_formats import CITATION_FORMATS
from kb.open_data.record_table import TABLE_FORMATS, ExportTable, RecordRow, batches
from kb.public.brief.named_records import dossier_content
from kb.public.brief.request import brief_url, dated, read_brief_request
from kb.services import services
from kb.services.search_service import all_ids
from kb.web.licence import LICENCE_NAME, LICENCE_URL
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent, page_content
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import query_from
from kb.web.urls import absolute, query_url


def citation_chunks(table: ExportTable, extension: str) -> Iterator[bytes]:
    """Yield the bytes of the references to all records of a table, a part at a time.

    A remark is a comment in BibTeX. The other formats have no comments: the remark is
    then the title of a last reference.
    """
    records = (row.record for row in table.rows)
    texts = CITATION_FORMATS[extension].write(records, table.locale)
    end = ""
    for batch in batches(texts):
        yield (end + "".join(batch[:-1])).encode()
        end = batch[-1]
    yield _with_remark(end, table.last_line(), extension).encode()


def _with_remark(end: str, remark: str, extension: str) -> str:
    """Return the last piece of a file, followed by the remark if there is one."""
    match extension:
        case _ if not remark:
            return end
        case "bib":
            return f"{end}@comment{{{remark}}}\n"
        case "ris":
            return f"{end}TY  - GEN\r\nTI  - {remark}\r\nER  - \r\n"
        case _:
            item = {"id": "notice", "type": "document", "title": remark}
            text = json.dumps(item, ensure_ascii=False)
            return f"[\n{text}\n]\n" if end == "[]\n" else f",\n{text}\n]\n"


_CHANGED = _l(
    "The content changed while this file was being made: a record may be missing or in "
    "an earlier version. Export the search again to be sure."
)


class SearchFormat(StrEnum):
    """A file format of a search; the value is the suffix of its address."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON_LINES = "jsonl"
    BIBTEX = "bib"
    RIS = "ris"
    CSL_JSON = "csl.json"


def search_file(args: MultiDict[str, str], file_format: SearchFormat) -> Response:
    """Return all results of a search as a file, streamed; `page` does not count.

    Raises:
        QueryError: a parameter has an unknown or malformed value.
        IndexUnavailableError: there is no index to search.
    """
    content, remark = page_content(), _change_remark()
    vocabulary = vocabulary_of(content.corpus)
    query = replace(query_from(args, vocabulary, locale=content.locale), page=1)
    rows = tuple(_rows(query, content))
    about = (
        (_("Words searched for"), query.text),
        (_("Address"), absolute(query_url(query))),
    )
    name = {Locale.FR: "recherche", Locale.EN: "search"}[content.locale]
    return _file(rows, file_format, about=about, name=name, remark=remark)


def dossier_table(args: MultiDict[str, str], file_format: SearchFormat) -> Response:
    """Return the records of a dossier as a table.

    Raises:
        HTTPException: a parameter of the dossier is malformed.
    """
    content, remark, today = page_content(), _change_remark(), services().clock().date()
    asked = read_brief_request(args, today)
    shown = dossier_content(asked, content, today)
    rows = tuple(map(RecordRow, shown.records))
    url = brief_url(dated(asked, today), content.locale, shown.ids)
    about = ((_("Address"), absolute(url)),)
    return _file(rows, file_format, about=about, name="dossier", remark=remark)


def records_file(records: Sequence[Record], file_format: SearchFormat) -> Response:
    """Return some published records as a file."""
    content, remark = page_content(), _change_remark()
    rows = tuple(map(RecordRow, records))
    name = {Locale.FR: "fiches", Locale.EN: "records"}[content.locale]
    return _file(rows, file_format, about=(), name=name, remark=remark)


def _file(
    rows: tuple[RecordRow, ...],
    file_format: SearchFormat,
    *,
    about: tuple[tuple[str, str], ...],
    name: str,
    remark: Callable[[], str],
) -> Response:
    now, locale = services().clock(), page_content().locale
    table = ExportTable(
        rows=rows,
        vocabulary=vocabulary_of(page_content().corpus),
        locale=locale,
        about=(
            *about,
            (_("Records"), str(len(rows))),
            (_("Made on"), f"{now:%Y-%m-%d %H:%M} UTC"),
            (_("Licence"), f"{LICENCE_NAME}, {LICENCE_URL}"),
        ),
        sheet_titles=(_("Results"), _("About this file")),
        last_line=remark,
    )
    chunks, media_type = _chunks(table, file_format)
    response = Response(stream_with_context(chunks), content_type=media_type)
    file_name = f"{name}-{now:%Y-%m-%d-%H%M}.{file_format.value}"
    response.headers["Content-Disposition"] = f"attachment; filename={quote(file_name)}"
    return response


def _chunks(
    table: ExportTable, file_format: SearchFormat
) -> tuple[Iterator[bytes], str]:
    """Return the bytes of a file, in parts, and its media type."""
    extension = file_format.value
    if extension in TABLE_FORMATS:
        of_table = TABLE_FORMATS[extension]
        return of_table.write(table), of_table.media_type
    media_type = CITATION_FORMATS[extension].media_type
    return citation_chunks(table, extension), f"{media_type}; charset=utf-8"


def _rows(query: Query, content: PageContent) -> Iterator[RecordRow]:
    results = services().searches.search(all_ids(query))
    for record_id in results.ids:
        record = content.corpus.get(record_id)
        if record is not None:
            is_whole = record_id not in results.partial_ids
            matches_all = None if query.root is None else is_whole
            yield RecordRow(record, matches_all)


def _change_remark() -> Callable[[], str]:
    """Return a function that says whether the content changed since this call."""
    state, locale = _content_state(), page_content().locale
    return lambda: "" if _content_state() == state else _CHANGED.text(locale)


def _content_state() -> tuple[str, str]:
    here = services()
    return here.engine.generation, here.content.corpus.stamp
