"""All drafts of a filtered list, and the page that asks before they are changed."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from flask import abort, render_template, request
from flask_babel import gettext as _

from indexer.model.records import RECOMMENDATION_FIRMNESS, Firmness
from kb.publishing.drafts.draft import Draft, DraftState
from kb.services import services
from kb.staff.base.chosen_rows import ReadyRow
from kb.staff.base.links import draft_url, title_in_texts
from kb.staff.base.list_filter import ListFilter, filter_from
from kb.staff.base.publishing_services import draft_editor
from kb.staff.base.routing import Access, ViewResponse, route, staff_url
from kb.staff.base.whole_list import (
    ChosenRows,
    is_whole_list,
    listed_rows,
    ticked_rows,
    whole_list_text,
)
from kb.staff.drafts.draft_filter import STATE_LABELS, matching_drafts
from kb.staff.drafts.draft_list_view import theme_titles
from kb.staff.drafts.workflow_page import person_from, state_from
from kb.staff.records.bulk_view import BulkView
from kb.web.labels import FIRMNESS

ASSIGN, FACTS = "assign", "facts"
CHANGED_FIELDS = ("theme", "firmness", "person")
"""The fields of a change of several drafts, as the form of the list names them."""

_PREFIX = "set-"


def listed_drafts(chosen: ListFilter) -> list[Draft]:
    """Return all drafts that match a filter, in its order."""
    return matching_drafts(draft_editor().all(), chosen)


def chosen_draft_rows() -> ChosenRows:
    """Return the drafts that the address names: ticked ones, or a whole list."""
    if not is_whole_list():
        return ticked_rows()
    chosen = filter_from(request.args, DraftState)
    records = [each.record for each in listed_drafts(chosen)]
    text = whole_list_text(
        len(records),
        _("To check"),
        chosen,
        theme_titles(services().corpus),
        STATE_LABELS[DraftState(chosen.state)] if chosen.state else "",
    )
    url = staff_url("draft_list", **chosen.parameters)
    return listed_rows(records, text, url)


def draft_change_url(act: str, rows: dict[str, str | list[str] | None]) -> str:
    """Return the address of the page that asks before a list of drafts is changed.

    The fields of the change are those of the form. They get a prefix, because the
    filter of the list has fields of the same names.
    """
    fields = {
        f"{_PREFIX}{name}": request.form.get(name) or None for name in CHANGED_FIELDS
    }
    return staff_url("confirm_draft_change", act=act, **rows, **fields)


@route("/drafts/chosen/<act>", Access.EDITOR)
def confirm_draft_change(act: str) -> ViewResponse:
    """Ask before all drafts of a list get a person, a theme or a state."""
    values = {name: request.args.get(f"{_PREFIX}{name}", "") for name in CHANGED_FIELDS}
    title, effects = _title(act, values["person"]), tuple(_effects(act, values))
    rows, chosen = chosen_draft_rows(), filter_from(request.args, DraftState)
    wanted = set(rows.records)
    drafts = [each for each in draft_editor().all() if each.record in wanted]
    view = BulkView(
        title=title,
        verb=_("Change"),
        verb_ticked=_("Change the ticked drafts"),
        action=staff_url("change_chosen_drafts", **chosen.parameters),
        back_url=staff_url("draft_list", **chosen.parameters),
        back_label=_("To check"),
        ready=tuple(
            ReadyRow(
                each.record,
                title_in_texts(each.record, each.texts),
                each.version,
                draft_url(each.record),
            )
            for each in drafts
        ),
        refused=(),
        effects=effects,
        chosen=rows.text,
        fields={"act": act, **{name: each for name, each in values.items() if each}},
    )
    return render_template("staff/bulk_change.html", view=view)


def _title(act: str, person: str) -> str:
    if act == ASSIGN and person_from(person):
        return _("Assign these drafts to %(name)s?", name=person)
    if act == ASSIGN:
        return _("Assign these drafts to nobody?")
    if act == FACTS:
        return _("Change these drafts?")
    state = STATE_LABELS[state_from(act)]
    return _("Give these drafts the state “%(state)s”?", state=state)


def _effects(act: str, values: dict[str, str]) -> Iterator[str]:
    if act != FACTS:
        return
    theme, firmness = values["theme"], values["firmness"]
    titles = theme_titles(services().corpus)
    if theme not in {"", *titles} or firmness not in {"", *RECOMMENDATION_FIRMNESS}:
        abort(HTTPStatus.BAD_REQUEST)
    if theme:
        yield _("They get the theme “%(name)s”.", name=titles[theme])
    if firmness:
        yield _(
            "The reliability of the source of the recommendations becomes “%(name)s”.",
            name=FIRMNESS[Firmness(firmness)].label,
        )
