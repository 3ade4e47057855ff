"""Changes of a group dossier: records and sections are moved, texts are edited.

A change applies to the present dossier, whatever others did meanwhile. Texts are merged
field by field: only where two people wrote other texts in one field, the second one is
asked.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from indexer.model.ids import Locale, RecordId
from kb.briefs.rich_text import printable
from kb.group_dossiers.dossier import (
    MAX_SECTIONS,
    Entry,
    GroupDossier,
    Note,
    Section,
    Stamp,
)
from kb.web.dossier_cookie import MAX_RECORDS, MAX_TITLE
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

MAX_NOTE = 4_000

Texts = Mapping[str, str]
"""The texts of the fields of a form, by name."""


class ChangeError(Exception):
    """A change can't be made; the text says why, in the language of the page."""


@dataclass(frozen=True, slots=True)
class DossierField:
    """A field of a form: its label, how it is shown, and how long it may be."""

    label: LazyString
    control: str = "line"
    most: int = MAX_TITLE
    hint: LazyString | str = ""


_NOTE = DossierField(
    _l("Note"), "text", MAX_NOTE, _l("Lists, **bold**, *italic* and links are shown.")
)
FIELDS: dict[str, dict[str, DossierField]] = {
    "dossier": {
        "title": DossierField(_l("Title")),
        "note": _NOTE,
        "date": DossierField(_l("Day of the meeting"), "date", 10),
        "time": DossierField(_l("Time"), "time", 5),
        "place": DossierField(_l("Place")),
    },
    "outcomes": {
        "note": DossierField(
            _l("What came out of the meeting"), "text", MAX_NOTE, _NOTE.hint
        )
    },
    "section": {"title": DossierField(_l("Title")), "note": _NOTE},
    "entry": {
        "section": DossierField(_l("Section"), "section"),
        "note": _NOTE,
        "question": DossierField(
            _l("Question to those who did it"),
            "text",
            MAX_NOTE,
            _l("The reading pack lists all questions on one page."),
        ),
    },
}
"""The fields that can be edited of each part of a dossier."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a dossier that is edited: its kind, and its id if there are several."""

    kind: str
    id: str = ""

    @classmethod
    def parse(cls, text: str, dossier: GroupDossier) -> "Part | None":
        """Return the part that an address names; None if it is not there (any more)."""
        kind, _colon, part_id = text.partition(":")
        is_there = {
            "dossier": not part_id,
            "outcomes": not part_id,
            "section": dossier.section(part_id) is not None,
            "entry": dossier.entry(part_id) is not None,
        }
        return cls(kind, part_id) if is_there.get(kind) else None

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id else self.kind

    @property
    def fields(self) -> dict[str, DossierField]:
        """The fields of its form."""
        return FIELDS[self.kind]

    def texts(self, dossier: GroupDossier) -> dict[str, str]:
        """Return the texts of its fields; none if it is not there (any more)."""
        if self.kind == "section":
            section = dossier.section(self.id)
            if section is None:
                return {}
            return {"title": section.title, "note": section.note.text}
        if self.kind == "entry":
            entry, within = dossier.entry(self.id), dossier.section_of(self.id)
            if entry is None or within is None:
                return {}
            return {
                "section": within.id,
                "note": entry.note.text,
                "question": entry.question.text,
            }
        if self.kind == "outcomes":
            return {"note": dossier.outcomes.text}
        return {
            "title": dossier.title,
            "note": dossier.note.text,
            "date": dossier.date,
            "time": dossier.time,
            "place": dossier.place,
        }


def read_texts(part: Part, form: Texts) -> dict[str, str]:
    """Return the texts that a form has for a part, without control characters.

    Raises:
        ChangeError: a text is too long, or is no day or time.
    """
    texts = {
        name: printable(form.get(name, "").replace("\r\n", "\n")).strip()
        for name in part.fields
    }
    for name, of in part.fields.items():
        if of.control != "text":
            texts[name] = " ".join(texts[name].split())
        if len(texts[name]) > of.most:
            raise ChangeError(
                _(
                    "%(name)s: %(count)s characters, and %(most)s at most.",
                    name=str(of.label),
                    count=len(texts[name]),
                    most=of.most,
                )
            )
    for name, read in _READERS.items():
        _check(texts.get(name, ""), read)
    if part.kind == "dossier" and not texts["title"]:
        raise ChangeError(_("Give the dossier a title."))
    return texts


_READERS: dict[str, Callable[[str], object]] = {
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
}


def _check(text: str, read: Callable[[str], object]) -> None:
    try:
        if text:
            read(text)
    except ValueError as error:
        raise ChangeError(
            _("“%(text)s” is no day or time: write 2027-01-20 or 14:30.", text=text)
        ) from error


@dataclass(frozen=True, slots=True)
class MergedTexts:
    """The texts of a part after two people edited it.

    `conflicts` are the texts of the other person, by the fields in which both wrote.
    """

    texts: dict[str, str]
    conflicts: dict[str, str]


def merged_texts(base: Texts, present: Texts, sent: Texts) -> MergedTexts:
    """Merge what a form sent with the present texts; `base` is where it began."""
    texts: dict[str, str] = {}
    conflicts: dict[str, str] = {}
    for name, mine in sent.items():
        theirs, before = present.get(name, ""), base.get(name, "")
        texts[name] = theirs if mine == before else mine
        if theirs not in {before, mine} and mine != before:
            conflicts[name] = theirs
    return MergedTexts(texts, conflicts)


