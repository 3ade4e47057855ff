"""The page of what is missing: every number is a search with as many results."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind
from indexer.model.records import Need
from indexer.model.vocabulary import ALL_THEMES
from kb.public.lists.gap_map import ANSWER_KINDS, GapCount, GapMap, gap_map
from kb.web.page_content import page_content
from tests.support.matrix import matrix
from tests.support.pages import page_of, required


def counts_of(view: GapMap) -> Iterator[GapCount]:
    """Yield the counts of all cells of the page."""
    for row in (*view.answers, *view.coverage, *view.audiences):
        for cell in row.cells:
            yield from cell.counts


def searched(client: FlaskClient, url: str) -> int:
    """Return the number of results of a search of the site, from the API."""
    locale, _, query = url.removeprefix("/").partition("/search")
    answer = client.get(f"/api/v1/search{query}&hl={locale}&per_page=1")
    assert answer.status_code == 200, url
    total: int = answer.get_json()["total"]
    return total


@pytest.mark.parametrize("locale", matrix("fr", rest=["en"]))
def test_each_cell_is_a_search_with_its_count(real_app: Flask, locale: str) -> None:
    """Holes too: their search finds nothing."""
    with real_app.test_request_context(f"/{locale}/gaps"):
        counts = tuple(counts_of(gap_map(page_content())))
    client = real_app.test_client()

    wrong = [each for each in counts if searched(client, each.url) != each.count]

    assert len(counts) > 400
    assert wrong == []


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_link_of_a_table_has_the_number_of_its_cell(
    real_app: Flask, locale: str
) -> None:
    """A hole is dashed, and a link too: its search invites a contribution."""
    page = BeautifulSoup(real_app.test_client().get(f"/{locale}/gaps").text, "lxml")
    with real_app.test_request_context(f"/{locale}/gaps"):
        counts = tuple(counts_of(gap_map(page_content())))

    links = page.select("td a")
    shown = [(str(each["href"]), next(each.stripped_strings)) for each in links]

    linked = [each for each in counts if each.count or each.is_hole]
    assert shown == [(each.url, each.text) for each in linked]
    dashed = page.select("td .hole")
    assert len(dashed) == sum(each.is_hole for each in counts)


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_need_has_its_practices_and_recommendations_by_theme(
    real_app: Flask, locale: str
) -> None:
    """Counted from the records themselves; all needs, all themes."""
    with real_app.test_request_context(f"/{locale}/gaps"):
        content = page_content()
        view = gap_map(content)
    records = content.corpus.records
    themes = [each.slug for each in view.columns]

    found = {
        need.card.id: [tuple(n.count for n in cell.counts) for cell in need.row.cells]
        for need in view.needs
    }

    wanted = {}
    for need in content.corpus.of_kind(Kind.NEED):
        assert isinstance(need, Need)
        answers = [
            [records[each] for each in ids]
            for ids in (need.practices, need.recommendations)
        ]
        wanted[need.id] = [
            tuple(len(each) for each in answers),
            *(
                tuple(sum(theme in r.themes for r in each) for each in answers)
                for theme in themes
            ),
        ]
    assert len(wanted) > 20
    assert found == wanted


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_a_hole_is_a_theme_that_a_need_concerns_and_nothing_answers(
    real_app: Flask, locale: str
) -> None:
    """An answer on all themes fills the holes of each theme."""
    with real_app.test_request_context(f"/{locale}/gaps"):
        content = page_content()
        view = gap_map(content)
    records = content.corpus.records
    unanswered, filled = 0, 0

    for row in view.needs:
        need = records[row.card.id]
        assert isinstance(need, Need)
        for place, ids in enumerate((need.practices, need.recommendations)):
            holes = {c.column.slug for c in row.row.cells if c.counts[place].is_hole}
            is_general = need.themes == (ALL_THEMES,)
            has_general = any(ALL_THEMES in records[each].themes for each in ids)
            if not ids and is_general:
                assert holes == {each.slug for each in view.need_columns}
                unanswered += 1
            elif is_general and has_general:
                assert holes == set()
                filled += 1
            else:
                assert is_general or holes <= {"", *need.themes}

    assert unanswered
    assert filled


@pytest.mark.parametrize(
    ("locale", "asked"), [("fr", "comblerait ce manque"), ("en", "fill this gap")]
)
def test_the_search_of_a_hole_invites_a_contribution(
    real_app: Flask, locale: str, asked: str
) -> None:
    """It finds nothing, says so, and links to whom to write to."""
    client = real_app.test_client()
    page = page_of(client, f"/{locale}/gaps")
    hole = required(page, ".by-need td a.hole")

    search = page_of(client, str(hole["href"]))

    invitation = required(search, ".nothing-yet")
    assert asked in invitation.get_text()
    assert invitation.select_one("a[href*=about]") is not None


def test_a_covered_need_links_its_answers(client: FlaskClient) -> None:
    """The small corpus has one need, which two records answer."""
    page = page_of(client, "/en/gaps")

    assert page.select(".gaplist") == []
    total = required(page, ".by-need tbody td")
    assert [each["href"] for each in total.select("a")] == [
        f"/en/search?kind={kind.value}&need=n01" for kind in ANSWER_KINDS
    ]
    assert required(page, ".invite a")["href"] == "/en/propose"


@pytest.mark.parametrize("page", ["needs/", ""])
def test_the_page_is_linked_from_the_footer(client: FlaskClient, page: str) -> None:
    """It is in the sitemap too."""
    found = page_of(client, f"/fr/{page}")

    assert found.select_one('.foot a[href="/fr/gaps"]') is not None
    assert "/fr/gaps</loc>" in client.get("/sitemap.xml").text
