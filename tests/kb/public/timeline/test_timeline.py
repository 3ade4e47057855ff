"""The timeline: chart, what comes next, and the list of years."""

import datetime as dt
from collections import Counter

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.dates import years_between
from indexer.model.ids import Kind, Locale, RecordId
from kb.public.timeline.moments import Outlook, is_upcoming, outlook
from kb.public.timeline.page import TimelineView, timeline_view
from kb.web.locale import choose_locale
from kb.web.page_content import page_content
from tests.support.answers import body_of
from tests.support.pages import required

TODAY = dt.date(2026, 11, 27)


def a_view(app: Flask, locale: str = "fr", today: dt.date = TODAY) -> TimelineView:
    """Return the view of the timeline on a day, over the real content."""
    with app.test_request_context():
        choose_locale(Locale(locale))
        return timeline_view(page_content(), today)


def an_outlook(app: Flask, today: dt.date) -> Outlook:
    """Return what came before and what comes after a day, over the real content."""
    with app.test_request_context():
        choose_locale(Locale.EN)
        return outlook(page_content(), today)


def a_page(client: FlaskClient, locale: str) -> BeautifulSoup:
    """Get and parse the page."""
    response = client.get(f"/{locale}/timeline")
    assert response.status_code == 200
    return BeautifulSoup(response.text, "lxml")


def test_each_year_counts_what_its_search_returns(real_app: Flask) -> None:
    """The link under a year leads to exactly the records of the year."""
    client = real_app.test_client()

    for year in a_view(real_app).years:
        assert year.number == len(year.items) + len(year.more)
        if year.number:
            query = year.search_url.partition("?")[2]
            found = body_of(client.get(f"/api/v1/search?{query}&hl=fr"))
            assert found["total"] == year.number, year.title


def test_all_events_and_deliverables_are_listed(real_app: Flask) -> None:
    """Those without a date come last; what lasted several years is under each."""
    view = a_view(real_app)
    with real_app.test_request_context():
        corpus = page_content().corpus
        kinds = (Kind.EVENT, Kind.DELIVERABLE)
        ids = {record.id for kind in kinds for record in corpus.of_kind(kind)}
        years = {key: len(years_between(*corpus.records[key].period)) for key in ids}

    listed = [each.card.id for each in view.undated]
    for year in view.years:
        listed += [each.card.id for each in (*year.items, *year.more)]
    assert Counter(listed) == {key: max(1, count) for key, count in years.items()}


def test_the_chart_has_a_mark_for_each_dated_record(real_app: Flask) -> None:
    """The mark of what lasted several years is in the first of them."""
    view = a_view(real_app)

    marks = [mark for row in view.chart.rows for mark in row.marks]
    dated = {item.card.id for y in view.years for item in (*y.items, *y.more)}
    assert len(marks) == len(dated)
    assert [year.name for year in view.chart.years][-1] == "2026"


def test_marks_of_the_chart_do_not_overlap(real_app: Flask) -> None:
    """Each stands in the column of its year."""
    chart = a_view(real_app).chart
    places = [mark.at for row in chart.rows for mark in row.marks]

    for n, one in enumerate(places):
        assert 0 < one.x < chart.width
        assert 0 < one.y < chart.height
        for other in places[:n]:
            assert max(abs(one.x - other.x), abs(one.y - other.y)) >= 9


def test_every_year_has_records(real_app: Flask) -> None:
    """No year of the last ten is silent: each has its records."""
    years = {year.title: year.number for year in a_view(real_app).years}

    assert years["2024"] > 0
    assert not [title for title, number in years.items() if number == 0 < len(title)]


def test_the_last_event_is_named_with_its_date(real_app: Flask) -> None:
    """And so is the event of the same year whose day is not known."""
    after = an_outlook(real_app, TODAY)

    assert [event.card.id.slug for event in after.upcoming] == ["f-ai-for-cities"]
    assert after.last is not None
    assert after.last.date == "20–22 March 2024"
    assert after.last.card.id == RecordId(Kind.EVENT, "f-sdc-brussels-2024")


def test_an_event_ahead_is_announced_until_its_last_day(real_app: Flask) -> None:
    """The congress in Dresden took two days, 11 and 12 June 2018."""
    dresden = RecordId(Kind.EVENT, "e-gccop-2018")
    with real_app.test_request_context():
        record = page_content().corpus.records[dresden]

    assert is_upcoming(record, dt.date(2018, 6, 10))
    assert is_upcoming(record, dt.date(2018, 6, 12))
    assert not is_upcoming(record, dt.date(2018, 6, 13))


def test_events_ahead_come_in_the_order_of_their_dates(real_app: Flask) -> None:
    """The next one comes first."""
    ahead = an_outlook(real_app, dt.date(2018, 9, 1)).upcoming

    assert [each.card.id.slug for each in ahead][:3] == [
        "r-riccione-2018",
        "w6",
        "l-bologna",
    ]


@pytest.mark.parametrize(
    ("locale", "announced"),
    [("fr", "mars 2025 – décembre 2026"), ("en", "March 2025 – December 2026")],
)
def test_the_page_says_what_is_announced(
    real_app: Flask, locale: str, announced: str
) -> None:
    """An event of two years is ahead until its last month."""
    section = required(a_page(real_app.test_client(), locale), "#next")

    assert announced in section.get_text()


def test_the_timeline_is_in_the_sitemap_and_the_footer(real_app: Flask) -> None:
    """Readers find it from each page."""
    client = real_app.test_client()

    assert "/fr/timeline</loc>" in client.get("/sitemap.xml").text
    assert a_page(client, "en").select_one('.foot a[href="/en/timeline"]')


@pytest.mark.parametrize("page", ["map", "timeline"])
def test_a_small_corpus_has_its_map_and_timeline(
    client: FlaskClient, page: str
) -> None:
    """Neither depends on what the real content has."""
    for locale in ("fr", "en"):
        assert client.get(f"/{locale}/{page}").status_code == 200
