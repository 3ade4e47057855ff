"""The request queue."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Blueprint, Flask

from kb.core import request_queue
from kb.core.request_queue import (
    FAST_SWITCH_INTERVAL_S,
    fast_thread_switching,
    init_request_queue,
    is_busy,
)

PAGES = 8


def an_app(answer: Callable[[], str]) -> Flask:
    """Return an application with one public and one staff page."""
    app = Flask(__name__)
    init_request_queue(app)
    for name in ("public", "staff"):
        blueprint = Blueprint(name, __name__, url_prefix=f"/{name}")
        blueprint.add_url_rule("/", "page", answer)
        app.register_blueprint(blueprint)
    return app


def test_public_pages_are_computed_one_at_a_time() -> None:
    """A concurrent second request waits."""
    at_work = threading.Lock()

    def answer() -> str:
        if not at_work.acquire(blocking=False):
            return "two at once"
        threading.Event().wait(0.01)
        at_work.release()
        return "alone"

    app = an_app(answer)
    with ThreadPoolExecutor(PAGES) as pool:
        asked = [pool.submit(app.test_client().get, "/public/") for _ in range(PAGES)]

    assert {each.result().text for each in asked} == {"alone"}


def test_is_busy_while_a_page_is_computed() -> None:
    """The server closes some connections of a busy worker."""
    told: list[bool] = []

    def answer() -> str:
        told.append(is_busy(app))
        return "at work"

    app = an_app(answer)
    for name in ("public", "staff"):
        app.test_client().get(f"/{name}/")

    assert told == [True, False]
    assert not is_busy(app)


@pytest.mark.parametrize("name", ["public", "staff"])
def test_a_slow_page_delays_others_only_until_the_timeout(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Staff pages, which wait for disks, are not queued at all."""
    if name == "public":
        monkeypatch.setattr(request_queue, "QUEUE_TIMEOUT_S", 0.01)
    together = threading.Barrier(2, timeout=30)

    def answer() -> str:
        together.wait()
        return "together"

    app = an_app(answer)
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(app.test_client().get, f"/{name}/") for _ in range(2)]

    assert {each.result().text for each in asked} == {"together"}


def test_a_page_that_fails_releases_the_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next request must not wait for the timeout."""
    monkeypatch.setattr(request_queue, "QUEUE_TIMEOUT_S", 60.0)

    def answer() -> str:
        raise ZeroDivisionError

    client = an_app(answer).test_client()

    assert [client.get("/public/").status_code for _ in range(2)] == [500, 500]


def test_the_switch_interval_is_restored_after_the_last_block() -> None:
    """The interpreter has one interval for all threads."""
    usual = sys.getswitchinterval()

    with fast_thread_switching():
        with fast_thread_switching():
            pass
        assert sys.getswitchinterval() == pytest.approx(FAST_SWITCH_INTERVAL_S)

    assert sys.getswitchinterval() == pytest.approx(usual)
