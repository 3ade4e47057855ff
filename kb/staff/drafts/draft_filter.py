"""The filter and the order of the list of drafts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from werkzeug.datastructures import MultiDict

from indexer.analysis.normalization import fold, normalize
from indexer.model.ids import Kind
from kb.publishing.drafts.draft import Draft, DraftState
from kb.publishing.records.form_values import read_values
from kb.staff.base.links import title_in_texts
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

MAX_CHARACTERS = 200

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


class DraftOrder(StrEnum):
    """The orders of the list; the values are in its address."""

    STATE = "state"
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


ORDER_LABELS: dict[DraftOrder, LazyString] = {
    DraftOrder.STATE: _l("Ready for review first"),
    DraftOrder.NEWEST: _l("Newest first"),
    DraftOrder.OLDEST: _l("Oldest first"),
    DraftOrder.TITLE: _l("By title"),
}
_STATES = (DraftState.READY, DraftState.CHANGES_WANTED, DraftState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class DraftFilter:
    """The filter of the list of drafts; an empty field matches every draft.

    `person` is the e-mail address of who wrote a draft or whom it is assigned to.
    """

    text: str = ""
    kind: Kind | None = None
    theme: str = ""
    person: str = ""
    state: DraftState | None = None
    order: DraftOrder = DraftOrder.STATE

    @property
    def parameters(self) -> dict[str, str | None]:
        """The parameters of an address with the same filter."""
        return {
            "q": self.text or None,
            "kind": self.kind.value if self.kind is not None else None,
            "theme": self.theme or None,
            "person": self.person or None,
            "state": self.state.value if self.state is not None else None,
            "sort": self.order.value if self.order is not DraftOrder.STATE else None,
        }

    def with_state(self, state: DraftState | None) -> DraftFilter:
        """Return the same filter for another state."""
        return replace(self, state=state)

    def matches(self, draft: Draft) -> bool:
        """Return whether a draft has the kind, theme, person, state and all words."""
        if self.kind not in {None, draft.record.kind}:
            return False
        if self.state not in {None, draft.notes.state}:
            return False
        if self.person and self.person not in people_of(draft):
            return False
        if self.theme and self.theme not in _themes(draft):
            return False
        words = fold(normalize(self.text)).split()
        return not words or all(word in _searched_text(draft) for word in words)


def filter_from(args: MultiDict[str, str]) -> DraftFilter:
    """Return the filter in the parameters of an address; wrong values are ignored."""
    kind, state, order = (args.get(name, "") for name in ("kind", "state", "sort"))
    return DraftFilter(
        text=args.get("q", "")[:MAX_CHARACTERS],
        kind=Kind(kind) if kind in set(Kind) else None,
        theme=args.get("theme", "")[:MAX_CHARACTERS],
        person=args.get("person", "")[:MAX_CHARACTERS],
        state=DraftState(state) if state in set(DraftState) else None,
        order=DraftOrder(order) if order in set(DraftOrder) else DraftOrder.STATE,
    )


def in_order(drafts: Sequence[Draft], order: DraftOrder) -> list[Draft]:
    """Return drafts in an order; equal ones stay in the order of their saves."""
    newest = sorted(drafts, key=lambda each: each.notes.saved_at, reverse=True)
    keys: Mapping[DraftOrder, Callable[[Draft], object]] = {
        DraftOrder.STATE: lambda each: _STATES.index(each.notes.state),
        DraftOrder.TITLE: _title_key,
    }
    if order is DraftOrder.OLDEST:
        return newest[::-1]
    key = keys.get(order)
    return newest if key is None else sorted(newest, key=key)  # type: ignore[arg-type]  # both keys can be compared


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


def _themes(draft: Draft) -> Sequence[object]:
    return read_values(draft.record.kind, draft.texts).facts.get("themes", ())


def _searched_text(draft: Draft) -> str:
    titles = read_values(draft.record.kind, draft.texts).titles.values()
    return fold(normalize(" ".join((*titles, draft.record.slug))))


def _title_key(draft: Draft) -> str:
    return fold(normalize(title_in_texts(draft.record, draft.texts).text))
