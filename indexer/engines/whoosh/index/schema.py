"""The fields of a Whoosh document.

A document is a passage, or the head of an edition: its title, summary, keywords and
questions.
There is a field of words for each language, such as `text_fr`.
"""

from __future__ import annotations

from array import array

from whoosh import fields
from whoosh.formats import Format

from indexer.model.ids import Locale

STEMMED = ("title", "summary", "keywords", "questions", "heading", "text")
"""Fields of stems, in which words are matched."""

POSITION_TYPE = "I"

EXACT = "exact"
"""The folded words of all fields of `STEMMED`, with positions: for phrases, prefixes,
and queries of stop words only."""


class PackedPositions(Format):
    """The positions of a term in a document, as little-endian integers of four bytes.

    Whoosh's own format pickles a list for each posting. The positions of a block of
    postings in this format are one array.
    """

    @staticmethod
    def decode_positions(value: bytes) -> list[int]:
        """Unpack positions."""
        return array(POSITION_TYPE, value).tolist()

    @staticmethod
    def decode_frequency(value: bytes) -> int:
        """Count positions."""
        return len(value) // array(POSITION_TYPE).itemsize

    def decode_weight(self, value: bytes) -> float:
        """Return the weight of a term in a document: its frequency."""
        return float(self.decode_frequency(value))


def _with_positions() -> fields.TEXT:
    field = fields.TEXT(phrase=True)
    field.format = PackedPositions()
    return field


def make_schema() -> fields.Schema:
    """Make the schema of an index.

    Its fields have no analyzers of ours: texts are analysed before they are written.
    """
    schema = fields.Schema(
        record=fields.STORED(), locale=fields.STORED(), stored=fields.STORED()
    )
    for locale in Locale:
        for name in STEMMED:
            schema.add(f"{name}_{locale}", fields.TEXT(phrase=False))
        for name in (EXACT, f"{EXACT}_title"):
            schema.add(f"{name}_{locale}", _with_positions())
    return schema
