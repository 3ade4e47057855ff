"""The parts of an index that are written from arrays are read as Whoosh's own."""

from __future__ import annotations

import zlib
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from whoosh.filedb.filetables import OrderedHashReader
from whoosh.filedb.structfile import BufferFile
from whoosh.util.numeric import length_to_byte

from indexer.engines.whoosh.index.segment_content import FieldPostings
from indexer.engines.whoosh.index.stored_fields import length_bytes
from indexer.engines.whoosh.index.term_dictionary import (
    TABLES,
    table_of_terms,
    terms_of_table,
)

VALUE = np.dtype([("number", ">u4"), ("rest", "S3")])

keys = st.sets(st.binary(max_size=12).map(lambda text: b"\0\0" + text), max_size=60)


def table(held: list[bytes]) -> bytes:
    """Write a table whose values are the numbers of its keys."""
    values = np.zeros(len(held), VALUE)
    values["number"] = np.arange(len(held))
    return table_of_terms(["field"], held, values.tobytes())


@given(keys, keys)
def test_each_key_of_a_table_is_found(present: set[bytes], other: set[bytes]) -> None:
    """A word that is there is found at once, and no other is taken for it."""
    held = sorted(present)
    content = table(held)

    reader = OrderedHashReader(BufferFile(content), len(content))

    assert [int.from_bytes(reader[key][:4]) for key in held] == list(range(len(held)))
    assert all((key in reader) == (key in present) for key in other)
    for key in other:
        following = [each for each in held if each >= key]
        assert reader.closest_key(key) == (following[0] if following else None)
    assert list(reader.keys()) == held
    assert list(terms_of_table(content, VALUE).keys) == held


def test_keys_that_fill_the_end_of_a_table_go_on_at_its_beginning() -> None:
    """Chance puts words side by side in a table; all of them are found."""
    numbered = (b"\0\0%d" % number for number in range(200_000))
    crowded = [
        key for key in numbered if zlib.crc32(key) % TABLES == 3 and _slot(key, 12) > 9
    ]
    held = sorted(crowded[:6])
    content = table(held)

    reader = OrderedHashReader(BufferFile(content), len(content))

    assert len(held) == 6
    assert [int.from_bytes(reader[key][:4]) for key in held] == list(range(6))
    assert crowded[6] not in reader


def _slot(key: bytes, slots: int) -> int:
    return (zlib.crc32(key) >> 8) % slots


words = st.tuples(st.integers(0, 4), st.integers(0, 2**31 - 1), st.integers(0, 9))


@given(st.lists(words, max_size=50), st.sampled_from((0, 2**31 - 10)))
def test_words_are_gathered_by_term_and_document(
    found: list[tuple[int, int, int]], depth: int
) -> None:
    """However large its numbers, no word is lost or counted twice."""
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


def test_lengths_are_rounded_as_whoosh_does() -> None:
    """The length of a field is kept in a byte."""
    lengths = [*range(3000), 106_373, 106_374, 106_375, 10**7]

    assert length_bytes(np.array(lengths)).tolist() == [
        length_to_byte(length) for length in lengths
    ]
