"""The publishing services over the content of this application."""

import threading
from collections.abc import Callable
from typing import cast

from flask import current_app

from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.drafts.proposal_review import ProposalReview
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.imports.inbox import Inbox
from kb.publishing.published.publisher import Publisher
from kb.publishing.translation_help import MachineTranslator
from kb.services import services
from kb.staff.base.links import RecordLinks

_lock = threading.Lock()


def _opened_once(key: str, open_it: Callable[[], object]) -> object:
    """Return what the first call in this application opened."""
    with _lock:
        if key not in current_app.extensions:
            current_app.extensions[key] = open_it()
        return current_app.extensions[key]


def repository() -> Repository:
    """Return the repository, opened once per application: it caches what it reads."""

    def opened() -> Repository:
        site = services()
        return open_repository(
            site.settings.locations,
            clock=site.clock,
            reader=site.content.staff_reader,
        )

    return cast("Repository", _opened_once("kb-repository", opened))


def draft_editor() -> DraftEditor:
    """Return the editor of drafts."""
    return DraftEditor(repository())


def publisher() -> Publisher:
    """Return the publisher of drafts."""
    return Publisher(repository())


def proposal_review() -> ProposalReview:
    """Return the review of proposals."""
    return ProposalReview(repository())


def extraction_store() -> ExtractionStore:
    """Return the store of extractions."""
    return ExtractionStore(services().settings.locations.instance)


def inbox() -> Inbox:
    """Return the inbox of uploaded files."""
    return Inbox(services().settings.locations.instance)


def translator() -> MachineTranslator | None:
    """Return the machine translator, opened once per application; None without one."""
    folder = services().settings.translation_model
    machine = _opened_once(
        "kb-translator", lambda: None if folder is None else MachineTranslator(folder)
    )
    return cast("MachineTranslator | None", machine)


def record_links() -> RecordLinks:
    """Return the links to drafts and published records."""
    return RecordLinks(services().corpus, repository().draft_folders)
