"""The life of an index in a cluster: rebuilds, changes, and indexes of others."""

import json
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexer.engines.base import ClusterAccess, IndexState, SearchEngine
from indexer.engines.opensearch import bulk_writer
from indexer.engines.opensearch import index_fields as stamp
from indexer.engines.opensearch.bulk_sender import BulkSender
from indexer.engines.opensearch.bulk_writer import IndexWriter
from indexer.errors import IndexUnavailableError, IndexWriteError
from tests.support.builders import a_query, a_record
from tests.support.cluster_run import open_cluster_engine

pytestmark = pytest.mark.cluster

DRONES = a_record("Les drones", slug="drones", text="Des drones volent.")
LAMPS = a_record("Les lampes", slug="lamps", text="Des lampes brillent.")


@pytest.fixture
def engine(access: ClusterAccess, tmp_path: Path) -> SearchEngine:
    """Return an engine whose index has one record."""
    engine = open_cluster_engine(access, tmp_path)
    engine.rebuild([DRONES])
    return engine


def request(access: ClusterAccess, method: str, path: str, body: Any = None) -> Any:
    """Send a request to the first node, and return its answer."""
    asked = urllib.request.Request(  # noqa: S310  # loopback
        f"{access.urls[0]}{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"content-type": "application/json"},
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def indexes(access: ClusterAccess) -> dict[str, bool]:
    """Return the indexes of an access, and whether the alias names each."""
    found = request(access, "GET", f"/{access.index}-*/_alias")
    return {name: access.index in each["aliases"] for name, each in found.items()}


def found(engine: SearchEngine, text: str) -> list[str]:
    """Return the slugs of the records that match a text."""
    return [hit.id.slug for hit in engine.search(a_query(text)).hits]


def test_a_rebuild_moves_the_alias_and_keeps_one_index_before(
    engine: SearchEngine, access: ClusterAccess
) -> None:
    """Requests that run during the move still find the index that they began with."""
    for record in (LAMPS, DRONES, LAMPS):
        engine.rebuild([record])

    names = indexes(access)
    assert len(names) == 2
    assert sorted(names.values()) == [False, True]
    assert found(engine, "lampes") == ["lamps"]


def test_a_failed_rebuild_leaves_the_current_index(
    engine: SearchEngine, access: ClusterAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers never see half of an index, and what was written of it is deleted."""
    before = indexes(access)

    def fail(*_: object) -> None:
        raise IndexWriteError(access.place, "the cluster is too busy")

    monkeypatch.setattr(BulkSender, "_send_batch", fail)

    with pytest.raises(IndexWriteError):
        engine.rebuild([LAMPS])

    assert indexes(access) == before
    assert found(engine, "drones") == ["drones"]


def test_a_rebuild_that_lost_documents_is_not_used(
    engine: SearchEngine, access: ClusterAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node that ends while no request waits for its disk may lose some."""
    before = indexes(access)
    send = BulkSender._send_batch  # noqa: SLF001  # where a document is lost

    def lose(self: BulkSender, index: str, batch: list[bytes]) -> None:
        send(self, index, batch[1:] or batch)

    monkeypatch.setattr(BulkSender, "_send_batch", lose)

    with pytest.raises(IndexWriteError, match="documents"):
        engine.rebuild([LAMPS])

    assert indexes(access) == before


def test_changes_of_an_index_in_use_outlive_a_node(
    engine: SearchEngine, access: ClusterAccess
) -> None:
    """Only a rebuild does without: it is worth nothing until it is whole."""
    assert found(engine, "drones") == ["drones"]
    settings = request(access, "GET", f"/{access.index}/_settings?flat_settings=true")

    assert [
        each["settings"]["index.translog.durability"] for each in settings.values()
    ] == ["request"]


def test_a_change_is_invisible_until_it_is_complete(
    engine: SearchEngine, access: ClusterAccess, tmp_path: Path, monkeypatch: Any
) -> None:
    """Its documents are written before the refresh that shows them all."""
    other = open_cluster_engine(access, tmp_path)
    send, seen = BulkSender._send_batch, []  # noqa: SLF001  # the moment between

    def look(self: BulkSender, *arguments: Any) -> None:
        send(self, *arguments)
        seen.append((found(other, "lampes"), found(other, "drones")))

    monkeypatch.setattr(BulkSender, "_send_batch", look)
    engine.upsert([LAMPS], delete=[DRONES.id])

    assert set(map(str, seen)) == {str(([], ["drones"]))}
    assert other.refresh(is_patient=True)
    assert (found(other, "lampes"), found(other, "drones")) == (["lamps"], [])


def test_a_broken_change_is_completed_by_the_next(
    engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its records have no fingerprint: an update writes them again."""
    assert engine.status().state is IndexState.READY
    changed = replace(DRONES, fingerprint="new")
    with monkeypatch.context() as patched:

        def die(*_: object) -> None:
            raise KeyboardInterrupt

        patched.setattr(IndexWriter, "_sealed", die)
        with pytest.raises(KeyboardInterrupt):
            engine.upsert([changed, replace(LAMPS, fingerprint="lamps")])

    status = engine.status()
    assert status.state is IndexState.READY
    assert set((status.fingerprints or {}).values()) == {""}

    engine.upsert([changed, replace(LAMPS, fingerprint="lamps")])
    assert engine.status().fingerprints == {DRONES.id: "new", LAMPS.id: "lamps"}


def test_a_late_write_never_undoes_a_newer_change(
    engine: SearchEngine, access: ClusterAccess
) -> None:
    """Documents have the number of their change as their version."""
    engine.upsert([replace(DRONES, fingerprint="second")])

    (name,) = (each for each, is_current in indexes(access).items() if is_current)
    path = f"/{name}/_doc/practices%2Fdrones?routing=practices/drones"
    with pytest.raises(urllib.error.HTTPError, match="409"):
        request(access, "PUT", f"{path}&version=1&version_type=external_gte", {})


def test_the_index_of_another_key_is_never_used(
    engine: SearchEngine, access: ClusterAccess, tmp_path: Path
) -> None:
    """Whoever can write to the cluster could otherwise answer our visitors."""
    stranger = open_cluster_engine(access, tmp_path / "other")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "index.key").write_bytes(b"k" * 32)

    with pytest.raises(IndexUnavailableError, match="not ours"):
        stranger.search(a_query("drones"))
    assert stranger.status().state is IndexState.DAMAGED
    assert found(engine, "drones") == ["drones"]


def test_a_copied_stamp_is_refused(engine: SearchEngine, access: ClusterAccess) -> None:
    """A stamp names its index."""
    (name,) = indexes(access)
    stamp = request(access, "GET", f"/{name}")[name]["mappings"]["_meta"]
    forged = f"{access.index}-1-00000000"
    request(access, "PUT", f"/{forged}", {"mappings": {"_meta": stamp}})
    move = [
        {"remove": {"index": name, "alias": access.index}},
        {"add": {"index": forged, "alias": access.index}},
    ]
    request(access, "POST", "/_aliases", {"actions": move})

    assert not engine.refresh(is_patient=True)
    assert engine.status().state is IndexState.DAMAGED
    assert found(engine, "drones") == ["drones"]


@pytest.mark.usefixtures("engine")
def test_the_index_of_another_version_is_outdated(
    access: ClusterAccess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of analysis or schema rebuilds it."""
    for module in (bulk_writer, stamp, "indexer.engines.opensearch.opensearch_engine"):
        name = module if isinstance(module, str) else module.__name__
        monkeypatch.setattr(f"{name}.VERSION", "newer")
    newer = open_cluster_engine(access, tmp_path)

    assert newer.status().state is IndexState.OUTDATED
    with pytest.raises(IndexUnavailableError, match="another version"):
        newer.search(a_query("drones"))


def test_a_missing_passage_is_noticed(
    engine: SearchEngine, access: ClusterAccess
) -> None:
    """The stamp tells how many records and passages there are."""
    (name,) = indexes(access)
    passage = "practices%2Fdrones%230?routing=practices/drones&refresh=true"
    request(access, "DELETE", f"/{name}/_doc/{passage}")

    status = engine.status()
    assert status.state is IndexState.DAMAGED
    assert "instead of" in status.reason


@pytest.mark.usefixtures("engine")
def test_an_unknown_field_is_refused(access: ClusterAccess) -> None:
    """The mapping is strict: nothing is indexed that the schema does not name."""
    with pytest.raises(urllib.error.HTTPError, match="400"):
        request(access, "POST", f"/{access.index}/_doc", {"other": 1})


def test_indexes_of_another_alias_stay(
    engine: SearchEngine, access: ClusterAccess, tmp_path: Path
) -> None:
    """Two sites share a cluster, and the name of one begins like that of the other."""
    other = open_cluster_engine(
        replace(access, index=f"{access.index}-test"), tmp_path / "other"
    )
    other.rebuild([LAMPS])
    for _ in range(3):
        engine.rebuild([DRONES])

    assert found(other, "lampes") == ["lamps"]


def test_the_words_of_a_visitor_are_no_query_of_the_server(
    engine: SearchEngine,
) -> None:
    """Signs of the server's own syntax are text."""
    for text in ("_exists_:record", '{"match_all":{}}', "*:*", "/.*/", "[* TO *]"):
        assert engine.search(a_query(text)).total == 0


def test_a_read_only_index_answers_and_is_written_later(
    engine: SearchEngine, access: ClusterAccess
) -> None:
    """The server makes an index read-only when a disk is nearly full."""
    block = {"index.blocks.read_only_allow_delete": True}
    request(access, "PUT", f"/{access.index}/_settings", block)

    with pytest.raises(IndexWriteError, match="read-only"):
        engine.upsert([LAMPS])
    assert found(engine, "drones") == ["drones"]
    assert found(engine, "lampes") == []

    unblock = {"index.blocks.read_only_allow_delete": None}
    request(access, "PUT", f"/{access.index}/_settings", unblock)
    engine.upsert([LAMPS])
    assert found(engine, "lampes") == ["lamps"]


def test_a_rebuild_does_not_delete_a_later_one_that_is_under_way(
    engine: SearchEngine, access: ClusterAccess
) -> None:
    """A second writer may run on another machine by mistake: the later one wins."""
    later = f"{access.index}-9999999999999-00000000"
    request(access, "PUT", f"/{later}", {"settings": {"number_of_replicas": 0}})

    engine.rebuild([LAMPS])

    assert later in indexes(access)
    assert found(engine, "lampes") == ["lamps"]
