"""The query model: a tree of words, and the filters beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import NO_NEIGHBOURS, Neighbours
from indexer.model.problems import Message, message
from indexer.model.readings import NO_PREFERENCES, Preferences, Reading
from indexer.model.vocabulary import EvidenceKind, PracticeResult, Stage

PAGE_SIZE = 10
MAX_PASSAGES = 2
MAX_QUERY_CHARACTERS = 1000
KEPT_PLACES = 5
"""With fewer, judged queries lose answers that have little more than a title."""


@dataclass(frozen=True, slots=True)
class SortScale:
    """The values of a facet in the order of a sort, the best first."""

    facet: FacetName
    values: tuple[str, ...]

    def rank(self, values: Iterable[str]) -> int:
        """Return the rank of the first of some values; without any, the last rank."""
        known = (self.values.index(value) for value in values if value in self.values)
        return min(known, default=len(self.values))


@dataclass(frozen=True, slots=True, eq=False)
class SortKey:
    """What is declared of an order: its label, and the scale that it may follow."""

    label: Message
    scale: SortScale | None = None


def _scale_of(facet: FacetName, values: Iterable[str]) -> SortKey:
    return SortKey(facet.declared.label, SortScale(facet, tuple(values)))


class Sort(StrEnum):
    """The order of the results; the value is that of the parameter `sort`."""

    declared: SortKey

    def __new__(cls, value: str, declared: SortKey) -> Self:
        """Return a member that has its declaration."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.declared = declared
        return member

    RELEVANCE = "relevance", SortKey(message("Relevance"))
    NEWEST = "newest", SortKey(message("Most recent"))
    TITLE = "title", SortKey(message("Title"))
    RESULT = "result", _scale_of(FacetName.RESULT, PracticeResult)
    EVIDENCE = "evidence", _scale_of(FacetName.EVIDENCE, EvidenceKind)
    STAGE = (
        "stage",
        _scale_of(
            FacetName.STAGE, (Stage.IN_USE, Stage.PILOT, Stage.IDEA, Stage.ENDED)
        ),
    )


@dataclass(frozen=True, slots=True)
class Word:
    """A word, matched by its stem in French and in English, or in one of the two.

    `is_text_only`: it is not matched in the questions of records.
    """

    text: str
    is_title_only: bool = False
    locale: Locale | None = None
    is_text_only: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Consecutive words in the order typed; accents are ignored."""

    text: str
    is_title_only: bool = False
    is_text_only: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word: `cyber*`."""

    text: str
    is_title_only: bool = False
    is_text_only: bool = False


@dataclass(frozen=True, slots=True)
class FilterNode:
    """`theme:trolling`: matches the records with this facet value."""

    filter: Filter


@dataclass(frozen=True, slots=True)
class RecordsNode:
    """Matches some records, whatever their words; it scores 0."""

    ids: frozenset[RecordId]


@dataclass(frozen=True, slots=True)
class And:
    """All nodes must match. `is_implicit`: the words were typed without AND."""

    nodes: tuple[Node, ...]
    is_implicit: bool = False


@dataclass(frozen=True, slots=True)
class Or:
    """At least one node must match."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Matches the records that the node does not match."""

    node: Node


@dataclass(frozen=True, slots=True)
class MinimumMatch:
    """At least `count` of the nodes must match."""

    count: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A synonym of a typed node, and the factor on its score (at most 1)."""

    node: Node
    weight: float


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The typed node or one of its synonyms; the highest score counts, not the sum."""

    node: Node
    others: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class Compound(Synonyms):
    """A compound such as « porte-parole »: the whole without hyphen, or its parts.

    It counts as one word, and is shown as `text`, as it was typed.
    """

    text: str = ""

    @property
    def is_title_only(self) -> bool:
        """Whether it is searched in titles only."""
        return isinstance(self.node, Word) and self.node.is_title_only

    @property
    def is_text_only(self) -> bool:
        """Whether it is not matched in the questions of records."""
        return isinstance(self.node, Word) and self.node.is_text_only


Node = (
    Word
    | Phrase
    | Prefix
    | FilterNode
    | RecordsNode
    | And
    | Or
    | Not
    | MinimumMatch
    | Synonyms
)


def text_only(node: Node) -> Node:
    """Return a tree whose words are not matched in the questions of records."""
    match node:
        case Word() | Phrase() | Prefix():
            return replace(node, is_text_only=True)
        case And() | Or() | MinimumMatch():
            return replace(node, nodes=tuple(map(text_only, node.nodes)))
        case Not():
            return Not(text_only(node.node))
        case Synonyms():
            others = tuple(replace(o, node=text_only(o.node)) for o in node.others)
            return replace(node, node=text_only(node.node), others=others)
        case _:
            return node


