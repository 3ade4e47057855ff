"""What an engine returns: pages of results, and suggestions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from indexer.model.facets import FacetCount, FacetName, Filter
from indexer.model.ids import Locale, RecordId
from indexer.model.query import Expansion


@dataclass(frozen=True, slots=True)
class MarkedText:
    """A text, and the positions of the searched words in it.

    `marks` are (start, end) offsets in characters, in order, without overlaps.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    @property
    def pieces(self) -> tuple[tuple[str, bool], ...]:
        """The text in pieces, each with whether the piece is a searched word."""
        pieces: list[tuple[str, bool]] = []
        position = 0
        for start, end in self.marks:
            pieces += [(self.text[position:start], False), (self.text[start:end], True)]
            position = end
        pieces.append((self.text[position:], False))
        return tuple(piece for piece in pieces if piece[0])


@dataclass(frozen=True, slots=True)
class Snippet:
    """An excerpt of a passage that matches the query.

    `page` is the page of `file`, when the passage comes from a file. `language` is the
    code of its language if that is neither French nor English.
    """

    excerpt: MarkedText
    locale: Locale
    heading: str = ""
    anchor: str = ""
    page: int | None = None
    file: str = ""
    language: str = ""


class MatchField(StrEnum):
    """The part of a record that contains a word."""

    TITLE = "title"
    KEYWORDS = "keywords"
    SUMMARY = "summary"
    QUESTIONS = "questions"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class MatchReason:
    """Why a record matches a part of the query.

    `matched` is the name of `typed` with the highest score in the record: `typed`
    itself, a synonym or a translation. `field` is the field of highest weight that
    contains it, in the edition of `locale`.
    """

    typed: str
    matched: str
    locale: Locale
    field: MatchField


@dataclass(frozen=True, slots=True)
class Hit:
    """One record of the results.

    `locale` is the language of title and summary. `is_partial`: it is
    not among the `exact_total` records that match all the words. `is_close`: none of
    its words matches, and it is a result because it is close in meaning. `version` is
    that of the indexed record, where several machines share an index, and empty
    elsewhere.
    """

    id: RecordId
    locale: Locale
    title: MarkedText
    summary: MarkedText
    score: float
    snippets: tuple[Snippet, ...] = ()
    reasons: tuple[MatchReason, ...] = ()
    is_partial: bool = False
    is_close: bool = False
    version: str = ""


class RelaxationStep(StrEnum):
    """How a query was widened because it matched few records.

    The steps are tried in this order.
    """

    SPELLING = "spelling"
    OTHER_LANGUAGE = "other-language"
    THESAURUS = "thesaurus"
    PHRASE = "phrase"
    ONE_DROPPED = "one-dropped"
    ANY_WORD = "any-word"
    MEANING = "meaning"
    SPELLING_OFFERED = "spelling-offered"
    """Not searched: the reader decides whether the typed word is a name."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A step by which a query was widened, and the text of the query concerned.

    `detail` is the corrected query for `RelaxationStep.SPELLING` and
    `RelaxationStep.SPELLING_OFFERED`, and the query as typed for the other steps.
    """

    step: RelaxationStep
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text, and its language."""

    text: str
    locale: Locale


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that completes what the visitor is typing.

    `target` is the record with the name `text`, or the filter that selects its records.
    `title` is the title of the target in the reader's language, when it differs from
    `text`; in the other language, when another suggestion has the same text.
    """

    target: RecordId | Filter
    locale: Locale
    text: str
    title: LocalizedText | None = None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of results, and the counts of all results.

    Attributes:
        total: the number of records that match or are close in meaning, filters
            applied.
        page: the number of this page, from 1.
        pages: the number of pages, at least 1.
        hits: the records of this page, in order.
        ids: their ids, for a query that asks for ids only; there are no hits then.
        partial_ids: those of `ids` that do not match all the words.
        facets: for each facet, the values and their counts, in display order.
        relaxed: the steps by which the query was widened, in order.
        asked_total: the number of records that matched before any widening and
            before the filters.
        exact_total: the number of records that match all the words, filters applied:
            as typed or corrected, or by a name of the glossary; by a translation only
            where no record matches otherwise.
        expansions: the synonyms and translations that were searched too.
        part_counts: for each word of the query, the number of records that contain it
            or a synonym of it, before the filters; only when no record matches all.
        closest: the cosine of the record that is closest in meaning; None if closeness
            in meaning does not count.
    """

    total: int
    page: int
    pages: int
    hits: tuple[Hit, ...] = ()
    ids: tuple[RecordId, ...] = ()
    partial_ids: frozenset[RecordId] = frozenset()
    facets: Mapping[FacetName, tuple[FacetCount, ...]] = field(default_factory=dict)
    relaxed: tuple[Relaxation, ...] = ()
    asked_total: int = 0
    exact_total: int = 0
    expansions: tuple[Expansion, ...] = ()
    part_counts: Mapping[str, int] = field(default_factory=dict)
    closest: float | None = None

    @property
    def suggestion(self) -> str:
        """The query with its spelling corrected; empty without a correction."""
        return self._detail(RelaxationStep.SPELLING)

    @property
    def offered(self) -> str:
        """The query with another spelling, which was not searched; often empty."""
        return self._detail(RelaxationStep.SPELLING_OFFERED)

    def _detail(self, step: RelaxationStep) -> str:
        return next((each.detail for each in self.relaxed if each.step is step), "")
