"""What an engine answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from indexer.model.facets import FacetCount, FacetName, Filter
from indexer.model.ids import Locale, RecordId
from indexer.model.query import Expansion


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text, and where in it the words that were searched stand.

    `marks` are (start, end) positions in characters, in order, never overlapping.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The text in pieces, each with whether it is a searched word."""
        pieces: list[tuple[str, bool]] = []
        position = 0
        for start, end in self.marks:
            pieces += [(self.text[position:start], False), (self.text[start:end], True)]
            position = end
        pieces.append((self.text[position:], False))
        return tuple(piece for piece in pieces if piece[0])


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage that shows why a record was found."""

    excerpt: MarkedText
    locale: Locale
    heading: str = ""
    anchor: str = ""
    page: int | None = None
    file: str = ""


class MatchField(StrEnum):
    """Where in a record a word stands."""

    TITLE = "title"
    KEYWORDS = "keywords"
    SUMMARY = "summary"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class MatchReason:
    """What was typed, as what it was found, and where: in the place that scored most.

    `found` is `typed` itself, or another name of it.
    """

    typed: str
    found: str
    locale: Locale
    place: MatchField


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that was found. `locale` is the language of title and summary."""

    id: RecordId
    locale: Locale
    title: MarkedText
    summary: MarkedText
    score: float
    snippets: tuple[Snippet, ...] = ()
    reasons: tuple[MatchReason, ...] = ()


class RelaxationStep(StrEnum):
    """In what way an answer is to something wider than what was asked.

    They are tried in this order, each only when too little was found before.
    """

    SPELLING = "spelling"
    OTHER_LANGUAGE = "other-language"
    THESAURUS = "thesaurus"
    PHRASE = "phrase"
    ONE_DROPPED = "one-dropped"
    ANY_WORD = "any-word"


@dataclass(frozen=True, slots=True)
class Relaxation:
    """One step away from what was asked; `detail` names what was lifted."""

    step: RelaxationStep
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text, and its language."""

    text: str
    locale: Locale


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that the visitor may be typing, and what it leads to.

    That is a record, or the search of all that a filter lets through. `title` is what
    it is called in the reader's language, when `text` is not that; in the other, when
    `text` is what something else is called too.
    """

    target: RecordId | Filter
    locale: Locale
    text: str
    title: LocalizedText | None = None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of results, and the counts for the whole answer.

    `asked_total` is how many records match what was asked, before anything was lifted,
    whatever the filters. `expansions` are the names that were searched beside what was
    typed.
    """

    total: int
    page: int
    pages: int
    hits: tuple[Hit, ...] = ()
    facets: Mapping[FacetName, tuple[FacetCount, ...]] = field(default_factory=dict)
    relaxed: tuple[Relaxation, ...] = ()
    asked_total: int = 0
    expansions: tuple[Expansion, ...] = ()

    @property
    def suggestion(self) -> str:
        """The query with its spelling mended, when that is what was answered."""
        steps = (each for each in self.relaxed if each.step is RelaxationStep.SPELLING)
        return next((each.detail for each in steps), "")
