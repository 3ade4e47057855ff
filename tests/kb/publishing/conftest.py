"""Fixtures of the publishing tests."""

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
    """Return the repository of a small corpus, with a fixed clock."""
    return open_repository(workspace.locations, clock=lambda: NOW)


@pytest.fixture
def drafts(repository: Repository) -> DraftEditor:
    """Return the draft editor of the repository."""
    return DraftEditor(repository)


@pytest.fixture
def publisher(repository: Repository) -> Publisher:
    """Return the publisher of the repository."""
    return Publisher(repository)


@pytest.fixture
def trash(repository: Repository) -> Trash:
    """Return the trash of the repository."""
    return Trash(repository)
