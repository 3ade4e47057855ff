"""The questions that lead to a record: on its page, in the search, and nowhere else."""

import json

import pytest
from flask.testing import FlaskClient

from indexer.corpus.assessment_fields import assessed_text_digest
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import Practice
from indexer.pipeline import open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from kb.publishing.history.edition_words import edition_rows
from tests.support.builders import Workspace
from tests.support.pages import page_of

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
FRENCH = "Comment éclairer un coupe-gorge ?"
ENGLISH = "who fixes a pitch dark alley"


def ask(workspace: Workspace, locale: Locale, question: str) -> str:
    """Write a question into an edition of the practice, and return its text."""
    path = workspace.path(f"{LAMPS}/{locale}.md")
    text = path.read_text("utf-8").replace(
        "\nsummary:", f'\nquestions: ["{question}"]\nsummary:', 1
    )
    path.write_text(text, "utf-8")
    return text


@pytest.fixture
def client(workspace: Workspace) -> FlaskClient:
    """Return a client of a site whose practice has a question in each language."""
    ask(workspace, Locale.FR, FRENCH)
    ask(workspace, Locale.EN, ENGLISH)
    rebuild(open_stored_engine(workspace.locations), workspace.corpus())
    return create_app(Settings(workspace.locations)).test_client()


@pytest.mark.parametrize(
    ("locale", "shown", "typed"),
    [
        (
            "fr",
            "Comment éclairer un coupe-gorge\N{NARROW NO-BREAK SPACE}?",
            "coupe-gorge",
        ),
        ("en", ENGLISH, "pitch dark alley"),
    ],
)
def test_the_search_finds_the_record_and_its_page_shows_the_question(
    client: FlaskClient, locale: str, shown: str, typed: str
) -> None:
    """No other text of the record has these words."""
    found = client.get("/api/v1/search", query_string={"q": typed, "hl": locale})
    page = page_of(client, f"/{locale}/{LAMPS}")

    assert json.loads(found.data)["hits"][0]["id"] == LAMPS.slug
    assert [each.text for each in page.select("details:has(#questions) li")] == [shown]


def test_a_question_in_one_language_is_no_change_of_the_record(
    workspace: Workspace,
) -> None:
    """Each language has its own: neither is behind, and an assessment stays valid."""

    def digest() -> str:
        record = workspace.corpus().records[LAMPS]
        assert isinstance(record, Practice)
        return assessed_text_digest(record)

    before = digest()
    old = workspace.path(f"{LAMPS}/fr.md").read_text("utf-8")
    new = ask(workspace, Locale.FR, FRENCH)

    assert digest() == before
    assert edition_rows(LAMPS.kind, Locale.FR, new) == edition_rows(
        LAMPS.kind, Locale.FR, old
    )
    workspace.replace(f"{LAMPS}/fr.md", "\nquestions:", "\nsearch_only:")
    assert digest() == before
