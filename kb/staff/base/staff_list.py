"""The filter and the order of the lists of drafts and of records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from werkzeug.datastructures import MultiDict

from indexer.analysis.tokens import fold, normalize
from indexer.model.ids import Kind, RecordId
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

MAX_CHARACTERS = 200
Item = TypeVar("Item")


class ListOrder(StrEnum):
    """The orders of a list; the values are in its address."""

    USUAL = "state"
    NEWEST = "newest"
    OLDEST = "oldest"
    TITLE = "title"


ORDER_LABELS: dict[ListOrder, LazyString] = {
    ListOrder.NEWEST: _l("Newest first"),
    ListOrder.OLDEST: _l("Oldest first"),
    ListOrder.TITLE: _l("By title"),
}
"""The labels of the orders, except the usual one, which each list names."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """What a record or a draft is filtered and sorted by.

    `title` is the one that the list shows, `titles` those in both languages. `people`
    are who wrote it and whom it is assigned to. `day` is a day or a time that sorts.
    """

    record: RecordId
    title: str
    titles: Collection[str]
    state: StrEnum
    themes: Collection[str]
    people: Collection[str]
    day: str


@dataclass(frozen=True, slots=True)
class ListFilter:
    """The filter of a list; an empty field matches every entry.

    `person` is an e-mail address. `state_name` is the parameter of the state.
    """

    text: str = ""
    kind: Kind | None = None
    theme: str = ""
    person: str = ""
    state: StrEnum | None = None
    order: ListOrder = ListOrder.USUAL
    state_name: str = "state"

    @property
    def parameters(self) -> dict[str, str | None]:
        """The parameters of an address with the same filter."""
        return {
            "q": self.text or None,
            "kind": self.kind.value if self.kind is not None else None,
            "theme": self.theme or None,
            "person": self.person or None,
            self.state_name: self.state.value if self.state is not None else None,
            "sort": self.order.value if self.order is not ListOrder.USUAL else None,
        }

    def with_state(self, state: StrEnum | None) -> ListFilter:
        """Return the same filter for another state."""
        return replace(self, state=state)

    def matches(self, entry: ListEntry) -> bool:
        """Return whether an entry has the kind, theme, person, state and all words."""
        if self.kind not in {None, entry.record.kind}:
            return False
        if self.state not in {None, entry.state}:
            return False
        if self.person and self.person not in entry.people:
            return False
        if self.theme and self.theme not in entry.themes:
            return False
        words = _folded(self.text).split()
        text = _folded(" ".join((*entry.titles, entry.record.slug))) if words else ""
        return all(word in text for word in words)


@dataclass(frozen=True, slots=True)
class ListChoices:
    """What the filter of a list and the changes of its ticked rows offer.

    `people` wrote drafts or are assigned to some; `staff` have an open account. Both
    are shown as they are. A list without an offer leaves it empty.
    """

    kinds: Mapping[Kind, LazyString]
    themes: Mapping[str, str]
    orders: Mapping[ListOrder, LazyString]
    states: Mapping[StrEnum, LazyString] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict)
    staff: Mapping[str, str] = field(default_factory=dict)
    firmness: Mapping[str, LazyString] = field(default_factory=dict)


def filter_from(
    args: MultiDict[str, str], states: type[StrEnum], state_name: str = "state"
) -> ListFilter:
    """Return the filter in the parameters of an address; wrong values are ignored."""
    kind, state, order = (args.get(name, "") for name in ("kind", state_name, "sort"))
    return ListFilter(
        text=args.get("q", "")[:MAX_CHARACTERS],
        kind=Kind(kind) if kind in set(Kind) else None,
        theme=args.get("theme", "")[:MAX_CHARACTERS],
        person=args.get("person", "")[:MAX_CHARACTERS],
        state=states(state) if state in set(states) else None,
        order=ListOrder(order) if order in set(ListOrder) else ListOrder.USUAL,
        state_name=state_name,
    )


def in_order(
    items: Iterable[Item], order: ListOrder, entry_of: Callable[[Item], ListEntry]
) -> list[Item]:
    """Return the items of a list in an order; the usual one is that of the items."""
    match order:
        case ListOrder.TITLE:
            return sorted(items, key=lambda each: _folded(entry_of(each).title))
        case ListOrder.NEWEST:
            return sorted(items, key=lambda each: entry_of(each).day, reverse=True)
        case ListOrder.OLDEST:
            return sorted(items, key=lambda each: entry_of(each).day)
        case ListOrder.USUAL:
            return list(items)


def _folded(text: str) -> str:
    return fold(normalize(text))
