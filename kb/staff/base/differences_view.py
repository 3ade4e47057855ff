"""What was changed, in words: the history, and differences with their words marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from kb.publishing.history.differences import Difference, DiffPiece, compare_states
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction, HistoryChange
from kb.publishing.published.trash import trashed_title
from kb.publishing.records.form_fields import FormField, fields_of
from kb.staff.accounts.account_view import moment_text
from kb.staff.base.autocomplete import known_names, list_of
from kb.staff.base.field_labels import choice_label, field_label
from kb.staff.drafts.form_parser import control
from kb.web.labels import ICONS, KINDS
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l

ACTIONS: dict[HistoryAction, LazyString] = {
    HistoryAction.FOUND: _l("Already present when the history began"),
    HistoryAction.BY_HAND: _l("Changed by hand in the folder of the content"),
    HistoryAction.PUBLISHED: _l("Published"),
    HistoryAction.UNPUBLISHED: _l("Withdrawn, back to the drafts"),
    HistoryAction.FILE_REPLACED: _l("Replaced a file"),
    HistoryAction.DELETED: _l("Deleted, and set aside"),
    HistoryAction.RESTORED: _l("Restored"),
    HistoryAction.MERGED: _l("Merged into another record"),
    HistoryAction.LINKS_CHANGED: _l("Links updated after a change to another record"),
    HistoryAction.BROUGHT_BACK: _l("Restored to an earlier version"),
    HistoryAction.DISCARDED: _l("Draft deleted"),
    HistoryAction.NOT_SAVED: _l("Could not be saved; a copy is kept here"),
}
NAMED_FIELDS = 6

DIGEST_SHOWN = 8
_ITEM_PART = re.compile(r"\b([a-z_0-9]+): ((?:(?!; [a-z_0-9]+: ).)*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A difference: where, in which language, what was there and what is there now."""

    label: str
    lang: str
    old: tuple[DiffPiece, ...]
    new: tuple[DiffPiece, ...]
    control: str = ""
    """The field of a form that it is about; empty when it is about none."""
    key: str = ""
    """What tells it from the other differences of its field."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change, as a list shows it."""

    number: int
    record: RecordId
    title: str
    kind_label: str
    icon: str
    at: str
    who: str
    action: str
    detail: str
    fields: str
    is_draft: bool

    @property
    def path(self) -> dict[str, str]:
        """What addresses of its record are made of."""
        return {"folder": self.record.kind.folder, "slug": self.record.slug}


@dataclass(frozen=True, slots=True)
class ChangePage:
    """A change, in full."""

    row: ChangeRow
    differences: tuple[DifferenceView, ...]
    has_before: bool
    has_after: bool
    together: tuple[ChangeRow, ...]


def difference_views(
    differences: Sequence[Difference],
    kind: Kind | None = None,
    corpus: Corpus | None = None,
) -> tuple[DifferenceView, ...]:
    """Present differences."""
    locale = page_locale()
    return tuple(
        DifferenceView(
            label=_label(each),
            lang=each.locale.value if each.locale not in {None, locale} else "",
            old=_named(each.old, each, kind, corpus, locale),
            new=_named(each.new, each, kind, corpus, locale),
            control=control(each.file, each.field)
            if each.field not in {"", FILES_FOLDER}
            else "",
            key=each.key,
        )
        for each in differences
    )


def _label(difference: Difference) -> str:
    if difference.field == FILES_FOLDER:
        return _("Files")
    if not difference.field:
        return difference.file
    return field_label(difference.field, difference.locale)


def _named(
    pieces: tuple[DiffPiece, ...],
    difference: Difference,
    kind: Kind | None,
    corpus: Corpus | None,
    locale: Locale,
) -> tuple[DiffPiece, ...]:
    """Give what an id names in the stead of the id."""
    field = _field(difference, kind)
    if field is None or corpus is None:
        return pieces
    text = "".join(piece.text for piece in pieces)
    name = list_of(field)
    if name:
        shown = known_names(corpus, name, locale).show(text)
    elif field.parts:
        names = {part.name for part in field.parts}
        shown = _ITEM_PART.sub(
            lambda found: (
                _part_text(found[1], found[2]) if found[1] in names else found[0]
            ),
            text,
        )
    elif field.shape.value == "themes":
        shown = known_names(corpus, Kind.THEME.value, locale).show(text)
    else:
        shown = choice_label(field.name, text)
    return (DiffPiece(shown, is_marked=True),) if shown != text else pieces


def _part_text(name: str, value: str) -> str:
    """Say a part of an entry as the form does; of a digest, its beginning tells."""
    shown = value[:DIGEST_SHOWN] if name == "sha256" else choice_label(name, value)
    return f"{field_label(name)}{_(': ')}{shown}"


def _field(difference: Difference, kind: Kind | None) -> FormField | None:
    if kind is None or difference.file != RECORD_FILE:
        return None
    fields = fields_of(kind, difference.file)
    return next((each for each in fields if each.name == difference.field), None)


def change_row(change: HistoryChange, history: History, corpus: Corpus) -> ChangeRow:
    """Present a change, with the names of what it changed."""
    entry = change.entry
    kind = entry.record.kind
    fields: tuple[str, ...] = ()
    if entry.before is not None and entry.after is not None:
        found = compare_states(kind, history, entry.before, entry.after)
        fields = tuple(dict.fromkeys(map(_label, found)))
    more = len(fields) - NAMED_FIELDS
    named = ", ".join(fields[:NAMED_FIELDS]) + ("…" if more > 0 else "")
    return ChangeRow(
        number=change.number,
        record=entry.record,
        title=record_title(entry.record, change, history, corpus),
        kind_label=str(KINDS[kind]),
        icon=ICONS[kind],
        at=moment_text(entry.at),
        who=entry.who,
        action=str(ACTIONS[entry.action]),
        detail=_detail(change, corpus),
        fields=named,
        is_draft=entry.is_draft,
    )


def record_title(
    record: RecordId, change: HistoryChange, history: History, corpus: Corpus
) -> str:
    """Give the title of a record, or the one that it had when it was changed."""
    there = corpus.get(record)
    if there is not None:
        return there.edition(page_locale()).title
    state = change.entry.after or change.entry.before
    return trashed_title(record.kind, history.texts(state)) or record.slug


def _detail(change: HistoryChange, corpus: Corpus) -> str:
    entry = change.entry
    if entry.action is HistoryAction.BROUGHT_BACK:
        return ""
    other = RecordId.parse(entry.detail)
    there = corpus.get(other) if other is not None else None
    return there.edition(page_locale()).title if there is not None else entry.detail


def change_page(change: HistoryChange, history: History, corpus: Corpus) -> ChangePage:
    """Present a change, with all that differs."""
    entry = change.entry
    kind = entry.record.kind
    found = compare_states(kind, history, entry.before, entry.after)
    others = (
        each for each in history.of_work(change.work) if each.number != change.number
    )
    return ChangePage(
        row=change_row(change, history, corpus),
        differences=difference_views(found, kind, corpus),
        has_before=entry.before is not None and not entry.is_draft,
        has_after=entry.after is not None and not entry.is_draft,
        together=tuple(change_row(each, history, corpus) for each in others),
    )
