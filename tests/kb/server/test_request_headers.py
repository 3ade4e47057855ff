"""Headers that a client may forge, sent to the application over a socket."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from flask import request

from kb.app import create_app
from kb.core.settings import Settings
from tests.support.builders import Workspace
from tests.support.http_threads import served_in_thread

PUBLIC = "https://kb.example.org"

PAGES = (
    *("/fr/", "/en/search?q=rue", "/fr/practices/newtown-lamps", "/fr/dossier"),
    *("/fr/feed.atom", "/sitemap.xml", "/robots.txt", "/opensearch.xml"),
    *("/api/v1/search?q=rue", "/fr/staff/sign-in", "/fr/nothing-here"),
)

FORGED = (
    "SCRIPT_NAME: /evil",
    "Script-Name: /evil",
    "X-Script-Name: /evil",
    "X-Forwarded-Prefix: /evil",
    "PATH_INFO: /evil",
    "Path-Info: /evil",
    "X-Original-URL: /evil",
    "X-Rewrite-URL: /evil",
    "X-Forwarded-Host: evil.test",
    "X-Forwarded-Server: evil.test",
    "X-Host: evil.test",
    "X-Forwarded-Port: 666",
    "X-Forwarded-Proto: evil",
    "X-Forwarded-Scheme: evil",
    "X-Forwarded-For: 203.0.113.66",
    "X-Real-IP: 203.0.113.66",
    "Forwarded: for=203.0.113.66;host=evil.test;proto=evil",
    "REMOTE_ADDR: 203.0.113.66",
    "Remote-Addr: 203.0.113.66",
    "wsgi.url_scheme: evil",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The parts of an HTTP response."""

    status: int
    headers: str
    body: str

    @property
    def location(self) -> str:
        """The value of `Location`, or ""."""
        found = re.search(r"^Location: (.*)$", self.headers, re.MULTILINE)
        return found[1].strip() if found else ""

    def without_tokens(self) -> str:
        """Return the whole response without what differs from request to request."""
        text = f"{self.status}\n{self.headers}\n{self.body}"
        text = re.sub(r'(name="csrf_token"\s+value=)"[^"]+"', r"\1", text)
        return re.sub(
            r"^(Date|Set-Cookie|Content-Length|RateLimit): .*$",
            "",
            text,
            flags=re.MULTILINE | re.IGNORECASE,
        )


Send = Callable[..., Answer]


@contextmanager
def answering(settings: Settings) -> Iterator[Send]:
    """Serve the site on a socket during the block; yield a function that requests."""
    app = create_app(settings)
    app.add_url_rule("/client", view_func=lambda: request.remote_addr or "")

    def send(target: str, *headers: str, host: str = "localhost") -> Answer:
        lines = [f"GET {target} HTTP/1.1", *headers, "Connection: close"]
        if host:
            lines.append(f"Host: {host}")
        with socket.create_connection(address, timeout=30) as client:
            client.sendall("\r\n".join([*lines, "", ""]).encode())
            received = b"".join(iter(lambda: client.recv(65536), b""))
        head, _, body = received.decode().partition("\r\n\r\n")
        status, _, rest = head.partition("\r\n")
        return Answer(int(status.split()[1]), rest.replace("\r", ""), body)

    with served_in_thread(app) as address:
        yield send


@pytest.fixture(scope="module")
def nameless(shared_workspace: Workspace) -> Iterator[Send]:
    """Serve the site without `KB_BASE_URL`."""
    with answering(Settings(shared_workspace.locations)) as send:
        yield send


@pytest.fixture(scope="module")
def named(shared_workspace: Workspace) -> Iterator[Send]:
    """Serve the site with `KB_BASE_URL`, behind a trusted proxy."""
    settings = Settings(shared_workspace.locations, base_url=PUBLIC, proxies=1)
    with answering(settings) as send:
        yield send


@pytest.mark.parametrize("page", PAGES)
def test_forged_headers_change_no_page(nameless: Send, page: str) -> None:
    """Without `KB_PROXIES`, no header names a path, a host or an address."""
    usual = nameless(page).without_tokens()

    assert nameless(page, *FORGED).without_tokens() == usual
    assert "evil" not in usual


@pytest.mark.parametrize("page", PAGES)
def test_a_trusted_proxy_names_only_the_client(named: Send, page: str) -> None:
    """`KB_PROXIES` concerns `X-Forwarded-For`, and no other header."""
    usual = named(page).without_tokens()

    assert named(page, *FORGED).without_tokens() == usual


def test_the_client_is_named_by_trusted_proxies_only(
    nameless: Send, named: Send
) -> None:
    """The sign-in limits count this address."""
    forged = "X-Forwarded-For: 203.0.113.66, 192.0.2.2"

    assert nameless("/client", forged).body == "127.0.0.1"
    assert named("/client", forged).body == "192.0.2.2"


