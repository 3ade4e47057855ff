"""What the tests of publishing are given."""

from __future__ import annotations

import datetime as dt

import pytest

from kb.publishing.changes.repository import Holdings, open_holdings
from kb.publishing.drafts.draft_editor import Drafts
from kb.publishing.published.publisher import Publisher
from kb.publishing.published.trash import Remover
from tests.support.builders import Workspace

NOW = dt.datetime(2026, 11, 25, 12, 30, tzinfo=dt.UTC)


@pytest.fixture
def holdings(workspace: Workspace) -> Holdings:
    """Give the small corpus to change, on one day."""
    return open_holdings(workspace.locations, clock=lambda: NOW)


@pytest.fixture
def drafts(holdings: Holdings) -> Drafts:
    """Give its drafts."""
    return Drafts(holdings)


@pytest.fixture
def publisher(holdings: Holdings) -> Publisher:
    """Give who publishes it."""
    return Publisher(holdings)


@pytest.fixture
def remover(holdings: Holdings) -> Remover:
    """Give who deletes from it."""
    return Remover(holdings)
