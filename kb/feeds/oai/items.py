"""What can be harvested: the records, and headers of those that were removed.

A record that was deleted, merged, withdrawn or renamed is removed, and no header says
which: a catalogue must drop its copy, and needs no reason.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.record import Record
from kb.services import services

SETS = tuple(kind for kind in Kind if kind is not Kind.PAGE)
"""The kinds that are harvested, each a set: pages are about the site itself."""

UNNAMED = "unnamed.invalid"
"""The domain in the identifiers of a site without a public address (RFC 2606)."""

_DOMAIN = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+")
"""The pattern of https://www.openarchives.org/OAI/2.0/oai-identifier.xsd."""

LastChanges = Mapping[RecordId, tuple[dt.datetime, bool]]
"""When each record last changed for visitors, and whether it then left."""


@dataclass(frozen=True, slots=True)
class OaiItem:
    """A record and the second in which it last changed; `record` is None if removed."""

    id: RecordId
    datestamp: str
    record: Record | None = None


def oai_items(corpus: Corpus) -> tuple[OaiItem, ...]:
    """Return all items, in the order in which they changed.

    Raises:
        HistoryUnreadableError: the history can't be read.
    """
    changes = services().history.last_public_times()
    items = (*_present(corpus, changes), *_removed(corpus, changes))
    return tuple(sorted(items, key=item_key))


def item_key(item: OaiItem) -> tuple[str, str]:
    """Return the place of an item in a list."""
    return item.datestamp, str(item.id)


def identifier_domain() -> str:
    """Return the domain in identifiers: that of the public address, if it has one."""
    name = urlsplit(services().settings.base_url).hostname or ""
    return name if _DOMAIN.fullmatch(name) else UNNAMED


def identifier_of(record_id: RecordId) -> str:
    """Return the identifier of a record, by the scheme `oai`."""
    return f"oai:{identifier_domain()}:{record_id}"


def _present(corpus: Corpus, changes: LastChanges) -> Iterator[OaiItem]:
    for record in corpus.records.values():
        if record.id.kind in SETS:
            yield OaiItem(record.id, _second(_changed(record, changes)), record)


def _removed(corpus: Corpus, changes: LastChanges) -> Iterator[OaiItem]:
    """Yield the records that the history, or another record, names as removed."""
    times = {record: time for record, (time, is_out) in changes.items() if is_out}
    for former, survivor in corpus.survivors.items():
        times.setdefault(former, _changed(corpus.records[survivor], changes))
    for record_id, time in times.items():
        if record_id.kind in SETS and corpus.get(record_id) is None:
            yield OaiItem(record_id, _second(time))


def _changed(record: Record, changes: LastChanges) -> dt.datetime:
    """Return when a record last changed; its `updated` day if the history has none."""
    time, is_out = changes.get(record.id, (None, True))
    if time is None or is_out:  # the change that made it appear is not stored yet
        return dt.datetime.combine(record.updated, dt.time(), dt.UTC)
    return time


def _second(time: dt.datetime) -> str:
    return f"{time.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
