"""What can be harvested: the records, and headers of those that were removed.

A record that was deleted, merged, withdrawn or renamed is removed, and no header says
which: a catalogue must drop its copy, and needs no reason.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from indexer.corpus.corpus import Corpus
from indexer.files import FileStamp
from indexer.model.ids import Kind, RecordId
from indexer.model.record import Record
from kb.services import services
from kb.web.page_content import made_once

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


@dataclass(frozen=True, slots=True)
class OaiItems:
    """All items by id, and those of each set in the order in which they changed.

    The set "" contains all of them.
    """

    by_id: Mapping[RecordId, OaiItem]
    by_set: Mapping[str, Sequence[OaiItem]]


def oai_items(corpus: Corpus) -> OaiItems:
    """Return all items; they are sorted once, until corpus or history change.

    Raises:
        HistoryUnreadableError: the history can't be read.
    """
    last: dict[FileStamp, OaiItems] = made_once(corpus, "oai", dict)
    stamp = services().change_times.stamp
    items = last.get(stamp)
    if items is None:
        items = _sorted_items(corpus)
        last.clear()
        last[stamp] = items
    return items


def _sorted_items(corpus: Corpus) -> OaiItems:
    changes = services().history.last_public_times()
    items = (*_present(corpus, changes), *_removed(corpus, changes))
    by_set: defaultdict[str, list[OaiItem]] = defaultdict(list)
    for item in sorted(items, key=item_key):
        by_set[""].append(item)
        by_set[item.id.kind.value].append(item)
    return OaiItems({item.id: item for item in items}, dict(by_set))


def item_key(item: OaiItem) -> tuple[str, str]:
    """Return the place of an item in a list."""
    return item.datestamp, str(item.id)


def identifier_domain() -> str:
    """Return the domain in identifiers: that of the address at the first start."""
    return domain_of(services().first_address)


def domain_of(url: str) -> str:
    """Return the domain of an address, or `UNNAMED` if it has none."""
    name = urlsplit(url).hostname or ""
    return name if _DOMAIN.fullmatch(name) else UNNAMED


def identifier_of(record_id: RecordId) -> str:
    """Return the identifier of a record, by the scheme `oai`."""
    return f"{_identifier_start()}{record_id}"


def identified(identifier: str) -> RecordId | None:
    """Return the id of the record that an identifier names; None if it names none."""
    start = _identifier_start()
    is_ours = identifier.startswith(start)
    return RecordId.parse(identifier.removeprefix(start)) if is_ours else None


def _identifier_start() -> str:
    return f"oai:{identifier_domain()}:"


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
