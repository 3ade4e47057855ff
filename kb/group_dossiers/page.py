"""The view models of a group dossier: its page, the form of a part, its versions."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from flask import url_for
from flask_babel import gettext as _

from indexer.model.dates import PartialDate
from indexer.model.ids import Locale, RecordId
from indexer.model.record import Record
from kb.group_dossiers.changes import DossierField, Part
from kb.group_dossiers.device import Device
from kb.group_dossiers.dossier import GroupDossier, Note, Section
from kb.group_dossiers.keys import DossierKey, Permission
from kb.group_dossiers.notes import NoteView, author_text, note_view
from kb.group_dossiers.store import StoredDossier, VersionLabel
from kb.public.brief.named_records import named_record
from kb.web.date_text import date_text, day_and_hour
from kb.web.dossier_cookie import dossier_ids
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_cards
from kb.web.records.record_state import current_ids
from kb.web.urls import absolute

FILES = ("pdf", "docx", "epub", "html", "md", "ics", "json")
"""The formats of the reading pack: what its address ends with."""

ACTS: dict[str, LazyString] = {
    "new": _l("The dossier was made."),
    "add": _l("Records were added."),
    "remove": _l("A record was removed."),
    "move": _l("A record was moved."),
    "edit-dossier": _l("Title, note or meeting were changed."),
    "edit-outcomes": _l("What came out of the meeting was changed."),
    "edit-section": _l("A section was changed."),
    "edit-entry": _l("The notes on a record were changed."),
    "add-section": _l("A section was added."),
    "move-section": _l("A section was moved."),
    "remove-section": _l("A section was removed."),
    "restore": _l("An earlier version was brought back."),
}
"""What each act changed: the words of a row of the list of versions."""

PERMISSIONS: dict[Permission, tuple[LazyString, LazyString]] = {
    Permission.READ: (
        _l("To read"),
        _l("Whoever has it reads the dossier, and can change nothing."),
    ),
    Permission.WRITE: (
        _l("To write"),
        _l("Whoever has it adds records and notes, and can share the link to read."),
    ),
    Permission.MANAGE: (
        _l("To manage: keep it for yourself"),
        _l("With it you renew, close or delete the dossier. Nobody can replace it."),
    ),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """Who opened a dossier: the key of the link, the dossier, and the named device."""

    key: DossierKey
    stored: StoredDossier
    device: Device | None


@dataclass(frozen=True, slots=True)
class EntryView:
    """A record of a section; without a card it was withdrawn, and `record` says which.

    `part` is the name of the entry in addresses.
    """

    record: str
    part: str
    card: Card | None
    added: str
    note: NoteView | None
    question: NoteView | None


@dataclass(frozen=True, slots=True)
class DossierSection:
    """A section with its records."""

    id: str
    part: str
    title: str
    note: NoteView | None
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, slots=True)
class FormField:
    """A field of the form of a part: its text, and what somebody else wrote there."""

    name: str
    of: DossierField
    text: str
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class PartForm:
    """The form of a part; `version` is that of the dossier where it began."""

    part: str
    version: int
    fields: tuple[FormField, ...]
    error: str = ""


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link of the dossier: what it allows, and its address."""

    name: str
    label: LazyString
    hint: LazyString
    url: str


@dataclass(frozen=True, slots=True)
class GroupDossierPage:
    """All that the page of a group dossier shows.

    Attributes:
        url: its address, of the same permission.
        meeting: when and where the group meets, in words; "" if it is not known.
        has_day: whether its day is known.
        gone: which of its records are missing or were replaced.
        form: the form of the part that is edited, or None.
        links: the links that the reader may give away.
        ends: when the links end, in words.
        own_ids: the records of the visitor's own dossier that are not in this one.
        past: the earlier version that is shown, in words; "" for the present one.
        error: why the last change was not made.
    """

    title: str
    url: str
    permission: Permission
    device: Device | None
    version: int
    note: NoteView | None
    meeting: str
    has_day: bool
    outcomes: NoteView | None
    sections: tuple[DossierSection, ...]
    gone: tuple[str, ...]
    form: PartForm | None
    links: tuple[LinkView, ...]
    ends: str
    own_ids: tuple[RecordId, ...]
    past: str = ""
    past_number: int = 0
    error: str = ""

    @property
    def may_write(self) -> bool:
        """Whether the page has forms: the link allows it, and the device has a name."""
        is_writer = self.permission is not Permission.READ and not self.past
        return is_writer and self.device is not None

    @property
    def asks_name(self) -> bool:
        """Whether the page asks who writes."""
        return self.permission is not Permission.READ and self.device is None

    @property
    def may_manage(self) -> bool:
        """Whether the link allows to renew, close and delete the dossier."""
        return self.permission is Permission.MANAGE


def group_dossier_url(key: DossierKey, locale: Locale, endpoint: str = "show") -> str:
    """Return the address of a group dossier, or of another page of it."""
    # Not `address`, which would keep each key in its cache.
    return url_for(f"group_dossiers.{endpoint}", locale=locale.value, key=str(key))


