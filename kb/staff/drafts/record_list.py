"""The list of records: published, drafts, withdrawn, unreadable and deleted ones."""

from collections.abc import Sequence
from http import HTTPStatus
from operator import attrgetter

from flask import redirect, render_template, request

from indexer.model.vocabulary import RECOMMENDATION_FIRMNESS
from kb.publishing.drafts.draft import DraftState
from kb.publishing.published.trash import RETENTION_DAYS, Trash
from kb.services import services
from kb.staff.base.publishing_services import draft_editor, record_links, repository
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.staff_list import Labels, ListAct, RowFilter, RowOrder
from kb.staff.base.ticked_lists import TickedList, sorting_text, theme_titles
from kb.staff.drafts.draft_rows import draft_rows
from kb.staff.drafts.record_rows import (
    DRAFT,
    TAB_LABELS,
    WITHDRAWN,
    StaffRow,
    deleted_rows,
    staff_rows,
)
from kb.staff.drafts.workflow_page import staff_people
from kb.web.labels import FIRMNESS, KINDS_PLURAL
from kb.web.locale import lazy_gettext as _l
from kb.web.locale import lazy_pgettext, page_locale
from kb.web.records.record_groups import theme_look

DRAFT_TABS = {DRAFT, WITHDRAWN, *DraftState}
_STANDINGS = {"published": "published", "unreadable": "unreadable"} | dict.fromkeys(
    ("changing", "draft"), DRAFT
)
"""The states of addresses of earlier releases."""


def record_filters(default: str = "") -> tuple[RowFilter[StaffRow], ...]:
    """Return the filters; `default` is the state of an address that names none."""
    return (
        RowFilter("q", _l("Title or name in the address"), _has_words, control="q"),
        RowFilter(
            "kind",
            _l("Kind of record"),
            lambda row, value: row.record.kind.value == value,
            lambda _rows: KINDS_PLURAL,
            _l("All kinds"),
            control="kind",
        ),
        RowFilter(
            "state",
            _l("State"),
            choices=lambda _rows: TAB_LABELS,
            any_label=_l("All states"),
            default=default,
            is_last=True,
            tabs_of=attrgetter("tabs"),
        ),
        RowFilter(
            "theme",
            lazy_pgettext("kind", "Theme"),
            lambda row, value: value in row.themes,
            lambda _rows: theme_titles(),
            _l("All themes"),
            control="theme",
            is_open=True,
        ),
        RowFilter(
            "person",
            _l("Person"),
            lambda row, person: person in row.people,
            _people,
            _l("Everybody"),
            control="by",
            is_open=True,
        ),
    )


def _has_words(row: StaffRow, text: str) -> bool:
    """Return whether the titles or the slug of a row have all words of a text."""
    titles = sorting_text(" ".join((*row.titles, row.record.slug)))
    return all(word in titles for word in sorting_text(text).split())


def _people(rows: Sequence[StaffRow]) -> dict[str, str]:
    people = {person for row in rows for person in row.people}
    return {person: person for person in sorted(people)}


def _firmness() -> Labels:
    return {name: FIRMNESS[name].label for name in RECOMMENDATION_FIRMNESS}


_RECORD_ACTS = (
    ListAct("export", _l("Export…"), symbol="download"),
    ListAct("withdraw", _l("Withdraw…"), needs="confirm_bulk_change"),
    ListAct("delete", _l("Delete…"), needs="confirm_bulk_change"),
    ListAct(
        "",
        _l("Theme…"),
        needs="confirm_bulk_change",
        parts=(
            ListAct(
                "theme",
                _l("Add a theme"),
                choices=theme_titles,
                any_label=_l("Choose"),
                control="add-theme",
                help=_l(
                    "Added to the themes that each ticked record has. The next "
                    "page shows which."
                ),
            ),
            ListAct("theme", _l("Add to the ticked records…")),
        ),
    ),
)
_DRAFT_ACTS = (
    ListAct("publish", _l("Publish…"), style="", needs="confirm_publish_chosen"),
    ListAct("ready", _l("Ready for review")),
    ListAct("changes-wanted", _l("Changes wanted")),
    ListAct("discard", _l("Delete…")),
    ListAct(
        "",
        _l("Theme, person…"),
        parts=(
            ListAct(
                "theme",
                _l("Add a theme"),
                choices=theme_titles,
                any_label=_l("No change"),
                control="add-theme",
                help=_l("Added to the themes that each ticked draft has."),
            ),
            ListAct(
                "firmness",
                _l("Reliability of the source, for recommendations"),
                choices=_firmness,
                any_label=_l("No change"),
                control="set-firmness",
                help=_l("Changes the ticked recommendations only."),
            ),
            ListAct("facts", _l("Apply to the ticked drafts")),
            ListAct(
                "person",
                _l("Assigned to"),
                choices=lambda: {person: person for person in staff_people()},
                any_label=_l("Nobody"),
                control="assign-to",
                help="draft.person",
            ),
            ListAct("assign", _l("Assign")),
            ListAct("in-progress", _l("Back to “in progress”")),
        ),
    ),
)


def _list(default: str, acts: tuple[ListAct, ...]) -> TickedList[StaffRow]:
    return TickedList(
        endpoint="all_records",
        name=_l("Records and drafts"),
        search_label=_l("Find a record or a draft"),
        rows=lambda: staff_rows(
            services().corpus, draft_editor().all(), deleted_rows()
        ),
        per_page=30,
        filters=record_filters(default),
        orders={
            "state": RowOrder(_l("Drafts first")),
            "newest": RowOrder(
                _l("Newest first"), lambda row: row.day, is_reversed=True
            ),
            "oldest": RowOrder(_l("Oldest first"), lambda row: row.day),
            "title": RowOrder(_l("By title"), lambda row: sorting_text(row.title.text)),
        },
        acts=acts,
    )


RECORD_LIST = _list("", _RECORD_ACTS)
DRAFT_LIST = _list(DRAFT, _DRAFT_ACTS)
"""The same list with drafts only: an address without a state means all of them."""


@route("/records", Access.EDITOR)
def all_records() -> ViewResponse:
    """List the records and drafts of one state or of all, with what drafts lack.

    With `batch`, the name of a transaction, what it deleted can be restored at once.
    An address of an earlier release has its state in `standing`.
    """
    if "standing" in request.args:
        values = {**request.args.to_dict(), "standing": None}
        values["state"] = _STANDINGS.get(request.args["standing"])
        url = staff_url("all_records", **values)
        return redirect(url, HTTPStatus.MOVED_PERMANENTLY)
    state, batch = request.args.get("state", ""), request.args.get("batch", "")
    page = (DRAFT_LIST if state in DRAFT_TABS else RECORD_LIST).page()
    drafts = [row.draft for row in page.rows if row.draft is not None]
    return render_template(
        "staff/records.html",
        page=page,
        lacks=draft_rows(drafts) if state in DRAFT_TABS else {},
        looks={
            row.record: theme_look(list(row.themes), services().corpus, page_locale())
            for row in page.rows
        },
        links=record_links(),
        days=RETENTION_DAYS,
        batch=batch,
        batch_size=len(Trash(repository()).of_batch(batch)) if batch else 0,
    )
