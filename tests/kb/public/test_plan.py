"""“What can my town do?”: the questions, and the plans for all needs."""

import re

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from indexer.model.ids import Kind, Locale
from kb.services import services

STEPS = 5
MEASURED = 2
"""The practices of need 27 whose effect was measured."""


@pytest.fixture(scope="module")
def client(real_app: Flask) -> FlaskClient:
    """Return a visitor of the real content."""
    return real_app.test_client()


def page_at(client: FlaskClient, address: str) -> BeautifulSoup:
    """Return a page; its status must be 200."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return BeautifulSoup(answer.text, "html.parser")


@pytest.mark.parametrize("locale", Locale)
def test_each_need_is_a_choice_and_has_a_plan(
    real_app: Flask, client: FlaskClient, locale: Locale
) -> None:
    """Each plan has five steps; what no source says is in the list of what it lacks."""
    with real_app.app_context():
        needs = {need.id.slug for need in services().corpus.of_kind(Kind.NEED)}
    questions = page_at(client, f"/{locale}/plan")
    choices = questions.select("input[name=need]")

    assert {choice["value"] for choice in choices} == needs
    for slug in needs:
        plan = page_at(client, f"/{locale}/plan?need={slug}")
        steps = plan.select(".plan > li")
        assert len(steps) == STEPS, slug
        absent = [box.h3.text for box in plan.select(".trio > section:has(.void)")]  # type: ignore[union-attr]
        lacking = plan.select(".side section")[1].text if absent else ""
        assert all(title in lacking for title in absent), slug


def test_lines_are_sentences_of_records(real_app: Flask, client: FlaskClient) -> None:
    """A law, what failed and what was measured stand in the records they link to."""
    plan = page_at(client, "/en/plan?need=n27&who=local&means=time&when=quarter")
    with real_app.app_context():
        corpus = services().corpus
        practices = [r.edition(Locale.EN) for r in corpus.of_kind(Kind.PRACTICE)]
    failures = {text for edition in practices for text in edition.did_not_work}
    measured = {edition.evaluation_measured for edition in practices}

    shown = [p.text.strip() for p in plan.select(".did-not p:not(.by)")]
    assert shown
    assert set(shown) <= failures
    lines = [li.span.text for li in plan.select(".plan > li:last-child .says li")]  # type: ignore[union-attr]
    assert lines
    assert set(lines) <= measured


def test_means_and_delay_change_the_order_only(client: FlaskClient) -> None:
    """The measured practices come first for everybody."""

    def titles(answers: str) -> list[str]:
        plan = page_at(client, f"/fr/plan?need=n27{answers}")
        return [link.text for link in plan.select(".done-by h3")]

    plain = titles("")
    assert "Tilbourg" in plain[0]
    for answers in ("&means=money", "&means=time&when=week", "&when=year&who=lea"):
        assert titles(answers)[0] in plain[:MEASURED], answers


def test_the_note_of_a_plan_has_its_lines_with_numbers_of_records(
    client: FlaskClient,
) -> None:
    """As Markdown, PDF and DOCX, in the order of the plan; holes are said."""
    plan = page_at(client, "/en/plan?need=n27&who=local&means=time&when=quarter")
    files = {link.text.strip(): str(link["href"]) for link in plan.select(".take a")}
    text = client.get(files["Markdown"]).text

    steps = [heading.text for heading in plan.select(".plan > li > h2")]
    places = [text.index(f"{number}\\. {step}") for number, step in enumerate(steps, 1)]
    assert places == sorted(places)
    cited = re.findall(r"\[(\d+)\\\]\]\(<([^>]+)>\)", text)
    numbers = {url: int(number) for number, url in cited}
    assert sorted(numbers.values()) == [*range(1, len(numbers) + 1)]
    practices = [str(link["href"]) for link in plan.select(".done-by h3 a")]
    assert all(any(url.endswith(path) for url in numbers) for path in practices)
    assert client.get(files["PDF"]).data[:5] == b"%PDF-"
    assert client.get(files["Word"]).data[:2] == b"PK"


def test_the_note_says_what_no_source_says(
    real_app: Flask, client: FlaskClient
) -> None:
    """Each empty box of a plan is a sentence of its note."""
    with real_app.app_context():
        needs = [need.id.slug for need in services().corpus.of_kind(Kind.NEED)]
    holes = 0
    for slug in needs[::5]:
        void = page_at(client, f"/en/plan?need={slug}").select(".plan .void")
        text = client.get(f"/en/plan.md?need={slug}").text
        holes += len(void)
        assert text.count("*The sources do not say*") == len(void), slug
    assert holes


@pytest.mark.parametrize("query", ["", "need=unknown"])
def test_without_a_need_there_is_no_note(client: FlaskClient, query: str) -> None:
    """An unknown need is refused with the needs that there are."""
    assert client.get(f"/en/plan.pdf?{query}").status_code == (400 if query else 404)


@pytest.mark.parametrize("name", ["need", "who", "means", "when"])
def test_an_unknown_value_says_what_is_possible(client: FlaskClient, name: str) -> None:
    """In the language of the page, without its markup; a link leads on."""
    answer = client.get(f"/fr/plan?{name}=<b>")

    assert answer.status_code == 400
    assert "«\xa0&lt;b&gt;\xa0», que cette page n’a pas" in answer.text
    assert 'href="/fr/plan">Afficher la page sans cette demande' in answer.text


def test_a_long_question_still_makes_a_note(client: FlaskClient) -> None:
    """The title of a dossier has 150 characters; the question is cut."""
    question = (
        "how do we stop false rumours spreading after an attack " + "and the " * 20
    )
    box = page_at(client, f"/en/search?q={question}").select_one(".answer footer a.btn")

    assert box is not None
    assert client.get(str(box["href"])).status_code == 200
