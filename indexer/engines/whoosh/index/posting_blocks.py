"""Writes postings as the blocks of Whoosh's codec (W3), a field at a time.

A block is its size, what is known of it, and its postings, the last two as pickles.
Whoosh makes blocks of 128 postings out of numbers of Python. These are longer, and
their pickles are put together of bytes that NumPy has laid out; Whoosh reads them as
its own, and an array within is read at once.
"""

from __future__ import annotations

import pickle
import struct
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.index.segment_content import FieldPostings, Numbers, Offsets

BLOCK_POSTINGS = 1024
"""The longest block: of a common word in a phrase, only some are read."""

TUPLE_POSTINGS = 4
"""The longest block whose documents are a tuple, which is smaller than an array."""

COMPRESSED_FROM_BYTES = 256
COMPRESSION = 1

TERM_FACTS = np.dtype(
    [
        ("is_inlined", "u1"),
        ("weight", ">f4"),
        ("documents", ">u4"),
        ("shortest", "u1"),
        ("longest", "u1"),
        ("highest", ">f4"),
        ("first", ">u4"),
        ("last", ">u4"),
        ("offset", ">i8"),
        ("size", ">i4"),
    ]
)
"""What Whoosh keeps of a term beside its text (`W3TermInfo`)."""

_MAGIC = b"W3Bl"

_BLOCK_HEAD = np.dtype(
    [
        ("size", ">i4"),
        ("opening", "S4"),
        ("postings", "<i4"),
        ("int_1", "S1"),
        ("last", "<i4"),
        ("float_1", "S1"),
        ("highest", ">f8"),
        ("byte_1", "S1"),
        ("compression", "u1"),
        ("byte_2", "S1"),
        ("shortest", "u1"),
        ("byte_3", "S1"),
        ("longest", "u1"),
        ("closing", "S2"),
    ]
)
"""The size of a block, then a pickle of what is known of it, in opcodes of fixed width:
so the heads of all blocks are one array."""

_OPCODES = {
    "opening": b"\x80\x02(J",
    "int_1": b"J",
    "float_1": b"G",
    "byte_1": b"K",
    "byte_2": b"K",
    "byte_3": b"K",
    "closing": b"t.",
}

# Opcodes of pickle: see `pickletools`.
_OPEN = b"\x80\x03"
_CLOSE = b"\x87."
_NONE = b"N"
_UNSIGNED = b"carray\narray\n(X\x01\x00\x00\x00I"
_FLOATS = b"carray\narray\n(X\x01\x00\x00\x00f"
_ARRAY_END = b"tR"
_bytes_head = struct.Struct("<cI").pack
_float = struct.Struct(">cd").pack
_LONGEST_SHORT_BYTES = 255


class PostingValues(Enum):
    """What a field keeps of a posting beside its weight."""

    NONE = auto()
    FREQUENCY = auto()
    POSITIONS = auto()


@dataclass(frozen=True, slots=True)
class EncodedField:
    """The blocks of a field, and what is known of each term (offsets begin at 0)."""

    content: bytes
    terms: NDArray[np.void]


def encode_field(
    postings: FieldPostings, values: PostingValues, lengths: NDArray[np.uint8]
) -> EncodedField:
    """Write the postings of a field.

    `lengths` are those of all documents, as bytes; none of a field without lengths.
    """
    if len(lengths):
        length_of = lengths[postings.documents]
    else:
        length_of = np.zeros(len(postings.documents), np.uint8)
    blocks = _Blocks.of(postings)
    pickles = list(_pickles(postings, values, blocks))
    heads = np.zeros(len(pickles), _BLOCK_HEAD)
    for name, opcode in _OPCODES.items():
        heads[name] = opcode
    starts = blocks.starts[:-1]
    heads["postings"] = np.diff(blocks.starts)
    heads["last"] = postings.documents[blocks.starts[1:] - 1]
    heads["highest"] = np.maximum.reduceat(postings.frequencies, starts)
    heads["shortest"] = np.minimum.reduceat(length_of, starts)
    heads["longest"] = np.maximum.reduceat(length_of, starts)
    is_long = [len(each) >= COMPRESSED_FROM_BYTES for each in pickles]
    heads["compression"] = np.where(is_long, COMPRESSION, 0)
    contents = [
        zlib.compress(each, COMPRESSION) if long else each
        for each, long in zip(pickles, is_long, strict=True)
    ]
    sizes = np.fromiter(map(len, contents), np.int64, len(contents))
    sizes += _BLOCK_HEAD.itemsize - 4
    heads["size"] = np.where(blocks.is_last, -sizes, sizes)
    written = heads.tobytes()
    width = _BLOCK_HEAD.itemsize
    pieces = []
    for number, (content, is_first) in enumerate(
        zip(contents, blocks.is_first.tolist(), strict=True)
    ):
        if is_first:
            pieces.append(_MAGIC)
        pieces += (written[number * width : (number + 1) * width], content)
    ends = np.cumsum(sizes + 4 + 4 * blocks.is_first)
    return EncodedField(b"".join(pieces), _term_facts(postings, blocks, heads, ends))


