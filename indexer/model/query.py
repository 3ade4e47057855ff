"""What was asked, once read: a tree of words, and the filters beside it."""

from __future__ import annotations

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
    """A word, matched by its stem in French and in English."""

    text: str
    is_title_only: bool = False


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
class Expanded:
    """What was typed, or one of its other names; these weigh less."""

    node: Node
    others: tuple[Node, ...]


Node = Word | Phrase | Prefix | FilterNode | And | Or | Not | Expanded


@dataclass(frozen=True, slots=True)
class Expansion:
    """A name that is searched beside what was typed, and its language."""

    typed: str
    name: str
    locale: Locale


@dataclass(frozen=True, slots=True)
class Query:
    """One search. `locale` is the reader's; `text` is what was typed.

    `root` is None when no word was typed: every record matches when the text is empty,
    and none when it holds only signs. `is_plain` says that
    the text could not be read as the query language and was taken as plain words.
    `expansions` are the names searched beside what was typed, unless the reader wants
    only the words typed. `max_passages` is how many passages to show of each hit; with
    0, no word is marked either.
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
    is_expandable: bool = True
    expansions: tuple[Expansion, ...] = ()