def group_dossier_page(
    visit: Visit,
    content: PageContent,
    *,
    form: PartForm | None = None,
    past: tuple[GroupDossier, VersionLabel] | None = None,
    drafts: Mapping[str, str] | None = None,
    error: str = "",
) -> GroupDossierPage:
    """Return the page of a group dossier.

    Args:
        visit: the dossier, and what the link and the device allow.
        content: the corpus, and the language of the page.
        form: the form of the part that is edited.
        past: an earlier version to show, with its label.
        drafts: draft translations, by the texts of notes.
        error: why the last change was not made.
    """
    key, stored, locale = visit.key, visit.stored, content.locale
    shown = past[0] if past else stored.content
    gone: list[str] = []
    found = {text: named_record(text, content, gone) for text in shown.records}
    cards = _cards(found.values(), content)
    view = partial(note_view, locale=locale, drafts=drafts or {})
    return GroupDossierPage(
        title=shown.title,
        url=group_dossier_url(key, locale),
        permission=key.permission,
        device=visit.device,
        version=stored.version,
        note=view(shown.note),
        meeting=meeting_text(shown, locale),
        has_day=bool(shown.date),
        outcomes=view(shown.outcomes),
        sections=tuple(
            _section_view(each, found, cards, view) for each in shown.sections
        ),
        gone=tuple(gone),
        form=form,
        links=_links(key, locale),
        ends=date_text(PartialDate.of(stored.expires_at.date()), locale),
        own_ids=_own_ids(shown),
        past=_version_words(past[1], locale) if past else "",
        past_number=past[1].number if past else 0,
        error=error,
    )


def _cards(
    records: Iterable[Record | None], content: PageContent
) -> dict[RecordId, Card]:
    known = {each.id: each for each in records if each is not None}
    return {card.id: card for card in record_cards(known.values(), content)}


def _section_view(
    section: Section,
    found: Mapping[str, Record | None],
    cards: Mapping[RecordId, Card],
    view: Callable[[Note], NoteView | None],
) -> DossierSection:
    entries = [(entry, found[entry.record]) for entry in section.entries]
    return DossierSection(
        section.id,
        str(Part("section", section.id)),
        section.title,
        view(section.note),
        tuple(
            EntryView(
                record=entry.record,
                part=str(Part("entry", entry.record)),
                card=cards[record.id] if record is not None else None,
                added=author_text(entry.stamp, page_locale()),
                note=view(entry.note),
                question=view(entry.question),
            )
            for entry, record in entries
        ),
    )


def _own_ids(shown: GroupDossier) -> tuple[RecordId, ...]:
    known = set(shown.records)
    return tuple(each for each in current_ids(dossier_ids()) if str(each) not in known)


def _links(key: DossierKey, locale: Locale) -> tuple[LinkView, ...]:
    allowed = list(Permission)[: list(Permission).index(key.permission) + 1]
    return tuple(
        LinkView(
            each.name.lower(),
            *PERMISSIONS[each],
            absolute(group_dossier_url(key.weakened(each), locale)),
        )
        for each in allowed
    )


def meeting_text(dossier: GroupDossier, locale: Locale) -> str:
    """Return when and where the group meets, in words; "" if it is not known."""
    day = PartialDate.parse(dossier.date) if dossier.date else None
    words = (date_text(day, locale) if day else "", dossier.time, dossier.place)
    return ", ".join(filter(None, words))


def part_form(
    part: Part,
    texts: Mapping[str, str],
    version: int,
    *,
    conflicts: Mapping[str, str] | None = None,
    error: str = "",
) -> PartForm:
    """Return the form of a part with texts; `conflicts` are those of somebody else."""
    theirs = conflicts or {}
    return PartForm(
        str(part),
        version,
        tuple(
            FormField(name, of, texts.get(name, ""), theirs.get(name, ""))
            for name, of in part.fields.items()
        ),
        error,
    )


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version in the list: when, who and what, and the address that shows it."""

    number: int
    when: str
    by: str
    what: str
    url: str
    is_present: bool


def version_rows(
    key: DossierKey, labels: Iterable[VersionLabel], content: PageContent
) -> tuple[VersionRow, ...]:
    """Return the rows of the versions of a dossier, the newest first."""
    locale, url = content.locale, group_dossier_url(key, content.locale)
    return tuple(
        VersionRow(
            each.number,
            day_and_hour(each.at, locale),
            each.by,
            _what(each, content),
            f"{url}?version={each.number}",
            is_present=number == 0,
        )
        for number, each in enumerate(labels)
    )


def _what(label: VersionLabel, content: PageContent) -> str:
    """Return what a version changed, with the title of the record if it is one."""
    text = str(ACTS.get(label.act, ""))
    record_id = RecordId.parse(label.about)
    record = content.corpus.get(record_id) if record_id is not None else None
    if record is None:
        return text
    title = record.edition(content.locale).title
    return _("%(text)s “%(title)s”", text=text, title=title)


def _version_words(label: VersionLabel, locale: Locale) -> str:
    words = (day_and_hour(label.at, locale), label.by)
    return ", ".join(filter(None, words))


def expiry(days: int, now: dt.datetime) -> dt.datetime:
    """Return when links end that are to last some days."""
    return now + dt.timedelta(days=days)


def section_titles(dossier: GroupDossier) -> list[tuple[str, str]]:
    """Return the ids and titles of sections; one without a title has its number."""
    return [
        (each.id, _section_title(each, number))
        for number, each in enumerate(dossier.sections, 1)
    ]


def _section_title(section: Section, number: int) -> str:
    return section.title or _("Section %(number)s", number=number)
