"""One page for visitors at a time, and the staff side beside it."""

from collections.abc import Iterable
from threading import Event, Thread
from typing import Any

import pytest

from kb.server.gunicorn import OnePageAtATime, WSGIApplication, ordered_pages

PATIENCE_S = 10
PAGE, OTHER_PAGE, DRAFT = "/fr/search", "/api/v1/search", "/fr/staff/drafts/events/w9"


class Application:
    """An application that computes its first page until `may_end` is set."""

    def __init__(self) -> None:
        self.begun = Event()
        self.may_end = Event()
        self.answered: list[str] = []

    def __call__(
        self, environ: dict[str, Any], _start_response: object
    ) -> Iterable[bytes]:
        """Answer at once, except the first page."""
        path = environ["PATH_INFO"]
        if path == PAGE:
            self.begun.set()
            assert self.may_end.wait(PATIENCE_S)
        self.answered.append(path)
        return [b"done"]


@pytest.fixture
def application() -> Application:
    """Return the application."""
    return Application()


def asked(ordered: WSGIApplication, path: str) -> Thread:
    """Request a page in a thread of its own."""
    thread = Thread(target=lambda: ordered({"PATH_INFO": path}, None))
    thread.start()
    return thread


def test_a_page_waits_for_another_and_the_staff_side_does_not(
    application: Application,
) -> None:
    """A preview waits for a process; no visitor may wait for it, nor it for them."""
    ordered = ordered_pages(application, is_index_shared=False)

    first = asked(ordered, PAGE)
    assert application.begun.wait(PATIENCE_S)
    second = asked(ordered, OTHER_PAGE)
    asked(ordered, DRAFT).join(PATIENCE_S)
    assert application.answered == [DRAFT]

    application.may_end.set()

    first.join(PATIENCE_S)
    second.join(PATIENCE_S)
    assert application.answered == [DRAFT, PAGE, OTHER_PAGE]


def test_pages_that_wait_for_a_cluster_are_computed_together(
    application: Application,
) -> None:
    """Most of their time is that of the nodes."""
    ordered = ordered_pages(application, is_index_shared=True)

    first = asked(ordered, PAGE)
    assert application.begun.wait(PATIENCE_S)
    asked(ordered, OTHER_PAGE).join(PATIENCE_S)
    assert application.answered == [OTHER_PAGE]

    application.may_end.set()
    first.join(PATIENCE_S)


def test_a_page_that_fails_holds_up_no_other() -> None:
    """The lock is released with the exception."""

    def failing(environ: dict[str, Any], _start_response: object) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PAGE:
            raise ValueError(PAGE)
        return [b"done"]

    ordered = OnePageAtATime(failing)
    with pytest.raises(ValueError, match=PAGE):
        ordered({"PATH_INFO": PAGE}, None)

    assert list(ordered({"PATH_INFO": OTHER_PAGE}, None)) == [b"done"]