def with_texts(
    dossier: GroupDossier, part: Part, texts: Texts, stamp: Stamp, locale: Locale
) -> GroupDossier:
    """Return a dossier with other texts in a part; a text that stays keeps its author.

    Raises:
        ChangeError: the part is not there (any more).
    """

    def note(former: Note, name: str = "note") -> Note:
        text = texts[name]
        return former if text == former.text else Note(text, locale.value, stamp)

    if part.kind == "dossier":
        return replace(
            dossier,
            note=note(dossier.note),
            title=texts["title"],
            date=texts["date"],
            time=texts["time"],
            place=texts["place"],
        )
    if part.kind == "outcomes":
        return replace(dossier, outcomes=note(dossier.outcomes))
    if part.kind == "section":
        section = _section(dossier, part.id)
        return dossier.with_section(
            replace(section, title=texts["title"], note=note(section.note))
        )
    entry = _entry(dossier, part.id)
    changed = replace(
        entry, note=note(entry.note), question=note(entry.question, "question")
    )
    former, section = dossier.section_of(part.id), _section(dossier, texts["section"])
    if former is not None and section.id != former.id:
        return _added(without_record(dossier, part.id), section.id, (changed,))
    return dossier.with_entries(lambda each: changed if each is entry else each)


def with_records(
    dossier: GroupDossier, ids: Iterable[RecordId], section_id: str, stamp: Stamp
) -> GroupDossier:
    """Return a dossier with records at the end of a section; known ones stay.

    Raises:
        ChangeError: it would have too many records, or the section is gone.
    """
    known = set(dossier.records)
    new = [str(each) for each in dict.fromkeys(ids) if str(each) not in known]
    if len(known) + len(new) > MAX_RECORDS:
        raise ChangeError(
            _("A dossier has at most %(limit)s records.", limit=MAX_RECORDS)
        )
    entries = tuple(Entry(record, stamp) for record in new)
    return _added(dossier, section_id, entries)


def _added(
    dossier: GroupDossier, section_id: str, entries: tuple[Entry, ...]
) -> GroupDossier:
    section = _section(dossier, section_id)
    return dossier.with_section(replace(section, entries=section.entries + entries))


def without_record(dossier: GroupDossier, record: str) -> GroupDossier:
    """Return a dossier without a record."""
    return dossier.with_entries(lambda each: None if each.record == record else each)


def with_moved_record(dossier: GroupDossier, record: str, step: int) -> GroupDossier:
    """Return a dossier with a record one place up (-1) or down (1).

    Over the edge of its section, it goes to the next one.

    Raises:
        ChangeError: the record is not there (any more).
    """
    entry, section = _entry(dossier, record), dossier.section_of(record)
    entries = list(section.entries) if section is not None else []
    place = entries.index(entry)
    if section is not None and 0 <= place + step < len(entries):
        entries[place], entries[place + step] = entries[place + step], entry
        return dossier.with_section(replace(section, entries=tuple(entries)))
    number = dossier.sections.index(section) + step if section is not None else -1
    if not 0 <= number < len(dossier.sections):
        return dossier
    rest = without_record(dossier, record)
    target = rest.sections[number]
    moved = (*target.entries, entry) if step < 0 else (entry, *target.entries)
    return rest.with_section(replace(target, entries=moved))


def with_new_section(dossier: GroupDossier, title: str) -> GroupDossier:
    """Return a dossier with a new section at its end.

    Raises:
        ChangeError: the title is empty or too long, or there are too many sections.
    """
    texts = read_texts(Part("section", "new"), {"title": title})
    if not texts["title"]:
        raise ChangeError(_("Give the section a title."))
    if len(dossier.sections) >= MAX_SECTIONS:
        raise ChangeError(
            _("A dossier has at most %(limit)s sections.", limit=MAX_SECTIONS)
        )
    number = 1 + max(int(each.id) for each in dossier.sections)
    section = Section(str(number), texts["title"])
    return replace(dossier, sections=(*dossier.sections, section))


def with_moved_section(
    dossier: GroupDossier, section_id: str, step: int
) -> GroupDossier:
    """Return a dossier with a section one place up (-1) or down (1), if there is one.

    Raises:
        ChangeError: the section is not there (any more).
    """
    sections = list(dossier.sections)
    place = sections.index(_section(dossier, section_id))
    if 0 <= place + step < len(sections):
        sections.insert(place + step, sections.pop(place))
    return replace(dossier, sections=tuple(sections))


def without_section(dossier: GroupDossier, section_id: str) -> GroupDossier:
    """Return a dossier without a section; its records go to the one before or after.

    Raises:
        ChangeError: it is the only section, or is not there (any more).
    """
    section, sections = _section(dossier, section_id), list(dossier.sections)
    if len(sections) == 1:
        raise ChangeError(_("A dossier has at least one section."))
    place = sections.index(section)
    sections.remove(section)
    rest = replace(dossier, sections=tuple(sections))
    return _added(rest, sections[max(0, place - 1)].id, section.entries)


def _section(dossier: GroupDossier, section_id: str) -> Section:
    section = dossier.section(section_id)
    if section is None:
        raise ChangeError(_("Somebody has removed this section meanwhile."))
    return section


def _entry(dossier: GroupDossier, record: str) -> Entry:
    entry = dossier.entry(record)
    if entry is None:
        raise ChangeError(_("Somebody has removed this record meanwhile."))
    return entry
