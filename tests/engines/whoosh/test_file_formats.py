"""Whoosh reads the parts of an index that are written from arrays."""

import zlib
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.filetables import OrderedHashReader
from whoosh.filedb.structfile import BufferFile
from whoosh.util.numeric import length_to_byte

from indexer.engines.whoosh.index.segment_content import FieldPostings
from indexer.engines.whoosh.index.segment_io import (
    TABLES,
    length_bytes,
    table_of_terms,
    terms_of_table,
)

VALUE = np.dtype([("number", ">u4"), ("rest", "S3")])

keys = st.sets(st.binary(max_size=12).map(lambda text: b"\0\0" + text), max_size=60)


def table(keys: list[bytes]) -> bytes:
    """Write a dictionary whose values are the indices of its keys."""
    values = np.zeros(len(keys), VALUE)
    values["number"] = np.arange(len(keys))
    return table_of_terms(["field"], keys, values.tobytes())


@given(keys, keys)
def test_whoosh_reads_each_key_of_a_term_dictionary(
    present: set[bytes], other: set[bytes]
) -> None:
    """And no other key."""
    ordered = sorted(present)
    content = table(ordered)

    reader = OrderedHashReader(BufferFile(content), len(content))

    assert [int.from_bytes(reader[key][:4]) for key in ordered] == list(
        range(len(ordered))
    )
    assert all((key in reader) == (key in present) for key in other)
    for key in other:
        following = [each for each in ordered if each >= key]
        assert reader.closest_key(key) == (following[0] if following else None)
    assert list(reader.keys()) == ordered
    assert terms_of_table(content, VALUE)["field"][0] == [key[2:] for key in ordered]


def test_keys_that_overflow_a_hash_table_wrap_around() -> None:
    """Whoosh finds them at the start of the table."""
    numbered = (b"\0\0%d" % number for number in range(200_000))
    crowded = [
        key for key in numbered if zlib.crc32(key) % TABLES == 3 and _slot(key, 12) > 9
    ]
    ordered = sorted(crowded[:6])
    content = table(ordered)

    reader = OrderedHashReader(BufferFile(content), len(content))

    assert len(ordered) == 6
    assert [int.from_bytes(reader[key][:4]) for key in ordered] == list(range(6))
    assert crowded[6] not in reader


def _slot(key: bytes, slots: int) -> int:
    return (zlib.crc32(key) >> 8) % slots


words = st.tuples(st.integers(0, 4), st.integers(0, 2**31 - 1), st.integers(0, 9))


@given(st.lists(words, max_size=50), st.sampled_from((0, 2**31 - 10)))
def test_words_are_counted_by_term_and_document(
    found: list[tuple[int, int, int]], depth: int
) -> None:
    """However large the numbers of documents and positions."""
    rows = sorted({(rank, document, depth + place) for rank, document, place in found})
    shuffled = np.array(rows[::-1], np.int32).reshape(-1, 3)

    gathered = FieldPostings.gathered([b"a", b"b", b"c", b"d", b"e"], *shuffled.T)

    counts = Counter((rank, document) for rank, document, _ in rows)
    ranks = sorted({rank for rank, _ in counts})
    assert list(gathered.terms) == [b"abcde"[rank : rank + 1] for rank in ranks]
    assert gathered.documents.tolist() == [document for _, document in sorted(counts)]
    assert gathered.frequencies.tolist() == [counts[each] for each in sorted(counts)]
    assert gathered.positions is not None
    assert gathered.positions.tolist() == [place for _, _, place in rows]
    of_terms = Counter(rank for rank, _ in counts)
    assert np.diff(gathered.starts).tolist() == [of_terms[rank] for rank in ranks]


def test_lengths_are_rounded_like_in_whoosh() -> None:
    """The length of a field is stored in a byte."""
    lengths = [*range(3000), 106_373, 106_374, 106_375, 10**7]

    assert length_bytes(np.array(lengths)).tolist() == [
        length_to_byte(length) for length in lengths
    ]
