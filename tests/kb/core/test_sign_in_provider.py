"""The settings of the OpenID Connect provider of staff."""

from pathlib import Path

import pytest

from kb.core import sign_in_provider
from kb.core.settings import ServiceRole, SettingsError, read_settings

ISSUER = "https://login.example.org/realms/staff/"


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return the variables that a provider needs."""
    secret = tmp_path / "secret"
    secret.write_text("secret word")
    return {
        "KB_OIDC_ISSUER": ISSUER,
        "KB_OIDC_CLIENT_ID": "kb",
        "KB_OIDC_CLIENT_SECRET_FILE": str(secret),
    }


def test_a_provider_is_read(environ: dict[str, str]) -> None:
    """The name is that of the host by default, and two scopes are always asked for."""
    provider = read_settings({**environ, "KB_OIDC_SCOPES": "profile openid"}).provider

    assert provider is not None
    assert provider.issuer == ISSUER
    assert provider.name == "login.example.org"
    assert provider.scopes == ("openid", "email", "profile")
    assert provider.secret_file.read_text() == "secret word"
    assert str(provider.secret_file) not in repr(provider)


def test_without_settings_there_is_no_provider() -> None:
    """Passwords alone sign in."""
    assert read_settings({}).provider is None


def test_a_reader_has_no_provider(environ: dict[str, str]) -> None:
    """It has no staff side."""
    settings = read_settings(environ)

    assert settings.with_role(ServiceRole.READER).provider is None
    assert settings.with_role(ServiceRole.WRITER).provider is not None


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"KB_OIDC_CLIENT_ID": ""}, "belong together"),
        ({"KB_OIDC_ISSUER": ""}, "belong together"),
        ({"KB_OIDC_CLIENT_SECRET_FILE": ""}, "belong together"),
        ({"KB_OIDC_CLIENT_SECRET_FILE": "/nowhere"}, "KB_OIDC_CLIENT_SECRET_FILE"),
        ({"KB_OIDC_CA_FILE": "/nowhere"}, "KB_OIDC_CA_FILE"),
        ({"KB_OIDC_ISSUER": "http://login.example.org"}, "KB_OIDC_ISSUER"),
        ({"KB_OIDC_ISSUER": "https://kb:word@login.example.org"}, "KB_OIDC_ISSUER"),
        ({"KB_OIDC_ISSUER": "https://login.example.org?x=1"}, "KB_OIDC_ISSUER"),
        ({"KB_OIDC_ISSUER": "https://[login"}, "KB_OIDC_ISSUER"),
        ({"KB_OIDC_NAME": "x" * 61}, "KB_OIDC_NAME"),
    ],
    ids=str,
)
def test_an_invalid_provider_is_refused(
    environ: dict[str, str], values: dict[str, str], named: str
) -> None:
    """The message names the setting, and no password that an address contains."""
    with pytest.raises(SettingsError, match=named) as caught:
        read_settings(environ | values)

    assert "word" not in str(caught.value)


def test_an_empty_secret_is_refused(environ: dict[str, str]) -> None:
    """The provider would refuse each sign-in."""
    Path(environ["KB_OIDC_CLIENT_SECRET_FILE"]).write_text("\n")

    with pytest.raises(SettingsError, match="KB_OIDC_CLIENT_SECRET_FILE"):
        read_settings(environ)


def test_a_missing_package_is_named(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra is not installed by default."""
    monkeypatch.setattr(sign_in_provider, "PACKAGES", ("no_such_package",))

    with pytest.raises(SettingsError, match="needs the package no_such_package"):
        read_settings(environ)


def test_the_loopback_needs_no_tls(environ: dict[str, str]) -> None:
    """A provider of a trial runs there."""
    local = {"KB_OIDC_ISSUER": "http://127.0.0.1:8180/realms/staff"}

    assert read_settings(environ | local).provider is not None
