"""The speed benchmark runs on all its engines."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks.speed import main

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


def test_json_has_the_same_figures_for_each_engine(tmp_path: Path) -> None:
    """All engines find the same totals in these passages."""
    words = "police violence quartier prévention jeunesse mairie sécurité".split()
    corpus = tmp_path / "fr.jsonl"
    lines = (
        json.dumps(
            {
                "_id": f"fr{number}",
                "title": f"Titre {number}",
                "text": " ".join((*words[number % 3 :], *words[: number % 2])),
                "lang": "fr",
            }
        )
        for number in range(50)
    )
    corpus.write_text("\n".join(lines) + "\n", "utf-8")
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
