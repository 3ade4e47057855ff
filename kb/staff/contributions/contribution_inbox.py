"""The pages of the inbox: the list, a contribution, its files, replies and drafts."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from http import HTTPStatus

from flask import abort, flash, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from wtforms import Field, StringField
from wtforms.validators import ValidationError

from kb.contributions.contribution import (
    OPEN_STATES,
    TOLD_OF,
    AttachedFile,
    Contribution,
    ContributionKind,
    ContributionState,
    Contributor,
)
from kb.contributions.contribution_pages import (
    AnswerRow,
    RecordName,
    answer_rows,
    heading_of,
    published_record,
    record_name,
)
from kb.contributions.routes import contribution_store
from kb.core.storage_errors import StorageError
from kb.database.model import AuditAction
from kb.publishing.changes.repository import texts_in
from kb.publishing.errors import PublishingError
from kb.services import services
from kb.staff.base.forms import StaffForm
from kb.staff.base.links import draft_url
from kb.staff.base.publishing_services import record_links, repository
from kb.staff.base.requests import actor, error_sentence, log_action
from kb.staff.base.routing import Access, ViewResponse, route, see_other
from kb.staff.base.staff_list import RowFilter, StaffList
from kb.staff.base.ticked_lists import WHOLE_LIST
from kb.staff.contributions.contributed_drafts import (
    PROPOSALS,
    claim,
    draft_of,
    make_draft,
)
from kb.staff.contributions.contributed_files import (
    closed_by,
    detail_url,
    stored_contribution,
)
from kb.staff.contributions.contributed_texts import CorrectionView, correction_view
from kb.staff.contributions.contribution_mail import send_reply
from kb.web.locale import LazyString, lang_if_other, page_locale
from kb.web.locale import lazy_gettext as _l
from kb.web.records.file_links import size_text
from kb.web.search.request_query import page_number

MAX_EXTRACT = 220

_SETTLED = {ContributionState.ACCEPTED, ContributionState.REFUSED}
INBOX_TABS: dict[
    str, tuple[LazyString, set[ContributionKind], Collection[ContributionState]]
] = {
    "open": (_l("To do"), set(ContributionKind), OPEN_STATES),
    "proposals": (_l("Proposals"), PROPOSALS, OPEN_STATES),
    "corrections": (_l("Corrections"), {ContributionKind.CORRECTION}, OPEN_STATES),
    "experiences": (_l("Experiences"), set(TOLD_OF.values()), OPEN_STATES),
    "problems": (_l("Problems"), {ContributionKind.PROBLEM}, OPEN_STATES),
    "settled": (_l("Settled"), set(ContributionKind), _SETTLED),
    "spam": (_l("Spam"), set(ContributionKind), {ContributionState.SPAM}),
}
"""The label of each tab, and the kinds and states of its messages."""


def _tabs_of(contribution: Contribution) -> list[str]:
    return [
        name
        for name, (_label, kinds, states) in INBOX_TABS.items()
        if contribution.kind in kinds and contribution.state in states
    ]


def _has_words(contribution: Contribution, text: str) -> bool:
    answers = " ".join(contribution.answers.values()).casefold()
    return all(word in answers for word in text.casefold().split())


INBOX: StaffList[Contribution] = StaffList(
    endpoint="contribution_list",
    name=_l("Messages"),
    rows=lambda: contribution_store().all(),
    per_page=50,
    filters=(
        RowFilter(
            "show",
            _l("Filter"),
            choices=lambda _rows: {name: tab[0] for name, tab in INBOX_TABS.items()},
            default="open",
            tabs_of=_tabs_of,
        ),
        RowFilter("q", _l("Words of the message"), _has_words, control="words"),
    ),
)


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """A row of the inbox."""

    contribution: Contribution
    title: str
    lang: str
    facts: tuple[str, ...]
    extract: str
    record: RecordName | None
    published: RecordName | None


def contribution_rows(contributions: Iterable[Contribution]) -> list[ContributionRow]:
    """Return the rows of contributions in their order."""
    return [_inbox_row(contribution) for contribution in contributions]


def _inbox_row(contribution: Contribution) -> ContributionRow:
    corpus, locale = services().corpus, page_locale()
    answers, about = contribution.answers, contribution.record
    title = heading_of(contribution)
    facts = (answers.get("place", ""), answers.get("who", ""))
    texts = map(answers.get, ("done", "proposed"))
    if contribution.kind in TOLD_OF.values():
        facts, texts = (answers.get("year", ""), ""), map(answers.get, ("message",))
    return ContributionRow(
        contribution,
        title=title,
        lang=lang_if_other(contribution.locale, locale),
        facts=tuple(filter(None, facts)),
        extract=_extract(next(filter(None, texts), "")),
        record=record_name(corpus.get(about) if about else None, locale),
        published=published_record(contribution, corpus, locale),
    )


def _extract(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MAX_EXTRACT else f"{line[:MAX_EXTRACT].rstrip()}…"


MAX_REPLY = 1_000
COMPARED = {"quote", "proposed"}
"""The answers that the comparison with the record shows."""


class ReplyForm(StaffForm):
    """Reply to a contribution; `needs_line` says that the reply may not be empty."""

    needs_line = False
    reply = StringField(
        filters=[lambda text: " ".join((text or "").split())],
        render_kw={"maxlength": MAX_REPLY},
    )

    def validate_reply(self, field: Field) -> None:
        """Reject a long reply, and an empty one where the visitor waits for a line."""
        if len(field.data) > MAX_REPLY:
            text = _("Too long: %(most)s characters at most.", most=MAX_REPLY)
            raise ValidationError(text)
        if self.needs_line and not field.data:
            raise ValidationError(
                _("Write a line: the visitor reads it on the private page.")
            )


@dataclass(frozen=True, slots=True)
class ContributionDetail:
    """A contribution beside the inbox: its answers, and what can be done with it.

    `correction` is what the record says today. Each file has its size, and the words by
    which it says that it is not for the public.
    """

    row: ContributionRow
    answers: tuple[AnswerRow, ...]
    correction: CorrectionView | None
    contact: Contributor | None
    files: tuple[tuple[AttachedFile, str, str], ...]
    can_draft: bool
    draft_url: str
    form: ReplyForm


DECISIONS = {
    "reply": None,
    "take": ContributionState.IN_PROGRESS,
    "accept": ContributionState.ACCEPTED,
    "refuse": ContributionState.REFUSED,
    "spam": ContributionState.SPAM,
    "reopen": ContributionState.NEW,
}
"""The state that each button leads to; None for that of before."""


@route("/inbox", Access.EDITOR)
def contribution_list() -> ViewResponse:
    """Show the inbox with one of its filters, and the first contribution beside it."""
    return _list_page()


@route("/inbox/<int:number>", Access.EDITOR)
def contribution_detail(number: int) -> ViewResponse:
    """Show a contribution, its contact and what can be done, beside the inbox."""
    return _list_page(_detail(stored_contribution(number)))


@route("/inbox/<int:number>", Access.EDITOR, methods=("POST",))
def decide_contribution(number: int) -> ViewResponse:
    """Reply to a contribution, or settle it."""
    contribution = stored_contribution(number)
    act = request.form.get("act", "")
    if act == "forget":
        contribution_store().delete_contact(contribution.key)
        log_action(AuditAction.CONTRIBUTION_HANDLED, f"#{number}", act)
        flash(_("The name and the address are deleted."))
        return see_other(detail_url(number))
    if act not in DECISIONS:
        abort(HTTPStatus.BAD_REQUEST)
    form = ReplyForm()
    form.needs_line = act in {"refuse", "reply"}
    if not form.validate():
        return _list_page(_detail(contribution, form)), HTTPStatus.UNPROCESSABLE_ENTITY
    state, reply = DECISIONS[act] or contribution.state, form.reply.data
    if not _is_current(contribution) or not contribution_store().update(
        contribution, state=state, actor=actor(), now=services().clock(), reply=reply
    ):
        return _changed_page(number, form)
    log_action(AuditAction.CONTRIBUTION_HANDLED, f"#{number}", act)
    _tell(replace(contribution, state=state, reply=reply), act)
    return see_other(detail_url(number))


@route("/inbox/spam", Access.EDITOR, methods=("POST",))
def close_spam() -> ViewResponse:
    """Close the ticked messages as spam, or all that the filters select."""
    chosen = INBOX.chosen()
    if WHOLE_LIST in request.form:
        numbers = [sent.number for sent in INBOX.matching(INBOX.rows(), chosen)]
    else:
        numbers = list(filter(None, request.form.getlist("n", type=page_number)))
    closed = contribution_store().close_spam(
        numbers, actor=actor(), now=services().clock()
    )
    log_action(AuditAction.CONTRIBUTION_HANDLED, str(closed), "spam")
    flash(
        ngettext(
            "%(num)s message is closed as spam.",
            "%(num)s messages are closed as spam.",
            closed,
        )
    )
    return see_other(INBOX.url(chosen))


@route("/inbox/<int:number>/draft", Access.EDITOR, methods=("POST",))
def draft_contribution(number: int) -> ViewResponse:
    """Make a draft of a contribution, and open it."""
    contribution = stored_contribution(number)
    record = draft_of(contribution)
    if record is None:
        abort(HTTPStatus.BAD_REQUEST)
    if record_links().draft_link(record) and contribution.draft is not None:
        return see_other(draft_url(record))
    if not _is_current(contribution) or not claim(contribution, record):
        return _changed_page(number)
    try:
        is_inserted = make_draft(contribution, record)
    except PublishingError as error:
        flash(error_sentence(error), "bad")
        return see_other(detail_url(number))
    except (OSError, StorageError):
        flash(_("Its files could not be stored here. Press the button again."), "bad")
        return see_other(detail_url(number))
    log_action(AuditAction.DRAFT_BEGUN, record, f"#{number}")
    flash(_draft_sentence(contribution, is_inserted=is_inserted))
    return see_other(draft_url(record))


def _is_current(contribution: Contribution) -> bool:
    return request.form.get("version", "") == str(contribution.version)


def _tell(contribution: Contribution, act: str) -> None:
    """Tell the contributor of a reply or of the end, and staff what happened."""
    if act in {"take", "spam", "reopen"}:
        flash(_("Noted."))
        return
    contact = contribution_store().contact(contribution.number, services().clock())
    if send_reply(contribution, contact):
        flash(_("Noted: the private page shows it, and an e-mail is sent."))
    else:
        flash(_("Noted: the private page of the visitor shows it."))


def _draft_sentence(contribution: Contribution, *, is_inserted: bool | None) -> str:
    if contribution.kind in TOLD_OF.values():
        if is_inserted:
            return _(
                "The draft is made, with what the town says. Check it, and write it "
                "in the other language."
            )
        return _("The draft is made. It had what the town says already.")
    if is_inserted:
        return _("The draft is made, with the correction in it. Check it.")
    if is_inserted is False:
        return _(
            "The draft is made. The quoted words are not there exactly once: insert "
            "the correction yourself."
        )
    if contribution.files:
        return _(
            "The draft is made from the answers. The files stay private: the message "
            "shows them, and what they say of who may read them."
        )
    return _("The draft is made from the answers. Only staff can see it.")


def _changed_page(number: int, form: ReplyForm | None = None) -> ViewResponse:
    contribution = stored_contribution(number)
    form = form or _reply_form(contribution)
    form.reply.errors = [
        _("Somebody has changed it meanwhile: read it again, then decide.")
    ]
    return _list_page(_detail(contribution, form)), HTTPStatus.CONFLICT


def _reply_form(contribution: Contribution) -> ReplyForm:
    return ReplyForm(formdata=None, data={"reply": contribution.reply})


def _list_page(chosen: ContributionDetail | None = None) -> str:
    if request.args.get("show", "open") not in INBOX_TABS:
        abort(HTTPStatus.NOT_FOUND)
    page, detail = INBOX.page(), chosen
    if detail is None and page.rows:
        detail = _detail(page.rows[0])
    return render_template(
        "staff/contributions.html",
        page=page,
        show=page.chosen.values["show"],
        rows=contribution_rows(page.rows),
        detail=detail,
        is_list=chosen is None,
    )


def _detail(
    contribution: Contribution, form: ReplyForm | None = None
) -> ContributionDetail:
    """Return what is beside the inbox; a rejected form keeps its text."""
    record, correction = contribution.draft, _correction(contribution)
    compared = COMPARED if correction is not None else set[str]()
    answers = {k: v for k, v in contribution.answers.items() if k not in compared}
    return ContributionDetail(
        row=contribution_rows([contribution])[0],
        answers=tuple(answer_rows(replace(contribution, answers=answers))),
        correction=correction,
        contact=contribution_store().contact(contribution.number, services().clock()),
        files=tuple(
            (
                file,
                size_text(file.size_bytes, page_locale()),
                closed_by(contribution, file),
            )
            for file in contribution.files
        ),
        can_draft=draft_of(contribution) is not None,
        draft_url=record_links().draft_link(record) if record is not None else "",
        form=form or _reply_form(contribution),
    )


def _correction(contribution: Contribution) -> CorrectionView | None:
    record = contribution.record
    if contribution.kind is not ContributionKind.CORRECTION or record is None:
        return None
    # A record that was withdrawn is a draft.
    published = repository().record_folder(record)
    draft = repository().draft_folders.find(record)
    texts = texts_in(published) or (texts_in(draft) if draft is not None else {})
    return correction_view(record.kind, texts, contribution)
