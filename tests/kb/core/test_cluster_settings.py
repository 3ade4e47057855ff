"""The settings of a cluster of search servers."""

from pathlib import Path

import pytest

from indexer.engines import registry
from kb.core.settings import SettingsError, read_settings

URLS = "https://node1.example.org:9200, https://node2.example.org:9200/"


@pytest.fixture
def secret(tmp_path: Path) -> str:
    """Return the name of a file that can be read."""
    file = tmp_path / "secret"
    file.write_text("secret word")
    return str(file)


def test_all_nodes_are_read_from_one_setting(secret: str) -> None:
    """Commas and blanks separate addresses; a final slash does not matter."""
    access = read_settings(
        {
            "KB_ENGINE": "opensearch",
            "KB_OPENSEARCH_URL": URLS,
            "KB_OPENSEARCH_USER": "kb",
            "KB_OPENSEARCH_PASSWORD_FILE": secret,
            "KB_OPENSEARCH_SHARDS": "3",
            "KB_OPENSEARCH_REPLICAS": "0",
        }
    ).locations.cluster

    assert access.urls == (
        "https://node1.example.org:9200",
        "https://node2.example.org:9200",
    )
    assert (access.index, access.user) == ("kb", "kb")
    assert (access.shards, access.replicas) == (3, 0)
    assert secret not in repr(access)


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({}, "KB_OPENSEARCH_URL is missing"),
        ({"KB_OPENSEARCH_URL": "https://kb:word@node1:9200"}, "KB_OPENSEARCH_URL"),
        ({"KB_OPENSEARCH_URL": "https://node1:0"}, "KB_OPENSEARCH_URL"),
        ({"KB_OPENSEARCH_URL": URLS, "KB_OPENSEARCH_USER": "kb"}, "PASSWORD_FILE"),
    ],
)
def test_an_incomplete_access_is_refused(environ: dict[str, str], named: str) -> None:
    """The message names the setting, and no password that an address contains."""
    with pytest.raises(SettingsError, match=named) as caught:
        read_settings({"KB_ENGINE": "opensearch", **environ})

    assert "word" not in str(caught.value).replace("password", "")


@pytest.mark.parametrize(
    ("url", "is_refused"),
    [
        ("http://node1.example.org:9200", True),
        ("https://node1.example.org:9200", False),
        ("http://127.0.0.1:9200", False),
        ("http://[::1]:9200", False),
        ("http://localhost:9200", False),
    ],
)
def test_a_password_is_only_sent_encrypted(
    secret: str, url: str, *, is_refused: bool
) -> None:
    """On this machine, nobody else can read it."""
    environ = {
        "KB_OPENSEARCH_URL": url,
        "KB_OPENSEARCH_USER": "kb",
        "KB_OPENSEARCH_PASSWORD_FILE": secret,
    }
    if is_refused:
        with pytest.raises(SettingsError, match="https"):
            read_settings(environ)
    else:
        assert read_settings(environ).locations.cluster.urls == (url,)


def test_the_default_engine_needs_no_server() -> None:
    """Settings of a cluster are checked, and used by the other engine only."""
    assert read_settings({}).locations.cluster.urls == ()


def test_a_missing_client_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra of the package."""
    monkeypatch.setattr(registry, "find_spec", lambda _: None)

    with pytest.raises(SettingsError, match="opensearch-py"):
        read_settings(
            {"KB_ENGINE": "opensearch", "KB_OPENSEARCH_URL": "http://localhost:9200"}
        )
