"""The origins of our pages, which forms must come from."""

import pytest

from kb.app import create_app
from kb.core.settings import Settings
from kb.web.responses.headers import own_origins
from tests.support.builders import Workspace

NAMED = "https://kb.example.org"


@pytest.mark.parametrize(
    ("base_url", "host", "origins"),
    [
        ("", "192.0.2.7:8000", {"http://192.0.2.7:8000", "https://192.0.2.7:8000"}),
        (NAMED, "kb.example.org", {NAMED}),
        (f"{NAMED}:443/kb", "kb.example.org", {NAMED}),
        (f"{NAMED}:8443", "kb.example.org", {f"{NAMED}:8443"}),
        (NAMED, "localhost:8000", {NAMED, "http://localhost:8000"}),
    ],
)
def test_the_origins_of_our_pages(
    shared_workspace: Workspace, base_url: str, host: str, origins: set[str]
) -> None:
    """Without `KB_BASE_URL`, a proxy may end TLS or not."""
    app = create_app(Settings(shared_workspace.locations, base_url=base_url))

    with app.test_request_context("/", headers={"Host": host}):
        assert own_origins() == origins


@pytest.mark.parametrize(("base_url", "is_secure"), [("", False), (NAMED, True)])
def test_only_the_setting_makes_a_cookie_secure(
    shared_workspace: Workspace, base_url: str, *, is_secure: bool
) -> None:
    """A browser drops a secure cookie of a page without TLS."""
    app = create_app(Settings(shared_workspace.locations, base_url=base_url))

    response = app.test_client().post(
        "/fr/dossier",
        data={"action": "clear"},
        headers={"X-Forwarded-Proto": "https", "X-Forwarded-Ssl": "on"},
    )

    assert ("Secure" in response.headers["Set-Cookie"]) is is_secure
