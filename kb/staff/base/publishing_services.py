"""The content, the drafts and the history, opened once for all staff pages."""

from __future__ import annotations

import threading
from typing import cast

from flask import current_app

from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash
from kb.services import services

_EXTENSION = "kb-holdings"
_lock = threading.Lock()


def repository() -> Repository:
    """Give what is needed to change content; what was read of it is remembered."""
    with _lock:
        if _EXTENSION not in current_app.extensions:
            here = services()
            current_app.extensions[_EXTENSION] = open_repository(
                here.settings.locations, clock=here.clock
            )
        return cast("Repository", current_app.extensions[_EXTENSION])


def draft_editor() -> DraftEditor:
    """Give the drafts."""
    return DraftEditor(repository())


def publisher() -> Publisher:
    """Give what publishes."""
    return Publisher(repository())


def remover() -> Trash:
    """Give what deletes and restores."""
    return Trash(repository())
