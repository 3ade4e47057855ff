"""The fields of a Whoosh document.

A document is a passage, or the head of an edition: its title, summary and keywords.
There is a field of words for each language, such as `text_fr`.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from whoosh import fields
from whoosh.analysis import Analyzer, Token
from whoosh.formats import Format

from indexer.analysis.analyzer import analyze
from indexer.analysis.batch_analyzer import FIELD_BREAK
from indexer.model.ids import Locale

STEMMED = ("title", "summary", "keywords", "heading", "text")
"""Fields of stems, in which words are matched."""

POSITION_TYPE = "I"

EXACT = "exact"
"""The folded words of all fields of `STEMMED`, with positions: for phrases, prefixes,
and queries of stop words only."""


class StemAnalyzer(Analyzer):
    """Yields the forms of each word at one position, without stop words."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def __call__(self, value: str, **_: object) -> Iterator[Token]:
        """Yield the tokens of a text."""
        token = Token()
        for position, term in enumerate(analyze(value, self.locale)):
            if term.is_stop_word:
                continue
            token.pos = position
            token.boost = 1.0
            token.stopped = False
            for form in term.forms:
                token.text = form
                yield token


class ExactAnalyzer(Analyzer):
    """Yields each word without its accents, stop words too."""

    def __init__(self, locale: Locale) -> None:
        self.locale = locale

    def __call__(self, value: str, **_: object) -> Iterator[Token]:
        """Yield the tokens of a text; a field break separates positions by one more."""
        token = Token()
        position = 0
        for part in value.split(FIELD_BREAK):
            for term in analyze(part, self.locale):
                token.pos = position
                token.boost = 1.0
                token.stopped = False
                token.text = term.exact
                yield token
                position += 1
            position += 1


class PackedPositions(Format):
    """The positions of a term in a document, as little-endian integers of four bytes.

    Whoosh's own format pickles a list for each posting. The positions of a block of
    postings in this format are one array.
    """

    def word_values(
        self, value: str, analyzer: Analyzer, **kwargs: object
    ) -> Iterator[tuple[str, int, float, bytes]]:
        """Yield each term of a text with its frequency, weight and positions."""
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for token in analyzer(value, positions=True, **kwargs):
            positions[token.text].append(token.pos)
        for text, each in positions.items():
            yield text, len(each), float(len(each)), self.encode(each)

    @staticmethod
    def encode(positions: Sequence[int]) -> bytes:
        """Pack positions, which rise."""
        return array(POSITION_TYPE, positions).tobytes()

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

    def combine(self, values: Iterable[bytes]) -> bytes:
        """Return the union of the positions of several terms."""
        positions = {each for value in values for each in self.decode_positions(value)}
        return self.encode(sorted(positions))


class PositionedText(fields.TEXT):
    """A text field with `PackedPositions`."""

    def __init__(self, analyzer: Analyzer) -> None:
        super().__init__(analyzer=analyzer, phrase=True)
        self.format = PackedPositions()


def make_schema() -> fields.Schema:
    """Make the schema of an index."""
    schema = fields.Schema(
        record=fields.ID(stored=True, unique=False),
        locale=fields.ID(stored=True),
        stored=fields.STORED(),
    )
    for locale in Locale:
        for name in STEMMED:
            schema.add(
                f"{name}_{locale}",
                fields.TEXT(analyzer=StemAnalyzer(locale), phrase=False),
            )
        schema.add(
            f"{EXACT}_{locale}",
            PositionedText(ExactAnalyzer(locale)),
        )
        schema.add(
            f"{EXACT}_title_{locale}",
            PositionedText(ExactAnalyzer(locale)),
        )
    return schema
