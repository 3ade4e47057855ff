"""Writes and reads the files of a segment, which Whoosh can read too.

<segment>.trm               the terms, and the offsets of their postings
<segment>.pst               the postings, in blocks
<segment>._stored.col       the stored fields of each document
<segment>._<field>_len.col  the length of a field in each document, as a byte
<segment>.facts             the doc values (`doc_values.py`)
<segment>.stems             the postings of stems as arrays (`stem_postings.py`)
<segment>.phrases           the postings of glossary names (`phrase_postings.py`)
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from whoosh.codec.whoosh3 import W3Codec, W3Segment

from indexer.engines.whoosh.index.doc_values import DOC_VALUES_EXTENSION, DocValues
from indexer.engines.whoosh.index.phrase_postings import (
    PHRASES_EXTENSION,
    PhraseWords,
    located_phrases,
    packed_phrases,
    unpacked_phrases,
)
from indexer.engines.whoosh.index.posting_blocks import (
    TERM_INFO,
    decode_field,
    encode_field,
)
from indexer.engines.whoosh.index.schema import EXACT
from indexer.engines.whoosh.index.segment_content import SegmentContent
from indexer.engines.whoosh.index.stem_postings import STEMS_EXTENSION, StemPostings
from indexer.engines.whoosh.index.stored_fields import (
    length_bytes,
    stored_column,
    stored_values,
)
from indexer.engines.whoosh.index.term_dictionary import (
    FIELD,
    table_of_terms,
    terms_of_table,
)

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
    for extension, written in (
        (DOC_VALUES_EXTENSION, content.doc_values.to_bytes()),
        (STEMS_EXTENSION, StemPostings.of(content.fields).to_bytes()),
        (PHRASES_EXTENSION, packed_phrases(located_phrases(content.fields, phrases))),
    ):
        (folder / segment.make_filename(extension)).write_bytes(written)
    return segment


def stored_phrases(folder: Path, segment: W3Segment) -> set[PhraseWords]:
    """Return the phrases whose postings a segment stores.

    Raises:
        OSError: the file could not be read.
    """
    content = (folder / segment.make_filename(PHRASES_EXTENSION)).read_bytes()
    return {words for _, words in unpacked_phrases(content)}


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
