"""Lists of the staff pages, each declared once: filters, orders, changes of its rows.

A `StaffList` reads the address of a page, filters, sorts and cuts its rows; a
`TickedList` also returns the rows that are chosen for a change. The macros of
`components/work_list.html` render both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from itertools import chain
from typing import Any, Generic, TypeVar

from flask import abort, request
from flask_babel import gettext as _
from flask_babel import ngettext

from kb.staff.base.requests import MAX_ROW_DIGITS
from kb.staff.base.routing import staff_url
from kb.web.locale import LazyString
from kb.web.pagination import PageSlice, page_slice
from kb.web.search.request_query import page_number, read_number

MAX_CHARACTERS = 200
MAX_ROWS = 200
MAX_CHOSEN = 500
"""How many rows can be changed together."""

Row = TypeVar("Row")
Labels = Mapping[Any, LazyString | str]
"""The labels of the values of a field, which are texts or string enums."""


@dataclass(frozen=True, slots=True)
class RowFilter(Generic[Row]):
    """A parameter of a list that narrows it, and its field in the form.

    A filter without `choices` is a text. `control` is the id of the field; a filter
    with `tabs_of` has a tab for each value in place of a field, and that function
    returns the tabs of a row, with the empty value if the row is in the first of all.
    The values of an open filter are not checked: no row has an unknown one. `is_last`
    in addresses.
    """

    name: str
    label: LazyString
    matches: Callable[[Row, str], bool] = lambda _row, _value: True
    choices: Callable[[Sequence[Row]], Labels] | None = None
    any_label: LazyString | str = ""
    control: str = ""
    default: str = ""
    is_open: bool = False
    is_last: bool = False
    tabs_of: Callable[[Row], Collection[str]] | None = None

    def value_in(self, args: Mapping[str, str]) -> str:
        """Return the value in the parameters of an address; the default if unknown."""
        value = args.get(self.name, self.default)[:MAX_CHARACTERS]
        if self.choices is None or self.is_open or value in self.choices(()):
            return value
        return self.default

    def is_match(self, row: Row, value: str) -> bool:
        """Return whether a list with a value has a row."""
        if self.tabs_of is not None:
            return value in self.tabs_of(row)
        return self.matches(row, value)

    def text(self, value: str) -> str:
        """Return what a sentence on the rows with a value says of the value."""
        if self.choices is None:
            return _("“%(text)s”", text=value)
        return str(self.choices(()).get(value, value))


@dataclass(frozen=True, slots=True)
class RowOrder(Generic[Row]):
    """An order of a list; the usual one, which is that of the rows, has no key."""

    label: LazyString
    key: Callable[[Row], str] | None = None
    is_reversed: bool = False


@dataclass(frozen=True, slots=True)
class ListAct:
    """A button that changes the chosen rows; or a field, or other acts under a title.

    A field has `choices`, and a `help` beside it; a title has `parts`. Users see only
    the acts whose endpoint, `needs`, they may use.
    """

    value: str
    label: LazyString
    style: str = "line"
    symbol: str = ""
    needs: str = ""
    choices: Callable[[], Labels] | None = None
    any_label: LazyString | str = ""
    control: str = ""
    help: LazyString | str = ""
    parts: tuple[ListAct, ...] = ()


@dataclass(frozen=True, slots=True)
class ListChoice:
    """The values of the filters of a list, in the order of addresses, and its order."""

    values: Mapping[str, str]
    order: str = ""

    @property
    def parameters(self) -> dict[str, str | None]:
        """The parameters of an address with the same filters and order."""
        values = {name: value or None for name, value in self.values.items()}
        return {**values, "sort": self.order or None}

    def with_value(self, name: str, value: str) -> ListChoice:
        """Return the same choice with another value of a filter."""
        return replace(self, values={**self.values, name: value})


@dataclass(frozen=True, slots=True)
class ListTab:
    """A link to the rows with a value of a filter, with their number."""

    label: str
    url: str
    count: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Row]):
    """A page of a list: its rows, the number of rows that match, and of all rows."""

    list: StaffList[Row]
    chosen: ListChoice
    rows: Sequence[Row]
    total: int
    all_rows: Sequence[Row]
    pages: PageSlice
    tabs: tuple[ListTab, ...]

    @property
    def whole_label(self) -> str:
        """The label of the box that chooses all rows that match; empty for none."""
        return whole_list_label(self.total, len(self.rows))

    @property
    def too_many(self) -> str:
        """Why all rows cannot be changed together; empty if they can."""
        return too_many_text(self.total)


@dataclass(frozen=True, slots=True)
class StaffList(Generic[Row]):
    """A list of the staff pages; `rows` returns all of them in the usual order.

    `name` is the list in a sentence, and `search_label` names the form of its filters.
    The first order is the usual one.
    """

    endpoint: str
    name: LazyString
    rows: Callable[[], Sequence[Row]]
    filters: tuple[RowFilter[Row], ...]
    per_page: int
    search_label: LazyString | str = ""
    orders: Mapping[str, RowOrder[Row]] = field(default_factory=dict)
    acts: tuple[ListAct, ...] = ()

    def chosen(self) -> ListChoice:
        """Return what the address of the page chooses; wrong values are ignored."""
        ordered = sorted(self.filters, key=lambda row_filter: row_filter.is_last)
        order = request.args.get("sort", "")
        return ListChoice(
            {
                row_filter.name: row_filter.value_in(request.args)
                for row_filter in ordered
            },
            order if order in list(self.orders)[1:] else "",
        )

    def url(self, chosen: ListChoice) -> str:
        """Return the address of the list with the same filters and order."""
        return staff_url(self.endpoint, **chosen.parameters)

    def matching(self, rows: Sequence[Row], chosen: ListChoice) -> list[Row]:
        """Return the rows that match all filters, in the chosen order."""
        wanted = [
            (row_filter, value)
            for row_filter in self.filters
            if (value := chosen.values[row_filter.name]) or row_filter.tabs_of
        ]
        found = [
            row
            for row in rows
            if all(row_filter.is_match(row, value) for row_filter, value in wanted)
        ]
        order = self.orders.get(chosen.order)
        if order is None or order.key is None:
            return found
        return sorted(found, key=order.key, reverse=order.is_reversed)

    def page(self) -> ListPage[Row]:
        """Return the page of the list that the address asks for."""
        chosen, rows = self.chosen(), self.rows()
        found = self.matching(rows, chosen)
        number = page_number(request.args.get("page", "")) or 1
        pages = page_slice(len(found), page=number, per_page=self.per_page)
        return ListPage(
            self,
            chosen,
            found[pages.rows],
            len(found),
            rows,
            pages,
            tuple(self._tabs(rows, chosen)),
        )

    def _tabs(self, rows: Sequence[Row], chosen: ListChoice) -> Iterator[ListTab]:
        """Return the tabs; one without a row is left out, but the current and first."""
        for row_filter in self.filters:
            if row_filter.tabs_of is None or row_filter.choices is None:
                continue
            others = replace(
                self,
                filters=tuple(
                    other for other in self.filters if other is not row_filter
                ),
            )
            found = others.matching(rows, chosen)
            counts = Counter(chain.from_iterable(map(row_filter.tabs_of, found)))
            tabs: dict[str, LazyString | str] = dict(row_filter.choices(rows))
            if row_filter.any_label:
                tabs = {"": row_filter.any_label, **tabs}
            for value, label in tabs.items():
                is_current = value == chosen.values[row_filter.name]
                if counts[value] or is_current or value == next(iter(tabs)):
                    url = self.url(chosen.with_value(row_filter.name, str(value)))
                    yield ListTab(str(label), url, counts[value], is_current)


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows of a list without a filter, and the number of all its rows."""

    rows: Sequence[object]
    total: int

    @property
    def has_more(self) -> bool:
        """Whether some rows are left out."""
        return self.total > len(self.rows)


