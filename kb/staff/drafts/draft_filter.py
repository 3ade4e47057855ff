"""The states of drafts, the people who work on them, and their usual order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kb.publishing.drafts.draft import Draft, DraftState
from kb.publishing.records.form_values import read_values
from kb.staff.base.links import title_in_texts
from kb.staff.base.list_filter import ListEntry, ListFilter, in_order
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

STATE_LABELS: dict[DraftState, LazyString] = {
    DraftState.IN_PROGRESS: _l("In progress"),
    DraftState.READY: _l("Ready for review"),
    DraftState.CHANGES_WANTED: _l("Changes wanted"),
}
STATE_CLASSES = {
    DraftState.IN_PROGRESS: "wip",
    DraftState.READY: "ready",
    DraftState.CHANGES_WANTED: "back",
}
"""The CSS class of the tag of a state."""
_STATES = (DraftState.READY, DraftState.CHANGES_WANTED, DraftState.IN_PROGRESS)


def draft_entry(draft: Draft) -> ListEntry:
    """Return what a draft is filtered and sorted by in a list."""
    values = read_values(draft.record.kind, draft.texts)
    return ListEntry(
        record=draft.record,
        title=title_in_texts(draft.record, draft.texts).text,
        titles=tuple(values.titles.values()),
        state=draft.notes.state,
        themes=tuple(map(str, values.facts.get("themes", ()))),
        people=people_of(draft),
        day=draft.notes.saved_at,
    )


def ready_first(drafts: Iterable[Draft]) -> list[Draft]:
    """Return drafts sorted by state, those ready for review first; newest first."""
    newest = sorted(drafts, key=lambda each: each.notes.saved_at, reverse=True)
    return sorted(newest, key=lambda each: _STATES.index(each.notes.state))


def matching_drafts(drafts: Sequence[Draft], chosen: ListFilter) -> list[Draft]:
    """Return the drafts that match a filter, in its order."""
    entries = {each.record: draft_entry(each) for each in drafts}
    found = [each for each in drafts if chosen.matches(entries[each.record])]
    return in_order(ready_first(found), chosen.order, lambda each: entries[each.record])


def people_of(draft: Draft) -> set[str]:
    """Return who wrote a draft, and whom it is assigned to."""
    notes = draft.notes
    return {each for each in (notes.by, notes.assigned_to, *notes.writers) if each}


def is_with(draft: Draft, person: str) -> bool:
    """Return whether a person works on a draft next.

    That is whom it is assigned to; without an assignment, who wrote it.
    """
    if draft.notes.assigned_to:
        return draft.notes.assigned_to == person
    return person in people_of(draft)
