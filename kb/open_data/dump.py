"""The dump: all records as one compressed file, made once for each content.

The service has it made after each change of the content, by `kb export dump`. A request
that comes before makes it itself: no dump has a record that is withdrawn. All processes
send the same file.
"""

import gzip
import hashlib
import io
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from flask import Response, send_file
from werkzeug.exceptions import ServiceUnavailable

from indexer.corpus.corpus import Corpus
from indexer.files import write_file_atomically
from indexer.model.facets import EXPORTED_FACETS
from indexer.model.ids import Locale
from indexer.model.record import Record
from kb.api.serializers import Body, record_body
from kb.core.locks import exclusive_lock
from kb.core.storage_errors import storage_errors
from kb.open_data.record_table import SEPARATOR, batches, csv_lines, object_line
from kb.services import services
from kb.web.licence import LICENCE_ID, LICENCE_URL
from kb.web.responses.conditional import code_digest
from kb.web.urls import absolute, record_url, script_root

DUMP_FOLDER = "dump"
"""The folder in `KB_INSTANCE`; it can be deleted at any time."""

LOCK_WAIT_S = 60.0
PRIVATE = 0o600


class DumpFormat(StrEnum):
    """A format of the dump; the value is the file name in its address."""

    JSON_LINES = "records.jsonl.gz"
    CSV = "records.csv.gz"


def send_dump(file_format: DumpFormat) -> Response:
    """Send the dump of the present content, made now if it was not made before.

    A part can be requested (`Range`); the ETag names the state of the content.

    Raises:
        ServiceUnavailable: the file can't be written.
    """

    def unavailable(at: Path, reason: str) -> ServiceUnavailable:
        return ServiceUnavailable(f"{at}: {reason}")

    path = prepared_dump(file_format, unavailable)
    with storage_errors(path, unavailable):
        response = send_file(
            path,
            mimetype="application/gzip",
            as_attachment=True,
            download_name=file_format.value,
            etag=path.name.partition("-")[0],
            conditional=True,
        )
    response.headers["Link"] = f'<{LICENCE_URL}>; rel="license"'
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def prepared_dump(
    file_format: DumpFormat, make_error: Callable[[Path, str], Exception]
) -> Path:
    """Return the file of the dump of the present content; make it if it is missing.

    Raises:
        Exception: what `make_error` makes of a path and a reason: the file can't be
            written, or another process is writing it for a minute.
    """
    corpus = services().content.corpus
    folder = services().settings.locations.instance / DUMP_FOLDER
    path = folder / f"{_state(corpus)}-{file_format}"
    with storage_errors(path, make_error):
        if not path.exists():
            busy = make_error(path, "another process is making the dump")
            _make(path, file_format, corpus, busy)
    return path


def _state(corpus: Corpus) -> str:
    """Return a digest of all that a dump is made of."""
    parts = (code_digest(), corpus.stamp, services().settings.origin, script_root())
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def _make(path: Path, file_format: DumpFormat, corpus: Corpus, busy: Exception) -> None:
    """Make a dump, unless another process does so, and delete the earlier ones."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with exclusive_lock(path.parent / ".lock", busy, timeout_s=LOCK_WAIT_S):
        if path.exists():
            return
        parts = _lines(corpus) if file_format is DumpFormat.JSON_LINES else _csv(corpus)
        buffer = io.BytesIO()
        # Without a time, the same content makes the same bytes on each machine.
        with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0) as file:
            for part in parts:
                file.write(part)
        write_file_atomically(path, buffer.getvalue(), mode=PRIVATE, is_durable=False)
        for old in path.parent.glob(f"*-{file_format}"):
            if old != path:
                old.unlink(missing_ok=True)


def _lines(corpus: Corpus) -> Iterator[bytes]:
    for record in corpus.records.values():
        body = record_body(record, corpus)
        yield object_line(body | {"url": _urls(record), "license": LICENCE_ID})


def _urls(record: Record) -> dict[str, str]:
    return {locale.value: absolute(record_url(record.id, locale)) for locale in Locale}


def _csv(corpus: Corpus) -> Iterator[bytes]:
    rows = (_flat(record) for record in corpus.records.values())
    for number, batch in enumerate(batches(rows)):
        if not number:
            yield csv_lines([batch[0]])
        yield csv_lines(each.values() for each in batch)


def _flat(record: Record) -> dict[str, str]:
    """Return a record as a row for programs, by the names of the columns."""
    start, end = record.period
    row: Body = {"kind": record.id.kind.value, "id": record.id.slug}
    for locale in Locale:
        has_edition = record.has_edition(locale)
        edition = record.edition(locale)
        row[f"url_{locale}"] = absolute(record_url(record.id, locale))
        row[f"title_{locale}"] = edition.title if has_edition else ""
        row[f"summary_{locale}"] = edition.summary if has_edition else ""
    row |= {"date": str(start or ""), "end_date": str(end or "")}
    for facet in EXPORTED_FACETS:
        row[facet.value] = SEPARATOR.join(facet.stated(record))
    row["updated"] = str(record.updated)
    row["sources"] = SEPARATOR.join(
        source.url for source in record.sources if source.url
    )
    row["license"] = LICENCE_ID
    return row
