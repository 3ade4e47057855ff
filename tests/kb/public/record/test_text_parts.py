"""Lists in the text of a record that its page shows in another form."""

import pytest
from flask import Flask
from markupsafe import Markup

from kb.public.record.text_parts import dated_results, listed_text
from kb.web.records.markup import PageSection
from tests.support.pages import page_of

DATED = "<li>March 2016: 92 bikes</li><li>About 2017\u00a0: more: 8 arrests</li>"


def section(html: str) -> PageSection:
    """Return a section with this HTML."""
    return PageSection("Results", "results", Markup(html))  # noqa: S704  # a test writes it


def test_results_that_all_have_a_date_become_steps() -> None:
    """The date stands above the text, which may have a colon too."""
    html = dated_results(section(f"<ul>{DATED}</ul>")).html

    assert html == (
        '<ul class="dated"><li><b>March 2016</b><span>92 bikes</span></li>'
        "<li><b>About 2017</b><span>more: 8 arrests</span></li></ul>"
    )


@pytest.mark.parametrize(
    "items",
    [
        f"{DATED}<li>Nobody counted the rest.</li>",
        "<li>In 2017: one date alone</li>",
        "<li>Hours: 2000 of them</li><li>Days: 12</li>",
        "<li>2016: first <ul><li>2016: inside</li></ul></li><li>2017: next</li>",
    ],
)
def test_other_lists_stay_as_they_are(items: str) -> None:
    """An item without a date, a single one, a year after the colon, a nested list."""
    before = section(f"<ul>{items}</ul>")

    assert dated_results(before) == before


def test_a_text_with_one_list_is_cut_around_it() -> None:
    """Two lists cannot be numbered as one."""
    listed = listed_text(section("<p>Three:</p><ul><li>One</li></ul><p>End.</p>"))

    assert listed is not None
    assert (listed.before, listed.items, listed.after) == (
        *("<p>Three:</p>", ("One",), "<p>End.</p>"),
    )
    assert listed_text(section("<ul><li>A</li></ul><ul><li>B</li></ul>")) is None


def test_an_event_has_the_source_of_each_point_and_what_remains_of_each_session(
    real_app: Flask,
) -> None:
    """A session without a link has nothing on record."""
    page = page_of(real_app.test_client(), "/en/events/w5")

    advice = [str(link["href"]) for link in page.select(".outcome .by a")]
    assert advice == [f"/en/recommendations/rec-{n}" for n in (15, 16, 17)]
    assert len(page.select(".outcome li .firm")) == 3
    assert len(page.select(".sessions > li")) == 3
    assert len(page.select(".sessions .void")) == 2


def test_a_practice_without_news_says_since_when_and_what_was_read(
    real_app: Flask,
) -> None:
    """The reader is asked for more."""
    box = page_of(real_app.test_client(), "/en/practices/estonia-24h").select(".stale")

    assert len(box) == 1
    assert "No news since 2020" in box[0].get_text()
    assert "Facts compared with the sources" in box[0].get_text()
    assert "/en/report" in str(box[0])
