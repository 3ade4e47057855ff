"""Tests of the home page."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Need
from kb.public.home import home_view
from kb.web.locale import choose_locale
from kb.web.page_content import page_content
from tests.support.builders import Workspace
from tests.support.pages import page_of, required


def sections(client: FlaskClient, locale: str) -> BeautifulSoup:
    """Return the home page in a language."""
    return page_of(client, f"/{locale}/")


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_each_figure_leads_to_a_list_with_that_number(
    real_app: Flask, locale: str
) -> None:
    """A number that its link does not hold would cost trust in every other."""
    client = real_app.test_client()
    corpus = real_app.extensions["kb-services"].corpus
    links = sections(client, locale).select(".counts a")

    folders = [str(each["href"]).strip("/").split("/")[1] for each in links]
    numbers = [int(_text(each.select_one("b"))) for each in links]

    assert len(links) == 6
    for folder, number in zip(folders, numbers, strict=True):
        kind = Kind.from_folder(folder)
        assert kind is not None
        assert number == len(tuple(corpus.of_kind(kind)))


def test_needs_show_a_square_for_each_answer(real_app: Flask) -> None:
    """Squares and words say the same."""
    corpus = real_app.extensions["kb-services"].corpus
    page = sections(real_app.test_client(), "en")
    rows = page.select(".need-groups li")
    assert rows

    for row in rows:
        link = required(row, "a")
        slug = str(link["href"]).rsplit("/", 1)[1]
        need = corpus.records[RecordId(Kind.NEED, slug)]
        assert isinstance(need, Need)
        squares = [len(each.select("i")) for each in row.select(".squares")]
        answers = [len(need.practices), len(need.recommendations)]
        assert squares == (answers if any(answers) else [])


def test_the_path_says_when_the_next_meeting_is(
    app: Flask, shared_workspace: Workspace
) -> None:
    """Or that none is announced, with the date of the last."""
    events = shared_workspace.corpus().of_kind(Kind.EVENT)
    first_days = [date.first_day for each in events if (date := each.period[0])]
    days = (min(first_days) - dt.timedelta(days=1), max(first_days))

    with app.test_request_context("/en/"):
        choose_locale(Locale.EN)
        before, after = (
            home_view(page_content(), day).path.next_sentence for day in days
        )

    assert before.startswith("Next meeting: ")
    assert after.startswith("Last known meeting: ")
    assert after.endswith("None is announced here yet.")


def test_meetings_of_a_full_year_are_cut_and_counted(real_app: Flask) -> None:
    """The list of events has them all."""
    with real_app.test_request_context("/fr/"):
        content = page_content()
        path = home_view(content, dt.date(2026, 11, 27)).path

    years = {each.year: len(each.meetings) + each.more for each in path.years}
    dates = [each.period[0] for each in content.corpus.of_kind(Kind.EVENT)]
    assert sum(years.values()) == sum(date is not None for date in dates)
    assert sorted(years) == list(years)


def _text(element: Tag | None) -> str:
    assert element is not None
    return element.get_text(strip=True)


def test_each_theme_has_a_need_and_one_without_an_answer_comes_first(
    real_app: Flask,
) -> None:
    """A theme that is the first of no need has those that it shares."""
    found = sections(real_app.test_client(), "en")

    groups = found.select(".need-groups > section")
    titles = {_text(each.select_one("h3 a")) for each in groups if each.select("h3 a")}
    assert titles == {_text(each) for each in found.select(".tile h3 a")}
    holes = [each for each in groups if each.select_one(".void")]
    assert holes
    assert all(each.select_one("li:first-child .void") for each in holes)
