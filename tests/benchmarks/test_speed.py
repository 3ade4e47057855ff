"""The benchmark beside peers: its figures are there, whatever they are."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.figures import centile, centiles_ms
from benchmarks.making import document_fields, make_queries
from benchmarks.passages import passage_from, read_fields
from benchmarks.queries import TypedQuery, read_queries
from benchmarks.speed import agreement, main
from tests.support.builders import SMALL_CORPUS

pytestmark = pytest.mark.load

REQUIRED = {
    "index_per_s",
    "p50_ms",
    "p95_ms",
    "facets_p50_ms",
    "facets_p95_ms",
    "snippets_p50_ms",
    "rss_mb",
}


def some_fields(lang: str, count: int) -> list[dict[str, str]]:
    """Make passages of a few words."""
    words = "police violence quartier prévention jeunesse mairie sécurité".split()
    return [
        {
            "_id": f"{lang}{number}",
            "title": f"Titre {number}",
            "text": " ".join((*words[number % 3 :], *words[: number % 2])),
            "lang": lang,
        }
        for number in range(count)
    ]


def write_lines(path: Path, fields: list[dict[str, str]]) -> Path:
    """Write passages as a file of a corpus."""
    path.write_text("\n".join(json.dumps(each) for each in fields) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 2.0), (0.95, 4.0), (0.25, 1.0), (1.0, 4.0)]
)
def test_a_centile_is_one_of_the_values(share: float, value: float) -> None:
    """Nothing is made up between two of them."""
    assert centile([4.0, 1.0, 3.0, 2.0], share) == value


def test_centiles_are_named_in_milliseconds() -> None:
    """As the figures of the report are."""
    assert centiles_ms([0.001], "facets_", shares=(50,)) == {"facets_p50_ms": 1.0}


def test_files_are_read_in_turn(tmp_path: Path) -> None:
    """The beginning of a corpus is a mix of its languages."""
    french = write_lines(tmp_path / "fr.jsonl", some_fields("fr", 3))
    english = tmp_path / "en.jsonl.gz"
    english.write_bytes(gzip.compress(json.dumps(some_fields("en", 1)[0]).encode()))

    read = [each["_id"] for each in read_fields([french, english])]

    assert read == ["fr0", "en0", "fr1", "fr2"]


def test_the_values_of_facets_depend_on_the_passage_alone() -> None:
    """So that all engines count the same."""
    first, again = (passage_from(some_fields("fr", 1)[0]) for _ in range(2))

    assert first == again


def test_queries_are_words_of_one_passage_and_the_same_at_each_run() -> None:
    """Each has an answer."""
    fields = some_fields("fr", 20)

    queries = make_queries(fields, 8)

    assert queries == make_queries(fields, 8)
    assert {len(query.text.split()) for query in queries} == {1, 2, 3, 4}
    for query in queries:
        words = set(query.text.split())
        assert any(words <= set(each["text"].split()) for each in fields)


def test_queries_are_read_in_either_form(tmp_path: Path) -> None:
    """As JSON Lines, or a query a line."""
    path = tmp_path / "queries"
    path.write_text('{"text": "stolen bikes", "lang": "en"}\n\nvélos volés\n', "utf-8")

    assert read_queries(path) == (
        TypedQuery("stolen bikes", "en"),
        TypedQuery("vélos volés", "fr"),
    )


def test_passages_are_made_of_the_content_up_to_any_number() -> None:
    """Where no corpus is given."""
    own = len(list(document_fields(SMALL_CORPUS, None)))

    made = list(document_fields(SMALL_CORPUS, own + 5))

    assert len({each["_id"] for each in made}) == own + 5
    assert made == list(document_fields(SMALL_CORPUS, own + 5))
    assert len(list(document_fields(SMALL_CORPUS, 3))) == 3


def test_agreement_is_of_our_ten_best_and_of_totals() -> None:
    """Scores differ; what matches should hardly."""
    ours = [(2, ["a", "b"]), (10, ["c"])]
    theirs = [(4, ["a", "c"]), (10, ["c"])]

    assert agreement(ours, theirs) == {
        "top10_of_ours": 0.75,
        "totals_within_tenth": 0.5,
    }


def test_each_engine_has_the_figures_that_are_promised(tmp_path: Path) -> None:
    """Whoever reads the JSON finds the same keys for all."""
    corpus = write_lines(tmp_path / "fr.jsonl", some_fields("fr", 50))
    queries = tmp_path / "queries"
    queries.write_text("police\nmairie jeunesse\n", "utf-8")

    arguments = ["--corpus", str(corpus), "--queries", str(queries), "--json"]
    result = CliRunner().invoke(main, [*arguments, "--rounds", "2"])

    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout)
    assert set(figures) == {"ours", "whoosh", "fts5", "tantivy"}
    for engine, each in figures.items():
        assert set(each) >= REQUIRED, engine
        assert each["totals_within_tenth"] == 1, engine
