"""How many requests to the cluster a page of results takes, one after another."""

from typing import Any

import pytest
from flask import Flask

from indexer.engines.opensearch.cluster_client import ClusterClient
from kb.services import services
from tests.support.builders import a_query

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize(
    ("words", "first", "again"),
    [
        # Words; matches; facets and rows; best passages; records; passages.
        ("police", 7, 5),
        # Translations are counted with the words as typed.
        ("police municipale", 9, 5),
        # Matches; facets and rows; records.
        ("", 3, 3),
    ],
)
def test_a_page_of_results_needs_few_requests(
    real_cluster_app: Flask,
    words: str,
    first: int,
    again: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each is a moment for the visitor: what can be asked together is."""
    with real_cluster_app.app_context():
        engine = services().engine
    engine.search(a_query("nothing"))
    sent: list[str] = []
    perform = ClusterClient._perform  # noqa: SLF001  # where all requests pass

    def count(self: ClusterClient, method: str, path: str, *rest: Any) -> Any:
        # The mapping is read once a second, whatever is searched.
        if "_mapping" not in path:
            sent.append(path)
        return perform(self, method, path, *rest)

    monkeypatch.setattr(ClusterClient, "_perform", count)

    for most in (first, again):
        sent.clear()
        engine.search(a_query(words))
        assert 0 < len(sent) <= most, sent
