"""The chosen rows of a list: ticked one by one, or all that match the filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from flask import abort, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.ids import RecordId
from indexer.model.records import Title
from kb.staff.base.staff_list import ListFilter
from kb.web.labels import KINDS_PLURAL
from kb.web.locale import LazyString

MAX_CHOSEN = 500
"""How many records or drafts can be changed together."""


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A ticked record that can be changed; `version` is what the actor sees.

    `note` says what else changes; `preview_url` is empty without a preview.
    """

    record: RecordId
    title: Title
    version: str
    url: str
    note: str = ""
    preview_url: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A ticked record that stays as it is, and why; `url` is empty if it is gone."""

    record: RecordId
    title: Title
    reasons: tuple[str, ...]
    url: str


def chosen_records(names: Iterable[str]) -> tuple[RecordId, ...]:
    """Return the ticked records, each once; names that are no ids are ignored."""
    records = [RecordId.parse(each) for each in list(names)[:MAX_CHOSEN]]
    return tuple(dict.fromkeys(each for each in records if each is not None))


def seen_versions(
    records: Iterable[RecordId], form: Mapping[str, str]
) -> dict[RecordId, str]:
    """Return the versions of ticked records that the page showed, from its form.

    A record without one gets a version that no record has.
    """
    return {each: form.get(f"version-{each}", "unseen") for each in records}


WHOLE_LIST = "all"
"""The name of the box of a list, and the parameter of the page that asks."""


@dataclass(frozen=True, slots=True)
class ChosenRows:
    """The rows that a page asks about, and the sentence that says which they are.

    For rows that were ticked one by one, the sentence and the address of the filtered
    list are empty.
    """

    records: Sequence[RecordId]
    text: str = ""
    list_url: str = ""


def is_whole_list() -> bool:
    """Return whether the address of the page names all rows of a list."""
    return WHOLE_LIST in request.args


def ticked_rows() -> ChosenRows:
    """Return the rows that the address of the page names one by one."""
    return ChosenRows(chosen_records(request.args.getlist("d")))


def listed_rows(records: Sequence[RecordId], text: str, list_url: str) -> ChosenRows:
    """Return all rows of a list; abort with 400 if they are too many.

    The list refuses them before: they have become more since then.
    """
    if len(records) > MAX_CHOSEN:
        abort(HTTPStatus.BAD_REQUEST)
    return ChosenRows(records, text, list_url)


def chosen_parameters(
    chosen: ListFilter, count: Callable[[], int], *, none_text: str
) -> dict[str, str | list[str] | None]:
    """Return the parameters of the page that asks about the rows chosen in a form.

    Those of all rows are the filter, so that the address stays short. With too
    many rows, it returns none and shows the reason; without any, it shows `none_text`.
    """
    if WHOLE_LIST in request.form:
        problem = too_many_text(count())
        parameters: dict[str, str | list[str] | None] = {
            WHOLE_LIST: "1",
            **chosen.parameters,
        }
    else:
        names = [str(each) for each in chosen_records(request.form.getlist("d"))]
        problem = "" if names else none_text
        parameters = {"d": names}
    if problem:
        flash(problem, "bad")
    return {} if problem else parameters


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


def whole_list_text(
    total: int,
    name: str,
    chosen: ListFilter,
    themes: Mapping[str, str],
    state_label: LazyString | str,
) -> str:
    """Return the sentence that names a list, its filter and its number of rows."""
    quoted = [_("“%(text)s”", text=chosen.text)] if chosen.text else []
    labels = [
        *quoted,
        *((str(KINDS_PLURAL[chosen.kind]),) if chosen.kind is not None else ()),
        *((themes.get(chosen.theme, chosen.theme),) if chosen.theme else ()),
        *((chosen.person,) if chosen.person else ()),
        *((str(state_label),) if state_label else ()),
    ]
    if not labels:
        return ngettext(
            "The %(num)s row of the list “%(name)s”, without a filter.",
            "All %(num)s rows of the list “%(name)s”, without a filter.",
            total,
            name=name,
        )
    return ngettext(
        "The %(num)s row of the list “%(name)s” with this filter: %(filter)s.",
        "All %(num)s rows of the list “%(name)s” with this filter: %(filter)s.",
        total,
        name=name,
        filter=", ".join(labels),
    )
