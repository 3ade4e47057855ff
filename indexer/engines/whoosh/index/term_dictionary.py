"""The table of terms of a segment: a hash table of Whoosh, in order (HSH3)."""

from __future__ import annotations

import io
import pickle
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TABLES = 256
"""A hash names one of these tables by its lowest byte; the rest names a slot in it."""

CRC32 = 1
"""How Whoosh names this hash function, in the head of a table."""

_HEAD = struct.Struct("!4sBii").pack(b"HSH3", CRC32, 0, 0)
_TAIL = struct.Struct("!i")
_ENTRY_HEAD = np.dtype([("key", ">i4"), ("value", ">i4")])
_SLOT = np.dtype([("hash", ">u4"), ("position", ">i8")])
_DIRECTORY = np.dtype([("position", ">i8"), ("slots", ">i4")])


@dataclass(frozen=True, slots=True)
class TableContent:
    """The names of fields, then keys that rise, and a value for each."""

    fields: Sequence[str]
    keys: Sequence[bytes]
    values: NDArray[np.void]


def table_of_terms(
    fields: Sequence[str], keys: Sequence[bytes], values: bytes
) -> bytes:
    """Give a table of terms.

    A key is the number of its field (in `fields`; two bytes) and its text. Keys rise.
    Values are as many, of one size.
    """
    value_size = len(values) // max(len(keys), 1)
    sizes = np.fromiter(map(len, keys), np.int64, len(keys))
    heads = np.zeros(len(keys), _ENTRY_HEAD)
    heads["key"] = sizes
    heads["value"] = value_size
    entry_sizes = sizes + _ENTRY_HEAD.itemsize + value_size
    positions = len(_HEAD) + np.cumsum(entry_sizes) - entry_sizes
    end = len(_HEAD) + int(entry_sizes.sum())

    hashes = np.fromiter(map(zlib.crc32, keys), np.uint32, len(keys))
    slots, directory = _hash_tables(hashes, positions, end)
    extras = pickle.dumps(
        {
            "fieldmap": {name: number for number, name in enumerate(fields)},
            "indextype": "q",
            "indexlen": len(keys),
        },
        2,
    )
    index = positions.astype(">i8").tobytes()
    return b"".join(
        (
            _HEAD,
            *_entries(heads.tobytes(), keys, values, value_size),
            slots,
            directory,
            extras,
            index,
            _TAIL.pack(len(extras) + len(index)),
        )
    )


def terms_of_table(content: bytes, value: np.dtype[np.void]) -> TableContent:
    """Read back what `table_of_terms` gave, with values of some type."""
    (size,) = _TAIL.unpack_from(content, len(content) - _TAIL.size)
    file = io.BytesIO(content)
    file.seek(len(content) - _TAIL.size - size)
    # We wrote it, and each byte was verified before the index was opened.
    extras = pickle.load(file)  # noqa: S301
    count = extras["indexlen"]
    positions = np.frombuffer(content, ">i8", count, file.tell()).astype(np.int64)
    raw = np.frombuffer(content, np.uint8)
    heads = raw[positions[:, None] + np.arange(_ENTRY_HEAD.itemsize)].view(_ENTRY_HEAD)
    starts = positions + _ENTRY_HEAD.itemsize
    stops = starts + heads["key"][:, 0]
    keys = [
        content[start:stop]
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
    ]
    values = raw[stops[:, None] + np.arange(value.itemsize)].view(value)[:, 0]
    return TableContent(sorted(extras["fieldmap"]), keys, values)


def _entries(
    heads: bytes, keys: Sequence[bytes], values: bytes, size: int
) -> list[bytes]:
    width = _ENTRY_HEAD.itemsize
    pieces: list[bytes] = []
    for number, key in enumerate(keys):
        pieces += (
            heads[number * width : (number + 1) * width],
            key,
            values[number * size : (number + 1) * size],
        )
    return pieces


def _hash_tables(
    hashes: NDArray[np.uint32], positions: NDArray[np.int64], start: int
) -> tuple[bytes, bytes]:
    """Give the tables of slots, each twice as long as its keys, and their directory."""
    tables = (hashes & 0xFF).astype(np.int64)
    counts = np.bincount(tables, minlength=TABLES)
    firsts = 2 * (np.cumsum(counts) - counts)
    homes = (hashes >> 8) % np.maximum(2 * counts[tables], 1)
    order = np.lexsort((homes, tables))
    # In the order of their homes, each key takes its home, or the slot after the one
    # before it: as if they were put in one by one, and each went on to a free slot.
    places = (firsts[tables] + homes)[order]
    ordered = tables[order]
    numbers = np.arange(len(order))
    # Tables do not touch: the first of each is beyond all slots of those before, but
    # for those that overflow, which are put in afterwards from the start of theirs.
    slots = np.zeros(2 * len(hashes), _SLOT)
    taken = np.empty(len(order), np.int64)
    bounds = np.concatenate(([0], np.cumsum(counts)))
    for table in range(TABLES):
        span = slice(bounds[table], bounds[table + 1])
        taken[span] = (
            np.maximum.accumulate(places[span] - numbers[span]) + numbers[span]
        )
    fits = taken < (firsts + 2 * counts)[ordered]
    slots["hash"][taken[fits]] = hashes[order[fits]]
    slots["position"][taken[fits]] = positions[order[fits]]
    for number in np.flatnonzero(~fits).tolist():
        place = int(firsts[ordered[number]])
        while slots["position"][place]:
            place += 1
        slots[place] = hashes[order[number]], positions[order[number]]
    directory = np.zeros(TABLES, _DIRECTORY)
    directory["position"] = start + firsts * _SLOT.itemsize
    directory["slots"] = 2 * counts
    return slots.tobytes(), directory.tobytes()
