"""The facts of a record: its strip, and those to decide by."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.public.record.facts import MAX_FACTS
from kb.services import services
from tests.support.matrix import matrix
from tests.support.pages import page_of, required


def strip(client: FlaskClient, path: str) -> dict[str, str]:
    """Return the facts of a record, by name."""
    found = page_of(client, path).select(".fact-strip > div")
    texts = [
        [" ".join(child.stripped_strings) for child in fact.find_all(["dt", "dd"])]
        for fact in found
    ]
    return dict(texts)


def test_a_practice_shows_where_when_source_effect_and_assessment(
    client: FlaskClient,
) -> None:
    """What is absent is stated once, in its own place."""
    assert strip(client, "/en/practices/newtown-lamps") == {
        "Where and who": "Newtown City of Newtown",
        "When": "2016–2018 (inferred) In use (October 2018)",
        "Reliability of the source": "Presented by the project 2 sources",
        "Measured effect": "Not measured The body’s own figures",
        "Signed assessment": "None yet",
    }


@pytest.mark.parametrize(
    ("record", "sentences"),
    [
        # Staff wrote three.
        ("milan-stolen-bikes", 3),
        # The problem and what was done begin with short ones.
        ("dutch-whatsapp-watch", 2),
        # Only one of the two does.
        ("hannover-facebook", 0),
    ],
)
def test_plain_words_are_those_of_staff_or_whole_sentences_of_the_text(
    real_app: Flask, record: str, sentences: int
) -> None:
    """Nothing is cut or made, and less than two sentences are not shown."""
    page = page_of(real_app.test_client(), f"/en/practices/{record}")
    found = [item.get_text() for item in page.select(".in-plain li")]

    assert len(found) == sentences
    text = " ".join(page.get_text().split())
    assert all(text.count(sentence) >= 1 for sentence in found)


@pytest.mark.parametrize(
    ("path", "stage"),
    [
        ("haren-project-x", "Ended: 21 September 2012"),
        ("citycop-secureu", "Ended: pilots until the end of the project, 31 May 2018"),
    ],
)
def test_a_date_in_the_note_of_a_stage_is_not_repeated(
    real_app: Flask, path: str, stage: str
) -> None:
    """“Ended (21 September 2012): 21 September 2012” says it twice."""
    found = strip(real_app.test_client(), f"/en/practices/{path}")

    assert found["When"].endswith(stage)


def test_an_inferred_audience_is_marked(real_app: Flask) -> None:
    """The audiences of most recommendations were deduced by us."""
    found = strip(real_app.test_client(), "/en/recommendations/rec-16")

    assert found["For whom"].endswith("(inferred)")
    assert found["Measured effect"] == "Not evaluated"


@pytest.mark.parametrize(
    ("locale", "step"), matrix(("fr", 12), rest=[("fr", 1), ("en", 1)])
)
def test_no_record_has_an_empty_fact_or_more_than_five(
    real_app: Flask, locale: str, step: int
) -> None:
    """A fact without a value says what is absent."""
    client = real_app.test_client()
    with real_app.test_request_context(f"/{locale}/"):
        records = [*services().corpus.records]
    for record in records[::step]:
        page = page_of(client, f"/{locale}/{record}")
        facts = page.select(".fact-strip dd")
        assert len(facts) <= MAX_FACTS
        assert all(fact.get_text(strip=True) for fact in facts), record


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
        "Not known": "Evaluation, elsewhere, legal basis",
    }
    french = facts(client, f"/fr/{LAMPS}")
    assert french["Non connu"] == "Évaluation, ailleurs, base légale"


def test_a_practice_of_which_nothing_is_known_says_so(client: FlaskClient) -> None:
    """Once, not beside each name."""
    assert list(facts(client, f"/fr/{HALF}")) == ["Non connu"]


def test_the_contact_links_to_its_public_page(client: FlaskClient) -> None:
    """It is the page of a body."""
    box = required(page_of(client, f"/en/{LAMPS}"), ".reach")

    assert "Lighting department" in box.get_text()
    assert required(box, "a")["href"] == "https://villeneuve.example.org/lampes"
    unknown = required(page_of(client, f"/en/{HALF}"), ".reach .void")
    assert unknown.get_text() == "Address to be found"


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
    record = page_of(client, f"/{locale}/{LAMPS}")
    assert required(record, ".verdict").find_next(class_="record") is not None
    assert [words in part.get_text() for part in record.select(".verdict, .prose")] == [
        True,
        False,
    ]
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
