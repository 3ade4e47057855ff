"""What awaits a member of staff: a row for each kind of work, with its number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from kb.database.model import Account, Role
from kb.publishing.drafts.draft import Draft, DraftState
from kb.staff.base.links import title_in_texts
from kb.staff.base.routing import staff_url
from kb.staff.drafts.draft_filter import is_with

MAX_TITLES = 3


@dataclass(frozen=True, slots=True)
class TodoRow:
    """Work of one kind: how much, the first titles, and the button that opens it."""

    count: int
    title: str
    detail: str
    verb: str
    url: str


def todo_rows(drafts: Sequence[Draft], account: Account) -> tuple[TodoRow, ...]:
    """Return the rows of the drafts that await an account, the most urgent first."""
    return tuple(each for each in _rows(drafts, account) if each.count)


def _rows(drafts: Sequence[Draft], account: Account) -> Iterator[TodoRow]:
    by_state = {
        state: sorted(
            (each for each in drafts if each.notes.state is state),
            key=lambda each: each.notes.saved_at,
        )
        for state in DraftState
    }
    person = account.email
    if account.role.includes(Role.PUBLISHER):
        ready = by_state[DraftState.READY]
        url = staff_url("draft_list", state=DraftState.READY.value)
        yield _row(ready, _("Drafts to review"), _("Review"), url)
    mine = [
        each for each in by_state[DraftState.CHANGES_WANTED] if is_with(each, person)
    ]
    url = staff_url("draft_list", state=DraftState.CHANGES_WANTED.value, person=person)
    yield _row(mine, _("Drafts sent back to you"), _("Correct"), url)
    assigned = [
        each
        for each in by_state[DraftState.IN_PROGRESS]
        if each.notes.assigned_to == person
    ]
    url = staff_url("draft_list", state=DraftState.IN_PROGRESS.value, person=person)
    yield _row(assigned, _("Drafts assigned to you"), _("Continue"), url)


def _row(drafts: Sequence[Draft], title: str, verb: str, url: str) -> TodoRow:
    titles = [title_in_texts(each.record, each.texts).text for each in drafts]
    detail = " ; ".join(titles[:MAX_TITLES])
    more = "…" if len(titles) > MAX_TITLES else ""
    return TodoRow(len(drafts), title, f"{detail}{more}", verb, url)
