"""The practices that follow a recommendation, and the answers to a need."""

from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind, RecordId
from indexer.model.records import Need, Practice
from kb.public.record.answers import MAX_NEAR
from kb.services import services
from kb.web.urls import MAX_COMPARED
from tests.support.pages import page_of, required


def test_there_is_a_square_for_each_answer_and_the_number_in_words(
    real_app: Flask,
) -> None:
    """A kind without answers has one dashed square."""
    client = real_app.test_client()
    with real_app.test_request_context("/en/"):
        needs = services().corpus.of_kind(Kind.NEED)
    for need in needs:
        assert isinstance(need, Need)
        page = page_of(client, f"/en/{need.id}")
        numbers = (len(need.practices), len(need.recommendations))
        squares = page.select(".coverage-box .squares")[:2]
        assert tuple(len(each.select("i:not(.hole)")) for each in squares) == numbers
        words = [each.get_text() for each in page.select(".coverage-box p")][:2]
        for number, text in zip(numbers, words, strict=True):
            assert text.startswith(f"{number} " if number else "no "), need.id


def test_an_audience_that_no_answer_addresses_is_named(real_app: Flask) -> None:
    """N13 concerns the government, and none of its practices is addressed to it."""
    page = page_of(real_app.test_client(), "/en/needs/n13")

    holes = [
        " ".join(each.stripped_strings) for each in page.select(".holes li:has(b)")
    ]

    assert holes == ["National government no practice addressed to them"]


def test_a_need_with_answers_for_all_has_no_list_of_holes(real_app: Flask) -> None:
    """N01 has practices and recommendations for its only audience."""
    assert not page_of(real_app.test_client(), "/fr/needs/n01").select(".holes b")


def test_a_need_leads_to_a_comparison_to_near_needs_and_to_the_dossier(
    real_app: Flask,
) -> None:
    """A comparison has four practices at most; each answer can be added."""
    page = page_of(real_app.test_client(), "/en/needs/n14")

    link = required(page, "#aspects header a")
    assert str(link["href"]).count("r=practices") == MAX_COMPARED
    assert link.get_text(strip=True) == "Compare the first 4"
    near = [str(each["href"]) for each in page.select("aside .answered li > a")]
    assert len(near) == MAX_NEAR
    for path in near:
        with real_app.app_context():
            other = services().corpus.get(RecordId(Kind.NEED, path.rpartition("/")[2]))
            need = services().corpus.get(RecordId(Kind.NEED, "n14"))
        assert isinstance(other, Need)
        assert isinstance(need, Need)
        answers = {*need.practices, *need.recommendations}
        assert answers & {*other.practices, *other.recommendations}
    items = page.select("#linked-practices .item")
    assert len(items) == len(page.select("#linked-practices .item .add"))
    assert required(items[0], ".onefig b").get_text()


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
    assert "did not see a riot coming" in card.get_text()
