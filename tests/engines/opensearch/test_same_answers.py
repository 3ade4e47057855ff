"""Pages and judged queries answer as they do with the engine on disk."""

from statistics import fmean
from typing import Any

import pytest
from flask import Flask

from kb.judgements.relevance_table import relevance_table
from tests.relevance.judged_content import measure_all
from tests.support.matrix import matrix

pytestmark = pytest.mark.cluster

MAX_NDCG_DIFFERENCE = 0.01
MIN_SAME_FIRST = 0.9
MIN_SHARED = 0.5
"""Of the records on a page: ranks of nearly equal scores differ."""

SEARCHES = (
    "",
    "q=police",
    "q=police+municipale",
    "q=police&sort=newest",
    "q=&sort=title&page=3",
    "q=police&kind=practice&kind=need",
    "q=police&kind=practice&theme=trolling",
    "q=harcelement",
    "q=harcèlement+en+ligne",
    "q=online+harrassment",
    "q=polcie",
    'q="social+media"',
    "q=cyber*",
    "q=facebook+-police",
    "q=facebook+OR+instagram",
    "q=titre:drones",
    "q=D1.2",
    "q=Londres",
    "q=zzzzqqqq",
    "q=%22%2A%3F+%28",
    "q=how+can+a+small+police+force+get+started+on+social+media",
    "q=sort+evidence&sort=evidence",
)

PAGES = (
    "/{}/",
    "/{}/search?q=police",
    "/{}/search?q=police&page=2",
    "/{}/search?q=online+harrassment",
    "/{}/feed.atom?q=police",
    "/{}/practices/",
    "/{}/practices/nice-reporty",
    "/{}/glossary/",
    "/healthz",
)


def test_judged_queries_are_answered_as_well(
    real_app: Flask, real_cluster_app: Flask
) -> None:
    """The server scores by the same formula, with lengths that it rounds."""
    on_disk, in_cluster = measure_all(real_app), measure_all(real_cluster_app)

    difference = fmean(result.score for result in in_cluster) - fmean(
        result.score for result in on_disk
    )
    assert abs(difference) <= MAX_NDCG_DIFFERENCE, relevance_table(in_cluster)
    first = [
        a.ranking[:1] == b.ranking[:1] for a, b in zip(on_disk, in_cluster, strict=True)
    ]
    assert sum(first) >= MIN_SAME_FIRST * len(first), relevance_table(in_cluster)


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("search", matrix(*SEARCHES[::4], rest=SEARCHES))
def test_searches_have_the_same_totals_facets_and_records(
    real_app: Flask, real_cluster_app: Flask, search: str, locale: str
) -> None:
    """Words, families, phrases, filters and corrections mean the same in both."""
    path = f"/api/v1/search?{search}&locale={locale}"
    expected, found = (
        app.test_client().get(path).get_json() for app in (real_app, real_cluster_app)
    )

    for name in expected.keys() - {"hits", "expanded"}:
        assert found[name] == expected[name], name
    assert _sorted(found["expanded"]) == _sorted(expected["expanded"])
    shared = _ids(found) & _ids(expected)
    assert len(shared) >= MIN_SHARED * len(_ids(expected))


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize(
    "text", matrix("lond", rest=("pol", "n", "trolling", "recomendation"))
)
def test_suggestions_are_the_same(
    real_app: Flask, real_cluster_app: Flask, text: str, locale: str
) -> None:
    """The server finds candidates; the rules that order them are shared."""
    path = f"/api/v1/suggest?q={text}&locale={locale}"
    expected, found = (
        app.test_client().get(path).get_json() for app in (real_app, real_cluster_app)
    )

    assert found == expected


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("page", matrix(*PAGES[::4], rest=PAGES))
def test_pages_are_shown(real_cluster_app: Flask, page: str, locale: str) -> None:
    """A page that searches, or lists records, needs nothing that one engine lacks."""
    answer = real_cluster_app.test_client().get(page.format(locale))

    assert answer.status_code == 200


def _ids(answer: dict[str, Any]) -> set[tuple[str, str]]:
    return {(hit["kind"], hit["id"]) for hit in answer["hits"]}


def _sorted(expansions: list[object]) -> list[str]:
    return sorted(map(str, expansions))
