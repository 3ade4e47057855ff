"""The OpenID Connect provider of staff: `KB_OIDC_…`, what it returns, its failures."""

from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path
from urllib.parse import urlsplit

from kb.core.networks import is_encrypted_or_local, is_service_url
from kb.core.variable_reader import VariableReader

PROVIDER_VARIABLES = tuple(
    f"KB_OIDC_{name}"
    for name in "ISSUER CLIENT_ID CLIENT_SECRET_FILE NAME SCOPES CA_FILE".split()
)

PACKAGES = ("authlib", "requests")
"""The packages of the extra `oidc`."""

REQUIRED_SCOPES = ("openid", "email")
MAX_NAME = 60


@dataclass(frozen=True, slots=True)
class SignInProvider:
    """How the provider is reached, and the name that staff know it by.

    Attributes:
        issuer: the address that identifies the provider, as in its tokens.
        client_id: the name under which the provider knows this service.
        secret_file: the file with the secret of the client.
        name: what the button of the sign-in page names.
        scopes: what is asked for, `openid` and `email` at least.
        ca_file: the certificates that sign that of the provider; None for public ones.
    """

    issuer: str
    client_id: str
    secret_file: Path = field(repr=False)
    name: str
    scopes: tuple[str, ...] = REQUIRED_SCOPES
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """A person as a provider names them in a verified token.

    Issuer and subject identify the person for ever; the e-mail address may change.
    """

    issuer: str
    subject: str
    email: str
    is_verified: bool
    """Whether the provider has verified that the address belongs to the person."""
    id_token: str = ""
    """The verified token, if people can sign out at the provider; else empty."""


class ProviderFault(Enum):
    """Why a provider names nobody."""

    UNREACHABLE = auto()
    REFUSED = auto()
    """The provider rejects the code or the client."""
    INVALID = auto()
    """What the provider answers breaks the protocol, or is not meant for us."""


class ProviderError(Exception):
    """A provider names nobody; the text is for the log, in English."""

    def __init__(self, fault: ProviderFault, reason: str) -> None:
        super().__init__(reason)
        self.fault = fault


def read_sign_in_provider(
    reader: VariableReader, _names: str = "", _default: None = None
) -> SignInProvider | None:
    """Return the provider of the settings; None without one.

    Each invalid value is reported.
    """
    if not any(map(reader.text, PROVIDER_VARIABLES)):
        return None
    needed = PROVIDER_VARIABLES[:3]
    if not all(map(reader.text, needed)):
        reader.report("%(names)s belong together", names=", ".join(needed))
    reader.check_installed("KB_OIDC_ISSUER", PACKAGES)
    issuer = _issuer(reader, "KB_OIDC_ISSUER")
    scopes = (*REQUIRED_SCOPES, *reader.text("KB_OIDC_SCOPES").split())
    return SignInProvider(
        issuer=issuer,
        client_id=reader.text("KB_OIDC_CLIENT_ID"),
        secret_file=_secret_file(reader, "KB_OIDC_CLIENT_SECRET_FILE"),
        name=_name(reader, "KB_OIDC_NAME") or urlsplit(issuer).hostname or "",
        scopes=tuple(dict.fromkeys(scopes)),
        ca_file=reader.file("KB_OIDC_CA_FILE"),
    )


def _issuer(reader: VariableReader, name: str) -> str:
    # Issuers are compared letter by letter: a final slash stays.
    text = reader.text(name)
    if not text or (is_service_url(text) and is_encrypted_or_local(text)):
        return text
    reader.report(
        "%(name)s is not an https address such as "
        "https://login.example.org/realms/staff",
        name=name,
    )
    return ""


def _secret_file(reader: VariableReader, name: str) -> Path:
    path = reader.file(name)
    if path is None:
        return Path()
    with suppress(OSError):  # `file` has reported it
        if not path.read_bytes().strip():
            reader.report("%(name)s: the file is empty", name=name)
    return path


def _name(reader: VariableReader, name: str) -> str:
    text = reader.text(name)
    if len(text) > MAX_NAME or not text.isprintable():
        reader.report(
            "%(name)s has more than %(maximum)s characters, or a line break",
            name=name,
            maximum=MAX_NAME,
        )
    return text
