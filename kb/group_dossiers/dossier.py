"""What a group dossier contains: sections of records, with notes and who wrote them."""

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

MAX_SECTIONS = 30
MAX_NAME = 60
"""The most characters of the name that a person gives."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who wrote something, and when.

    Attributes:
        by: the name that the person gave; "" for nobody.
        device: a digest of the cookie of the device, other in each dossier.
        at: seconds since 1970.
    """

    by: str = ""
    device: str = ""
    at: int = 0

    @property
    def time(self) -> dt.datetime:
        """The time, in UTC."""
        return dt.datetime.fromtimestamp(self.at, dt.UTC)


@dataclass(frozen=True, slots=True)
class Note:
    """A text that a person wrote, in the language of the page where it was written."""

    text: str = ""
    locale: str = ""
    stamp: Stamp = field(default_factory=Stamp)


@dataclass(frozen=True, slots=True)
class Entry:
    """A record of a dossier: who added it, a note, and a question to its town."""

    record: str
    stamp: Stamp = field(default_factory=Stamp)
    note: Note = field(default_factory=Note)
    question: Note = field(default_factory=Note)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a dossier; the first one may have no title."""

    id: str
    title: str = ""
    note: Note = field(default_factory=Note)
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupDossier:
    """The content of a dossier at a time.

    Attributes:
        date: the day of the meeting that it prepares, as 2027-01-20, or "".
        time: when the meeting begins, as 14:30, or "".
        place: where it is, or "".
        outcomes: what the group noted of the meeting.
        sections: one or more.
    """

    title: str
    note: Note = field(default_factory=Note)
    date: str = ""
    time: str = ""
    place: str = ""
    outcomes: Note = field(default_factory=Note)
    sections: tuple[Section, ...] = (Section("1"),)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All records, in their order."""
        return tuple(entry for each in self.sections for entry in each.entries)

    @property
    def records(self) -> tuple[str, ...]:
        """The ids of all records, in their order."""
        return tuple(entry.record for entry in self.entries)

    @property
    def notes(self) -> Iterator[Note]:
        """All notes."""
        yield from (self.note, self.outcomes)
        for section in self.sections:
            yield section.note
            for entry in section.entries:
                yield from (entry.note, entry.question)

    def section(self, section_id: str) -> Section | None:
        """Return the section of an id, or None."""
        return next((each for each in self.sections if each.id == section_id), None)

    def section_of(self, record: str) -> Section | None:
        """Return the section that contains a record, or None."""
        return next(
            (
                each
                for each in self.sections
                if any(entry.record == record for entry in each.entries)
            ),
            None,
        )

    def entry(self, record: str) -> Entry | None:
        """Return the entry of a record, or None."""
        return next((each for each in self.entries if each.record == record), None)

    def with_section(self, section: Section) -> "GroupDossier":
        """Return the dossier with another content of a section."""
        return replace(
            self,
            sections=tuple(
                section if each.id == section.id else each for each in self.sections
            ),
        )

    def with_entries(self, change: Callable[[Entry], Entry | None]) -> "GroupDossier":
        """Return the dossier with each entry changed; None removes it."""
        return replace(
            self,
            sections=tuple(
                replace(
                    section, entries=tuple(filter(None, map(change, section.entries)))
                )
                for section in self.sections
            ),
        )

    def without(self, device: str) -> "GroupDossier":
        """Return the dossier without what a device wrote; its records stay."""
        nobody, empty = Stamp(), Note()

        def kept(note: Note) -> Note:
            return empty if note.stamp.device == device else note

        changed = self.with_entries(
            lambda entry: replace(
                entry,
                stamp=nobody if entry.stamp.device == device else entry.stamp,
                note=kept(entry.note),
                question=kept(entry.question),
            )
        )
        return replace(
            changed,
            note=kept(self.note),
            outcomes=kept(self.outcomes),
            sections=tuple(
                replace(each, note=kept(each.note)) for each in changed.sections
            ),
        )

    def to_json(self) -> str:
        """Return the dossier as it is stored."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> "GroupDossier":
        """Return a stored dossier; what a later version added is left out."""
        values = json.loads(text)
        sections = tuple(
            _made(
                Section,
                section,
                note=_note(section["note"]),
                entries=tuple(map(_entry, section["entries"])),
            )
            for section in values["sections"]
        )
        note, outcomes = _note(values["note"]), _note(values["outcomes"])
        return _made(cls, values, note=note, outcomes=outcomes, sections=sections)


def _entry(values: dict[str, Any]) -> Entry:
    return _made(
        Entry,
        values,
        stamp=_made(Stamp, values["stamp"]),
        note=_note(values["note"]),
        question=_note(values["question"]),
    )


def _note(values: dict[str, Any]) -> Note:
    return _made(Note, values, stamp=_made(Stamp, values["stamp"]))


def _made(cls: type[Any], values: dict[str, Any], **parts: Any) -> Any:
    known = {each.name for each in fields(cls)}
    return cls(**{k: v for k, v in values.items() if k in known} | parts)
