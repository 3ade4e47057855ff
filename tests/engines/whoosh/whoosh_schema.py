"""The schema of an index, with analyzers: Whoosh's own writer can use it."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator

from whoosh.analysis import Analyzer, Token
from whoosh.fields import Schema

from indexer.analysis.analyzer import FIELD_BREAK, analyze
from indexer.engines.whoosh.index.segment_content import (
    EXACT,
    POSITION_TYPE,
    PackedPositions,
    make_schema,
)
from indexer.model.ids import Locale


class StemAnalyzer(Analyzer):  # type: ignore[misc]  # Whoosh has no types
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


class ExactAnalyzer(Analyzer):  # type: ignore[misc]
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


class WritablePositions(PackedPositions):
    """The format of positions, for writing too."""

    def word_values(
        self, value: str, analyzer: Analyzer, **kwargs: object
    ) -> Iterator[tuple[str, int, float, bytes]]:
        """Yield each term of a text with its frequency, weight and positions."""
        positions: defaultdict[str, list[int]] = defaultdict(list)
        for token in analyzer(value, positions=True, **kwargs):
            positions[token.text].append(token.pos)
        for text, each in positions.items():
            packed = array(POSITION_TYPE, each).tobytes()
            yield text, len(each), float(len(each)), packed

    def combine(self, values: Iterable[bytes]) -> bytes:
        """Return the union of the positions of several terms."""
        positions = {each for value in values for each in self.decode_positions(value)}
        return array(POSITION_TYPE, sorted(positions)).tobytes()


def schema_with_analyzers() -> Schema:
    """Return the schema of an index with the analyzer of each field."""
    schema = make_schema()
    for name, field in schema.items():
        stem, _, locale = name.rpartition("_")
        if stem.startswith(EXACT):
            field.analyzer = ExactAnalyzer(Locale(locale))
            field.format = WritablePositions()
        elif stem:
            field.analyzer = StemAnalyzer(Locale(locale))
    return schema
