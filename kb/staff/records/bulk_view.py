"""View models of the page that asks before several records are changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message
from indexer.model.record_parts import Title
from kb.database.model import AuditAction
from kb.publishing.changes.repository import Repository, texts_in
from kb.publishing.published.bulk_changes import BulkAct, BulkChange, BulkPlan
from kb.publishing.published.trash import RETENTION_DAYS
from kb.staff.base.links import draft_url, title_in_texts
from kb.staff.base.routing import staff_url
from kb.staff.base.ticked_lists import BulkView, ReadyRow, RefusedRow
from kb.web.locale import LazyString, as_sentence, page_locale
from kb.web.locale import lazy_gettext as _l

ADDED_THEME = "added-theme"
"""The parameter of the theme to add; `theme` is that of the filter of the list."""


@dataclass(frozen=True, slots=True)
class BulkWords:
    """What a change of several records is called, and how it is logged.

    `verb` is what is done, in a word; `button` says it of the ticked ones, and
    `button_all_the_same` after a warning.
    """

    verb: LazyString
    button: LazyString
    button_all_the_same: LazyString
    logged: AuditAction
    title: LazyString | str = ""


BULK_WORDS: dict[BulkAct, BulkWords] = {
    BulkAct.ADD_THEME: BulkWords(
        _l("Add a theme"),
        _l("Add the theme to the ticked records"),
        _l("Add a theme"),
        AuditAction.THEME_ADDED,
    ),
    BulkAct.WITHDRAW: BulkWords(
        _l("Withdraw"),
        _l("Withdraw the ticked records"),
        _l("Withdraw them all the same"),
        AuditAction.RECORD_WITHDRAWN,
        _l("Withdraw these records?"),
    ),
    BulkAct.DELETE: BulkWords(
        _l("Delete"),
        _l("Delete the ticked records"),
        _l("Delete them all the same"),
        AuditAction.RECORD_DELETED,
        _l("Delete these records?"),
    ),
    BulkAct.DISCARD: BulkWords(
        _l("Delete"),
        _l("Delete the ticked drafts"),
        _l("Delete"),
        AuditAction.DRAFT_DISCARDED,
        _l("Delete these drafts?"),
    ),
}


def bulk_view(
    change: BulkChange,
    plan: BulkPlan,
    repository: Repository,
    corpus: Corpus,
    left_out: Mapping[RecordId, Message] | None = None,
) -> BulkView:
    """Return the view of a planned change.

    `left_out` are why records were left out of the change a moment ago.
    """
    act, words = change.act, BULK_WORDS[change.act]
    is_of_drafts = act is BulkAct.DISCARD

    def titled(record: RecordId) -> tuple[RecordId, Title]:
        return record, known_title(record, repository, corpus)

    def url(record: RecordId) -> str:
        return _url(record, repository, is_of_drafts=is_of_drafts)

    def note(record: RecordId) -> str:
        reason = sentence_of((left_out or {}).get(record))
        return reason or _other_half_note(change, record, repository)

    return BulkView(
        title=_title(change, corpus),
        verb=str(words.verb),
        verb_ticked=str(words.button),
        verb_all_the_same=str(words.button_all_the_same),
        action=_action_url(act),
        back_url=staff_url("draft_list" if is_of_drafts else "all_records"),
        back_label=_("To check") if is_of_drafts else _("Records"),
        ready=tuple(
            ReadyRow(*titled(record), version, url(record), note(record))
            for record, version in plan.ready.items()
        ),
        refused=tuple(
            RefusedRow(*titled(record), (sentence_of(reason),), url(record))
            for record, reason in plan.refused.items()
        ),
        effects=tuple(_effects(act)),
        linking=tuple(
            (titled(record)[1], staff_url("record_overview", record=record))
            for record in plan.linking
        ),
        fields={ADDED_THEME: change.theme} if change.theme else {},
        has_reason=act is BulkAct.WITHDRAW,
        reason=change.reason,
        is_removal=act is not BulkAct.ADD_THEME,
    )


def known_title(record: RecordId, repository: Repository, corpus: Corpus) -> Title:
    """Return the title of a published record, of a draft, or the slug."""
    published = corpus.get(record)
    if published is not None:
        return published.title_for(page_locale())
    folder = repository.draft_folders.find(record)
    return title_in_texts(record, texts_in(folder) if folder is not None else {})


def sentence_of(reason: Message | None) -> str:
    """Return a reason as a sentence in the language of the page; empty for none."""
    return "" if reason is None else as_sentence(reason.text(_))


def _title(change: BulkChange, corpus: Corpus) -> str:
    if change.act is not BulkAct.ADD_THEME:
        return str(BULK_WORDS[change.act].title)
    theme = corpus.get(RecordId(Kind.THEME, change.theme))
    name = theme.title_for(page_locale()).text if theme is not None else change.theme
    return _("Add the theme “%(name)s” to these records?", name=name)


def _action_url(act: BulkAct) -> str:
    if act is BulkAct.DISCARD:
        return staff_url("bulk_discard")
    return staff_url("bulk_change", act=act.value)


def _url(record: RecordId, repository: Repository, *, is_of_drafts: bool) -> str:
    """Return the address of a draft or a record; empty if it is gone."""
    has_draft = repository.draft_folders.find(record) is not None
    is_published = repository.state(record) is not None
    if has_draft and (is_of_drafts or not is_published):
        return draft_url(record)
    return staff_url("record_overview", record=record) if is_published else ""


def _other_half_note(
    change: BulkChange, record: RecordId, repository: Repository
) -> str:
    """Return what a change does to the draft of a record, or to the published record.

    A change of one leaves the other as it is, except a theme, which is added to the
    draft. The note is empty for a record that is not both.
    """
    has_draft = repository.draft_folders.find(record) is not None
    is_published = repository.state(record) is not None
    match change.act:
        case BulkAct.DISCARD if is_published:
            return _("The published record stays as visitors see it.")
        case BulkAct.ADD_THEME if has_draft:
            return _("In its draft: visitors see it after publication.")
        case BulkAct.DELETE | BulkAct.WITHDRAW if has_draft:
            return _("Its draft stays.")
        case _:
            return ""


def _effects(act: BulkAct) -> Iterator[str]:
    if act.hides:
        yield _("Visitors will stop seeing them at once, in lists and in the search.")
    match act:
        case BulkAct.ADD_THEME:
            yield _("Visitors see it at once: in lists, in the search, in filters.")
        case BulkAct.WITHDRAW:
            yield _(
                "Links to them from other records are removed. They come back when the "
                "records are published again."
            )
            yield _("They stay among the drafts, with their files and their history.")
            yield _("Each is published again from its own page, one by one.")
        case BulkAct.DELETE:
            yield ngettext(
                "They are set aside for %(num)s day. Until then they can be restored, "
                "with the links to them.",
                "They are set aside for %(num)s days. Until then they can be restored, "
                "with the links to them.",
                RETENTION_DAYS,
            )
        case BulkAct.DISCARD:
            yield ngettext(
                "They are set aside, and can be restored for %(num)s day.",
                "They are set aside, and can be restored for %(num)s days.",
                RETENTION_DAYS,
            )
    yield _("All ticked ones are changed together or, if something fails, none.")
