"""What the page of a practice says for a decision, and what did not work."""

import pytest
from flask.testing import FlaskClient

from tests.support.pages import page_of, required

LAMPS = "practices/newtown-lamps"
HALF = "practices/half-written"


def facts(client: FlaskClient, path: str) -> dict[str, str]:
    """Return what it takes to decide on a practice, by name."""
    found = required(page_of(client, path), "dl.facts")
    names = [each.get_text(" ", strip=True) for each in found.find_all("dt")]
    values = [" ".join(each.get_text(" ").split()) for each in found.find_all("dd")]
    return dict(zip(names, values, strict=True))


def test_known_facts_are_shown_and_unknown_ones_named_once(client: FlaskClient) -> None:
    """In the words of the page's language."""
    assert facts(client, f"/en/{LAMPS}") == {
        "Means": "People: Two city officers Money: 40,000 euros a year",
        "Contact": "Lighting department",
        "Not known": "Evaluation, elsewhere, legal basis",
    }
    french = facts(client, f"/fr/{LAMPS}")
    assert french["Non connu"] == "Évaluation, ailleurs, base légale"


def test_a_practice_of_which_nothing_is_known_says_so(client: FlaskClient) -> None:
    """Once, not beside each name."""
    assert list(facts(client, f"/fr/{HALF}")) == ["Non connu"]


def test_the_contact_links_to_its_public_page(client: FlaskClient) -> None:
    """It is the page of a body."""
    link = required(page_of(client, f"/en/{LAMPS}"), "dl.facts a")

    assert link["href"] == "https://villeneuve.example.org/lampes"


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("fr", "Les détecteurs de mouvement ont réveillé les voisins."),
        ("en", "Motion sensors woke the neighbours."),
    ],
)
def test_what_did_not_work_is_on_the_record_and_on_its_own_page(
    client: FlaskClient, locale: str, words: str
) -> None:
    """The list of practices links to the page, which leads to the record."""
    assert words in client.get(f"/{locale}/{LAMPS}").text
    listed = page_of(client, f"/{locale}/practices/")
    assert listed.select_one(f'a[href="/{locale}/what-did-not-work"]') is not None

    page = page_of(client, f"/{locale}/what-did-not-work")

    assert words in page.get_text()
    links = [str(each["href"]) for each in page.select("main h2 a")]
    assert links == [f"/{locale}/{LAMPS}"]


@pytest.mark.parametrize(
    "query",
    [
        *("stage=in-use", "evidence=own-figures", "result=not-measured"),
        *("failure=told", 'q=stade:"en+cours"', "q=résultat:not-measured"),
        *("q=échec:told", "q=detecteurs+de+mouvement"),
    ],
)
def test_practices_are_found_by_what_helps_to_decide(
    client: FlaskClient, query: str
) -> None:
    """By facets, by fields in French, and by the words of the facts."""
    answer = client.get(f"/api/v1/search?{query}").json

    assert answer is not None
    assert answer["hits"][0]["id"] == "newtown-lamps"
