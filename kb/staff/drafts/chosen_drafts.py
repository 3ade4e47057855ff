"""Changes of several drafts at once: state, person, theme, reliability."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from http import HTTPStatus

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.ids import Kind, RecordId
from indexer.model.schema.kinds import SCHEMAS
from indexer.model.vocabulary import RECOMMENDATION_FIRMNESS, Firmness
from kb.publishing.drafts.draft_editor import DraftConflictError
from kb.publishing.errors import NotFoundError
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    read_values,
    write_values,
)
from kb.staff.base.labels import STATE_LABELS
from kb.staff.base.links import draft_url, title_in_texts
from kb.staff.base.publishing_services import draft_editor
from kb.staff.base.requests import actor
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.ticked_lists import (
    WHOLE_LIST,
    BulkView,
    ReadyRow,
    chosen_records,
    theme_titles,
)
from kb.staff.drafts.record_list import DRAFT_LIST
from kb.staff.drafts.workflow_page import (
    mail_state,
    person_from,
    set_assigned_person,
    set_draft_state,
    state_from,
)
from kb.web.labels import FIRMNESS

ASSIGN, FACTS = "assign", "facts"
CHANGED_FIELDS = ("theme", "firmness", "person")
"""The fields of a change of several drafts, as the form of the list names them."""

_CONFIRMED = {"publish": "confirm_publish_chosen", "discard": "confirm_bulk_discard"}
"""The pages that ask before ticked drafts are changed."""

_PREFIX = "set-"
"""Before the fields in addresses: the filter of the list has the same names."""


@route("/drafts/chosen", Access.EDITOR, methods=("POST",))
def change_chosen_drafts() -> ViewResponse:
    """Change the ticked drafts, then show the list again with the same filter."""
    act, back = request.form.get("act", ""), DRAFT_LIST.url(DRAFT_LIST.chosen())
    rows = DRAFT_LIST.chosen_parameters(none_text=_("Tick at least one draft first."))
    if not rows:
        return see_other(back)
    if act in _CONFIRMED:
        return see_other(staff_url(_CONFIRMED[act], **rows))
    if WHOLE_LIST in request.form:
        fields = {
            f"{_PREFIX}{name}": request.form.get(name) or None
            for name in CHANGED_FIELDS
        }
        return see_other(staff_url("confirm_draft_change", act=act, **rows, **fields))
    chosen = chosen_records(request.form.getlist("d"))
    if act == ASSIGN:
        person = person_from(request.form.get("person", ""))
        _change(chosen, lambda record: set_assigned_person(record, person))
    elif act == FACTS:
        facts = [request.form.get(name, "") for name in ("theme", "firmness")]
        _check_facts(*facts)
        _change(chosen, lambda record: _set_facts(record, *facts))
    else:
        state = state_from(act)
        mail_state(
            _change(chosen, lambda record: set_draft_state(record, state)), state
        )
    return see_other(back)


@route("/drafts/chosen/<act>", Access.EDITOR)
def confirm_draft_change(act: str) -> ViewResponse:
    """Ask before all drafts of a list get a person, a theme or a state."""
    values = {name: request.args.get(f"{_PREFIX}{name}", "") for name in CHANGED_FIELDS}
    title, effects = _title(act, values["person"]), tuple(_effects(act, values))
    rows, chosen = DRAFT_LIST.chosen_rows(), DRAFT_LIST.chosen()
    wanted = set(rows.records)
    drafts = [draft for draft in draft_editor().all() if draft.record in wanted]
    view = BulkView(
        title=title,
        verb=_("Change"),
        verb_ticked=_("Change the ticked drafts"),
        action=staff_url("change_chosen_drafts", **chosen.parameters),
        back_url=DRAFT_LIST.url(chosen),
        back_label=_("Drafts"),
        ready=tuple(
            ReadyRow(
                draft.record,
                title_in_texts(draft.record, draft.texts),
                draft.version,
                draft_url(draft.record),
            )
            for draft in drafts
        ),
        refused=(),
        effects=effects,
        chosen=rows.text,
        fields={
            "act": act,
            **{name: value for name, value in values.items() if value},
        },
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
    _check_facts(theme, firmness)
    if theme:
        yield _("They get the theme “%(name)s”.", name=theme_titles()[theme])
    if firmness:
        yield _(
            "The reliability of the source of the recommendations becomes “%(name)s”.",
            name=FIRMNESS[Firmness(firmness)].label,
        )


def _check_facts(theme: str, firmness: str) -> None:
    if theme not in {"", *theme_titles()} or firmness not in {
        "",
        *RECOMMENDATION_FIRMNESS,
    }:
        abort(HTTPStatus.BAD_REQUEST)


def _change(
    chosen: Sequence[RecordId], change: Callable[[RecordId], bool | None]
) -> list[RecordId]:
    """Change drafts, flash how many were changed, and return those.

    A draft is left out if it is gone, if somebody saves it meanwhile, or if `change`
    returns False.
    """
    changed = []
    for record in chosen:
        with suppress(NotFoundError, DraftConflictError):
            if change(record) is not False:
                changed.append(record)
    text = ngettext(
        "%(num)s draft is changed.", "%(num)s drafts are changed.", len(changed)
    )
    flash(text, "message" if changed else "bad")
    return changed


def _set_facts(record: RecordId, theme: str, firmness: str) -> bool:
    """Add a theme to a draft, and set the reliability of the source.

    Neither is changed by an empty text, nor in a draft of a kind without the field.
    """
    editor = draft_editor()
    draft = editor.load(record)
    facts: dict[str, FormValue] = {}
    if theme and any(field.name == "themes" for field in SCHEMAS[record.kind].facts):
        values = read_values(record.kind, draft.texts).facts
        themes = map(str, values.get("themes", ()))
        facts["themes"] = tuple(dict.fromkeys((*themes, theme)))
    if firmness and record.kind is Kind.RECOMMENDATION:
        facts["firmness"] = firmness
    if not facts:
        return False
    texts = write_values(record.kind, FormValues(facts), draft.texts)
    editor.save(record, texts, version=draft.version, actor=actor())
    return True