def newest_rows(rows: Sequence[Row], limit: int) -> tuple[Sequence[Row], Row | None]:
    """Return the newest rows of a list, and the last of them if there are older ones.

    The caller reads one row more than it shows.
    """
    newest = rows[:limit]
    return newest, newest[-1] if len(rows) > limit else None


def number_before() -> int:
    """Return the number of the row whose older rows an address asks for; 0 for none.

    A wrong number aborts with 400.
    """
    text = request.args.get("before", "")
    number = read_number(text, max_digits=MAX_ROW_DIGITS) if text else 0
    if number is None:
        abort(HTTPStatus.BAD_REQUEST)
    return number


def whole_list_label(total: int, shown: int) -> str:
    """Return the label of the box for all rows; empty if the page shows them all.

    It is empty above the limit too: `too_many_text` says so instead.
    """
    if total <= shown or total > MAX_CHOSEN:
        return ""
    return ngettext(
        "All %(num)s row of this list, on all its pages",
        "All %(num)s rows of this list, on all its pages",
        total,
    )


def too_many_text(total: int) -> str:
    """Return why all rows cannot be changed together; empty if they can."""
    if total <= MAX_CHOSEN:
        return ""
    return _(
        "The list has %(total)s rows, and at most %(limit)s can be changed together. "
        "Narrow the filter, or tick rows page by page.",
        total=total,
        limit=MAX_CHOSEN,
    )
