"""Pages are computed one after another, and nobody waits for ever."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Blueprint, Flask

from kb.core import request_queue
from kb.core.request_queue import (
    CHANGED_PLACES_S,
    fast_thread_switching,
    init_request_queue,
    is_busy,
)

PAGES = 8


def an_app(answer: Callable[[], str]) -> Flask:
    """Make an application of one page, of visitors and of staff."""
    app = Flask(__name__)
    init_request_queue(app)
    for name in ("public", "staff"):
        blueprint = Blueprint(name, __name__, url_prefix=f"/{name}")
        blueprint.add_url_rule("/", "page", answer)
        app.register_blueprint(blueprint)
    return app


def test_pages_of_visitors_are_computed_one_after_another() -> None:
    """A second one that came meanwhile would find the first at work."""
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


def test_it_is_told_whether_somebody_is_at_work() -> None:
    """Of those who meet somebody, some are sent to another process."""
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
def test_a_page_that_takes_long_holds_up_nobody(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of visitors after a while; of staff, who wait for disks, not at all."""
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


def test_a_page_that_fails_lets_the_next_one_through(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its turn ends however it ends."""
    monkeypatch.setattr(request_queue, "QUEUE_TIMEOUT_S", 60.0)

    def answer() -> str:
        raise ZeroDivisionError

    client = an_app(answer).test_client()

    assert [client.get("/public/").status_code for _ in range(2)] == [500, 500]


def test_threads_change_places_often_until_the_last_haste_is_over() -> None:
    """The interpreter has one interval for all of them."""
    usual = sys.getswitchinterval()

    with fast_thread_switching():
        with fast_thread_switching():
            pass
        assert sys.getswitchinterval() == pytest.approx(CHANGED_PLACES_S)

    assert sys.getswitchinterval() == pytest.approx(usual)
