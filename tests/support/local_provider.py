"""An OpenID Connect provider on the loopback that can also break the protocol.

It signs in one person without asking, and checks what an honest provider checks: the
client, the redirect address, PKCE, and that a code is used once.
"""

import base64
import hashlib
import json
import secrets
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from kb.database.clock import Clock

CLIENT_ID = "knowledge-base"
CLIENT_SECRET = "a secret of the tests"  # noqa: S105  # of a provider made by tests
KEYS = [RSAKey.generate_key(2048, auto_kid=True) for _ in range(2)]


GATE_TIMEOUT_S = 60


def an_open_gate() -> threading.Event:
    """Return a gate that nobody waits at."""
    gate = threading.Event()
    gate.set()
    return gate


@dataclass
class LocalProvider:
    """What the provider says, and what it was asked.

    Attributes:
        issuer: its address.
        clock: the time of its tokens.
        person: the claims of the person who signs in.
        broken: claims of the ID token that replace the right ones; None removes one.
        discovery: values of the discovery document that replace the right ones.
        user_info: what the user info says; None if it has no such address.
        signing_key: the key that signs tokens.
        published_keys: the keys that it publishes.
        algorithm: how tokens are signed.
        status: the status of all answers of the back channel, unless it is OK.
        error: what it answers instead of a code; empty for a code.
        requests: the paths that were requested.
        gate: what each answer of the back channel waits for.
    """

    issuer: str
    clock: Clock
    person: dict[str, Any] = field(default_factory=dict)
    broken: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    user_info: dict[str, Any] | None = None
    signing_key: RSAKey = field(default_factory=lambda: KEYS[0])
    published_keys: list[RSAKey] = field(default_factory=lambda: KEYS[:1])
    algorithm: str = "RS256"
    status: HTTPStatus = HTTPStatus.OK
    error: str = ""
    requests: list[str] = field(default_factory=list)
    gate: threading.Event = field(default_factory=an_open_gate)
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def sign_in(self, url: str) -> str:
        """Return the address that the provider leads back to from an authorization."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert url.startswith(f"{self.issuer}/authorize?"), url
        assert asked["client_id"] == CLIENT_ID
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert {"openid", "email"} <= set(asked["scope"].split())
        answer = {"state": asked["state"], "iss": self.issuer}
        if self.error:
            answer["error"] = self.error
            return f"{asked['redirect_uri']}?{urlencode(answer)}"
        code = secrets.token_urlsafe()
        self._codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({**answer, 'code': code})}"

    def sign_out(self, url: str) -> str:
        """Return the address that the provider leads back to from a sign-out."""
        assert url.startswith(f"{self.issuer}/logout?"), url
        asked = dict(parse_qsl(urlsplit(url).query))
        assert asked["client_id"] == CLIENT_ID
        if "id_token_hint" in asked:
            token = jwt.decode(asked["id_token_hint"], KeySet(list(KEYS)))
            assert token.claims["aud"] == CLIENT_ID
        answer = urlencode({"state": asked["state"]})
        return f"{asked['post_logout_redirect_uri']}?{answer}"

    def answer(self, path: str, form: dict[str, str], signs: str) -> tuple[int, Any]:
        """Return status and JSON of a request of the back channel."""
        self.requests.append(path)
        assert self.gate.wait(GATE_TIMEOUT_S)
        if self.status is not HTTPStatus.OK:
            return self.status, {"error": "temporarily_unavailable"}
        match path:
            case "/.well-known/openid-configuration":
                return HTTPStatus.OK, self._metadata()
            case "/keys":
                return HTTPStatus.OK, KeySet(list(self.published_keys)).as_dict()
            case "/token":
                return self._token(form, signs)
            case "/user" if self.user_info is not None and signs.startswith("Bearer "):
                return HTTPStatus.OK, self.user_info
            case _:
                return HTTPStatus.NOT_FOUND, {"error": "not_found"}

    def _metadata(self) -> dict[str, Any]:
        places = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
            "userinfo_endpoint": "user",
            "end_session_endpoint": "logout",
        }
        urls = {name: f"{self.issuer}/{place}" for name, place in places.items()}
        return {"issuer": self.issuer, **urls, **self.discovery}

    def _token(self, form: dict[str, str], signs: str) -> tuple[int, Any]:
        if signs:
            client = base64.b64decode(signs.removeprefix("Basic ")).decode()
        else:
            client = f"{form.get('client_id')}:{form.get('client_secret')}"
        if client != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return HTTPStatus.UNAUTHORIZED, {"error": "invalid_client"}
        asked = self._codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            asked is None
            or asked["redirect_uri"] != form["redirect_uri"]
            or asked["code_challenge"] != challenge
        ):
            return HTTPStatus.BAD_REQUEST, {"error": "invalid_grant"}
        token = {
            "access_token": secrets.token_urlsafe(),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self._id_token(asked["nonce"]),
        }
        return HTTPStatus.OK, token

    def _id_token(self, nonce: str) -> str:
        now = int(self.clock().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            **self.person,
            **self.broken,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.signing_key.kid}
        key: Any = self.signing_key
        if self.algorithm.startswith("HS"):
            key = OctKey.import_key(CLIENT_SECRET.ljust(64))
        return jwt.encode(header, claims, key, algorithms=[self.algorithm])


@contextmanager
def local_provider(
    clock: Clock, *, host: str = "127.0.0.1", certificate: Path | None = None
) -> Iterator[LocalProvider]:
    """Run a provider during the block, with TLS if a certificate is given.

    `host` is its name of the loopback: browsers take `localhost` for another site.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            leads = {"/authorize": provider.sign_in, "/logout": provider.sign_out}
            lead = leads.get(self.path.partition("?")[0])
            if lead is not None:
                # What a browser does instead of `LocalProvider.sign_in`.
                self.send_response(HTTPStatus.FOUND)
                self.send_header("Location", lead(issuer + self.path))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            form = dict(parse_qsl(body.decode()))
            signs = self.headers.get("Authorization", "")
            status, value = provider.answer(self.path, form, signs)
            text = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_POST = do_GET  # noqa: N815  # a name of the library

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        scheme = "https"
    server.daemon_threads = True
    # A client that refuses the certificate is no error of the test.
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    issuer = f"{scheme}://{host}:{server.server_port}"
    provider = LocalProvider(issuer, clock)
    thread = threading.Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
