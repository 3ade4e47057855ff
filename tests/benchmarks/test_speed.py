"""Tests of the speed benchmark: passages, queries and figures."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.figures import percentile, percentiles_ms
from benchmarks.generated_data import make_queries, passage_fields
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
    """Return passages of a few words."""
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
    """Write passages as JSON Lines."""
    path.write_text("\n".join(json.dumps(each) for each in fields) + "\n", "utf-8")
    return path


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 2.0), (0.95, 4.0), (0.25, 1.0), (1.0, 4.0)]
)
def test_percentile_is_one_of_the_values(share: float, value: float) -> None:
    """Percentiles are never interpolated."""
    assert percentile([4.0, 1.0, 3.0, 2.0], share) == value


def test_percentiles_have_names_in_milliseconds() -> None:
    """The prefix is the mode of the benchmark."""
    assert percentiles_ms([0.001], "facets_", shares=(50,)) == {"facets_p50_ms": 1.0}


def test_lines_of_several_files_alternate(tmp_path: Path) -> None:
    """The first passages of a corpus mix its languages."""
    french = write_lines(tmp_path / "fr.jsonl", some_fields("fr", 3))
    english = tmp_path / "en.jsonl.gz"
    english.write_bytes(gzip.compress(json.dumps(some_fields("en", 1)[0]).encode()))

    read = [each["_id"] for each in read_fields([french, english])]

    assert read == ["fr0", "en0", "fr1", "fr2"]


def test_facet_values_depend_on_the_passage_only() -> None:
    """All engines must have the same facet counts."""
    first, again = (passage_from(some_fields("fr", 1)[0]) for _ in range(2))

    assert first == again


def test_generated_queries_are_words_of_one_passage() -> None:
    """Each query has a result, and the seed is fixed."""
    fields = some_fields("fr", 20)

    queries = make_queries(fields, 8)

    assert queries == make_queries(fields, 8)
    assert {len(query.text.split()) for query in queries} == {1, 2, 3, 4}
    for query in queries:
        words = set(query.text.split())
        assert any(words <= set(each["text"].split()) for each in fields)


def test_queries_are_read_from_json_and_plain_lines(tmp_path: Path) -> None:
    """Plain lines are French queries."""
    path = tmp_path / "queries"
    path.write_text('{"text": "stolen bikes", "lang": "en"}\n\nvélos volés\n', "utf-8")

    assert read_queries(path) == (
        TypedQuery("stolen bikes", "en"),
        TypedQuery("vélos volés", "fr"),
    )


def test_passages_of_the_documents_are_mixed_up_to_any_number() -> None:
    """The seed of the mixtures is fixed."""
    own = len(list(passage_fields(SMALL_CORPUS, None)))

    generated = list(passage_fields(SMALL_CORPUS, own + 5))

    assert len({each["_id"] for each in generated}) == own + 5
    assert generated == list(passage_fields(SMALL_CORPUS, own + 5))
    assert len(list(passage_fields(SMALL_CORPUS, 3))) == 3


def test_agreement_compares_the_top_ten_and_totals() -> None:
    """Engines score differently, but their totals should hardly differ."""
    ours = [(2, ["a", "b"]), (10, ["c"])]
    theirs = [(4, ["a", "c"]), (10, ["c"])]

    assert agreement(ours, theirs) == {
        "top10_of_ours": 0.75,
        "totals_within_tenth": 0.5,
    }


def test_json_has_the_same_figures_for_each_engine(tmp_path: Path) -> None:
    """All engines find the same totals in these passages."""
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
