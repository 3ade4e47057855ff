"""The page of what is missing: holes first, and no table of zeros."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind, Locale
from kb.public.lists.gap_map import ANSWER_KINDS, gaps_view
from kb.web.locale import choose_locale
from kb.web.page_content import page_content
from tests.support.pages import page_of, required


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_need_without_an_answer_is_listed_first(
    real_app: Flask, locale: str
) -> None:
    """The cells without a practice follow, then what no record answers."""
    with real_app.test_request_context():
        choose_locale(Locale(locale))
        content = page_content()
        view = gaps_view(content)
    linked = content.corpus.linked
    needs = content.corpus.of_kind(Kind.NEED)
    found = page_of(real_app.test_client(), f"/{locale}/gaps")

    lacking = {
        need.id
        for need in needs
        for kind in ANSWER_KINDS
        if not linked(need, kind, field=kind.folder)
    }
    assert {hole.card.id for hole in view.needs} == lacking
    assert len(found.select("#needs .gaplist > li")) == len(lacking)
    empty = [
        heading for grid in view.grids for row in grid.rows for heading in row.holes
    ]
    cells = [chip.get_text() for chip in found.select("#cells .void")]
    assert sorted(cells) == sorted(heading.title for heading in empty)
    questions = sum(len(texts) for _card, texts in view.questions)
    assert len(found.select("#questions li")) == questions > len(needs)
    assert found.select("table") == []


@pytest.mark.parametrize(
    ("locale", "asked"), [("fr", "comblerait ce manque"), ("en", "fill this gap")]
)
def test_the_search_of_a_hole_invites_a_contribution(
    real_app: Flask, locale: str, asked: str
) -> None:
    """It finds nothing, says so, and links to whom to write to."""
    with real_app.test_request_context():
        choose_locale(Locale(locale))
        row = next(row for row in gaps_view(page_content()).grids[0].rows if row.holes)
    hole = f"kind=practice&theme={row.heading.value}&aim={row.holes[0].value}"

    search = page_of(real_app.test_client(), f"/{locale}/search?{hole}")

    invitation = required(search, ".nothing-yet")
    assert asked in invitation.get_text()
    assert invitation.select_one("a[href*=about]") is not None


def test_a_covered_need_is_no_hole(client: FlaskClient) -> None:
    """The small corpus has one need, which two records answer."""
    page = page_of(client, "/en/gaps")

    assert page.select(".gaplist") == []
    assert required(page, ".invite a")["href"] == "/en/propose"
    assert page.select_one('main a[href="/en/atlas"]') is not None


@pytest.mark.parametrize("page", ["needs/", ""])
def test_the_page_is_linked_from_the_footer(client: FlaskClient, page: str) -> None:
    """It is in the sitemap too."""
    found = page_of(client, f"/fr/{page}")

    for address in ("/fr/gaps", "/fr/atlas"):
        assert found.select_one(f'.foot a[href="{address}"]') is not None
        assert f"{address}</loc>" in client.get("/sitemap.xml").text
