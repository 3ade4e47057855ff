"""What takes long has threads of its own: health and pages are answered meanwhile."""

import http.client
import json
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from threading import Event
from typing import Any

import pytest
from flask import Flask

from kb.core.metrics import Metrics, Pool, PoolCount
from kb.server.pools import (
    EXPORT_VIEWS,
    Pools,
    PoolSize,
    pool_of,
    pool_sizes,
    view_finder,
)
from kb.staff.imports.uploads import body_limits
from tests.support.http_threads import served_in_thread
from tests.support.polling import wait_until

PATIENCE_S = 60
EXPORT, BRIEF = "/en/search.csv?q=lamps", "/en/dossier.pdf?r=practices/newtown-lamps"
HEALTH, READY, METRICS, SEARCH = "/healthz", "/readyz", "/metrics", "/en/search?q=lamps"
ANSWERS = {HEALTH: {200}, READY: {200, 503}, METRICS: {200}, SEARCH: {200}}
SIZES = pool_sizes(is_index_shared=False)
EXPORTS_AT_ONCE = 1 + 8


@dataclass
class HeldApplication:
    """The application; requests with `hold` in their query wait for `may_end`."""

    app: Flask
    may_end: Event = field(default_factory=Event)
    held: list[str] = field(default_factory=list)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer, at once or when the test says so."""
        query = environ["QUERY_STRING"]
        if "hold" in query and "kb.refused" not in environ:
            self.held.append(query)
            assert self.may_end.wait(PATIENCE_S)
        return self.app(environ, start_response)


@dataclass
class Site:
    """A served application whose requests the test may hold."""

    application: HeldApplication
    metrics: Metrics
    address: tuple[str, int]
    clients: list[http.client.HTTPConnection] = field(default_factory=list)

    def ask(self, path: str) -> http.client.HTTPConnection:
        """Send a request, without waiting for the answer."""
        client = http.client.HTTPConnection(*self.address, timeout=PATIENCE_S)
        self.clients.append(client)
        client.request("GET", path)
        return client

    def hold(self, path: str) -> http.client.HTTPConnection:
        """Send a request that is not answered before `may_end`."""
        return self.ask(f"{path}{'&' if '?' in path else '?'}hold={len(self.clients)}")

    def status(self, path: str) -> int:
        """Return the status of the answer to a request."""
        return self.ask(path).getresponse().status

    def count(self, pool: Pool, count: PoolCount) -> float:
        """Return a number of requests of a pool."""
        return self.metrics.total(pool, count)


@pytest.fixture
def serve(app: Flask) -> Iterator[Callable[[dict[Pool, PoolSize]], Site]]:
    """Return a function that serves the site with pools of some sizes."""
    contexts, sites = [], []

    def start(sizes: dict[Pool, PoolSize]) -> Site:
        held, metrics = HeldApplication(app), Metrics()
        pools = Pools(sizes, view_finder(app, ""), metrics)
        context = served_in_thread(held, limits=partial(body_limits, app), pools=pools)
        contexts.append(context)
        sites.append(Site(held, metrics, context.__enter__()))
        return sites[-1]

    yield start
    for site in sites:
        site.application.may_end.set()
        for client in site.clients:
            client.close()
    for context in contexts:
        context.__exit__(None, None, None)


@pytest.fixture
def site(serve: Callable[[dict[Pool, PoolSize]], Site]) -> Site:
    """Return a site with the pools of a worker."""
    return serve(SIZES)


@pytest.mark.parametrize(
    "path", [EXPORT, BRIEF, "/en/map", "/en/gaps", "/sitemap.xml", "/en/staff/sign-in"]
)
def test_health_and_a_search_are_answered_while_eight_visitors_wait(
    site: Site, path: str
) -> None:
    """A monitor would restart the service, and visitors would leave it."""
    visitors = [site.hold(path) for _ in range(8)]
    wait_until(lambda: bool(site.application.held))

    for asked in (HEALTH, READY, METRICS, SEARCH):
        assert site.status(asked) in ANSWERS[asked]

    site.application.may_end.set()
    assert {visitor.getresponse().status for visitor in visitors} == {200}


def test_health_is_answered_while_all_other_threads_are_busy(site: Site) -> None:
    """Pages that take long are no reason to restart the service either."""
    for path in (SEARCH, EXPORT, *["/en/staff/sign-in"] * 3):
        for _ in range(2):
            site.hold(path)
    threads = sum(SIZES[pool].threads for pool in Pool if pool is not Pool.MONITORING)
    wait_until(lambda: len(site.application.held) == threads)

    assert site.status(HEALTH) == 200


def test_a_hundred_exports_at_once_are_made_or_refused(site: Site) -> None:
    """Those that are refused learn when to come again, and a search is answered."""
    clients = [site.hold(EXPORT)]
    wait_until(lambda: bool(site.application.held))
    clients += [site.hold(EXPORT) for _ in range(99)]
    refused = 100 - EXPORTS_AT_ONCE
    wait_until(lambda: site.count(Pool.EXPORTS, PoolCount.REFUSED) == refused)

    assert site.status(SEARCH) == 200
    assert site.count(Pool.EXPORTS, PoolCount.WAITING) == EXPORTS_AT_ONCE - 1
    assert site.count(Pool.EXPORTS, PoolCount.RUNNING) == 1
    site.application.may_end.set()
    answers = [client.getresponse() for client in clients]

    assert [answer.status for answer in answers].count(200) == EXPORTS_AT_ONCE
    waits = {answer.headers["Retry-After"] for answer in answers if answer.status > 200}
    assert waits == {"5"}


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/en/search.csv?q=a", "Too many requests of this kind"),
        ("/fr/search.csv?q=a", "Trop de demandes de ce genre"),
        ("/api/v1/records", "Too many requests of this kind"),
    ],
)
def test_a_refusal_is_in_the_language_of_the_reader(
    serve: Callable[[dict[Pool, PoolSize]], Site], path: str, words: str
) -> None:
    """A program gets the error of the API."""
    site = serve(SIZES | {Pool.EXPORTS: PoolSize(1, max_waiting=0)})
    site.hold(EXPORT)
    wait_until(lambda: bool(site.application.held))

    answer = site.ask(path).getresponse()

    text = answer.read().decode()
    assert answer.status == 503
    assert words in text
    if path.startswith("/api/"):
        assert json.loads(text)["error"]["code"] == "busy"


def test_the_request_of_a_client_that_left_is_dropped(site: Site) -> None:
    """Nobody would read its answer, and those behind it come sooner."""
    first = site.hold(EXPORT)
    wait_until(lambda: bool(site.application.held))
    gone, last = site.hold(EXPORT), site.hold(EXPORT)
    wait_until(lambda: site.count(Pool.EXPORTS, PoolCount.WAITING) == 2)

    gone.close()
    wait_until(lambda: site.count(Pool.EXPORTS, PoolCount.DROPPED) == 1)
    assert site.count(Pool.EXPORTS, PoolCount.WAITING) == 1
    site.application.may_end.set()

    assert first.getresponse().status == last.getresponse().status == 200
    assert len(site.application.held) == 2


def test_a_second_request_of_a_connection_waits_for_the_first(site: Site) -> None:
    """The answers come in order, although each kind has threads of its own."""
    with socket.create_connection(site.address, timeout=PATIENCE_S) as client:
        client.sendall(b"GET /en/map?hold=1 HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: bool(site.application.held))
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert site.status(HEALTH) == 200
        site.application.may_end.set()
        received = b"".join(iter(partial(client.recv, 65536), b""))

    assert received.count(b"HTTP/1.1 200 OK") == 2
    assert received.index(b"</html>") < received.index(b'"status":')


def test_the_times_of_views_are_counted(app: Flask, site: Site) -> None:
    """An operator sees which view is slow."""
    site.metrics.name_views(app.view_functions)
    assert site.status(SEARCH) == 200
    assert site.status(HEALTH) == 200
    wait_until(lambda: len(site.metrics.view_times()) == 2)

    views = {time.view: time for time in site.metrics.view_times()}
    assert views["public.search"].requests == 1
    assert views["public.search"].seconds == views["public.search"].slowest_s > 0


def test_the_pool_of_a_view_depends_on_its_endpoint(app: Flask) -> None:
    """Paths and methods are read as Flask does."""
    assert set(app.view_functions) >= EXPORT_VIEWS
    find = view_finder(app, "/kb")
    pools = {
        (path, method): pool_of(find(path, method))
        for path, method in (
            ("/kb/fr/search.csv", "GET"),
            ("/fr/dossier.docx", "HEAD"),
            ("/dump/records.jsonl.gz", "GET"),
            ("/fr/staff/sign-in", "POST"),
            ("/readyz", "GET"),
            ("/fr/search", "GET"),
            ("/fr/search.csv", "POST"),
            ("/fr/nowhere\xff.csv", "GET"),
        )
    }
    assert [*map(str, pools.values())] == [
        *("exports", "exports", "exports", "staff", "monitoring"),
        *("pages", "pages", "pages"),
    ]
