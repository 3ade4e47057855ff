"""Limits of requests, told in headers."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from kb.app import create_app
from kb.core.settings import Settings
from tests.support.answers import body_of
from tests.support.builders import Workspace

VISITOR = {"REMOTE_ADDR": "203.0.113.7"}


@pytest.fixture
def limited(shared_workspace: Workspace) -> FlaskClient:
    """Return a client of a service that allows two searches a minute."""
    settings = Settings(shared_workspace.locations, api_limit=2)
    return create_app(settings).test_client()


@pytest.mark.parametrize(
    "path", ["/api/v1/search?q=lamps", "/api/v1/records", "/en/search.csv?q=lamps"]
)
def test_a_program_is_told_its_limit_and_then_refused(
    limited: FlaskClient, path: str
) -> None:
    """The headers are those of the IETF draft; the error says how long to wait."""
    first = limited.get(path, environ_base=VISITOR, buffered=True)
    assert first.headers["RateLimit-Policy"] == '"search";q=2;w=60'
    assert first.headers["RateLimit"].startswith('"search";r=1;t=')
    limited.get(path, environ_base=VISITOR, buffered=True)

    refused = limited.get(path, environ_base=VISITOR, buffered=True)

    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit"].startswith('"search";r=0;')
    assert "too many requests" in refused.text
    other = limited.get(path, environ_base={"REMOTE_ADDR": "203.0.113.8"})
    assert other.status_code == 200


def test_the_error_of_a_refusal_is_that_of_the_api(limited: FlaskClient) -> None:
    """It has a code and a message."""
    for _ in range(2):
        limited.get("/api/v1/search", environ_base=VISITOR)

    answer = limited.get("/api/v1/search", environ_base=VISITOR)

    assert body_of(answer)["error"]["code"] == "too-many-requests"


def test_suggestions_have_a_limit_of_their_own(limited: FlaskClient) -> None:
    """Each letter that a visitor types asks for some."""
    for _ in range(20):
        answer = limited.get("/api/v1/suggest?q=la", environ_base=VISITOR)
        assert answer.status_code == 200
        assert answer.headers["RateLimit-Policy"] == '"suggest";q=20;w=60'

    assert limited.get("/api/v1/suggest", environ_base=VISITOR).status_code == 429
    assert limited.get("/api/v1/search", environ_base=VISITOR).status_code == 200


def test_pages_have_no_limit(limited: FlaskClient) -> None:
    """A visitor who reads pages is never refused."""
    for path in ("/en/search?q=lamps", "/en/", "/en/practices/newtown-lamps") * 3:
        answer = limited.get(path, environ_base=VISITOR, buffered=True)
        assert answer.status_code == 200
        assert "RateLimit" not in answer.headers


def test_the_machine_itself_is_refused_too(limited: FlaskClient) -> None:
    """Behind a proxy that no setting declares, a stranger has its address."""
    for _ in range(2):
        assert limited.get("/api/v1/search").status_code == 200

    answer = limited.get("/api/v1/search")

    assert answer.status_code == 429
    assert answer.headers["RateLimit"].startswith('"search";r=0;')


def test_behind_a_proxy_each_visitor_has_a_limit(shared_workspace: Workspace) -> None:
    """The address is the one that the declared proxy names."""
    settings = Settings(shared_workspace.locations, api_limit=1, proxies=1)
    client = create_app(settings).test_client()

    def status(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        return client.get("/api/v1/search", headers=headers).status_code

    assert [status("203.0.113.7"), status("203.0.113.7")] == [200, 429]
    assert status("203.0.113.8") == 200


def test_a_limit_of_zero_is_none(shared_workspace: Workspace) -> None:
    """The operator may leave limits to the proxy."""
    settings = replace(Settings(shared_workspace.locations), api_limit=0)
    client = create_app(settings).test_client()

    answer = client.get("/api/v1/search", environ_base=VISITOR)

    assert answer.status_code == 200
    assert "RateLimit" not in answer.headers
