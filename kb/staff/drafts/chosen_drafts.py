"""Changes of several drafts at once: state, person, theme, publication."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.errors import NOT_INDEXED_ERRORS
from indexer.model.ids import Kind, RecordId
from indexer.model.records import RECOMMENDATION_FIRMNESS, Firmness
from kb.database.model import AuditAction
from kb.judgements.measures import QueryResult
from kb.publishing.drafts.draft import Draft, DraftState
from kb.publishing.drafts.draft_editor import DraftConflictError
from kb.publishing.errors import NotFoundError
from kb.publishing.history.history_entries import WRITERS_SEPARATOR
from kb.publishing.published.draft_publication import DraftPublication, RefusedDraft
from kb.publishing.records.form_fields import FACT_FIELDS
from kb.publishing.records.form_values import (
    FormValue,
    FormValues,
    read_values,
    write_values,
)
from kb.services import services
from kb.staff.base.after_change import flash_outdated_index, log_action
from kb.staff.base.chosen_rows import (
    MAX_CHOSEN,
    WHOLE_LIST,
    ChosenRows,
    ReadyRow,
    chosen_parameters,
    chosen_records,
    is_whole_list,
    listed_rows,
    seen_versions,
    ticked_rows,
    whole_list_text,
)
from kb.staff.base.links import draft_url, title_in_texts
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import actor
from kb.staff.base.routing import Access, ViewResponse, route, see_other, staff_url
from kb.staff.base.staff_list import ListFilter, filter_from
from kb.staff.base.staff_mail import drafts_of, mail_published
from kb.staff.contributions.contributed_drafts import settle_published
from kb.staff.drafts.draft_list_view import STATE_LABELS, matching_drafts, theme_titles
from kb.staff.drafts.publish_chosen import publication_view
from kb.staff.drafts.workflow_page import (
    mail_state,
    person_from,
    set_assigned_person,
    set_draft_state,
    state_from,
)
from kb.staff.records.bulk_view import BulkView
from kb.staff.relevance.judgement_cache import lost_searches
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


@route("/drafts/chosen", Access.EDITOR, methods=("POST",))
def change_chosen_drafts() -> ViewResponse:
    """Change the ticked drafts, then show the list again with the same filter."""
    act, shown = request.form.get("act", ""), filter_from(request.args, DraftState)
    back = staff_url("draft_list", **shown.parameters)
    rows = chosen_parameters(
        shown,
        lambda: len(listed_drafts(shown)),
        none_text=_("Tick at least one draft first."),
    )
    if not rows:
        return see_other(back)
    confirmed = {"publish": "confirm_publish_chosen", "discard": "confirm_bulk_discard"}
    if act in confirmed:
        return see_other(staff_url(confirmed[act], **rows))
    if WHOLE_LIST in request.form:
        return see_other(draft_change_url(act, rows))
    chosen = chosen_records(request.form.getlist("d"))
    if act == ASSIGN:
        person = person_from(request.form.get("person", ""))
        _tell_changed([each for each in chosen if _assigned(each, person)])
    elif act == FACTS:
        _set_facts(
            chosen, request.form.get("theme", ""), request.form.get("firmness", "")
        )
    else:
        state = state_from(act)
        changed = [each for each in chosen if _has_state(each, state)]
        mail_state(changed, state)
        _tell_changed(changed)
    return see_other(back)


@route("/drafts/publish", Access.PUBLISHER)
def confirm_publish_chosen() -> ViewResponse:
    """Show which of the chosen drafts can be published together, and why not others.

    With `found=1`, the drafts that were found in the chosen deliverables come too.
    """
    rows = chosen_draft_rows()
    return _confirm_page(_publication_records(rows.records), chosen=rows)


@route("/drafts/publish", Access.PUBLISHER, methods=("POST",))
def publish_chosen() -> ViewResponse:
    """Publish the ticked drafts that are ready, in one transaction."""
    chosen = chosen_records(request.form.getlist("d"))
    if not chosen:
        flash(_("Tick at least one draft first."), "bad")
        shown = chosen_records(request.form.getlist("shown"))
        return _confirm_page(shown), HTTPStatus.UNPROCESSABLE_ENTITY
    versions = seen_versions(chosen, request.form)
    publication = DraftPublication(repository())
    ready = publication.plan(chosen, versions).ready
    if "searches" not in request.form:
        lost = lost_searches(publication.preview(ready)) if ready else ()
        if lost:
            return _confirm_page(chosen, lost), HTTPStatus.CONFLICT
    drafts = drafts_of(ready, draft_editor().load)
    plan, writers = publication.publish(chosen, versions, actor=actor())
    for record in plan.ready:
        names = WRITERS_SEPARATOR.join(writers[record])
        log_action(AuditAction.RECORD_PUBLISHED, record, detail=names)
        settle_published(record)
    mail_published([each for each in drafts if each.record in plan.ready])
    if plan.ready:
        _index(
            ngettext(
                "%(num)s record is published.",
                "%(num)s records are published.",
                len(plan.ready),
            )
        )
    if plan.refused:
        page = _confirm_page(tuple(plan.refused), left_out=plan.refused)
        return page, HTTPStatus.CONFLICT
    return see_other(staff_url("draft_list"))


def _publication_records(chosen: Sequence[RecordId]) -> Sequence[RecordId]:
    if not request.args.get("found"):
        return chosen
    publication = DraftPublication(repository())
    found = [each for one in chosen for each in publication.with_dependents(one)]
    return tuple(dict.fromkeys(found))[:MAX_CHOSEN]


def _confirm_page(
    records: Sequence[RecordId],
    lost: Sequence[QueryResult] = (),
    left_out: Mapping[RecordId, RefusedDraft] | None = None,
    chosen: ChosenRows | None = None,
) -> str:
    plan = DraftPublication(repository()).plan(records, {})
    return render_template(
        "staff/publish_chosen.html",
        view=publication_view(plan, draft_editor(), services().corpus, left_out),
        lost=lost,
        chosen_text=chosen.text if chosen is not None else "",
        back_url=(chosen and chosen.list_url) or staff_url("draft_list"),
    )


def _index(published: str) -> None:
    try:
        services().content.update_index()
    except NOT_INDEXED_ERRORS:
        flash_outdated_index(published)
        return
    flash(published)


def _has_state(record: RecordId, state: DraftState) -> bool:
    try:
        set_draft_state(record, state)
    except NotFoundError:
        return False
    return True


def _assigned(record: RecordId, person: str) -> bool:
    try:
        set_assigned_person(record, person)
    except NotFoundError:
        return False
    return True


def _set_facts(records: Sequence[RecordId], theme: str, firmness: str) -> None:
    """Add a theme to drafts, and set the reliability of the source of recommendations.

    Neither is changed by an empty text, nor in drafts of kinds without the field.
    """
    is_known = not theme or services().corpus.get(RecordId(Kind.THEME, theme))
    if not is_known or firmness not in {"", *RECOMMENDATION_FIRMNESS}:
        abort(HTTPStatus.BAD_REQUEST)
    _tell_changed([each for each in records if _has_facts(each, theme, firmness)])


def _has_facts(record: RecordId, theme: str, firmness: str) -> bool:
    editor = draft_editor()
    try:
        draft = editor.load(record)
        values = read_values(record.kind, draft.texts).facts
        facts: dict[str, FormValue] = {}
        if theme and any(each.name == "themes" for each in FACT_FIELDS[record.kind]):
            themes = map(str, values.get("themes", ()))
            facts["themes"] = tuple(dict.fromkeys((*themes, theme)))
        if firmness and record.kind is Kind.RECOMMENDATION:
            facts["firmness"] = firmness
        if not facts:
            return False
        texts = write_values(record.kind, FormValues(facts), draft.texts)
        editor.save(record, texts, version=draft.version, actor=actor())
    except (NotFoundError, DraftConflictError):
        return False
    return True


def _tell_changed(changed: Sequence[RecordId]) -> None:
    text = ngettext(
        "%(num)s draft is changed.", "%(num)s drafts are changed.", len(changed)
    )
    flash(text, "message" if changed else "bad")
