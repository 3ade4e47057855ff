"""What pages show of points, aspects, gaps, texts of law, news and help lines."""

import pytest
from flask.testing import FlaskClient

from kb.app import create_app
from kb.core.settings import Settings
from tests.support.builders import Workspace
from tests.support.pages import page_of, required

HELP_LINES = """\
help_lines:
  - id: emergency
    country: eu
    name: {fr: Urgences, en: Emergency}
    for: {fr: toute urgence, en: any emergency}
    number: "112"
    source: https://example.org/112
    checked: 2026-11-30
  - id: numero-vert
    country: fr
    name: {fr: Numéro vert, en: Free number}
    for: {fr: "jeunes victimes : écoute", en: young victims}
    hours: {fr: 9 h-23 h, en: 9am–11pm}
    number: 30 18
    url: https://example.org/3018
    source: https://example.org/3018
    checked: 2026-11-30
"""
FACTS = {
    "needs/n01/record.yaml": "victim: victim\n",
    "glossary/cyberbullying/record.yaml": "victim: victim\n",
    "practices/newtown-lamps/record.yaml": """\
last_news_source: https://example.org/news
facts_checked: 2026-11-30
legal_ref:
  - {role: held-against, country: fr, act: Loi du 6 janvier 1978, article: art. 5}
""",
}
WORDS = {
    "needs/n01/en.md": """\
gaps: ["Nobody answers at night."]
aspects:
  - {aspect: Who answers, practice: newtown-lamps, text: The night team}
""",
    "recommendations/rec-01/en.md": """\
lead: "Answer victims the same day."
points:
  - {text: "Say that you have read it.", url: "https://example.org/needs"}
""",
}


@pytest.fixture
def reader(content: Workspace) -> FlaskClient:
    """Return a visitor of a site whose records have all these parts."""
    content.path("help-lines.yaml").write_text(HELP_LINES, "utf-8")
    for name, facts in FACTS.items():
        path = content.path(name)
        path.write_text(path.read_text("utf-8") + facts, "utf-8")
    for name, words in WORDS.items():
        content.replace(name, "\n---\n", f"\n{words}---\n")
    settings = Settings(locations=content.locations)
    return create_app(settings).test_client()


def test_a_recommendation_begins_with_its_sentence_and_points(
    reader: FlaskClient,
) -> None:
    """The text follows under a heading of its own; each point links its source."""
    page = page_of(reader, "/en/recommendations/rec-01")

    box = required(page, "#to-do")
    assert "Answer victims the same day." in box.get_text()
    assert required(box, "ol li a")["href"] == "https://example.org/needs"
    assert "In detail" in [title.get_text() for title in page.select("h2")]


def test_a_need_tells_who_does_what_and_what_nobody_does(reader: FlaskClient) -> None:
    """The practice heads a column, the aspect a row."""
    page = page_of(reader, "/en/needs/n01")

    table = required(page, "table.does")
    assert required(table, "th[scope=col] a")["href"] == "/en/practices/newtown-lamps"
    assert required(table, "tbody tr").get_text(" ", strip=True) == (
        "Who answers The night team"
    )
    assert "Nobody answers at night." in required(page, "#holes").get_text()


def test_a_practice_shows_its_law_its_news_and_the_day_of_the_check(
    reader: FlaskClient,
) -> None:
    """The role of the law stands before its name."""
    page = page_of(reader, "/en/practices/newtown-lamps")

    law = required(page, "#law li").get_text(" ", strip=True)
    assert law == "Used against it Loi du 6 janvier 1978, art. 5 France"
    side = required(page, "aside.side")
    assert required(side, 'a[href="https://example.org/news"]')
    assert "Facts compared with the sources: 30 November 2026" in side.get_text()


@pytest.mark.parametrize(
    "path",
    [
        "/fr/needs/n01",
        "/fr/glossary/cyberbullying",
        "/fr/recommendations/rec-01",
        "/fr/search?q=cyberbullying",
    ],
)
def test_pages_that_concern_victims_say_whom_to_call(
    reader: FlaskClient, path: str
) -> None:
    """In French, the lines of France stand beside those of Europe."""
    box = required(page_of(reader, path), "main .help-now")

    called = [link["href"] for link in box.select("header + ul a")]
    assert called == ["tel:112", "tel:3018"]
    assert "9 h-23 h" in box.get_text()


def test_an_english_page_folds_the_lines_of_one_country(reader: FlaskClient) -> None:
    """Each is named with its country."""
    box = required(page_of(reader, "/en/needs/n01"), ".help-now")

    assert [link["href"] for link in box.select("header + ul a")] == ["tel:112"]
    assert "France" in required(box, "details").get_text()


def test_other_pages_show_no_help_line(reader: FlaskClient) -> None:
    """The box is for victims alone."""
    for path in ("/en/practices/newtown-lamps", "/en/search?q=lamps", "/en/"):
        assert page_of(reader, path).select(".help-now") == []


def test_a_wrong_help_line_is_a_problem_and_the_others_stay(content: Workspace) -> None:
    """The problem names the file and the line."""
    wrong = HELP_LINES.replace("https://example.org/112", "javascript:alert(1)")
    content.path("help-lines.yaml").write_text(wrong, "utf-8")

    corpus = content.corpus()

    assert [line.slug for line in corpus.help_lines] == ["numero-vert"]
    found = [(problem.path, problem.line) for problem in corpus.problems]
    assert ("documents/help-lines.yaml", 7) in found
