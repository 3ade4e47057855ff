"""Nodes that fail: what visitors, staff and the log then see. No cluster is needed."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from indexer.engines.base import ClusterAccess, IndexState
from indexer.engines.opensearch import cluster_client
from indexer.engines.opensearch.cluster_client import ClusterClient
from indexer.errors import IndexUnavailableError
from indexer.pipeline import open_stored_engine, update
from kb.app import create_app
from kb.cli.main import main
from kb.core.settings import Settings
from tests.engines.opensearch.conftest import on_cluster
from tests.support.builders import Workspace
from tests.support.fake_node import fake_node, write_certificate

SECRET = "correct-horse"  # noqa: S105  # of no server
ROOT = '{"version": {"number": "2.19.6"}}'


@pytest.fixture
def nobody() -> Iterator[str]:
    """Return an address that refuses connections."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}"


@pytest.fixture
def silence() -> Iterator[str]:
    """Return an address that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def reason_at(access: ClusterAccess) -> str:
    """Return why a search fails."""
    with pytest.raises(IndexUnavailableError) as caught:
        ClusterClient(access).search("kb", {"query": {"match_all": {}}})
    return caught.value.reason


def with_password(access: ClusterAccess, folder: Path) -> ClusterAccess:
    """Return an access that signs in with `SECRET`."""
    file = folder / "password"
    file.write_text(SECRET + "\n")
    return replace(access, user="kb", password_file=file)


@pytest.mark.parametrize("failing", ["nobody", "silence", "503", "429"])
def test_a_request_that_a_node_fails_is_sent_to_another(
    failing: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost, slow or busy node costs a visitor a moment."""
    monkeypatch.setattr(cluster_client, "SEARCH_TIMEOUT_S", 0.2)
    status = int(failing) if failing.isdigit() else 503
    with fake_node(200, ROOT) as healthy, fake_node(status) as refusing:
        bad = refusing if failing.isdigit() else request.getfixturevalue(failing)
        for _ in range(4):
            cluster = ClusterClient(ClusterAccess((bad, healthy)))
            assert cluster.search("kb", {})["version"]["number"] == "2.19.6"


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, "{}", "the sign-in is refused"),
        (403, '{"error": {"type": "security_exception"}}', "the user lacks the rights"),
        (200, '{"version": {"number": "3.1.0"}}', "untried version 3.1.0"),
        (200, "no JSON", ""),
        (500, '{"error": {"type": "odd"}}', "the cluster answers 500"),
    ],
)
def test_the_reason_names_no_credentials(
    status: int,
    body: str,
    reason: str,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither errors nor the log have the password, in any encoding."""
    caplog.set_level(logging.DEBUG)
    with fake_node(status, body) as url:
        found = reason_at(with_password(ClusterAccess((url,)), tmp_path))

    assert reason in found
    # "kb:correct-horse" in Base64, as the header has it.
    for secret in (SECRET, "a2I6Y29ycmVjdC1ob3JzZQ"):
        assert secret not in found + caplog.text


def test_the_words_of_visitors_are_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The client logs failed requests with their bodies."""
    caplog.set_level(logging.DEBUG)
    with fake_node(500) as url, pytest.raises(IndexUnavailableError):
        ClusterClient(ClusterAccess((url,))).search(
            "kb", {"query": {"term": {"a": "zebra"}}}
        )

    assert "zebra" not in caplog.text


@pytest.mark.parametrize(
    ("days", "is_known", "reason"),
    [(10, False, "self-signed"), (-1, True, "expired"), (10, True, "")],
)
def test_certificates_are_verified(
    days: int, reason: str, tmp_path: Path, *, is_known: bool
) -> None:
    """There is no setting that turns this off."""
    file = write_certificate(tmp_path / "node.pem", ends_in_days=days)
    with fake_node(200, ROOT, certificate=file) as url:
        access = ClusterAccess((url,), ca_file=file if is_known else None)
        if reason:
            assert reason in reason_at(access)
        else:
            assert ClusterClient(access).search("kb", {})


def test_without_any_node_browsing_goes_on(
    shared_workspace: Workspace, nobody: str
) -> None:
    """Records, lists and the glossary need no engine; a search says what happens."""
    locations = on_cluster(shared_workspace.locations, ClusterAccess((nobody,)))
    client = create_app(Settings(locations)).test_client()

    for page in ("", "practices/", "practices/newtown-lamps", "glossary/", "themes/"):
        assert client.get(f"/fr/{page}").status_code == 200, page
    for locale, words in (("fr", "La recherche"), ("en", "The search")):
        answer = client.get(f"/{locale}/search?q=lampes")
        assert answer.status_code == 503
        assert words in answer.text
        assert "127.0.0.1" not in answer.text
        assert answer.headers["Retry-After"]
    assert client.get("/healthz").status_code == 503
    answer = client.get("/api/v1/search?q=lampes")
    assert answer.get_json()["error"]["code"] == "unavailable"


def test_an_index_out_of_reach_is_not_rebuilt(
    shared_workspace: Workspace, nobody: str
) -> None:
    """It may be whole: a rebuild would take far longer than the absence."""
    locations = on_cluster(shared_workspace.locations, ClusterAccess((nobody,)))
    engine = open_stored_engine(locations)

    assert engine.status().state is IndexState.UNREACHABLE
    with pytest.raises(IndexUnavailableError, match="no node answer"):
        update(engine, shared_workspace.corpus)


def test_the_command_names_the_servers_and_the_reason(
    workspace: Workspace, nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index that cannot be asked is not called damaged."""
    for name, value in {
        "KB_DOCUMENTS": workspace.documents,
        "KB_INDEX": workspace.locations.index,
        "KB_INSTANCE": workspace.locations.instance,
        "KB_ENGINE": "opensearch",
        "KB_OPENSEARCH_URL": nobody,
        "KB_OPENSEARCH_INDEX": "kb",
        "LC_ALL": "fr_FR.UTF-8",
    }.items():
        monkeypatch.setenv(name, str(value))

    verified = CliRunner().invoke(main, ["index", "verify"])
    assert (verified.exit_code, verified.stderr) == (
        3,
        "kb: opensearch/kb: aucun nœud ne répond\n",
    )
    shown = CliRunner().invoke(main, ["index", "status"])
    assert shown.exit_code == 3
    assert "hors d’atteinte (opensearch/kb)" in shown.stdout
