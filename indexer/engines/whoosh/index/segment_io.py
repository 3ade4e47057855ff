"""Writes and reads the files of a segment, which Whoosh can read too.

The term dictionary is an ordered hash table of Whoosh (HSH3); stored fields and lengths
are columns of Whoosh, with a value for each document.

<segment>.trm               the terms, and the offsets of their postings
<segment>.pst               the postings, in blocks
<segment>._stored.col       the stored fields of each document
<segment>._<field>_len.col  the length of a field in each document, as a byte
<segment>.facts             the doc values (`doc_values.py`)
<segment>.stems             the postings of stems as arrays (`array_postings.py`)
<segment>.phrases           the postings of glossary names (`array_postings.py`)
"""

import io
import pickle
import struct
import zlib
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.util import numeric

from indexer.analysis.tokens import PhraseWords
from indexer.engines.whoosh.index.array_postings import (
    PHRASES_EXTENSION,
    STEMS_EXTENSION,
    StemPostings,
    StoredPhrases,
    located_phrases,
)
from indexer.engines.whoosh.index.doc_values import DOC_VALUES_EXTENSION, DocValues
from indexer.engines.whoosh.index.posting_blocks import (
    TERM_INFO,
    decode_field,
    encode_field,
)
from indexer.engines.whoosh.index.segment_content import EXACT, SegmentContent

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


COMPRESSION = 1
COMPRESSED_FROM_BYTES = 300
"""Compressing shorter values takes time, and saves nothing."""

LENGTH_OF_BYTE = np.array(
    [numeric.byte_to_length(byte) for byte in range(256)], np.int64
)
"""The field lengths that Whoosh stores in a byte, with an error of up to 3 %."""


def stored_value(fields: Mapping[str, str]) -> bytes:
    """Return the stored fields of a document in the format of Whoosh."""
    value = pickle.dumps(dict(fields), 4)
    return zlib.compress(
        value, COMPRESSION if len(value) >= COMPRESSED_FROM_BYTES else 0
    )


def stored_column(values: Sequence[bytes]) -> bytes:
    """Return a column: the values, then their lengths, then their offsets."""
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    starts = np.cumsum(lengths) - lengths
    # The last three bytes are the types of lengths and offsets, and a flag for both.
    return b"".join(
        (
            *values,
            lengths.astype(">i4").tobytes(),
            starts.astype(">i8").tobytes(),
            b"iqX",
        )
    )


def stored_values(column: bytes, count: int) -> list[bytes]:
    """Return the values of a column with a number of documents."""
    starts_at = len(column) - 3 - 8 * count
    starts = np.frombuffer(column, ">i8", count, starts_at)
    lengths = np.frombuffer(column, ">i4", count, starts_at - 4 * count)
    stops = starts + lengths
    return [
        column[start:stop]
        for start, stop in zip(starts.tolist(), stops.tolist(), strict=True)
    ]


def length_bytes(lengths: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Encode lengths in bytes, rounded as Whoosh rounds them."""
    codes = np.searchsorted(LENGTH_OF_BYTE, lengths, side="left")
    return np.minimum(codes, 255).astype(np.uint8)


INDEX_NAME = "MAIN"


def write_segment(
    folder: Path, content: SegmentContent, phrases: Collection[PhraseWords]
) -> W3Segment:
    """Write the files of a new segment; the postings of phrases are stored too.

    Raises:
        OSError: a file could not be written.
    """
    codec = W3Codec()
    segment = codec.new_segment(None, INDEX_NAME)
    segment.set_doc_count(content.document_count)
    # Whoosh's own writer sets this attribute too.
    segment._fieldlengths = _write_fields(folder, segment, content)  # noqa: SLF001
    stored = W3Codec.column_filename(segment, "_stored")
    (folder / stored).write_bytes(stored_column(content.stored))
    located = located_phrases(content.fields, phrases)
    for extension, written in (
        (DOC_VALUES_EXTENSION, content.doc_values.to_bytes()),
        (STEMS_EXTENSION, StemPostings.of(content.fields).to_bytes()),
        (PHRASES_EXTENSION, StoredPhrases.of(located).to_bytes()),
    ):
        (folder / segment.make_filename(extension)).write_bytes(written)
    return segment


def stored_phrases(folder: Path, segment: W3Segment) -> set[PhraseWords]:
    """Return the phrases whose postings a segment stores.

    Raises:
        OSError: the file could not be read.
    """
    content = (folder / segment.make_filename(PHRASES_EXTENSION)).read_bytes()
    return StoredPhrases.from_bytes(content).phrases()


def read_segment(folder: Path, segment: W3Segment) -> SegmentContent:
    """Read a segment written by `write_segment`, including its deleted documents.

    Raises:
        OSError: a file could not be read.
    """

    def content(extension: str) -> bytes:
        name: str = segment.make_filename(extension)
        return (folder / name).read_bytes()

    postings = content(W3Codec.POSTS_EXT)
    table = terms_of_table(content(W3Codec.TERMS_EXT), TERM_INFO)
    fields = {
        name: decode_field(postings, terms, info, has_positions=name.startswith(EXACT))
        for name, (terms, info) in table.items()
    }
    return SegmentContent(
        fields,
        stored_values(content("._stored.col"), segment.doc_count_all()),
        DocValues.from_bytes(content(DOC_VALUES_EXTENSION)),
    )


def _write_fields(
    folder: Path, segment: W3Segment, content: SegmentContent
) -> dict[str, int]:
    """Write postings, lengths and terms; return the total length of each field."""
    totals: dict[str, int] = {}
    keys: list[bytes] = []
    infos = []
    fields = sorted(content.fields)
    with (folder / segment.make_filename(W3Codec.POSTS_EXT)).open("wb") as file:
        for number, name in enumerate(fields):
            postings = content.fields[name]
            counts = postings.lengths(content.document_count)
            totals[name] = int(counts.sum())
            lengths = length_bytes(counts)
            column = W3Codec.column_filename(segment, f"_{name}_len")
            (folder / column).write_bytes(lengths.tobytes())
            blocks, info = encode_field(postings, lengths)
            info["offset"] += file.tell()
            file.write(blocks)
            infos.append(info.tobytes())
            prefix = FIELD.pack(number)
            keys += [prefix + term for term in postings.terms]
    table = table_of_terms(fields, keys, b"".join(infos))
    (folder / segment.make_filename(W3Codec.TERMS_EXT)).write_bytes(table)
    return totals
