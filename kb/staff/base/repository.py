"""The content, the drafts and the history, opened once for all staff pages."""

from __future__ import annotations

import threading
from typing import cast

from flask import current_app

from kb.publishing.changes.repository import Holdings, open_holdings
from kb.publishing.drafts.draft_editor import Drafts
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Remover
from kb.services import services

_EXTENSION = "kb-holdings"
_lock = threading.Lock()


def holdings() -> Holdings:
    """Give what is needed to change content; what was read of it is remembered."""
    with _lock:
        if _EXTENSION not in current_app.extensions:
            here = services()
            current_app.extensions[_EXTENSION] = open_holdings(
                here.settings.locations, clock=here.clock
            )
        return cast("Holdings", current_app.extensions[_EXTENSION])


def drafts() -> Drafts:
    """Give the drafts."""
    return Drafts(holdings())


def publisher() -> Publisher:
    """Give what publishes."""
    return Publisher(holdings())


def remover() -> Remover:
    """Give what deletes and restores."""
    return Remover(holdings())
