"""Tests of the HTTP benchmark: load, documents and paths."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.deliverables import (
    WORDS_OF_REPORT,
    add_report,
    remove_report,
    write_content,
)
from benchmarks.load import LoadLimit, run_load
from benchmarks.queries import TypedQuery
from benchmarks.request_paths import paths_by_kind
from indexer.corpus.corpus_reader import CorpusReader
from indexer.model.ids import Kind, Locale, RecordId
from tests.support.builders import SMALL_CORPUS

pytestmark = pytest.mark.load


class _Handler(BaseHTTPRequestHandler):
    """Responds 200 to `/known` and 404 to other paths."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the name is fixed by http.server
        body = b"here"
        self.send_response(200 if self.path == "/known" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """Run a server with one page, and return its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_load_stops_at_the_limit_and_lists_errors(port: int) -> None:
    """Every status but 200 is an error."""
    load = run_load(port, ["/known", "/missing"], 3, LoadLimit(requests=10))

    assert len(load.times) == 10
    assert load.errors == ["/missing: 404"] * 5


def test_refused_connection_is_an_error() -> None:
    """A failed request adds no response time."""
    load = run_load(1, ["/known"], 1, LoadLimit(requests=2))

    assert not load.times
    assert len(load.errors) == 2


def test_written_reports_are_valid_records(tmp_path: Path) -> None:
    """The generated documents add no problem to the check of the content."""
    passages = [
        {"_id": f"p{number}", "title": f"Titre [{number}]: a", "lang": lang}
        | {"text": f"# Un *texte* [{number}]\n- <b>suite</b> : `fin`"}
        for number in range(260)
        for lang in ("fr", "en")
    ]

    slugs = write_content(SMALL_CORPUS, tmp_path / "documents", passages)

    before = CorpusReader(SMALL_CORPUS).read()
    corpus = CorpusReader(tmp_path / "documents").read()
    assert len(slugs) == 4
    assert len(corpus.records) == len(before.records) + 4
    assert len(corpus.problems) == len(before.problems)


def test_report_is_added_and_removed(tmp_path: Path) -> None:
    """The report has both editions and the length of a hundred pages."""
    documents = tmp_path / "documents"
    write_content(SMALL_CORPUS, documents, ())

    add_report(documents, "brand-new", "zyxwvut")
    added = CorpusReader(documents).read()
    remove_report(documents, "brand-new")

    record = added.records[RecordId(Kind.DELIVERABLE, "brand-new")]
    longest = max(len(str(each.body).split()) for each in record.editions)
    assert {each.locale for each in record.editions} == set(Locale)
    assert longest >= WORDS_OF_REPORT
    assert record.id not in CorpusReader(documents).read().records


def test_paths_cover_all_kinds_of_pages_in_both_languages() -> None:
    """The mixed paths are those of the single kinds."""
    queries = [TypedQuery("vélos volés", "fr"), TypedQuery("bikes", "en")]

    paths = paths_by_kind(queries, CorpusReader(SMALL_CORPUS).read())

    assert set(paths) == {"search", "suggest", "api", "record", "mixed"}
    assert "/fr/search?q=v%C3%A9los+vol%C3%A9s" in paths["search"]
    assert "/api/v1/suggest?q=bik&locale=en" in paths["suggest"]
    single = {path for kind in paths for path in paths[kind] if kind != "mixed"}
    assert set(paths["mixed"]) <= single
    for path in paths["mixed"]:
        assert path.isascii()
