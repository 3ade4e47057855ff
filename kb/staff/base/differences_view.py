"""Views of the history: a change, its differences, and the names of its fields."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.corpus.corpus import Corpus
from indexer.corpus.originals import FILES_FOLDER
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.history.differences import Difference, DiffPiece, compare_states
from kb.publishing.history.edition_lags import LagConfirmation
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import (
    HistoryAction,
    HistoryChange,
    HistoryEntry,
)
from kb.staff.base.autocomplete import known_names, suggestion_list
from kb.staff.base.field_labels import choice_label, control_name, field_label
from kb.staff.base.lag_view import LAG_ANSWERS
from kb.staff.base.links import title_in_texts
from kb.web.locale import LazyString, page_locale
from kb.web.locale import lazy_gettext as _l

HISTORY_ACTIONS: dict[HistoryAction, LazyString] = {
    HistoryAction.FIRST_SEEN: _l("Already present when the history began"),
    HistoryAction.EXTERNAL_EDIT: _l("Changed by hand in the folder of the content"),
    HistoryAction.EDITED: _l("Draft edited"),
    HistoryAction.RENAMED: _l("Name in the address changed"),
    HistoryAction.PUBLISHED: _l("Published"),
    HistoryAction.WITHDRAWN: _l("Withdrawn, back to the drafts"),
    HistoryAction.FILE_REPLACED: _l("Replaced a file"),
    HistoryAction.DELETED: _l("Deleted, and set aside"),
    HistoryAction.RESTORED: _l("Restored"),
    HistoryAction.MERGED: _l("Merged into another record"),
    HistoryAction.LINKS_CHANGED: _l("Links updated after a change to another record"),
    HistoryAction.REVERTED: _l("Restored to an earlier version"),
    HistoryAction.DISCARDED: _l("Draft deleted"),
    HistoryAction.ASSESSED: _l("Assessment signed"),
    HistoryAction.ASSESSMENT_WITHDRAWN: _l("Assessment withdrawn"),
    HistoryAction.IMPORTED: _l("Imported from another service"),
    HistoryAction.EDITION_CONFIRMED: _l("One language is in step with the other"),
    HistoryAction.THEME_ADDED: _l("Theme added"),
    HistoryAction.CORRECTED: _l("Changed by a table"),
    HistoryAction.NOT_SAVED: _l("Could not be saved; a copy is kept here"),
}
MAX_FIELDS_NAMED = 6
DIGEST_CHARACTERS = 8
_ITEM_PART = re.compile(r"\b([a-z_0-9]+): ((?:(?!; [a-z_0-9]+: ).)*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """A field that differs, before and after; `lang` is empty for the page's language.

    `control` is the form control of the field, empty if it has none, and `key` the part
    of the field that differs.
    """

    label: str
    lang: str
    old: tuple[DiffPiece, ...]
    new: tuple[DiffPiece, ...]
    control: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change in a list; `fields` are the labels of the fields that it changed."""

    number: int
    entry: HistoryEntry
    title: str
    action: str
    detail: str
    fields: str


def difference_views(
    differences: Sequence[Difference],
    kind: Kind | None = None,
    corpus: Corpus | None = None,
) -> tuple[DifferenceView, ...]:
    """Return the views of differences; with a kind and a corpus, ids become names."""
    locale = page_locale()
    return tuple(
        DifferenceView(
            label=_label(difference),
            lang=difference.locale.value
            if difference.locale not in {None, locale}
            else "",
            old=_with_names(difference.old, difference, kind, corpus, locale),
            new=_with_names(difference.new, difference, kind, corpus, locale),
            control=control_name(difference.file, difference.field)
            if difference.field not in {"", FILES_FOLDER}
            else "",
            key=difference.key,
        )
        for difference in differences
    )


def _label(difference: Difference) -> str:
    if difference.field == FILES_FOLDER:
        return _("Files")
    if not difference.field:
        return difference.file
    return field_label(difference.field, difference.locale)


def _with_names(
    pieces: tuple[DiffPiece, ...],
    difference: Difference,
    kind: Kind | None,
    corpus: Corpus | None,
    locale: Locale,
) -> tuple[DiffPiece, ...]:
    """Replace ids and values by their labels."""
    field = _field(difference, kind)
    if field is None or corpus is None:
        return pieces
    text = "".join(piece.text for piece in pieces)
    list_name = suggestion_list(field)
    if field.type is Shape.THEMES:
        list_name = Kind.THEME.value
    if list_name:
        shown = known_names(corpus, list_name, locale).label(text)
    elif field.parts:
        shown = _item_text(field, text)
    else:
        shown = choice_label(field.name, text)
    return (DiffPiece(shown, is_marked=True),) if shown != text else pieces


def _item_text(field: Field, text: str) -> str:
    names = {part.name for part in field.parts}

    def labelled(part: re.Match[str]) -> str:
        return _part_text(part[1], part[2]) if part[1] in names else part[0]

    return _ITEM_PART.sub(labelled, text)


def _part_text(name: str, value: str) -> str:
    """Return a part of an item with its label; a digest is cut after 8 characters."""
    is_digest = name == "sha256"
    shown = value[:DIGEST_CHARACTERS] if is_digest else choice_label(name, value)
    return f"{field_label(name)}{_(': ')}{shown}"


def _field(difference: Difference, kind: Kind | None) -> Field | None:
    if kind is None or difference.file != RECORD_FILE:
        return None
    fields = SCHEMAS[kind].fields_of(difference.file)
    return next((field for field in fields if field.name == difference.field), None)


def change_row(change: HistoryChange, history: History, corpus: Corpus) -> ChangeRow:
    """Return the row of a change, with the labels of the fields that it changed."""
    entry = change.entry
    labels: list[str] = []
    if entry.before is not None and entry.after is not None:
        differences = compare_states(
            entry.record.kind, history, entry.before, entry.after
        )
        labels = list(dict.fromkeys(map(_label, differences)))
    ellipsis = "…" if len(labels) > MAX_FIELDS_NAMED else ""
    return ChangeRow(
        number=change.number,
        entry=entry,
        title=_title(entry, history, corpus),
        action=str(HISTORY_ACTIONS[entry.action]),
        detail=_detail(entry, corpus),
        fields=", ".join(labels[:MAX_FIELDS_NAMED]) + ellipsis,
    )


def _title(entry: HistoryEntry, history: History, corpus: Corpus) -> str:
    """Return the title of a published record, else its title when it was changed."""
    published = corpus.get(entry.record)
    if published is not None:
        return published.title_for(page_locale()).text
    return title_in_texts(entry.record, history.texts(entry.after or entry.before)).text


def _detail(entry: HistoryEntry, corpus: Corpus) -> str:
    if entry.action is HistoryAction.EDITION_CONFIRMED:
        confirmation = LagConfirmation.parse(entry.detail)
        if confirmation is None:
            return ""
        return str(LAG_ANSWERS[confirmation.locale, confirmation.answer])
    if entry.action is HistoryAction.REVERTED:
        return ""
    if entry.writers:
        return _("Written by %(names)s", names=entry.detail)
    if entry.detail and entry.is_draft:
        return _("Formerly: %(name)s", name=entry.detail)
    other = RecordId.parse(entry.detail)
    published = corpus.get(other) if other is not None else None
    if published is None:
        return entry.detail
    return published.title_for(page_locale()).text
