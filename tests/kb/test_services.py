"""The services of the site: index, corpus and counts stay in step."""

from collections.abc import Iterator

import pytest

from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.query import Query
from indexer.model.results import ResultPage
from indexer.pipeline import open_stored_engine, update
from kb.app import create_app
from kb.core.settings import Settings
from kb.database.schema import StaffStore
from kb.server.startup import prepare, request_each_page
from kb.services import Services, live_content
from kb.services.search_counter import count_search
from tests.support.builders import Workspace
from tests.support.polling import becomes_true

TIMEOUT_S = 30
EVENT = RecordId(Kind.EVENT, "w9")

VISITOR = "192.0.2.1"


@pytest.fixture
def services(workspace: Workspace) -> Iterator[Services]:
    """Return the warmed-up services of a small site."""
    update(open_stored_engine(workspace.locations), workspace.corpus)
    site = Services(Settings(workspace.locations))
    site.content.warm_up()
    yield site
    site.content.stop_following()


def change_and_index(workspace: Workspace) -> None:
    """Change a text, and update the index as another process does."""
    workspace.replace("events/w9/fr.md", "de tout.", "de drones.")
    update(open_stored_engine(workspace.locations), workspace.corpus)


def body(services: Services) -> str:
    """Return the text that `change_and_index` changes, as the site shows it."""
    record = services.corpus.get(EVENT)
    assert record is not None
    return str(record.editions[0].body)


def test_searches_of_the_service_itself_are_not_counted(services: Services) -> None:
    """In a small corpus, some searches of the start have no result."""
    StaffStore(services.settings.database).migrate()

    request_each_page(create_app(services=services))

    assert services.database.zero_result_searches.most_frequent(limit=9) == ()


def test_without_the_thread_a_request_refreshes_the_index(
    services: Services, workspace: Workspace
) -> None:
    """`flask run` starts no thread."""
    change_and_index(workspace)

    services.refresh()

    assert "drones" in body(services)


def test_the_thread_refreshes_the_index(
    services: Services, workspace: Workspace
) -> None:
    """No request has to do it, or waits for it."""
    before = services.engine.generation
    services.content.follow()
    change_and_index(workspace)

    assert becomes_true(lambda: "drones" in body(services))
    assert services.engine.generation != before


def test_the_thread_survives_an_error(
    services: Services, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The current index goes on answering, and the next refresh finds the new one."""
    refresh = services.engine.refresh
    failures: list[bool] = []

    def fail_once(*, is_patient: bool = False) -> bool:
        if not failures:
            failures.append(True)
            raise MemoryError
        return refresh(is_patient=is_patient)

    monkeypatch.setattr(services.engine, "refresh", fail_once)
    monkeypatch.setattr(live_content, "RETRY_AFTER_S", 0.01)
    services.content.follow()
    change_and_index(workspace)

    assert becomes_true(lambda: "drones" in body(services))
    assert failures


def test_requests_refresh_the_index_after_the_thread_has_ended(
    services: Services, workspace: Workspace
) -> None:
    """An error that the thread does not expect must not freeze the site."""
    services.content.follow()
    services.content.stop_following()
    assert becomes_true(lambda: not services.engine.is_followed)
    change_and_index(workspace)

    services.refresh()

    assert "drones" in body(services)


def test_the_thread_makes_a_long_pause_after_an_error(
    services: Services,
    workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The content may be away for an hour: the log must not fill up."""
    monkeypatch.setattr(live_content, "REFRESH_EVERY_S", 0.001)
    monkeypatch.setattr(live_content, "RETRY_AFTER_S", TIMEOUT_S)
    change_and_index(workspace)
    workspace.documents.rename(workspace.documents.with_name("away"))

    services.content.follow()

    assert becomes_true(lambda: "can't be read again" in caplog.text)
    services.content.stop_following()
    assert becomes_true(lambda: not services.engine.is_followed)
    assert caplog.text.count("can't be read again") == 1


def test_a_withdrawn_record_disappears_even_if_the_index_is_not_updated(
    services: Services, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk may be full: the index still counts the record, no page shows it."""
    monkeypatch.setattr(live_content, "INDEX_TIMEOUT_S", 0.01)
    title = services.corpus.records[EVENT].edition(Locale.FR).title
    assert services.searches.suggest(title, Locale.FR, limit=9)
    generation = services.engine.generation
    services.content.follow()
    (workspace.documents / "events/w9").rename(workspace.root / "aside")

    assert becomes_true(lambda: services.corpus.get(EVENT) is None)
    found = services.searches.search(Query(page_size=50))
    assert EVENT not in {hit.id for hit in found.hits}
    assert len(found.hits) == found.total - 1
    assert not services.searches.suggest(title, Locale.FR, limit=9)
    assert services.engine.generation == generation


def test_catch_up_reads_a_record_that_another_process_restored(
    services: Services, workspace: Workspace
) -> None:
    """Another worker often answers the page that staff are redirected to."""
    place, aside = workspace.documents / "events/w9", workspace.root / "aside"
    place.rename(aside)
    services.content.catch_up()
    assert services.corpus.get(EVENT) is None

    aside.rename(place)
    services.content.catch_up()

    assert services.corpus.get(EVENT) is not None


def test_a_search_without_results_is_counted(services: Services) -> None:
    """Staff see what visitors miss."""
    query = Query(root=None, text="xylozorg")

    count_search(services, query, services.searches.search(query), address="192.0.2.1")

    (counted,) = services.database.zero_result_searches.most_frequent(limit=9)
    assert counted.text == "xylozorg"


def test_every_search_is_counted_in_groups(services: Services) -> None:
    """A visitor does not wait for the write, and one visitor counts once."""
    query = Query(root=None, text="lampe")
    for address in ("192.0.2.1", "192.0.2.1", "198.51.100.1"):
        count_search(services, query, ResultPage(3, 1, 1), address=address)
    typed = services.database.typed_searches
    assert typed.most_frequent(limit=9) == ()

    services.pending_searches.flush()

    (counted,) = typed.most_frequent(limit=9)
    assert (counted.text, counted.count) == ("lampe", 2)


def test_a_search_is_answered_if_it_cannot_be_counted(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    """The staff database may be damaged."""
    caplog.set_level("INFO")
    workspace.locations.instance.mkdir(exist_ok=True)
    (workspace.locations.instance / "staff.db").write_bytes(b"no database" * 99)
    site = Services(Settings(workspace.locations))

    count_search(
        site,
        Query(root=None, text="xylozorg"),
        ResultPage(0, 1, 1),
        address="192.0.2.1",
    )

    assert "a search without results is not counted" in caplog.text


def test_a_page_of_results_is_cached_until_the_index_changes(
    services: Services,
) -> None:
    """Visitors come back to their results from each record that they open."""
    query = Query(page_size=50)

    before = services.searches.search(query)
    assert services.searches.search(query) is before

    services.engine.upsert([], delete=[before.hits[0].id])
    assert services.searches.search(query).total == before.total - 1


def test_counts_of_searches_are_deleted_when_counting_is_disabled(
    services: Services, workspace: Workspace
) -> None:
    """`KB_UNFOUND_SEARCHES=no` also clears what was counted before."""
    query = Query(root=None, text="xylozorg")
    count_search(services, query, services.searches.search(query), address="192.0.2.1")
    assert services.database.zero_result_searches.most_frequent(limit=9)
    site = Services(Settings(workspace.locations, counts_unfound=False))

    prepare(site, notify=print)
    count_search(site, query, site.searches.search(query), address=VISITOR)

    assert site.database.zero_result_searches.most_frequent(limit=9) == ()
