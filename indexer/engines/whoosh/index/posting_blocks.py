"""Encodes postings in the blocks of Whoosh's codec (W3), a field at a time.

A block is its size, then two pickles: a header, and its postings. Whoosh writes blocks
of 128 postings from Python integers. These blocks are longer, and NumPy arrays provide
the bytes of their pickles; Whoosh can read them, and unpickles an array in one step.
"""

import pickle
import struct
import zlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.engines.whoosh.index.segment_content import FieldPostings
from indexer.model.arrays import Ids, Mask, Offsets

BLOCK_POSTINGS = 1024
"""The longest block. Phrase search skips blocks, so there must be several."""

TUPLE_POSTINGS = 4
"""Up to this many documents, a pickled tuple is smaller than an array."""

COMPRESSED_FROM_BYTES = 256
COMPRESSION = 1

TERM_INFO = np.dtype(
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
"""The statistics of a term that Whoosh stores (`W3TermInfo`)."""

_MAGIC = b"W3Bl"

_BLOCK_HEADER = np.dtype(
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
"""The size of a block, then the pickle of its header, in opcodes of fixed width: so the
headers of all blocks are one array."""

_OPCODES = {
    "opening": b"\x80\x02(J",
    "int_1": b"J",
    "float_1": b"G",
    "byte_1": b"K",
    "byte_2": b"K",
    "byte_3": b"K",
    "closing": b"t.",
}

# Opcodes of pickle; see the module `pickletools`.
_OPEN = b"\x80\x03"
_CLOSE = b"\x87."
_NONE = b"N"
_UNSIGNED = b"carray\narray\n(X\x01\x00\x00\x00I"
_FLOATS = b"carray\narray\n(X\x01\x00\x00\x00f"
_ARRAY_END = b"tR"
_bytes_head = struct.Struct("<cI").pack
_float = struct.Struct(">cd").pack
_LONGEST_SHORT_BYTES = 255


def encode_field(
    postings: FieldPostings, lengths: NDArray[np.uint8]
) -> tuple[bytes, NDArray[np.void]]:
    """Return the blocks of a field, and the statistics of its terms (`TERM_INFO`).

    `lengths` has the length of the field in each document, as Whoosh's byte. Offsets
    begin at 0.
    """
    length_of = lengths[postings.documents]
    blocks = _Blocks.of(postings)
    pickles = list(_pickles(postings, blocks))
    heads = np.zeros(len(pickles), _BLOCK_HEADER)
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
    sizes += _BLOCK_HEADER.itemsize - 4
    heads["size"] = np.where(blocks.is_last, -sizes, sizes)
    written = heads.tobytes()
    width = _BLOCK_HEADER.itemsize
    pieces = []
    for number, (content, is_first) in enumerate(
        zip(contents, blocks.is_first.tolist(), strict=True)
    ):
        if is_first:
            pieces.append(_MAGIC)
        pieces += (written[number * width : (number + 1) * width], content)
    ends = np.cumsum(sizes + 4 + 4 * blocks.is_first)
    return b"".join(pieces), _term_info(postings, blocks, heads, ends)


def decode_field(
    content: bytes,
    terms: Sequence[bytes],
    info: NDArray[np.void],
    *,
    has_positions: bool,
) -> FieldPostings:
    """Decode the postings of a field from a file of several.

    `info` has the statistics of each term, with offsets into the file.
    """
    heads, starts = _block_heads(content, info["offset"].astype(np.int64))
    documents, packed = array("I"), list[bytes]()
    frequencies = array("I")
    for start, size, compression in zip(
        (starts + _BLOCK_HEADER.itemsize).tolist(),
        (np.abs(heads["size"]) + 4 - _BLOCK_HEADER.itemsize).tolist(),
        heads["compression"].tolist(),
        strict=True,
    ):
        block = content[start : start + size]
        if compression:
            block = zlib.decompress(block)
        # We wrote this, and every byte was verified before the index was opened.
        deltas, _, block_values = pickle.loads(block)  # noqa: S301
        documents.extend(deltas)
        if has_positions:
            frequencies.extend(map(len, block_values))
            packed += block_values
        else:
            packed.append(block_values)
    counts = info["documents"].astype(np.int64)
    positions = None
    if has_positions:
        positions = np.frombuffer(b"".join(packed), "<u4").astype(np.int32)
        counted = (np.array(frequencies, np.int64) // 4).astype(np.int32)
    else:
        counted = np.frombuffer(b"".join(packed), ">u4").astype(np.int32)
    return FieldPostings(
        terms,
        np.concatenate(([0], np.cumsum(counts))),
        _summed(np.array(documents, np.int32), heads["postings"].astype(np.int64)),
        counted,
        positions,
    )


def _block_heads(content: bytes, terms: Offsets) -> tuple[NDArray[np.void], Offsets]:
    """Return the headers of all blocks, and their offsets, in order."""
    raw = np.frombuffer(content, np.uint8)
    parts: list[Offsets] = []
    starts = terms + len(_MAGIC)
    while len(starts):
        parts.append(starts)
        sizes = _heads_at(raw, starts)["size"].astype(np.int64)
        # The size of the last block of a term is negative.
        starts = (starts + 4 + sizes)[sizes > 0]
    ordered = np.sort(np.concatenate(parts))
    return _heads_at(raw, ordered), ordered


def _heads_at(raw: NDArray[np.uint8], starts: Offsets) -> NDArray[np.void]:
    offsets = starts[:, None] + np.arange(_BLOCK_HEADER.itemsize)
    heads: NDArray[np.void] = raw[offsets].view(_BLOCK_HEADER)[:, 0]
    return heads


def _summed(deltas: Ids, counts: NDArray[np.int64]) -> Ids:
    """Return the documents of blocks: the running sums of the deltas of each block."""
    sums = np.cumsum(deltas, dtype=np.int64)
    firsts = np.cumsum(counts) - counts
    before = sums[firsts] - deltas[firsts]
    documents: Ids = (sums - np.repeat(before, counts)).astype(np.int32)
    return documents


@dataclass(frozen=True, slots=True)
class _Blocks:
    """The first posting of each block, then the end of the last block."""

    starts: Offsets
    is_first: Mask
    is_last: Mask

    @classmethod
    def of(cls, postings: FieldPostings) -> "_Blocks":
        counts = -(-np.diff(postings.starts) // BLOCK_POSTINGS)
        firsts = np.cumsum(counts) - counts
        within = np.arange(counts.sum()) - np.repeat(firsts, counts)
        starts = np.repeat(postings.starts[:-1], counts) + within * BLOCK_POSTINGS
        is_first = within == 0
        return cls(
            np.append(starts, postings.starts[-1]), is_first, np.roll(is_first, -1)
        )


def _term_info(
    postings: FieldPostings,
    blocks: _Blocks,
    heads: NDArray[np.void],
    ends: Offsets,
) -> NDArray[np.void]:
    starts = postings.starts[:-1]
    firsts = np.flatnonzero(blocks.is_first)
    info = np.zeros(len(postings.terms), TERM_INFO)
    info["weight"] = np.add.reduceat(postings.frequencies, starts, dtype=np.float64)
    info["documents"] = np.diff(postings.starts)
    info["shortest"] = np.minimum.reduceat(heads["shortest"], firsts)
    info["longest"] = np.maximum.reduceat(heads["longest"], firsts)
    info["highest"] = np.maximum.reduceat(heads["highest"], firsts)
    info["first"] = postings.documents[starts]
    info["last"] = postings.documents[postings.starts[1:] - 1]
    stops = ends[blocks.is_last]
    info["offset"] = np.concatenate(([0], stops[:-1]))
    info["size"] = np.diff(stops, prepend=0)
    return info


def _pickles(postings: FieldPostings, blocks: _Blocks) -> Iterator[bytes]:
    """Yield the pickle of each block: documents, weights, values."""
    for documents, weights, positions in zip(
        _documents(postings.documents, blocks.starts),
        _weights(postings.frequencies, blocks.starts),
        _values(postings, blocks.starts),
        strict=True,
    ):
        yield b"".join((_OPEN, *documents, *weights, *positions, _CLOSE))


def _documents(documents: Ids, starts: Offsets) -> Iterator[tuple[bytes, ...]]:
    """Yield the pickled documents of each block, as deltas."""
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


def _weights(frequencies: Ids, starts: Offsets) -> Iterator[tuple[bytes, ...]]:
    """Yield the pickled weights: None when all are 1, a number when all are equal."""
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


def _values(postings: FieldPostings, starts: Offsets) -> Iterator[tuple[bytes, ...]]:
    if postings.positions is None:
        frequencies = postings.frequencies.astype(">u4").tobytes()
        for start, stop in _spans(starts):
            packed = frequencies[4 * start : 4 * stop]
            yield _bytes_head(b"B", len(packed)), packed
    else:
        packed, ends = _packed_positions(postings.frequencies, postings.positions)
        for start, stop in _spans(ends[starts]):
            yield b"(", packed[start:stop], b"t"


def _packed_positions(frequencies: Ids, positions: Ids) -> tuple[bytes, Offsets]:
    """Return the positions of all postings as opcodes of bytes, and their offsets.

    The opcode of short bytes has a header of two bytes, that of long bytes of five.
    """
    sizes = frequencies.astype(np.int64) * 4
    is_long = sizes > _LONGEST_SHORT_BYTES
    heads = np.where(is_long, 5, 2)
    begins = np.concatenate(([0], np.cumsum(sizes + heads)))
    packed = np.empty(begins[-1], np.uint8)
    starts = begins[:-1]
    packed[starts] = np.where(is_long, ord("B"), ord("C"))
    packed[starts + 1] = sizes & 0xFF
    for byte in (1, 2, 3):
        packed[starts[is_long] + 1 + byte] = sizes[is_long] >> (8 * byte) & 0xFF
    # Each position is four bytes after the one before, plus the headers between.
    offsets = np.arange(len(positions)) * 4
    offsets += np.repeat(np.cumsum(heads), frequencies)
    as_bytes = positions.astype("<u4").view(np.uint8).reshape(-1, 4)
    for byte in range(4):
        packed[offsets + byte] = as_bytes[:, byte]
    return packed.tobytes(), begins


def _spans(starts: Offsets) -> Iterator[tuple[int, int]]:
    return pairwise(starts.tolist())
