"""What towns say of a practice or a need: on its page, in lists, in the search."""

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient

from kb.app import create_app
from kb.core.settings import Settings
from kb.services import Services
from tests.support.builders import Workspace

EXPERIENCES = """experiences:
  - town: "Gdansk, PL"
    kind: changed
    year: 2023
    fr: "Deux lampes sur trois."
  - town: "Malaga, ES"
    kind: did-not-work
    year: 2025
    en: "The lamps were stolen."
    url: https://www.example.org/malaga
"""
TOWNS = """towns:
  - town: "Gdansk, PL"
    fr: "Chaque été."
"""


@pytest.fixture
def client(content: Workspace) -> FlaskClient:
    """Return a visitor of a service to which two towns reported."""
    for name, text in (("practices/newtown-lamps", EXPERIENCES), ("needs/n01", TOWNS)):
        content.replace(f"{name}/record.yaml", "updated:", f"{text}updated:")
    # The page of unanswered needs lists it then.
    content.replace("needs/n01/record.yaml", "practices: [newtown-lamps]\n", "")
    services = Services(Settings(content.locations))
    services.content.update_index()
    return create_app(services=services).test_client()


@pytest.mark.parametrize(
    ("locale", "title", "result", "proof"),
    [
        (
            "fr",
            "Expériences d’autres villes",
            "Cela n’y a pas marché",
            "Avec un document",
        ),
        (
            "en",
            "Experiences of other towns",
            "It did not work there",
            "With a document",
        ),
    ],
)
def test_experiences_stand_under_the_practice_with_what_they_rest_on(
    client: FlaskClient, locale: str, title: str, result: str, proof: str
) -> None:
    """The newest first; words keep their language; a document is a link."""
    page = BeautifulSoup(client.get(f"/{locale}/practices/newtown-lamps").text, "lxml")

    section = page.select_one("#towns")
    assert section is not None
    assert section.h2 is not None
    assert section.h2.text == title
    first, second = section.select("li")
    assert "Malaga, ES" in first.text
    assert "2025" in first.text
    assert result in first.text
    assert proof in first.text
    assert first.select_one('a[href="https://www.example.org/malaga"]') is not None
    assert second.a is None
    other = "en" if locale == "fr" else "fr"
    words = {"en": "The lamps were stolen.", "fr": "Deux lampes sur trois."}[other]
    assert [each.text for each in section.select(f'[lang="{other}"]')] == [words]
    assert page.select_one('.toc a[href="#towns"], a[href="#towns"]') is not None


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/fr/practices", "2 expériences d’autres villes"),
        ("/en/practices", "2 experiences of other towns"),
        ("/fr/needs", "1 ville a ce besoin"),
        ("/en/gaps", "1 town has this need"),
        ("/en/", "1 town has this need"),
    ],
)
def test_lists_say_how_many_towns_report(
    client: FlaskClient, path: str, words: str
) -> None:
    """So do the home page and the page of unanswered needs."""
    page = client.get(path).text.replace("\u202f", " ").replace("\u00a0", " ")

    assert words in " ".join(page.split())


def test_the_need_of_most_towns_comes_first(client: FlaskClient) -> None:
    """The home page orders the needs of a theme so."""
    page = BeautifulSoup(client.get("/en/").text, "lxml")

    lists = [
        [str(item) for item in each.select("li")]
        for each in page.select("ul")
        if "1 town has this need" in each.text
    ]
    assert lists
    assert all("1 town has this need" in items[0] for items in lists)


def test_a_practice_is_found_by_the_town_that_tried_it(client: FlaskClient) -> None:
    """A reader searches for the name of a neighbour."""
    page = client.get("/en/search?q=Malaga").text

    assert "/en/practices/newtown-lamps" in page