def decode_field(
    content: bytes,
    terms: Sequence[bytes],
    facts: NDArray[np.void],
    values: PostingValues,
) -> FieldPostings:
    """Read the postings of a field back, from a file of what `encode_field` gives."""
    heads, starts = _block_heads(content, facts["offset"].astype(np.int64))
    documents, packed = array("I"), list[bytes]()
    frequencies = array("I")
    for start, size, compression in zip(
        (starts + _BLOCK_HEAD.itemsize).tolist(),
        (np.abs(heads["size"]) + 4 - _BLOCK_HEAD.itemsize).tolist(),
        heads["compression"].tolist(),
        strict=True,
    ):
        block = content[start : start + size]
        if compression:
            block = zlib.decompress(block)
        # We wrote it, and each byte was verified before the index was opened.
        deltas, _, held = pickle.loads(block)  # noqa: S301
        documents.extend(deltas)
        if values is PostingValues.POSITIONS:
            frequencies.extend(map(len, held))
            packed += held
        elif values is PostingValues.FREQUENCY:
            packed.append(held)
    counts = facts["documents"].astype(np.int64)
    positions = None
    if values is PostingValues.POSITIONS:
        positions = np.frombuffer(b"".join(packed), "<u4").astype(np.int32)
        counted = (np.array(frequencies, np.int64) // 4).astype(np.int32)
    elif values is PostingValues.FREQUENCY:
        counted = np.frombuffer(b"".join(packed), ">u4").astype(np.int32)
    else:
        counted = np.ones(len(documents), np.int32)
    return FieldPostings(
        terms,
        np.concatenate(([0], np.cumsum(counts))),
        _summed(np.array(documents, np.int32), heads["postings"].astype(np.int64)),
        counted,
        positions,
    )


def _block_heads(content: bytes, terms: Offsets) -> tuple[NDArray[np.void], Offsets]:
    """Give the heads of all blocks, in order, and where each stands."""
    raw = np.frombuffer(content, np.uint8)
    found: list[Offsets] = []
    starts = terms + len(_MAGIC)
    while len(starts):
        found.append(starts)
        sizes = _heads_at(raw, starts)["size"].astype(np.int64)
        # The size of the last block of a term is below zero.
        starts = (starts + 4 + sizes)[sizes > 0]
    ordered = np.sort(np.concatenate(found))
    return _heads_at(raw, ordered), ordered


def _heads_at(raw: NDArray[np.uint8], starts: Offsets) -> NDArray[np.void]:
    places = starts[:, None] + np.arange(_BLOCK_HEAD.itemsize)
    heads: NDArray[np.void] = raw[places].view(_BLOCK_HEAD)[:, 0]
    return heads


def _summed(deltas: Numbers, counts: NDArray[np.int64]) -> Numbers:
    """Give the documents of blocks: each delta is added to those before it there."""
    sums = np.cumsum(deltas, dtype=np.int64)
    firsts = np.cumsum(counts) - counts
    before = sums[firsts] - deltas[firsts]
    documents: Numbers = (sums - np.repeat(before, counts)).astype(np.int32)
    return documents


@dataclass(frozen=True, slots=True)
class _Blocks:
    """Where each block begins among the postings (and where the last one ends)."""

    starts: Offsets
    is_first: NDArray[np.bool_]
    is_last: NDArray[np.bool_]

    @classmethod
    def of(cls, postings: FieldPostings) -> _Blocks:
        counts = -(-np.diff(postings.starts) // BLOCK_POSTINGS)
        firsts = np.cumsum(counts) - counts
        within = np.arange(counts.sum()) - np.repeat(firsts, counts)
        starts = np.repeat(postings.starts[:-1], counts) + within * BLOCK_POSTINGS
        is_first = within == 0
        return cls(
            np.append(starts, postings.starts[-1]), is_first, np.roll(is_first, -1)
        )


def _term_facts(
    postings: FieldPostings,
    blocks: _Blocks,
    heads: NDArray[np.void],
    ends: Offsets,
) -> NDArray[np.void]:
    starts = postings.starts[:-1]
    firsts = np.flatnonzero(blocks.is_first)
    facts = np.zeros(len(postings.terms), TERM_FACTS)
    facts["weight"] = np.add.reduceat(postings.frequencies, starts, dtype=np.float64)
    facts["documents"] = np.diff(postings.starts)
    facts["shortest"] = np.minimum.reduceat(heads["shortest"], firsts)
    facts["longest"] = np.maximum.reduceat(heads["longest"], firsts)
    facts["highest"] = np.maximum.reduceat(heads["highest"], firsts)
    facts["first"] = postings.documents[starts]
    facts["last"] = postings.documents[postings.starts[1:] - 1]
    stops = ends[blocks.is_last]
    facts["offset"] = np.concatenate(([0], stops[:-1]))
    facts["size"] = np.diff(stops, prepend=0)
    return facts


def _pickles(
    postings: FieldPostings, values: PostingValues, blocks: _Blocks
) -> Iterator[bytes]:
    """Give the postings of each block: documents, weights, values."""
    for documents, weights, kept in zip(
        _documents(postings.documents, blocks.starts),
        _weights(postings.frequencies, blocks.starts),
        _values(postings, values, blocks.starts),
        strict=True,
    ):
        yield b"".join((_OPEN, *documents, *weights, *kept, _CLOSE))


def _documents(documents: Numbers, starts: Offsets) -> Iterator[tuple[bytes, ...]]:
    """Give the documents of each block, each as what it is more than the one before."""
    deltas = np.diff(documents, prepend=np.int32(0))
    deltas[starts[:-1]] = documents[starts[:-1]]
    numbers = np.zeros(len(deltas), np.dtype([("int", "S1"), ("delta", "<i4")]))
    numbers["int"] = b"J"
    numbers["delta"] = deltas
    as_opcodes = numbers.tobytes()
    as_array = deltas.astype("<u4").tobytes()
    for start, stop in _spans(starts):
        if stop - start <= TUPLE_POSTINGS:
            yield b"(", as_opcodes[5 * start : 5 * stop], b"t"
        else:
            packed = as_array[4 * start : 4 * stop]
            yield _UNSIGNED, _bytes_head(b"B", len(packed)), packed, _ARRAY_END


def _weights(frequencies: Numbers, starts: Offsets) -> Iterator[tuple[bytes, ...]]:
    """Give the weights of each block: nothing when all are 1, one number when equal."""
    lowest = np.minimum.reduceat(frequencies, starts[:-1]).tolist()
    highest = np.maximum.reduceat(frequencies, starts[:-1]).tolist()
    as_array = frequencies.astype("<f4").tobytes()
    for (start, stop), low, high in zip(_spans(starts), lowest, highest, strict=True):
        if high == 1:
            yield (_NONE,)
        elif low == high:
            yield (_float(b"G", low),)
        else:
            packed = as_array[4 * start : 4 * stop]
            yield _FLOATS, _bytes_head(b"B", len(packed)), packed, _ARRAY_END


def _values(
    postings: FieldPostings, values: PostingValues, starts: Offsets
) -> Iterator[tuple[bytes, ...]]:
    if values is PostingValues.NONE:
        for _ in _spans(starts):
            yield (_NONE,)
    elif values is PostingValues.FREQUENCY:
        frequencies = postings.frequencies.astype(">u4").tobytes()
        for start, stop in _spans(starts):
            packed = frequencies[4 * start : 4 * stop]
            yield _bytes_head(b"B", len(packed)), packed
    else:
        packed, ends = _packed_positions(postings)
        for start, stop in _spans(ends[starts]):
            yield b"(", packed[start:stop], b"t"


def _packed_positions(postings: FieldPostings) -> tuple[bytes, Offsets]:
    """Give the positions of all postings, as opcodes of bytes, and where each begins.

    Most postings hold few positions: their bytes have a head of two bytes, others of
    five.
    """
    assert postings.positions is not None  # noqa: S101  # the field keeps them
    sizes = postings.frequencies.astype(np.int64) * 4
    is_long = sizes > _LONGEST_SHORT_BYTES
    heads = np.where(is_long, 5, 2)
    begins = np.concatenate(([0], np.cumsum(sizes + heads)))
    packed = np.empty(begins[-1], np.uint8)
    starts = begins[:-1]
    packed[starts] = np.where(is_long, ord("B"), ord("C"))
    packed[starts + 1] = sizes & 0xFF
    for byte in (1, 2, 3):
        packed[starts[is_long] + 1 + byte] = sizes[is_long] >> (8 * byte) & 0xFF
    # Each position stands four bytes after the one before, plus the heads between.
    places = np.arange(len(postings.positions)) * 4
    places += np.repeat(np.cumsum(heads), postings.frequencies)
    positions = postings.positions.astype("<u4").view(np.uint8).reshape(-1, 4)
    for byte in range(4):
        packed[places + byte] = positions[:, byte]
    return packed.tobytes(), begins


def _spans(starts: Offsets) -> Iterator[tuple[int, int]]:
    return pairwise(starts.tolist())