@pytest.mark.parametrize("page", PAGES)
def test_a_forged_host_is_in_no_page(nameless: Send, page: str) -> None:
    """Without `KB_BASE_URL`, addresses are relative or those of the machine."""
    usual = nameless(page).without_tokens()

    assert nameless(page, host="evil.test").without_tokens() == usual
    assert nameless(f"http://evil.test{page}").without_tokens() == usual


@pytest.mark.parametrize(
    ("target", "location"),
    [
        ("/fr//practices/", "/fr/practices/"),
        ("//fr//practices//evil.test", "/fr/practices/evil.test"),
        ("/fr//search?q=a//b", "/fr/search?q=a//b"),
        ("/", "/fr/"),
        ("/fr/pages/", "/fr/pages/about"),
        ("/fr/practices/Newtown-Lamps", "/fr/practices/newtown-lamps"),
        ("/fr/staff/", "/fr/staff/sign-in?next=/fr/staff/"),
    ],
)
def test_redirects_are_relative(nameless: Send, target: str, location: str) -> None:
    """A redirect keeps the scheme and the name that the browser sees."""
    answer = nameless(target, *FORGED, host="evil.example")

    assert answer.location == location
    assert "evil.example" not in answer.body + answer.headers


@pytest.mark.parametrize(
    "host",
    [
        *("kb.example.org", "KB.Example.Org", "kb.example.org:443", "kb.example.org."),
        *("localhost", "localhost:8000", "127.0.0.1:8000", "127.8.8.8", "[::1]:8000"),
    ],
)
def test_a_named_site_answers_to_its_name_and_to_the_machine(
    named: Send, host: str
) -> None:
    """A proxy sends either; the links to other pages have no name."""
    answer = named("/fr/practices/newtown-lamps", host=host)

    assert answer.status == 200
    assert re.search(rf'<link rel="canonical"\s+href="{PUBLIC}/fr/', answer.body)
    assert set(re.findall(r"https?://[\w.]+", answer.body)) >= {PUBLIC}
    assert "http://localhost" not in answer.body


@pytest.mark.parametrize(
    "host",
    [
        *("evil.test", "kb.example.org.evil.test", "evilkb.example.org", "10.0.0.5"),
        *("kb.example.org:8o", "kb.example.org@evil.test", "[::2]", "[a:b.:]", ""),
        "kb.example.org, evil.test",
    ],
)
@pytest.mark.parametrize("target", ["/fr/", "/", "/api/v1/search", "/static/site.css"])
def test_a_named_site_rejects_other_names(named: Send, host: str, target: str) -> None:
    """The message names the right address."""
    answer = named(target, host=host)

    assert answer.status == 421
    assert PUBLIC in answer.body
    assert "evil" not in answer.body + answer.headers


def test_the_rejection_of_a_name_is_in_the_language_of_the_page(named: Send) -> None:
    """Under `/api/`, it is JSON like all errors."""
    text = "This site does not answer under this name. Its address is " + PUBLIC + "."

    assert named("/en/", host="evil.test").body == text
    assert "ne répond pas" in named("/fr/", host="evil.test").body
    assert "Content-Type: text/plain" in named("/en/", host="evil.test").headers
    assert f'"message":"{text}"' in named("/api/v1/search?hl=en", host="evil.test").body


def test_the_name_in_the_request_line_outweighs_the_header(named: Send) -> None:
    """As RFC 9112 says: a cache in front may use either."""
    assert named("http://evil.test/fr/", host="kb.example.org").status == 421
    assert named("http://kb.example.org/fr/", host="evil.test").status == 200
    assert named("http://x@evil.test/fr/", host="kb.example.org").status == 421


@pytest.mark.parametrize("host", ["10.0.0.5:8000", "evil.test", ""])
def test_the_health_answers_under_any_name(named: Send, host: str) -> None:
    """A monitor may know only the address of the machine."""
    answer = named("/healthz", host=host)

    assert answer.status == 200
    assert host not in answer.body or not host


def test_a_path_in_the_public_address_is_part_of_every_address(
    shared_workspace: Workspace,
) -> None:
    """It comes from the setting alone, and a proxy may have removed it or not."""
    settings = Settings(shared_workspace.locations, base_url=f"{PUBLIC}/kb")
    with answering(settings) as send:
        below = send("/kb/fr/practices/newtown-lamps", *FORGED)
        removed = send("/fr/practices/newtown-lamps")
        redirected = send("/fr//practices/")

        assert below.status == 200
        assert below.without_tokens() == removed.without_tokens()
        assert set(re.findall(r'href="/(\w+)/', below.body)) == {"kb"}
        assert f"{PUBLIC}/kb/fr/practices/newtown-lamps" in below.body
        assert redirected.location == "/kb/fr/practices/"
        assert f"Sitemap: {PUBLIC}/kb/sitemap.xml" in send("/robots.txt").body
        assert send("/kbx/fr/").status == 404
