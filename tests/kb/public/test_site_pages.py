"""Pages of the site that a search names: audiences, places, gaps, comparison, feeds."""

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from tests.support.matrix import matrix

PAGES = {
    "/audiences/local": (
        *("maire", "je suis maire", "que doit faire un maire en premier", "élue"),
        *("mayor", "what should a mayor do first", "city council"),
    ),
    "/audiences/police": ("police", "policiers", "police officer"),
    "/audiences/schools": ("école", "ecole", "parents", "head teacher"),
    "/needs/?coverage=none": (
        *("besoins sans réponse", "besoins sans reponse", "questions sans réponse"),
        *("needs without an answer", "unanswered questions"),
    ),
    "/gaps": ("ce qui manque", "lacunes", "what is missing", "gaps"),
    "/follow": ("suivre un thème", "s’abonner", "flux rss", "subscribe", "newsletter"),
    "/compare": ("comparer deux villes", "compare three practices"),
    "/places/riga": ("Riga", "conclusions de Riga", "what came out of Riga"),
    "/places/the-hague": ("La Haye", "la haye", "The Hague"),
    "/what-did-not-work": (
        *("échecs", "failures", "ce qui n'a pas marché", "what did not work"),
    ),
    "/pages/about": ("qui contacter", "who is behind this website?", "700281"),
    "/pages/accessibility": ("accessibilité", "rgaa", "EN 301 549"),
    "/pages/help": ("aide", "how to search", "comment chercher une expression exacte"),
    "/pages/ranking": ("comment les résultats sont classés", "ranking"),
    "/map": ("carte des pratiques", "map"),
    "/timeline": ("calendrier des événements", "timeline"),
}
"""The page that each search leads to, in either language."""


def named(app: Flask, locale: str, text: str, **others: object) -> list[str]:
    """Return the addresses of the pages above the results, without the language."""
    response = app.test_client().get(
        f"/{locale}/search", query_string={"q": text, **others}
    )
    page = BeautifulSoup(response.text, "lxml")
    links = page.select("[aria-labelledby=site-pages] dt a")
    return [str(each["href"]).removeprefix(f"/{locale}") for each in links]


@pytest.mark.parametrize("locale", matrix("fr", rest=["en"]))
def test_a_search_for_a_page_of_the_site_names_it_first(
    real_app: Flask, locale: str
) -> None:
    """Pages that are no records would else be found by their links only."""
    firsts = {
        text: named(real_app, locale, text)[:1]
        for texts in PAGES.values()
        for text in texts
    }

    assert firsts == {text: [url] for url, texts in PAGES.items() for text in texts}


@pytest.mark.parametrize(
    "text",
    [
        *("police sur Twitter", "police twitter crisis", "maire de Setúbal"),
        *("suivre les réseaux sociaux", "marché noir", "Milan vélos", "alerte", ""),
        *("harcèlement à l’école", "theme:trolling maire", "***"),
    ],
)
def test_a_search_that_says_more_names_no_page(real_app: Flask, text: str) -> None:
    """One word that the page does not know, and the search is about something else."""
    assert named(real_app, "fr", text) == []


def test_only_the_first_page_without_filters_names_pages(real_app: Flask) -> None:
    """Who turns the page or filters has chosen the list."""
    assert named(real_app, "en", "police", page=2) == []
    assert named(real_app, "en", "police", kind="practice") == []


def test_cities_to_compare_are_chosen_already(real_app: Flask) -> None:
    """The address names the practices of the cities, if they are few enough."""
    milan, munich = "practices/milan-stolen-bikes", "practices/munich-2016"

    assert named(real_app, "en", "compare Milan and Munich") == [
        f"/compare?r={milan}&r={munich}"
    ]
    assert named(real_app, "fr", "comparer Milan avec une autre ville") == [
        f"/compare?r={milan}"
    ]
    assert named(real_app, "en", "compare the Netherlands and Italy") == ["/compare"]
