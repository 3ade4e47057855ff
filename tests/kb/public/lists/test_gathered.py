"""The pages of audiences and places, which gather records."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.vocabulary import Audience
from kb.public.lists.audience import TITLES, audience_view
from kb.public.lists.place import PlaceView, all_places, place_view
from kb.web.page_content import page_content
from kb.web.records.record_groups import records_by_place
from tests.support.counted_links import wrong_counts
from tests.support.pages import page_of, required


def test_each_audience_has_a_page() -> None:
    """A new audience without a title would have none."""
    assert set(TITLES) == set(Audience)


@pytest.mark.parametrize("audience", Audience)
def test_each_count_of_an_audience_leads_to_as_many_results(
    real_app: Flask, audience: Audience
) -> None:
    """Readers can trust the number beside a link."""
    assert wrong_counts(real_app.test_client(), f"/fr/audiences/{audience}") == []


def test_the_counts_of_the_list_lead_to_as_many_results(real_app: Flask) -> None:
    """So does each number of the list of audiences."""
    assert wrong_counts(real_app.test_client(), "/en/audiences/") == []


@pytest.mark.parametrize("audience", Audience)
def test_recommendations_come_by_source_the_strongest_first(
    real_app: Flask, audience: Audience
) -> None:
    """Each recommendation for the audience comes in exactly one group."""
    with real_app.test_request_context("/fr/"):
        view = audience_view(audience, page_content())

    strengths = [group.badge.strength for group in view.recommendations if group.badge]
    assert strengths == sorted(strengths, reverse=True)
    assert sum(each.number for each in view.recommendations) == view.counts[0].number


@pytest.mark.parametrize("audience", [Audience.LOCAL, Audience.LAW_ENFORCEMENT])
def test_what_to_do_first_is_what_the_themes_list(
    real_app: Flask, audience: Audience
) -> None:
    """The lists of themes are written for mayors and for police officers."""
    with real_app.test_request_context("/en/"):
        view = audience_view(audience, page_content())

    assert len(view.starts) == 6
    assert all(why for start in view.starts for _, why in start.steps)
    assert view.first == ()


def test_for_others_the_strongest_sources_come_first(real_app: Flask) -> None:
    """Schools have two recommendations, both conclusions."""
    with real_app.test_request_context("/en/"):
        view = audience_view(Audience.SCHOOLS, page_content())

    assert view.starts == ()
    assert {card.badge.strength for card in view.first if card.badge} == {4}


def test_an_audience_without_needs_says_so(client: FlaskClient) -> None:
    """A zero is shown, in words."""
    found = page_of(client, "/en/audiences/schools")

    assert "No need is recorded for this audience" in found.get_text()
    assert found.select_one(".kind-counts a[href*=need]") is None


def test_an_audience_without_records_says_so(client: FlaskClient) -> None:
    """The page of a known audience always exists."""
    found = page_of(client, "/en/audiences/research")

    assert "Nothing has been published here yet." in found.get_text()


def test_an_unknown_audience_has_no_page(client: FlaskClient) -> None:
    """Audiences are a closed list."""
    assert client.get("/en/audiences/aliens").status_code == 404


def view_of(app: Flask, slug: str) -> PlaceView:
    """Return the view of the English page of a place."""
    with app.test_request_context("/en/"):
        app.preprocess_request()
        view = place_view(slug, page_content())
    assert view is not None
    return view


def test_each_count_of_a_place_leads_to_as_many_results(real_app: Flask) -> None:
    """Every place that a record names has a page with true counts."""
    with real_app.test_request_context("/fr/"):
        slugs = list(records_by_place(page_content().corpus))
    client = real_app.test_client()

    wrong = {slug: wrong_counts(client, f"/fr/places/{slug}") for slug in slugs}

    assert len(slugs) > 50
    assert {slug: links for slug, links in wrong.items() if links} == {}


def test_practices_come_by_town(real_app: Flask) -> None:
    """Those that name only the country come first; a region gathers its towns."""
    italy, germany = view_of(real_app, "italy"), view_of(real_app, "germany")

    titles = [group.title for group in italy.groups]
    assert titles == ["Emilia-Romagna", "Florence", "Milan", "Trieste"]
    assert germany.groups[0].title == "Germany, no smaller place named"
    assert germany.groups[0].url == ""


def test_each_practice_of_a_place_is_shown(real_app: Flask) -> None:
    """One of two towns comes under both."""
    view = view_of(real_app, "netherlands")

    groups = [group.practices for group in view.groups]
    shown = {card.id for each in groups for card in (*each.shown, *each.folded)}
    assert len(shown) == view.counts[0].number


def test_neighbours_are_in_the_same_larger_place(real_app: Flask) -> None:
    """Reno Galliera and Cesenatico are both in Emilia-Romagna."""
    view = view_of(real_app, "cesenatico")

    assert [link.striptags() for link in view.around] == ["Italy", "Emilia-Romagna"]
    names = [each.name for each in view.siblings]
    assert "Reno Galliera" in names
    assert "Cesenatico" not in names
    assert "Milan" not in names


def test_the_list_is_a_hierarchy(real_app: Flask) -> None:
    """Countries, their regions, their towns; each place comes once."""
    with real_app.test_request_context("/fr/"):
        real_app.preprocess_request()
        content = page_content()
        places = all_places(content)
        total = len(records_by_place(content.corpus))

    assert sum(1 + each.size for each in places) == total
    italy = next(each for each in places if each.name == "Italie")
    assert "Émilie-Romagne" in [each.name for each in italy.inner]


def test_themes_without_practices_say_none(client: FlaskClient) -> None:
    """Each theme is listed, with squares and a number or a word."""
    themes = page_of(client, "/en/places/villeneuve").select("#themes li")

    assert [each.get_text(" ", strip=True).split()[-1] for each in themes] == [
        "1",
        "none",
    ]


def test_a_place_that_no_record_names_has_no_page(client: FlaskClient) -> None:
    """An address in capitals leads to the page, an unknown one nowhere."""
    assert client.get("/en/places/atlantis").status_code == 404
    response = client.get("/en/places/France")
    assert response.status_code == 301
    assert response.headers["Location"] == "/en/places/france"


@pytest.mark.parametrize("locale", ["fr", "en"])
def test_the_facts_of_a_record_lead_to_places_and_audiences(
    client: FlaskClient, locale: str
) -> None:
    """Only on the page of the record: a card in a list has one link."""
    practice = page_of(client, f"/{locale}/practices/newtown-lamps")
    recommendation = page_of(client, f"/{locale}/recommendations/rec-01")
    listed = page_of(client, f"/{locale}/practices/")

    assert practice.select_one(f"main a[href='/{locale}/places/villeneuve']")
    assert recommendation.select_one(f"main a[href='/{locale}/audiences/police']")
    assert listed.select_one("main a[href*='/places/']") is None


def test_an_inferred_audience_is_still_marked(client: FlaskClient) -> None:
    """The links are part of the fact."""
    found = page_of(client, "/en/recommendations/rec-01")

    link = required(found, "main a[href='/en/audiences/eu']")
    assert link.parent is not None
    assert link.parent.get_text().strip().endswith("European Union (inferred)")


def test_each_place_and_audience_of_a_record_has_a_page(real_app: Flask) -> None:
    """No link of the facts is broken."""
    client = real_app.test_client()
    with real_app.test_request_context("/fr/"):
        records = page_content().corpus.records.values()
    paths = {f"/fr/places/{slug}" for each in records for slug in each.place_slugs}
    paths |= {f"/fr/audiences/{a}" for each in records for a in each.audience_values}

    answers = {path: client.get(path, follow_redirects=True) for path in paths}
    assert [path for path, page in answers.items() if page.status_code != 200] == []
