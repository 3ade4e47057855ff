"""The benchmark over HTTP: what it asks for, and of what content."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from benchmarks.asking import paths_by_kind
from benchmarks.deliverables import (
    WORDS_OF_REPORT,
    add_report,
    remove_report,
    write_content,
)
from benchmarks.load import Until, ask
from benchmarks.queries import TypedQuery
from indexer.corpus.corpus import CorpusReader
from indexer.model.ids import Kind, Locale, RecordId
from tests.support.builders import SMALL_CORPUS

pytestmark = pytest.mark.load


class _Answer(BaseHTTPRequestHandler):
    """Answers 404 to what it does not know."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # the name that the library calls
        body = b"here"
        self.send_response(200 if self.path == "/known" else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def port() -> Iterator[int]:
    """Run a server of two pages, one of them missing."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


def test_readers_ask_so_many_times_and_count_what_failed(port: int) -> None:
    """Whatever is not a page is an error."""
    load = ask(port, ["/known", "/missing"], 3, Until(requests=10))

    assert len(load.times) == 10
    assert load.errors == ["/missing: 404"] * 5


def test_a_service_that_is_not_there_is_an_error() -> None:
    """And not a page that took no time."""
    load = ask(1, ["/known"], 1, Until(requests=2))

    assert not load.times
    assert len(load.errors) == 2


def test_passages_become_reports_that_staff_could_have_written(tmp_path: Path) -> None:
    """The content that is measured has no problem in it."""
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


def test_a_report_comes_and_goes(tmp_path: Path) -> None:
    """It is found by its word while it is there."""
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


def test_all_kinds_of_pages_are_asked_for_in_both_languages() -> None:
    """As visitors do."""
    queries = [TypedQuery("vélos volés", "fr"), TypedQuery("bikes", "en")]

    paths = paths_by_kind(queries, CorpusReader(SMALL_CORPUS).read())

    assert set(paths) == {"search", "suggest", "api", "record", "mixed"}
    assert "/fr/search?q=v%C3%A9los+vol%C3%A9s" in paths["search"]
    assert "/api/v1/suggest?q=bik&locale=en" in paths["suggest"]
    apart = {path for kind in paths for path in paths[kind] if kind != "mixed"}
    assert set(paths["mixed"]) <= apart
    for path in paths["mixed"]:
        assert path.isascii()
