"""The engine and the content stay in step, whoever looks for what is new."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Query
from indexer.pipeline import open_stored_engine, update
from kb.core.settings import Settings
from kb.services import Services, content_follower, live_content
from tests.support.builders import Workspace

PATIENCE_S = 30
EVENT = RecordId(Kind.EVENT, "w9")


def becomes_true(is_true: Callable[[], bool]) -> bool:
    """Wait for what another thread does."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_true()


@pytest.fixture
def services(workspace: Workspace) -> Services:
    """Give the services of a small site, warm."""
    update(open_stored_engine(workspace.locations), workspace.corpus)
    made = Services(Settings(workspace.locations))
    made.content.warm_up()
    return made


def change(workspace: Workspace) -> None:
    """Change a text, and index it beside."""
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")
    update(open_stored_engine(workspace.locations), workspace.corpus)


def body(services: Services) -> str:
    """Give the text that is changed, as it is shown."""
    record = services.corpus.get(EVENT)
    assert record is not None
    return str(record.editions[0].body)


def test_without_a_thread_a_request_looks_for_what_is_new(
    services: Services, workspace: Workspace
) -> None:
    """As on the machine of who works on the content."""
    change(workspace)

    services.refresh()

    assert "drones" in body(services)


def test_a_thread_follows_so_that_no_request_does(
    services: Services, workspace: Workspace
) -> None:
    """A request finds everything done; one that comes too early does not wait."""
    before = services.engine.generation
    services.follow()
    try:
        change(workspace)

        assert becomes_true(lambda: "drones" in body(services))
        assert services.engine.generation != before
    finally:
        services.close()


def test_what_goes_wrong_once_does_not_end_the_thread(
    services: Services, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there goes on answering, and the next look finds what is new."""
    refresh = services.engine.refresh
    failed: list[bool] = []

    def fail_once(*, is_patient: bool = False) -> bool:
        if not failed:
            failed.append(True)
            raise MemoryError
        return refresh(is_patient=is_patient)

    monkeypatch.setattr(services.engine, "refresh", fail_once)
    monkeypatch.setattr(content_follower, "RETRY_AFTER_S", 0.01)
    services.follow()
    try:
        change(workspace)

        assert becomes_true(lambda: "drones" in body(services))
        assert failed
    finally:
        services.close()


def test_what_goes_on_failing_does_not_fill_the_log(
    services: Services,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The content may be away for an hour: it is looked for, with pauses."""
    monkeypatch.setattr(content_follower, "REFRESH_EVERY_S", 0.001)
    change(workspace)
    workspace.documents.rename(workspace.documents.with_name("away"))
    services.follow()
    try:
        assert becomes_true(lambda: "can't be read again" in caplog.text)
        time.sleep(0.2)
        assert caplog.text.count("can't be read again") == 1
    finally:
        services.close()


def test_what_was_withdrawn_is_gone_though_the_index_can_not_follow(
    services: Services, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its disk may be full: it still counts the record, and shows it no more."""
    monkeypatch.setattr(live_content, "INDEX_TIMEOUT_S", 0.01)
    title = services.corpus.records[EVENT].edition(Locale.FR).title
    assert services.searches.suggest(title, Locale.FR, limit=9)
    generation = services.engine.generation
    services.follow()
    try:
        (workspace.documents / "events/w9").rename(workspace.root / "aside")

        assert becomes_true(lambda: services.corpus.get(EVENT) is None)
        found = services.searches.search(Query(page_size=50))
        assert EVENT not in {hit.id for hit in found.hits}
        assert len(found.hits) == found.total - 1
        assert not services.searches.suggest(title, Locale.FR, limit=9)
        assert services.engine.generation == generation
    finally:
        services.close()


def test_staff_see_what_another_process_restored_though_the_index_can_not_follow(
    services: Services, workspace: Workspace
) -> None:
    """The page that they are led to is often answered by another worker."""
    place, aside = workspace.documents / "events/w9", workspace.root / "aside"
    place.rename(aside)
    services.content.catch_up()
    assert services.corpus.get(EVENT) is None

    aside.rename(place)
    services.content.catch_up()

    assert services.corpus.get(EVENT) is not None


def test_a_search_without_an_answer_waits_to_be_counted(services: Services) -> None:
    """A visitor waits for no database: who opens it counts what came before."""
    services.follow()
    try:
        query = Query(root=None, text="xylozorg")
        services.zero_results.count(query, services.searches.search(query))

        (found,) = services.database.unfound.most_frequent(limit=9)
    finally:
        services.close()
    assert found.text == "xylozorg"


def test_an_answer_is_kept_until_the_index_changes(services: Services) -> None:
    """Who comes back to their results waits for nothing, and sees what is new."""
    query = Query(page_size=50)

    before = services.searches.search(query)
    assert services.searches.search(query) is before

    services.engine.upsert([], delete=[before.hits[0].id])
    assert services.searches.search(query).total == before.total - 1
