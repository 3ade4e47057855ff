"""The page of a need: its answers as squares, and what has no answer."""

from flask import Flask

from indexer.model.ids import Kind
from indexer.model.records import Need
from kb.services import services
from tests.support.pages import page_of


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
        squares = page.select(".coverage-box .squares")
        assert tuple(len(each.select("i:not(.hole)")) for each in squares) == numbers
        words = [each.get_text() for each in page.select(".coverage-box p")]
        for number, text in zip(numbers, words, strict=True):
            assert text.startswith(f"{number} " if number else "no "), need.id


def test_an_audience_that_no_answer_addresses_is_named(real_app: Flask) -> None:
    """N13 concerns local authorities, and its practices are those of the police."""
    page = page_of(real_app.test_client(), "/en/needs/n13")

    holes = [" ".join(each.stripped_strings) for each in page.select(".holes li")]

    assert holes == [
        "Local authorities no practice addressed to them",
        "National government no practice addressed to them",
    ]


def test_a_need_with_answers_for_all_has_no_list_of_holes(real_app: Flask) -> None:
    """N01 has practices and recommendations for its only audience."""
    assert not page_of(real_app.test_client(), "/fr/needs/n01").select(".holes")
