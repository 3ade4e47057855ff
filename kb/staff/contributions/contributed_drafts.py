"""Makes a draft of a contribution, and updates the contribution after the draft.

The draft is a new practice, or a change of a record. Its contribution is accepted when
it is published, and names it by its new id when it is renamed.
"""

import logging
from dataclasses import replace

from indexer.model.ids import Kind, RecordId
from indexer.model.records import Need
from kb.contributions.contribution import (
    TOLD_OF,
    Contribution,
    ContributionKind,
    ContributionState,
)
from kb.contributions.routes import contribution_store
from kb.core.storage_errors import StorageError
from kb.publishing.drafts.draft_links import NeedAnswers
from kb.publishing.records.form_values import write_values
from kb.publishing.storage.names import slug_of, unique_slug
from kb.services import services
from kb.staff.base.publishing_services import draft_editor, repository
from kb.staff.base.requests import actor
from kb.staff.contributions.contributed_files import send_files
from kb.staff.contributions.contributed_texts import (
    corrected_values,
    practice_values,
    reported_values,
)
from kb.staff.contributions.contribution_mail import send_reply

PROPOSALS = {ContributionKind.PRACTICE, ContributionKind.ANSWER}


def draft_of(contribution: Contribution) -> RecordId | None:
    """Return the record whose draft a contribution becomes; None for no record."""
    if contribution.draft is not None:
        return contribution.draft
    if contribution.kind not in PROPOSALS:
        return contribution.record
    corpus, content = services().corpus, repository()
    slug = slug_of(contribution.answers["title"])
    free = unique_slug(
        slug, lambda name: content.is_used(RecordId(Kind.PRACTICE, name), corpus)
    )
    return RecordId(Kind.PRACTICE, free)


def make_draft(contribution: Contribution, record: RecordId) -> bool | None:
    """Make the draft of a contribution; return whether its words were inserted.

    None if it has no words for the record, as a problem. The contribution names the
    draft already: after a crash, the same press makes the same draft.

    Raises:
        PublishingError: the draft can't be written.
        OSError: the files can't be stored.
    """
    if contribution.kind in PROPOSALS:
        _make_practice(contribution, record)
        send_files(contribution)
        return None
    draft = draft_editor().begin(record, actor())
    if contribution.kind is ContributionKind.CORRECTION:
        values = corrected_values(record.kind, draft.texts, contribution)
    elif contribution.kind in TOLD_OF.values():
        values = reported_values(record.kind, draft.texts, contribution)
    else:
        return None
    if values is None:
        return False
    texts = write_values(record.kind, values, draft.texts)
    draft_editor().save(record, texts, version=draft.version, actor=actor())
    return True


def claim(contribution: Contribution, record: RecordId) -> bool:
    """Note that a contribution becomes a draft; False if somebody changed it."""
    return contribution_store().update(
        contribution,
        state=ContributionState.IN_PROGRESS,
        actor=actor(),
        now=services().clock(),
        draft=record,
    )


def _make_practice(contribution: Contribution, record: RecordId) -> None:
    corpus, today = services().corpus, str(repository().clock().date())
    about = corpus.get(contribution.record) if contribution.record else None
    need = about if isinstance(about, Need) else None
    themes = need.themes if need is not None else ()
    draft = draft_editor().begin(record, actor())
    values = practice_values(contribution, corpus.gazetteer, themes, today)
    texts = write_values(record.kind, values, draft.texts)
    draft_editor().save(record, texts, version=draft.version, actor=actor())
    if need is not None:
        NeedAnswers(repository()).add(need.id, record, actor=actor())


logger = logging.getLogger(__name__)


def settle_published(record: RecordId) -> None:
    """Accept the open messages whose draft was published, and tell their authors.

    A failure is only logged: the publication itself has succeeded.
    """
    store, now = contribution_store(), services().clock()
    state = ContributionState.ACCEPTED
    try:
        for contribution in store.of_draft(record):
            if store.update(contribution, state=state, actor=actor(), now=now):
                settled = replace(contribution, state=state)
                send_reply(settled, store.contact(contribution.number, now))
    except StorageError as error:
        logger.warning("messages on %s stay open: %s", record, error)


def follow_renamed(old: RecordId, new: RecordId) -> None:
    """Store the new id of a draft in its messages; log a failure."""
    try:
        contribution_store().rename_draft(old, new)
    except StorageError as error:
        logger.warning("messages still name %s: %s", old, error)
