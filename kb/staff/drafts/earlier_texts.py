"""The earlier texts of a draft: what its saves replaced, brought back by field."""

import datetime as dt

from indexer.model.ids import RecordId
from kb.publishing.drafts.draft import Draft
from kb.publishing.history.revisions import Revision, field_values, texts_before
from kb.staff.base.field_labels import control_name, field_of_control
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import actor
from kb.staff.drafts.form_parser import merge_field

UNDO_ACT = "undo:"
TYPING_PAUSE = dt.timedelta(minutes=1)
"""The longest pause between two saves of words that are typed in one go."""


def saves_of(record: RecordId, control: str = "") -> tuple[Revision, ...]:
    """Return the saves of a draft, or those that changed a field, the oldest first."""
    saves = repository().revisions.of(record)
    return tuple(save for save in saves if not control or control in _controls(save))


def earlier_controls(record: RecordId) -> frozenset[str]:
    """Return the controls of the fields of a draft that have an earlier text."""
    return frozenset[str]().union(*map(_controls, saves_of(record)))


def undo_field(draft: Draft, act: str) -> bool:
    """Bring back what the last save of a field replaced; return whether `act` asks so.

    Words that were typed in one go are undone together. Another undo goes back further,
    and from the oldest text to the newest.
    """
    control, kind = act.removeprefix(UNDO_ACT), draft.record.kind
    saves = [*saves_of(draft.record, control)] if act.startswith(UNDO_ACT) else []
    if not saves:
        return False
    field = field_of_control(control)
    value = field_values(kind, draft.texts).get(field, "")
    same = [place for place, save in enumerate(saves) if save.values[field] == value]
    saves = saves[: same[-1]] or saves if same else saves
    while len(saves) > 1 and _is_typing(*saves[-2:]):
        saves.pop()
    earlier = texts_before(kind, saves[-1:], draft.texts)
    texts = merge_field(kind, draft.texts, earlier, control)
    draft_editor().save(draft.record, texts, version=draft.version, actor=actor())
    return True


def _is_typing(first: Revision, last: Revision) -> bool:
    """Return whether a save added words just after another save of the same person."""
    is_soon = last.at - first.at <= TYPING_PAUSE
    return last.only_adds and first.actor == last.actor and is_soon


def _controls(save: Revision) -> set[str]:
    return {control_name(file, field) for file, field in save.fields}
