"""What was asked, once read: a tree of words, and the filters beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from indexer.model.facets import Filter
from indexer.model.ids import Locale

PAGE_SIZE = 10
MAX_PASSAGES = 2
MAX_QUERY_CHARACTERS = 1000


class Sort(StrEnum):
    """The order of the results."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Word:
    """A word, matched by its stem in French and in English, or in one of the two."""

    text: str
    is_title_only: bool = False
    locale: Locale | None = None


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that follow one another as typed, accents aside."""

    text: str
    is_title_only: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    """The beginning of a word: `cyber*`."""

    text: str
    is_title_only: bool = False


@dataclass(frozen=True, slots=True)
class FilterNode:
    """`theme:trolling`: matches the records that have the value."""

    filter: Filter


@dataclass(frozen=True, slots=True)
class And:
    """All of them. `is_implicit`: nobody typed AND, the words just stood together."""

    nodes: tuple[Node, ...]
    is_implicit: bool = False


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The records that it does not match."""

    node: Node


@dataclass(frozen=True, slots=True)
class MinimumMatch:
    """No fewer than so many of them, whatever which."""

    count: int
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """What is searched beside what was typed, and how much it weighs (1: as much)."""

    node: Node
    weight: float


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What was typed, or one of its other names; all count as one, that is the best."""

    node: Node
    others: tuple[Alternative, ...]


Node = Word | Phrase | Prefix | FilterNode | And | Or | Not | MinimumMatch | Synonyms


def flattened(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """Put words that only stood together among those that they stand beside."""
    return tuple(
        inner
        for node in nodes
        for inner in (
            node.nodes if isinstance(node, And) and node.is_implicit else (node,)
        )
    )


class ExpansionSource(StrEnum):
    """Who says that two names go together."""

    GLOSSARY = "glossary"
    LEXICON = "lexicon"


@dataclass(frozen=True, slots=True)
class Expansion:
    """A name that is searched beside what was typed, and its language."""

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
class Query:
    """One search. `locale` is the reader's; `text` is what was typed.

    `root` is None when no word was typed: every record matches when the text is empty,
    and none when it holds only signs. `is_plain` says that
    the text could not be read as the query language and was taken as plain words.
    `is_expandable`: the other names of what was typed are searched too. `is_exact`: the
    tree is matched as it is, nothing added and nothing lifted. `max_passages` is how
    many passages to show of each hit; with 0, no word is marked either.
    """

    text: str = ""
    root: Node | None = None
    locale: Locale = Locale.FR
    filters: tuple[Filter, ...] = ()
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    page_size: int = PAGE_SIZE
    max_passages: int = MAX_PASSAGES
    is_plain: bool = False
    notices: tuple[QueryNotice, ...] = ()
    is_expandable: bool = True
    is_exact: bool = False
