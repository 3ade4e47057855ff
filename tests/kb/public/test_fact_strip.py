"""The strip of facts at the head of a record."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.public.record.facts import MAX_FACTS
from kb.services import services
from tests.support.matrix import matrix
from tests.support.pages import page_of


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
