"""What a brief contains: ready texts and whole addresses, in the reader's language."""

from collections.abc import Iterator
from dataclasses import dataclass

from indexer.model.ids import Locale
from kb.briefs.rich_text import TextBlock


@dataclass(frozen=True, slots=True)
class BriefSection:
    """A part of the text of a record, under its title, which may be empty."""

    title: str
    blocks: tuple[TextBlock, ...]


@dataclass(frozen=True, slots=True)
class BriefSource:
    """A source: a label, what is known of it, and its whole address, if it has one."""

    label: str
    details: str
    url: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class BriefRecord:
    """A record of a brief; `lang` is set if its words are in the other language.

    Attributes:
        kind: the name of its kind in English, by which it is coloured.
        kind_name: its kind in words.
        figures: its figures in large, each with what it counts.
        strength: how strong its source is, in two or three words; "" if not known.
        bars: how many of four bars `strength` fills; 0 if not known.
        worth: what its source is worth, in sentences.
        updated: when it was changed last, in a sentence; `updated_day` as 2026-11-27.
        url: its permanent address.
    """

    kind: str
    kind_name: str
    title: str
    lang: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    figures: tuple[tuple[str, str], ...]
    sections: tuple[BriefSection, ...]
    limits: BriefSection | None
    strength: str
    bars: int
    worth: tuple[str, ...]
    sources: tuple[BriefSource, ...]
    updated: str
    updated_day: str
    url: str


@dataclass(frozen=True, slots=True)
class BriefTable:
    """A table with a row of headings: what records say on the same questions.

    Each row begins with its own heading; a cell may have several lines. The `note` is
    a sentence below the table.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class BriefComparison:
    """Two to four records side by side.

    Attributes:
        columns: the records, each with its kind as its details.
        rows: questions, each with the answers of the records in their order.
        shared: what is said once of all records.
    """

    columns: tuple[BriefSource, ...] = ()
    rows: tuple[tuple[str, tuple[tuple[TextBlock, ...], ...]], ...] = ()
    shared: tuple[TextBlock, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether its columns need pages in landscape."""
        return len(self.columns) > 2


@dataclass(frozen=True, slots=True)
class BriefWords:
    """The headings of a brief."""

    contents: str
    comparison: str
    figures: str
    limits: str
    worth: str
    sources: str
    address: str
    about: str
    strength: str
    strengths: str
    record: str
    no_source: str
    page: str
    table: str
    number: str
    kind: str
    summary: str
    facts: str
    updated: str
    url: str


@dataclass(frozen=True, slots=True)
class Brief:
    """A brief; `notes` say which records went, and what changed since its date.

    Attributes:
        about: when and from what it was made, and its licence, in sentences.
        home: the address of the knowledge base.
        url: the permanent address of its content.
    """

    locale: Locale
    title: str
    note: tuple[TextBlock, ...]
    date: str
    site: str
    publisher: str
    count: str
    records: tuple[BriefRecord, ...]
    tables: tuple[BriefTable, ...]
    notes: tuple[str, ...]
    about: tuple[str, ...]
    home: str
    url: str
    words: BriefWords
    compared: BriefComparison = BriefComparison()
    """The comparison that the brief is, in place of records, if it has columns."""

    @property
    def sources(self) -> tuple[BriefSource, ...]:
        """The sources of all records, each once; its number is its place from 1."""
        return tuple({_key(source): source for source in self._named_sources}.values())

    @property
    def source_numbers(self) -> tuple[tuple[int, ...], ...]:
        """The numbers of the sources of each record."""
        keys = dict.fromkeys(map(_key, self._named_sources))
        numbers = {key: number for number, key in enumerate(keys, 1)}
        return tuple(
            tuple(dict.fromkeys(numbers[_key(source)] for source in record.sources))
            for record in self.records
        )

    @property
    def _named_sources(self) -> Iterator[BriefSource]:
        return (source for record in self.records for source in record.sources)


def _key(source: BriefSource) -> object:
    """Return what two mentions of a source have in common."""
    return source.url or source
