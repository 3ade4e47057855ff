"""The term dictionary of a segment: an ordered hash table of Whoosh (HSH3)."""

from __future__ import annotations

import io
import pickle
import struct
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

TABLES = 256
"""The lowest byte of a hash selects a table, the other bytes a slot in the table."""

CRC32 = 1
"""The number of this hash function in the header of a table."""

FIELD = struct.Struct("!H")
"""The number of a field: the first bytes of the keys of its terms."""

_HEAD = struct.Struct("!4sBii").pack(b"HSH3", CRC32, 0, 0)
_TAIL = struct.Struct("!i")
_ENTRY_HEAD = np.dtype([("key", ">i4"), ("value", ">i4")])
_SLOT = np.dtype([("hash", ">u4"), ("position", ">i8")])
_DIRECTORY = np.dtype([("position", ">i8"), ("slots", ">i4")])


def table_of_terms(
    fields: Sequence[str], keys: Sequence[bytes], values: bytes
) -> bytes:
    """Return the bytes of a term dictionary.

    Args:
        fields: the names of the fields.
        keys: the rising keys; a key is the packed number of a field, then a term.
        values: the values of the keys, all of the same size.
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


def terms_of_table(
    content: bytes, value: np.dtype[np.void]
) -> dict[str, tuple[list[bytes], NDArray[np.void]]]:
    """Read a term dictionary made by `table_of_terms`, with values of some type.

    Returns:
        For each field its rising terms, and the value of each.
    """
    (size,) = _TAIL.unpack_from(content, len(content) - _TAIL.size)
    file = io.BytesIO(content)
    file.seek(len(content) - _TAIL.size - size)
    # We wrote this, and every byte was verified before the index was opened.
    extras = pickle.load(file)  # noqa: S301
    count = extras["indexlen"]
    positions = np.frombuffer(content, ">i8", count, file.tell()).astype(np.int64)
    raw = np.frombuffer(content, np.uint8)
    heads = raw[positions[:, None] + np.arange(_ENTRY_HEAD.itemsize)].view(_ENTRY_HEAD)
    starts = positions + _ENTRY_HEAD.itemsize
    stops = starts + heads["key"][:, 0]
    values = raw[stops[:, None] + np.arange(value.itemsize)].view(value)[:, 0]
    field_of = raw[starts].astype(np.int32) << 8 | raw[starts + 1]
    fields = sorted(extras["fieldmap"])
    bounds = field_of.searchsorted(np.arange(len(fields) + 1)).tolist()
    starts += FIELD.size
    terms = [content[a:b] for a, b in zip(starts.tolist(), stops.tolist(), strict=True)]
    return {
        field: (terms[first:last], values[first:last])
        for field, (first, last) in zip(fields, pairwise(bounds), strict=True)
    }


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
    """Return the tables, each with two slots for each key, and their directory."""
    tables = (hashes & 0xFF).astype(np.int64)
    counts = np.bincount(tables, minlength=TABLES)
    firsts = 2 * (np.cumsum(counts) - counts)
    homes = (hashes >> 8) % np.maximum(2 * counts[tables], 1)
    order = np.lexsort((homes, tables))
    # Linear probing: in the order of their home slots, each key takes its home, or the
    # slot after that of the key before.
    home_slots = (firsts[tables] + homes)[order]
    ordered = tables[order]
    numbers = np.arange(len(order))
    # Keys that overflow the end of their table wrap around to its start afterwards.
    slots = np.zeros(2 * len(hashes), _SLOT)
    slot_of = np.empty(len(order), np.int64)
    bounds = np.concatenate(([0], np.cumsum(counts)))
    for table in range(TABLES):
        span = slice(bounds[table], bounds[table + 1])
        slot_of[span] = (
            np.maximum.accumulate(home_slots[span] - numbers[span]) + numbers[span]
        )
    fits = slot_of < (firsts + 2 * counts)[ordered]
    slots["hash"][slot_of[fits]] = hashes[order[fits]]
    slots["position"][slot_of[fits]] = positions[order[fits]]
    for number in np.flatnonzero(~fits).tolist():
        slot = int(firsts[ordered[number]])
        while slots["position"][slot]:
            slot += 1
        slots[slot] = hashes[order[number]], positions[order[number]]
    directory = np.zeros(TABLES, _DIRECTORY)
    directory["position"] = start + firsts * _SLOT.itemsize
    directory["slots"] = 2 * counts
    return slots.tobytes(), directory.tobytes()
