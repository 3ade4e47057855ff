"""A read-only replica: `kb serve --role reader`, beside a writer on another machine."""

import http.client
import os
import random
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from indexer.model.ids import Kind, RecordId
from kb.app import create_app
from kb.core.settings import ServiceRole, Settings
from kb.publishing.changes.repository import open_repository
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.published.trash import Trash
from kb.server.content_watcher import ContentWatcher
from kb.server.startup import prepare
from kb.services import Services
from tests.support.builders import Workspace, a_workspace
from tests.support.matrix import matrix
from tests.support.polling import wait_until
from tests.support.server import serving, total

EVENT = RecordId(Kind.EVENT, "w9")
LAMPS = RecordId(Kind.PRACTICE, "newtown-lamps")
HALF = RecordId(Kind.PRACTICE, "half-written")


def synchronise(source: Path, target: Path, *, seed: int = 0) -> Iterator[Path]:
    """Make a folder equal to another as rsync does; yield each path that changed.

    Files come in any order, each under a temporary hidden name first. Locks and
    journals of SQLite are left out.
    """
    order = random.Random(seed)  # noqa: S311  # no secret
    target.mkdir(parents=True, exist_ok=True)
    names = [path.relative_to(source) for path in source.rglob("*") if path.is_file()]
    names = [name for name in names if not name.name.endswith(("-journal", ".lock"))]
    stray = [
        path.relative_to(target)
        for path in target.rglob("*")
        if path.is_file() and path.relative_to(target) not in names
    ]
    changed = [each for each in names if not is_same(source / each, target / each)]
    todo = [*changed, *stray]
    order.shuffle(todo)
    for name in todo:
        path = target / name
        if name in stray:
            path.unlink()
            if path.parent != target and not any(path.parent.iterdir()):
                path.parent.rmdir()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_name(f".{path.name}.Xa81Qz")
            content = (source / name).read_bytes()
            temporary.write_bytes(content[: len(content) // 2])
            yield temporary
            temporary.write_bytes(content)
            shutil.copystat(source / name, temporary)
            temporary.replace(path)
        yield path


def is_same(first: Path, second: Path) -> bool:
    """Return whether two files have the same size and mtime, as rsync compares them."""
    if not second.exists():
        return False
    one, other = first.stat(), second.stat()
    return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)


def tree(folder: Path) -> dict[str, tuple[int, int]]:
    """Return inode and mtime of all files: they show that nothing was written."""
    return {
        str(path.relative_to(folder)): (path.stat().st_ino, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


@dataclass(frozen=True)
class Replica:
    """The folders of a reader, and those of its writer."""

    writer: Workspace
    reader: Workspace

    def copy(self, *, seed: int = 0) -> None:
        """Copy the history, and then the content, from the writer to the reader."""
        for _ in self.copying(seed=seed):
            pass

    def copying(self, *, seed: int = 0) -> Iterator[Path]:
        """Copy, and yield each changed path."""
        there, here = self.writer.locations, self.reader.locations
        history = here.instance / "history"
        yield from synchronise(there.instance / "history", history, seed=seed)
        yield from synchronise(there.documents, here.documents, seed=seed)

    def settings(self) -> Settings:
        """Return the settings of the reader."""
        return Settings(self.reader.locations).with_role(ServiceRole.READER)

    def trash(self) -> Trash:
        """Return the trash of the writer."""
        return Trash(open_repository(self.writer.locations))


@pytest.fixture
def replica(tmp_path: Path) -> Replica:
    """Return a writer with a history, and a reader with a first copy."""
    for name in ("writer", "reader"):
        (tmp_path / name).mkdir()
    replica = Replica(a_workspace(tmp_path / "writer"), Workspace(tmp_path / "reader"))
    services = Services(Settings(replica.writer.locations))
    prepare(services, notify=lambda _: None)
    watcher = ContentWatcher(services)
    for _ in range(2):
        watcher.check()
    replica.copy()
    return replica


@pytest.fixture
def services(replica: Replica) -> Services:
    """Return the services of the reader."""
    services = Services(replica.settings())
    prepare(services, notify=lambda _: None)
    services.content.warm_up()
    return services


@pytest.fixture
def client(services: Services) -> FlaskClient:
    """Return a client of the reader."""
    return create_app(services=services).test_client()


@pytest.mark.parametrize("path", ["/fr/staff/", "/fr/staff/sign-in", "/en/staff/x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_staff_addresses_of_a_reader_are_unknown(
    client: FlaskClient, path: str, method: str
) -> None:
    """They answer as any other unknown address."""
    response = client.open(path, method=method)
    unknown = client.open(path.replace("staff", "nowhere"), method=method)

    assert response.status_code == unknown.status_code == 404
    assert "Set-Cookie" not in response.headers
    assert response.text.replace("staff", "nowhere") == unknown.text


def test_no_page_of_a_reader_links_to_the_staff_side(
    client: FlaskClient, shared_workspace: Workspace
) -> None:
    """A writer has a link in the footer of the same pages."""
    writer = create_app(Settings(shared_workspace.locations)).test_client()
    for path in ("", "search?q=rue", "practices/newtown-lamps", "nowhere", "dossier"):
        assert "/fr/staff" in writer.get(f"/fr/{path}").text
        assert "/fr/staff" not in client.get(f"/fr/{path}").text


def test_a_reader_answers_visitors(client: FlaskClient) -> None:
    """The dossier is a form, but nothing of it is stored."""
    assert client.get("/api/v1/search?q=eclairage").json["total"] == 1  # type: ignore[index]
    response = client.post("/fr/dossier", data={"action": "add", "id": str(EVENT)})
    assert response.status_code == 303
    assert client.get("/readyz").status_code == 200
    assert "staff_database" not in client.get("/readyz").text


def test_a_reader_writes_neither_content_nor_history(
    replica: Replica, services: Services, client: FlaskClient
) -> None:
    """Its own files in KB_INSTANCE hold no account, no secret and no draft."""
    before = tree(replica.reader.documents)
    history = replica.reader.locations.instance / "history"
    states = tree(history)
    watcher = ContentWatcher(services)
    client.get("/fr/search?q=xylozorg")
    client.get("/fr/practices/never-there")
    for _ in range(3):
        watcher.check()
    pauses = iter([False, True])
    watcher.watch(lambda _: next(pauses))

    assert tree(replica.reader.documents) == before
    assert tree(history) == states
    own = {path.name for path in replica.reader.locations.instance.iterdir()}
    caches = {"digests.json", "readings", "records.db"}
    assert own <= {"history", "index.key", "watching.lock", *caches}
    assert not History(replica.reader.locations.instance, is_copy=True).changes(
        include_initial=False
    )


@pytest.mark.load
@pytest.mark.parametrize("seed", matrix(0, rest=range(4)))
def test_a_reader_follows_copies_in_any_order(
    replica: Replica, services: Services, client: FlaskClient, seed: int
) -> None:
    """No page fails in the middle of a copy, and the end of all orders is the same."""
    watcher = ContentWatcher(services)
    for _ in range(2):
        watcher.check()
    trash = replica.trash()
    trash.delete(EVENT, actor="ada@example.org")
    trash.merge(LAMPS, HALF, actor="ada@example.org")
    edited = replica.writer.path("practices/newtown-lamps/fr.md")
    edited.write_text(edited.read_text("utf-8") + "\nDes dirigeables.\n", "utf-8")

    for _ in replica.copying(seed=seed):
        watcher.check()
        for path in ("", "search?q=rue", "practices/", "events/"):
            assert client.get(f"/fr/{path}").status_code == 200
        for record in (EVENT, HALF):
            assert client.get(f"/fr/{record}").status_code in {200, 301, 404, 410}
    for _ in range(3):
        watcher.check()

    assert client.get(f"/fr/{EVENT}").status_code == 410
    moved = client.get(f"/fr/{HALF}")
    assert (moved.status_code, moved.location) == (301, f"/fr/{LAMPS}")
    found = client.get("/api/v1/search?q=dirigeables").json
    assert [hit["id"] for hit in found["hits"]] == ["newtown-lamps"]  # type: ignore[index]
    assert client.get("/fr/practices/never-there").status_code == 404
    history = History(replica.reader.locations.instance, is_copy=True)
    last = history.changes(LAMPS)[0].entry.action
    assert last is not HistoryAction.EXTERNAL_EDIT
    assert not list(replica.reader.locations.instance.glob("journal/*"))


def test_a_reader_follows_the_lexicon(replica: Replica, services: Services) -> None:
    """The file belongs to no record."""
    watcher = ContentWatcher(services)
    for _ in range(2):
        watcher.check()
    generation = services.engine.generation
    lexicon = "always:\n  - {fr: ruelle, en: alley}\n"
    replica.writer.path("lexicon.yaml").write_text(lexicon, "utf-8")

    replica.copy()

    assert watcher.check()
    assert services.engine.generation != generation
    assert not watcher.check()


@pytest.mark.load
def test_the_history_of_a_reader_may_be_replaced_while_it_is_read(
    replica: Replica, client: FlaskClient
) -> None:
    """Each request opens the file that is there; none waits for a lock."""
    replica.trash().delete(EVENT, actor="ada@example.org")
    replica.copy()
    client.application.extensions["kb-services"].content.read()
    database = replica.reader.locations.instance / "history/history.sqlite"
    content = database.read_bytes()
    is_over = threading.Event()

    def replace() -> None:
        while not is_over.is_set():
            temporary = database.with_name(".history.sqlite.Xa81Qz")
            temporary.write_bytes(content)
            temporary.replace(database)

    thread = threading.Thread(target=replace)
    thread.start()
    try:
        statuses = {client.get(f"/fr/{EVENT}").status_code for _ in range(200)}
    finally:
        is_over.set()
        thread.join()

    assert statuses == {410}


def test_a_reader_ignores_locks_and_journals_in_the_copy_of_the_history(
    replica: Replica, client: FlaskClient
) -> None:
    """SQLite would want to roll the journal back, and to write for it."""
    replica.trash().delete(EVENT, actor="ada@example.org")
    replica.copy()
    client.application.extensions["kb-services"].content.read()
    history = replica.reader.locations.instance / "history"
    (history / "history.sqlite-journal").write_bytes(os.urandom(4096))
    history.chmod(0o500)
    try:
        assert client.get(f"/fr/{EVENT}").status_code == 410
    finally:
        history.chmod(0o700)


@pytest.mark.parametrize("content", [None, b"", b"no database" * 99])
def test_a_missing_or_torn_history_answers_404(
    replica: Replica, client: FlaskClient, content: bytes | None
) -> None:
    """The next copy corrects it."""
    replica.trash().delete(EVENT, actor="ada@example.org")
    replica.copy()
    client.application.extensions["kb-services"].content.read()
    database = replica.reader.locations.instance / "history/history.sqlite"
    good = database.read_bytes()
    database.unlink()
    if content is not None:
        database.write_bytes(content)
    assert client.get(f"/fr/{EVENT}").status_code == 404

    database.write_bytes(good)

    assert client.get(f"/fr/{EVENT}").status_code == 410


def status_and_location(address: str, path: str) -> tuple[int, str | None]:
    """Return the status and the Location of a response, without following it."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers["Location"]
    finally:
        connection.close()


@pytest.mark.long
def test_a_writer_and_a_reader_serve_the_same_content(replica: Replica) -> None:
    """Both run as services; a copy is the only connection between them."""
    writer, reader = replica.writer, replica.reader
    with (
        serving(writer.root, writer.documents) as source,
        serving(reader.root, reader.documents, "--role", "reader") as copy,
    ):
        assert status_and_location(copy, "/fr/staff/")[0] == 404
        assert status_and_location(source, "/fr/staff/")[0] == 302
        trash = replica.trash()
        trash.delete(EVENT, actor="ada@example.org")
        trash.merge(LAMPS, HALF, actor="ada@example.org")
        lamps = "practices/newtown-lamps/fr.md"
        writer.replace(lamps, "lampadaires remplacés.", "dirigeables.")
        wait_until(lambda: total(source, "dirigeables") == 1)
        assert total(copy, "dirigeables") == 0

        replica.copy(seed=1)

        wait_until(lambda: total(copy, "dirigeables") == 1)
        wait_until(lambda: status_and_location(copy, f"/fr/{EVENT}")[0] == 410)
        moved = (301, f"/fr/{LAMPS}")
        wait_until(lambda: status_and_location(copy, f"/fr/{HALF}") == moved)
        wait_until(lambda: status_and_location(copy, "/readyz")[0] == 200)
    assert not (reader.locations.instance / "staff.db").exists()
    assert "staff" not in (reader.root / "serve.log").read_text("utf-8").replace(
        "without staff pages", ""
    )
