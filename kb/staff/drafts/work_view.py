"""View of the work on a draft: its state, its person, its comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kb.publishing.drafts.draft import Draft, DraftState
from kb.staff.base.times import time_text
from kb.staff.drafts.draft_filter import STATE_CLASSES, STATE_LABELS


@dataclass(frozen=True, slots=True)
class CommentView:
    """A comment, or a change of state; `state` is the label of the new state."""

    by: str
    time: str
    text: str
    state: str
    state_class: str


@dataclass(frozen=True, slots=True)
class DraftWork:
    """The state of a draft, whom it is assigned to, and what was said of it.

    `people` are those whom it can be assigned to. `found_count` is the number of drafts
    that were found in the deliverable and can be published with it.
    """

    state: DraftState
    state_label: str
    state_class: str
    assigned_to: str
    people: Sequence[str]
    comments: Sequence[CommentView]
    found_count: int

    @property
    def is_ready(self) -> bool:
        """Whether the draft is ready for review."""
        return self.state is DraftState.READY

    @property
    def is_wanted_back(self) -> bool:
        """Whether changes are wanted."""
        return self.state is DraftState.CHANGES_WANTED


def draft_work(draft: Draft, people: Sequence[str], found_count: int) -> DraftWork:
    """Return the view of the work on a draft, its newest comment first."""
    notes = draft.notes
    return DraftWork(
        state=notes.state,
        state_label=str(STATE_LABELS[notes.state]),
        state_class=STATE_CLASSES[notes.state],
        assigned_to=notes.assigned_to,
        people=tuple(dict.fromkeys((*people, *filter(None, (notes.assigned_to,))))),
        comments=tuple(
            CommentView(
                each.by,
                time_text(each.at),
                each.text,
                str(STATE_LABELS[each.state]) if each.state is not None else "",
                STATE_CLASSES[each.state] if each.state is not None else "",
            )
            for each in reversed(notes.comments)
        ),
        found_count=found_count,
    )
