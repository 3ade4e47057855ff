"""What the tests of publishing are given."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.publishing.changes.repository import Repository, open_repository
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Trash
from tests.support.builders import Workspace

NOW = dt.datetime(2026, 11, 25, 12, 30, tzinfo=dt.UTC)


@pytest.fixture
def repository(workspace: Workspace) -> Repository:
    """Give the small corpus to change, on one day."""
    return open_repository(workspace.locations, clock=lambda: NOW)


@pytest.fixture
def drafts(repository: Repository) -> DraftEditor:
    """Give its drafts."""
    return DraftEditor(repository)


@pytest.fixture
def publisher(repository: Repository) -> Publisher:
    """Give who publishes it."""
    return Publisher(repository)


@pytest.fixture
def remover(repository: Repository) -> Trash:
    """Give who deletes from it."""
    return Trash(repository)
