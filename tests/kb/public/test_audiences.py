"""The pages of audiences: what to do first, and what each count leads to."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.vocabulary import Audience
from kb.public.lists.audience import TITLES, audience_view
from kb.web.page_content import page_content
from tests.support.counted_links import wrong_counts
from tests.support.pages import page_of


def test_each_audience_has_a_page() -> None:
    """A new audience without a title would have none."""
    assert set(TITLES) == set(Audience)


@pytest.mark.parametrize("audience", Audience)
def test_each_count_leads_to_as_many_results(
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
