"""The client of the OpenID Connect provider: authorization code flow with PKCE.

The only module that imports Authlib. It sends no request before somebody signs in.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import lru_cache
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet
from joserfc.jws import JWSRegistry

from indexer.model.ids import Locale
from kb.core.networks import is_encrypted_or_local
from kb.core.sign_in_provider import (
    ProviderError,
    ProviderFault,
    ProviderIdentity,
    SignInProvider,
)
from kb.staff.accounts.sign_in_cookie import ProviderRequest

TIMEOUT_S = (3.0, 5.0)
"""How long a request waits for a connection, and then for each part of an answer."""

MAX_WAITING = 2
"""The threads of a process that may wait for the provider; the others serve pages."""

TURN_S = 0.5
"""How long another thread waits until one of them ends."""

METADATA_LIFETIME_S = 3600.0
CLOCK_TOLERANCE_S = 60
MAX_SUBJECT = 255
MAX_ID_TOKEN = 2500
"""A longer token would not fit into the cookie; people then confirm at the provider."""

NO_HINT = "-"
"""Stands for a token that is too long."""

ALGORITHMS = tuple(
    f"{name}{bits}" for name in ("RS", "PS", "ES") for bits in (256, 384, 512)
)
"""Signatures by a private key of the provider; never one by the shared secret."""

Json = dict[str, Any]

_SIGN_OUT = "end_session_endpoint"


class ProviderClient:
    """The client of one provider; threads of a process share it.

    All methods raise `ProviderError` when the provider names nobody.
    """

    def __init__(
        self, provider: SignInProvider, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._provider = provider
        self._clock = clock
        self._free = BoundedSemaphore(MAX_WAITING)
        self._metadata: tuple[float, Json] | None = None
        self._keys: tuple[str, KeySet] | None = None

    def authorization_url(
        self, request: ProviderRequest, *, redirect_uri: str, locale: Locale
    ) -> str:
        """Return the address at the provider where a person signs in."""
        with self._session() as session:
            session.redirect_uri = redirect_uri
            url, _state = session.create_authorization_url(
                self._endpoint(session, "authorization_endpoint"),
                state=request.state,
                code_verifier=request.verifier,
                nonce=request.nonce,
                ui_locales=locale.value,
            )
        return str(url)

    def identity(
        self, code: str, request: ProviderRequest, *, redirect_uri: str, now: int
    ) -> ProviderIdentity:
        """Exchange a code for the identity of the person who signed in.

        `now` is the time, in seconds since 1970, to compare dates of tokens with.
        """
        with self._session() as session:
            session.token_endpoint_auth_method = _auth_method(self._discovered(session))
            token = session.fetch_token(
                self._endpoint(session, "token_endpoint"),
                grant_type="authorization_code",
                code=code,
                code_verifier=request.verifier,
                redirect_uri=redirect_uri,
                **self._options(),
            )
            claims = self._claims(session, token, request.nonce, now)
            if "email" not in claims:
                claims |= self._user_info(session, claims["sub"])
            has_sign_out = bool(self._discovered(session).get(_SIGN_OUT))
            id_token = str(token["id_token"]) if has_sign_out else ""
        email = claims.get("email")
        return ProviderIdentity(
            issuer=self._provider.issuer,
            subject=claims["sub"],
            email=email if isinstance(email, str) else "",
            is_verified=_is_verified(claims),
            id_token=id_token if len(id_token) <= MAX_ID_TOKEN else NO_HINT,
        )

    def sign_out_url(
        self, id_token: str, *, state: str, return_url: str, locale: Locale
    ) -> str:
        """Return the address at the provider where the session there ends.

        Its parameters are those of OpenID Connect RP-Initiated Logout 1.0.
        """
        with self._session() as session:
            url = self._endpoint(session, _SIGN_OUT)
        hint = {} if id_token == NO_HINT else {"id_token_hint": id_token}
        parameters = {
            **hint,
            "client_id": self._provider.client_id,
            "post_logout_redirect_uri": return_url,
            "state": state,
            "ui_locales": locale.value,
        }
        return str(add_params_to_uri(url, parameters.items()))

    @contextmanager
    def _session(self) -> Iterator[OAuth2Session]:
        """Open a session of requests, and translate its errors."""
        if not self._free.acquire(timeout=TURN_S):
            raise ProviderError(ProviderFault.UNREACHABLE, "others wait for it")
        try:
            with self._new_session() as session:
                yield session
        except (requests.ConnectionError, requests.Timeout) as error:
            raise ProviderError(ProviderFault.UNREACHABLE, str(error)) from error
        except AuthlibBaseError as error:
            raise ProviderError(ProviderFault.REFUSED, str(error)) from error
        except requests.HTTPError as error:
            raise ProviderError(_fault_of(error.response), str(error)) from error
        except (JoseError, requests.RequestException, ValueError, TypeError) as error:
            reason = f"{type(error).__name__}: {error}"
            raise ProviderError(ProviderFault.INVALID, reason) from error
        finally:
            self._free.release()

    def _new_session(self) -> OAuth2Session:
        provider = self._provider
        try:
            secret = provider.secret_file.read_text("utf-8").strip("\r\n")
        except OSError as error:
            reason = f"{provider.secret_file}: {error.strerror}"
            raise ProviderError(ProviderFault.REFUSED, reason) from error
        return OAuth2Session(
            provider.client_id,
            secret,
            scope=" ".join(provider.scopes),
            code_challenge_method="S256",
        )

    def _options(self) -> Json:
        """Return the options of each request; no redirect may lead it elsewhere."""
        ca_file = self._provider.ca_file
        return {
            "timeout": TIMEOUT_S,
            "verify": True if ca_file is None else str(ca_file),
            "allow_redirects": False,
        }

    def _get(self, session: OAuth2Session, url: str, *, signs: bool = False) -> Json:
        answer = session.get(url, withhold_token=not signs, **self._options())
        answer.raise_for_status()
        return _json_object(answer.json(), url)

    def _endpoint(self, session: OAuth2Session, name: str) -> str:
        """Return an address of the discovery document."""
        url = self._discovered(session).get(name)
        if not isinstance(url, str) or not is_encrypted_or_local(url):
            raise ValueError(f"{name} is not an https address")
        return url

    def _discovered(self, session: OAuth2Session) -> Json:
        if self._metadata is not None:
            read_at, metadata = self._metadata
            if self._clock() - read_at < METADATA_LIFETIME_S:
                return metadata
        issuer = self._provider.issuer
        url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        metadata = self._get(session, url)
        if metadata.get("issuer") != issuer:
            raise ValueError(f"{url} is of another issuer: {metadata.get('issuer')!r}")
        # A key that the provider has withdrawn is forgotten too.
        self._metadata, self._keys = (self._clock(), metadata), None
        return metadata

    def _claims(
        self, session: OAuth2Session, token: Mapping[str, Any], nonce: str, now: int
    ) -> Json:
        """Return what the ID token says, after all that makes it valid is checked."""
        encoded = token.get("id_token")
        if not isinstance(encoded, str):
            raise TypeError("no ID token")
        claims = self._decode(session, encoded)
        expected = {"iss": self._provider.issuer, "aud": self._provider.client_id}
        checked = CodeIDToken(
            claims.claims,
            claims.header,
            {
                name: {"essential": True, "value": value}
                for name, value in expected.items()
            },
            {
                "nonce": nonce,
                "client_id": self._provider.client_id,
                "access_token": token.get("access_token"),
            },
        )
        checked.validate(now=now, leeway=CLOCK_TOLERANCE_S)
        subject = checked["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= MAX_SUBJECT:
            raise ValueError("the subject is empty or too long")
        return dict(checked)

    def _decode(self, session: OAuth2Session, encoded: str) -> jwt.Token:
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            return jwt.decode(encoded, self._key_set(session), registry=registry)
        except InvalidKeyIdError:  # the provider has changed its keys
            self._keys = None
            return jwt.decode(encoded, self._key_set(session), registry=registry)

    def _key_set(self, session: OAuth2Session) -> KeySet:
        url = self._endpoint(session, "jwks_uri")
        known = self._keys  # another thread may forget them meanwhile
        if known is None or known[0] != url:
            known = self._keys = (url, _key_set(self._get(session, url)))
        return known[1]

    def _user_info(self, session: OAuth2Session, subject: str) -> Json:
        """Return the address of a person whose ID token has none."""
        url = self._endpoint(session, "userinfo_endpoint")
        answer = self._get(session, url, signs=True)
        if answer.get("sub") != subject:
            raise ValueError("the user info is of another person")
        names = ("email", "email_verified")
        return {name: answer[name] for name in names if name in answer}


def _auth_method(metadata: Json) -> str:
    """Return how the secret is sent: in a header, unless the provider takes a form."""
    methods = metadata.get("token_endpoint_auth_methods_supported")
    is_form = methods and "client_secret_basic" not in methods
    return "client_secret_post" if is_form else "client_secret_basic"


def _is_verified(claims: Json) -> bool:
    """Return whether the provider has verified the e-mail address of its claims.

    Some providers write booleans as texts. Microsoft Entra ID says instead that the
    domain of the address belongs to the organisation.
    """
    claim = claims.get("email_verified", claims.get("xms_edov"))
    return claim in (True, "true", "1")


@lru_cache(maxsize=4)
def provider_client(provider: SignInProvider) -> ProviderClient:
    """Return the client of a provider, which keeps its discovery document."""
    return ProviderClient(provider)


def _key_set(answer: Json) -> KeySet:
    """Return the keys for signatures, without those of an unknown type."""
    keys = []
    for key in answer.get("keys", ()):
        if isinstance(key, dict) and key.get("use", "sig") == "sig":
            with suppress(JoseError, ValueError, KeyError):
                keys.append(JWKRegistry.import_key(key))
    return KeySet(keys)


def _json_object(value: object, url: str) -> Json:
    if not isinstance(value, dict):
        raise TypeError(f"{url} is not a JSON object")
    return value


def _fault_of(answer: requests.Response | None) -> ProviderFault:
    is_down = (
        answer is not None and answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    )
    return ProviderFault.UNREACHABLE if is_down else ProviderFault.INVALID
