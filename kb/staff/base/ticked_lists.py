"""Lists of records and drafts, whose rows are ticked and changed together."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus
from typing import TypeVar

from flask import abort, flash, request
from flask_babel import ngettext

from indexer.analysis.tokens import fold, normalize
from indexer.model.ids import Kind, RecordId
from indexer.model.record_parts import Title
from kb.judgements.measures import QueryResult
from kb.services import services
from kb.staff.base.staff_list import (
    MAX_CHOSEN,
    ListChoice,
    StaffList,
    too_many_text,
)
from kb.web.locale import page_locale

MAX_REASON = 300
WHOLE_LIST = "all"
"""The name of the box of a list, and the parameter of the page that asks."""


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
    records = [RecordId.parse(name) for name in list(names)[:MAX_CHOSEN]]
    return tuple(dict.fromkeys(record for record in records if record is not None))


def seen_versions(
    records: Iterable[RecordId], form: Mapping[str, str]
) -> dict[RecordId, str]:
    """Return the versions of ticked records that the page showed, from its form.

    A record without one gets a version that no record has.
    """
    return {record: form.get(f"version-{record}", "unseen") for record in records}


@dataclass(frozen=True, slots=True)
class ChosenRows:
    """The rows that a page asks about, and the sentence that says which they are.

    For rows that were ticked one by one, the sentence and the address of the filtered
    list are empty.
    """

    records: Sequence[RecordId]
    text: str = ""
    list_url: str = ""


@dataclass(frozen=True, slots=True)
class BulkView:
    """What will happen to which records, which stay as they are, and why.

    `act` is a `BulkAct`, whose effects the template tells; `effects` are those of
    others.
    `linking` are the titles and addresses of other records that lose links; `lost` the
    judged queries that would lose their answer. `formats` are those of an export.
    `chosen` is the text that names the list, if all its rows are chosen; `fields`
    are the hidden fields of the form.
    """

    title: str
    verb: str
    verb_ticked: str
    action: str
    back_url: str
    back_label: str
    ready: tuple[ReadyRow, ...]
    refused: tuple[RefusedRow, ...]
    act: str = ""
    effects: tuple[str, ...] = ()
    verb_all_the_same: str = ""
    linking: tuple[tuple[Title, str], ...] = ()
    lost: Sequence[QueryResult] = ()
    chosen: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    reason: str = ""
    error: str = ""
    formats: Mapping[str, str] = field(default_factory=dict)
    max_reason: int = MAX_REASON


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """A record or a draft in a list, with what it is filtered and sorted by.

    `title` is the one that the list shows, `titles` those in both languages. `people`
    wrote it or are to work on it. `day` is a day or a time that sorts, and `tabs` are
    the states that list it.
    """

    record: RecordId
    title: Title
    tabs: Collection[str] = ("",)
    titles: Collection[str] = ()
    themes: Collection[str] = ()
    people: Collection[str] = ()
    day: str = ""


RecordRow = TypeVar("RecordRow", bound=ListedRecord)


class TickedList(StaffList[RecordRow]):
    """A list of records or drafts whose rows can be chosen for a change."""

    def chosen_rows(self) -> ChosenRows:
        """Return the rows that the address of a page names one by one, or all.

        Too many abort with 400. The list refuses them before: they have become more
        since then.
        """
        if WHOLE_LIST not in request.args:
            return ChosenRows(chosen_records(request.args.getlist("d")))
        chosen = self.chosen()
        records = [row.record for row in self.matching(self.rows(), chosen)]
        if too_many_text(len(records)):
            abort(HTTPStatus.BAD_REQUEST)
        return ChosenRows(
            records, self._sentence(len(records), chosen), self.url(chosen)
        )

    def chosen_parameters(self, *, none_text: str) -> dict[str, str | list[str] | None]:
        """Return the parameters of the page that asks about the rows chosen in a form.

        Those of all rows are the filter, so that the address stays short. With too
        many rows, it returns none and shows the reason; without any, it shows
        `none_text`.
        """
        parameters: dict[str, str | list[str] | None]
        if WHOLE_LIST in request.form:
            chosen = self.chosen()
            problem = too_many_text(len(self.matching(self.rows(), chosen)))
            parameters = {WHOLE_LIST: "1", **chosen.parameters}
        else:
            records = chosen_records(request.form.getlist("d"))
            problem = "" if records else none_text
            parameters = {"d": [str(record) for record in records]}
        if problem:
            flash(problem, "bad")
        return {} if problem else parameters

    def _sentence(self, total: int, chosen: ListChoice) -> str:
        """Return the sentence that names the list, its filters and number of rows."""
        filters = {row_filter.name: row_filter for row_filter in self.filters}
        labels = [
            filters[name].text(value) for name, value in chosen.values.items() if value
        ]
        if not labels:
            return ngettext(
                "The %(num)s row of the list “%(name)s”, without a filter.",
                "All %(num)s rows of the list “%(name)s”, without a filter.",
                total,
                name=self.name,
            )
        return ngettext(
            "The %(num)s row of the list “%(name)s” with this filter: %(filter)s.",
            "All %(num)s rows of the list “%(name)s” with this filter: %(filter)s.",
            total,
            name=self.name,
            filter=", ".join(labels),
        )


def theme_titles() -> dict[str, str]:
    """Return the titles of the themes by their slugs."""
    return {
        theme.id.slug: theme.title_for(page_locale()).text
        for theme in services().corpus.of_kind(Kind.THEME)
    }


@lru_cache(maxsize=2**15)  # the titles of all rows, for each search in a list
def sorting_text(text: str) -> str:
    """Return a text in lower case and without accents, to find or sort a row by."""
    return fold(normalize(text))