def exclusion(node: Node) -> Not:
    """Return a tree that excludes the records whose texts match a tree.

    The parts of a compound must stand side by side in them: « -Pays-Bas » keeps a
    record that has *pays* in one sentence and *bas* in another.
    """
    return Not(_with_parts_together(text_only(node)))


def _with_parts_together(node: Node) -> Node:
    match node:
        case Compound():
            parts = Phrase(node.text, node.is_title_only, node.is_text_only)
            return replace(node, others=(Alternative(parts, 1),))
        case And() | Or():
            return replace(node, nodes=tuple(map(_with_parts_together, node.nodes)))
        case _:
            return node


def flattened(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Replace each implicit `And` among the nodes by its own nodes."""
    return tuple(
        inner
        for node in nodes
        for inner in (
            node.nodes if isinstance(node, And) and node.is_implicit else (node,)
        )
    )


class ExpansionSource(StrEnum):
    """Where a synonym or a translation comes from."""

    GLOSSARY = "glossary"
    LEXICON = "lexicon"


@dataclass(frozen=True, slots=True)
class Expansion:
    """A synonym or translation `name` of the typed words, searched with them."""

    typed: str
    name: str
    locale: Locale
    source: ExpansionSource


class QueryNoticeType(StrEnum):
    """Why a part of a query was searched otherwise than it was typed."""

    SHORT_PREFIX = "short-prefix"
    STAR = "star"
    QUESTION_MARK = "question-mark"
    WILDCARD_IN_PHRASE = "wildcard-in-phrase"
    APPROXIMATION = "approximation"
    LONE_QUOTE = "lone-quote"


@dataclass(frozen=True, slots=True)
class QueryNotice:
    """A part of a query that was changed: as it was typed, and as it was searched.

    `searched` is in the query language; it is empty for `LONE_QUOTE`.
    """

    type: QueryNoticeType
    typed: str
    searched: str = ""


@dataclass(frozen=True, slots=True)
class CloseRecord:
    """A record that is close in meaning to the query.

    Attributes:
        id: the record.
        closeness: the cosine of its closest passage, in standard deviations above the
            mean of all records.
        cosine: the cosine of its closest passage.
        passage: the number of its closest passage among those of the record; None for
            a summary.
        is_nearest: whether it is among the few that become results without a word of
            the query.
        is_foreign: whether it has no text in the language of the reader: words reach it
            only through translations.
    """

    id: RecordId
    closeness: float
    cosine: float = 0.0
    passage: int | None = None
    is_nearest: bool = True
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """One search.

    Attributes:
        text: the query as typed.
        root: the tree of words. None when no word was typed: then every record
            matches an empty text, and no record a text of signs only.
        locale: the language of the reader.
        filters: the facet values chosen beside the query.
        sort: the order of the results.
        page: the number of the page, from 1.
        page_size: the number of hits on a page.
        max_passages: the number of snippets of each hit; with 0, no word is marked
            and no reason is returned either.
        only_ids: whether the page has the ids of its records instead of hits.
        is_plain: whether the text was not valid in the query language and was read
            as plain words.
        notices: the parts of the text that were searched otherwise than typed.
        is_expandable: whether synonyms and translations are searched too.
        is_relaxable: whether the query is widened when it matches few records.
        is_exact: whether the tree is matched as it is, neither expanded nor relaxed.
        close: the records that are close in meaning, the closest first.
        neighbours: the links between records, if they count for the order.
        promoted: the records that come first, in this order, whether they match or not.
        hidden: the records that are left out.
        readings: what its words say of the records that are sought.
        literal: the keys of the readings that the reader took back.
        preferences: the weights of records by the readings.
        last: the records that come after all others, unless scores put them among
            the first (`kept_places`).
    """

    text: str = ""
    root: Node | None = None
    locale: Locale = Locale.FR
    filters: tuple[Filter, ...] = ()
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = PAGE_SIZE
    max_passages: int = MAX_PASSAGES
    only_ids: bool = False
    is_plain: bool = False
    notices: tuple[QueryNotice, ...] = ()
    is_expandable: bool = True
    is_relaxable: bool = True
    is_exact: bool = False
    close: tuple[CloseRecord, ...] = ()
    neighbours: Neighbours = NO_NEIGHBOURS
    promoted: tuple[RecordId, ...] = ()
    hidden: frozenset[RecordId] = frozenset()
    readings: tuple[Reading, ...] = ()
    literal: tuple[str, ...] = ()
    preferences: Preferences = NO_PREFERENCES
    last: frozenset[RecordId] = frozenset()

    @property
    def first_place(self) -> int:
        """The place of the first record of the page among all results, from 0."""
        return (self.page - 1) * self.page_size

    @property
    def is_by_score(self) -> bool:
        """Whether scores order the results."""
        return self.root is not None and self.sort is Sort.RELEVANCE

    @property
    def kept_places(self) -> int:
        """How many of the first results keep their places even if they are `last`."""
        return KEPT_PLACES if self.is_by_score else 0
