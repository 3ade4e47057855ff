"""The content of a process: what it reads after its own changes, and hides at once."""

import shutil
from collections.abc import Iterator

import pytest

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.pipeline import open_stored_engine, update
from kb.core.settings import Settings
from kb.publishing.changes.repository import open_repository
from kb.publishing.published.publisher import Publisher
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.polling import wait_until

LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")


@pytest.fixture
def services(content: Workspace) -> Iterator[Services]:
    """Return services whose content is followed by a thread."""
    update(open_stored_engine(content.locations), content.corpus)
    made = Services(Settings(content.locations))
    made.content.warm_up()
    made.content.follow()
    yield made
    made.content.stop_following()


def test_a_record_whose_folder_is_gone_is_hidden_before_it_is_indexed(
    services: Services, content: Workspace
) -> None:
    """Another process withdraws it: no page shows it, and no search finds it."""
    stamp, generation = services.corpus.stamp, services.engine.generation
    shutil.rmtree(content.path(str(LAMPS)))

    wait_until(lambda: LAMPS not in services.corpus.records)

    assert services.corpus.stamp != stamp
    assert services.engine.generation == generation


def test_own_changes_are_read_alone_and_others_too(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction says what it changed; then no other folder is looked at."""
    reader, whole = services.content._reader, []  # noqa: SLF001  # counts readings
    read_all = reader.read

    def counted() -> Corpus:
        whole.append(1)
        return read_all()

    monkeypatch.setattr(reader, "read", counted)
    own = open_repository(
        services.settings.locations, reader=services.content.staff_reader
    )
    Publisher(own).withdraw(LAMPS, actor="ada@example.org")

    services.content.update_index()

    assert LAMPS not in services.corpus.records
    assert whole == []
    other = RecordId(Kind.EVENT, "w9")
    Publisher(open_repository(services.settings.locations)).withdraw(
        other, actor="ada@example.org"
    )
    assert other not in services.content.newest().records
    assert whole == [1]
