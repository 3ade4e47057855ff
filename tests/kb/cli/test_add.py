"""No response of the service contains a draft."""

import pytest
from flask.testing import FlaskClient

from indexer.pipeline import open_stored_engine, open_texts, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from kb.publishing.imports.importer import Importer
from tests.support.builders import Workspace, a_workspace
from tests.support.reports import a_report


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return a corpus with a draft beside it."""
    root = tmp_path_factory.mktemp("drafts")
    workspace = a_workspace(root)
    path = root / "D9.9 report.pdf"
    path.write_bytes(a_report())
    adder = Importer(workspace.locations)
    (outcome,) = adder.add([path])
    assert outcome.is_success
    texts = open_texts(workspace.locations)
    rebuild(open_stored_engine(workspace.locations), workspace.corpus(), texts=texts)
    return workspace


@pytest.fixture
def client(workspace: Workspace) -> FlaskClient:
    """Return a test client over that corpus."""
    return create_app(Settings(workspace.locations)).test_client()


@pytest.mark.parametrize(
    "path",
    [
        "/fr/",
        "/en/",
        "/fr/deliverables/",
        "/en/recommendations/",
        "/fr/search?q=lamplighters",
        "/en/search?q=title:night",
        "/en/search?q=&kind=deliverable",
        "/en/search?q=d9.9",
        "/en/search?q=lanterns&expand=no",
        "/api/v1/search?q=lamplighters+lanterns",
        "/api/v1/search?q=",
        "/api/v1/suggest?q=night+w&locale=en",
        "/api/v1/suggest?q=d9.9&locale=en",
        "/en/feed.atom?q=",
        "/en/feed.atom?q=lanterns",
        "/sitemap.xml",
        "/en/themes/streets",
        "/en/deliverables/d9.1",
    ],
)
def test_no_response_contains_a_draft(client: FlaskClient, path: str) -> None:
    """Neither its words nor its id appear."""
    body = client.get(path).get_data(as_text=True)

    for word in ("Night walks", "d9.9-r1", "deliverables/d9.9", "every month"):
        assert word not in body


def test_no_count_includes_a_draft(client: FlaskClient) -> None:
    """Only published records are counted."""
    body = client.get("/api/v1/search?q=").get_json()

    counts = {each["value"]: each["count"] for each in body["facets"]["kind"]}
    assert counts["deliverable"] == 1
    assert counts["recommendation"] == 2


@pytest.mark.parametrize(
    "path",
    [
        "/en/deliverables/d9.9",
        "/en/recommendations/d9.9-r1",
        "/en/deliverables/d9.9/files/D9.9 report.pdf",
        "/en/deliverables/d9.9/text/D9.9 report.pdf",
        "/api/v1/records/deliverable/d9.9",
        "/api/v1/records/recommendation/d9.9-r1",
    ],
)
def test_a_draft_has_no_public_address(client: FlaskClient, path: str) -> None:
    """A guessed address is 404."""
    assert client.get(path).status_code == 404
