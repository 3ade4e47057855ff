"""The practices beside a recommendation: when, a figure with its caveat, comparison."""

from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind
from indexer.model.records import Practice
from kb.services import services
from kb.web.urls import MAX_COMPARED
from tests.support.pages import page_of


def test_a_practice_shows_when_and_its_first_figure(client: FlaskClient) -> None:
    """The date is marked where it is inferred, as in the practice's own strip."""
    (card,) = page_of(client, "/en/recommendations/rec-01").select(".done-by > li")
    texts = [" ".join(each.stripped_strings) for each in card.find_all("p")]

    assert texts[:2] == ["2016–2018 (inferred)", "1,200 lamps replaced"]


def test_each_figure_stands_with_the_limits_of_its_practice(real_app: Flask) -> None:
    """A figure without its caveat would read as a proof."""
    page = page_of(real_app.test_client(), "/fr/recommendations/rec-42")
    cards = page.select(".done-by > li")

    assert len(cards) == 4
    for card in cards:
        assert card.select_one(".done-figure b") is not None
        assert "Limites" in card.get_text()


def test_two_to_four_practices_can_be_compared(real_app: Flask) -> None:
    """The link names the practices of the recommendation, and only when it works."""
    client = real_app.test_client()
    with real_app.test_request_context("/en/"):
        corpus = services().corpus
        numbers = {
            each.id.slug: len(corpus.linked(each, Kind.PRACTICE, field="practices"))
            for each in corpus.of_kind(Kind.RECOMMENDATION)
        }
    for slug, number in numbers.items():
        page = page_of(client, f"/en/recommendations/{slug}")
        link = page.select_one('#done > p > a[href*="/compare"]')
        assert (link is not None) == (2 <= number <= MAX_COMPARED), slug
        if link is not None:
            assert client.get(str(link["href"])).status_code == 200


def test_a_practice_without_figures_shows_its_summary(real_app: Flask) -> None:
    """The card then says what was done."""
    page = page_of(real_app.test_client(), "/en/recommendations/rec-52")
    with real_app.test_request_context("/en/"):
        corpus = services().corpus
        bare = [
            each.editions[0]
            for each in corpus.of_kind(Kind.PRACTICE)
            if isinstance(each, Practice)
            and each.id.slug == "rotterdam-event-monitoring"
        ]
    assert not bare[0].figures
    card = next(
        each for each in page.select(".done-by > li") if "Rotterdam" in each.get_text()
    )
    assert card.select_one(".done-figure") is None
    assert "no results are known" in card.get_text()
