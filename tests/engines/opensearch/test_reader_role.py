"""A reader on another machine, which shares the index of the writer."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from indexer.pipeline import Locations
from kb.app import create_app
from kb.core.settings import ServiceRole, Settings
from kb.server.content_watcher import ContentWatcher
from kb.server.startup import prepare
from kb.services import Services
from tests.engines.opensearch.conftest import on_cluster
from tests.support.builders import Workspace

pytestmark = pytest.mark.cluster

EVENT = "events/w9/fr.md"


@dataclass(frozen=True)
class SharedIndex:
    """A writer, and a reader with a copy of its content and its key."""

    writer: Services
    reader: Services
    content: Workspace
    copy: Workspace

    @property
    def client(self) -> FlaskClient:
        """A visitor of the reader."""
        return create_app(services=self.reader).test_client()

    def copy_content(self) -> None:
        """Copy the content, as rsync does."""
        shutil.copytree(self.content.documents, self.copy.documents, dirs_exist_ok=True)


@pytest.fixture
def shared(indexed: Locations, tmp_path: Path) -> SharedIndex:
    """Return a writer and a reader that has just started."""
    content, copy = Workspace(tmp_path), Workspace(tmp_path / "reader")
    shutil.copytree(content.documents, copy.documents)
    copy.locations.instance.mkdir()
    shutil.copy(indexed.index_key, copy.locations.index_key)
    here = on_cluster(copy.locations, indexed.cluster)
    reader = Services(Settings(here).with_role(ServiceRole.READER))
    writer = Services(Settings(indexed))
    assert prepare(reader, notify=lambda _: None) is None
    return SharedIndex(writer, reader, content, copy)


def test_a_reader_searches_the_index_and_writes_nothing(shared: SharedIndex) -> None:
    """It has no index of its own, and none is made."""
    generation = shared.writer.engine.stored_generation()

    assert "w9" in shared.client.get("/fr/search?q=atelier").text
    assert shared.client.get("/healthz").status_code == 200
    assert shared.reader.engine.stored_generation() == generation
    assert list(shared.copy.locations.index.rglob("*")) == []


def test_a_hit_is_shown_when_the_reader_has_the_record_in_its_version(
    shared: SharedIndex,
) -> None:
    """The index may be newer than the copy of the content, and later the same."""
    watcher = ContentWatcher(shared.reader)
    watcher.check()
    watcher.check()
    client = shared.client
    shared.content.replace(EVENT, "de tout.", "de dirigeables.")
    shared.writer.content.update_index()

    assert shared.reader.content.refresh()
    assert "/fr/events/w9" not in client.get("/fr/search?q=dirigeables").text

    shared.copy_content()
    watcher.check()
    assert not watcher.check(), "a reader indexes nothing"
    answer = client.get("/fr/search?q=dirigeables").text
    assert "/fr/events/w9" in answer


def test_a_reader_without_the_key_shows_no_results(shared: SharedIndex) -> None:
    """The key tells the index of its writer from any other."""
    shared.copy.locations.index_key.unlink()
    locations = on_cluster(
        shared.copy.locations, shared.reader.settings.locations.cluster
    )
    reader = Services(Settings(locations).with_role(ServiceRole.READER))
    client = create_app(services=reader).test_client()

    assert client.get("/fr/search?q=atelier").status_code == 503
    assert client.get("/fr/events/w9").status_code == 200
    assert not locations.index_key.exists()
