"""The publishing services over the content of this application."""

import threading
from typing import cast

from flask import current_app

from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.drafts.proposal_review import ProposalReview
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.imports.inbox import Inbox
from kb.publishing.imports.match_review import MatchReview
from kb.publishing.imports.record_matches import MatchFinder
from kb.publishing.published.assessor import Assessor
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash
from kb.publishing.translation_help import (
    MachineTranslator,
)
from kb.services import services
from kb.staff.base.links import RecordLinks

_EXTENSION = "kb-repository"
_TRANSLATOR = "kb-translator"
_lock = threading.Lock()


def repository() -> Repository:
    """Return the repository, opened once per application: it caches what it reads."""
    with _lock:
        if _EXTENSION not in current_app.extensions:
            current = services()
            current_app.extensions[_EXTENSION] = open_repository(
                current.settings.locations, clock=current.clock
            )
        return cast("Repository", current_app.extensions[_EXTENSION])


def draft_editor() -> DraftEditor:
    """Return the editor of drafts."""
    return DraftEditor(repository())


def publisher() -> Publisher:
    """Return the publisher of drafts."""
    return Publisher(repository())


def assessor() -> Assessor:
    """Return the writer of signed assessments."""
    return Assessor(repository())


def trash() -> Trash:
    """Return the trash, which deletes, restores and merges records."""
    return Trash(repository())


def proposal_review() -> ProposalReview:
    """Return the review of proposals."""
    return ProposalReview(repository())


def match_review() -> MatchReview:
    """Return the review of files that resemble a record."""
    return MatchReview(repository())


def match_finder() -> MatchFinder:
    """Return the comparison of files with records."""
    return MatchFinder(repository(), extraction_store())


def extraction_store() -> ExtractionStore:
    """Return the store of extractions."""
    return ExtractionStore(services().settings.locations.instance)


def inbox() -> Inbox:
    """Return the inbox of uploaded files."""
    return Inbox(services().settings.locations.instance)


def translator() -> MachineTranslator | None:
    """Return the machine translator, opened once per application; None without one."""
    with _lock:
        if _TRANSLATOR not in current_app.extensions:
            folder = services().settings.translation_model
            machine = None if folder is None else MachineTranslator(folder)
            current_app.extensions[_TRANSLATOR] = machine
        return cast("MachineTranslator | None", current_app.extensions[_TRANSLATOR])


def record_links() -> RecordLinks:
    """Return the links to drafts and published records."""
    return RecordLinks(services().corpus, repository().draft_folders)
