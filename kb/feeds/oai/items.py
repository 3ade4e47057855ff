"""What can be harvested: the records, and headers of those that were removed.

A record that was deleted, merged, withdrawn or renamed is removed, and no header says
which: a catalogue must drop its copy, and needs no reason.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Record
from kb.publishing.errors import HistoryUnreadableError
from kb.services import services

SETS = tuple(kind for kind in Kind if kind is not Kind.PAGE)
"""The kinds that are harvested, each a set: pages are about the site itself."""

UNNAMED = "unnamed.invalid"
"""The domain in the identifiers of a site without a public address (RFC 2606)."""

_DOMAIN = re.compile(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+")
"""The pattern of https://www.openarchives.org/OAI/2.0/oai-identifier.xsd."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OaiItem:
    """A record and the second in which it last changed; `record` is None if removed."""

    id: RecordId
    datestamp: str
    record: Record | None = None


def oai_items(corpus: Corpus) -> tuple[OaiItem, ...]:
    """Return all items, in the order in which they changed."""
    records = [each for each in corpus.records.values() if each.id.kind in SETS]
    times = services().change_times.of(records)
    present = [OaiItem(each.id, _second(times[each.id]), each) for each in records]
    removed = _removed(corpus, times)
    return tuple(sorted((*present, *removed), key=item_key))


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


def _removed(
    corpus: Corpus, times: Mapping[RecordId, dt.datetime]
) -> Iterator[OaiItem]:
    """Yield the records that the history, or another record, names as removed."""
    ids = dict(_removals())
    for former, survivor in corpus.survivors.items():
        if survivor in times:
            ids.setdefault(former, times[survivor])
    for record_id, time in ids.items():
        if record_id.kind in SETS and corpus.get(record_id) is None:
            yield OaiItem(record_id, _second(time))


def _removals() -> Iterator[tuple[RecordId, dt.datetime]]:
    try:
        changes = services().history.last_removals()
    except HistoryUnreadableError as error:
        logger.warning("the removed records can't be read: %s", error)
        return
    for change in changes:
        yield change.entry.record, change.entry.at


def _second(time: dt.datetime) -> str:
    return f"{time.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"
