"""What many tests are given."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.pipeline import open_stored_engine, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from tests.support.builders import PROJECT, Workspace, a_workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Give a copy of the small corpus that may be changed."""
    return a_workspace(tmp_path)


@pytest.fixture(scope="session")
def shared_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Give a copy of the small corpus, indexed, that no test changes."""
    shared = a_workspace(tmp_path_factory.mktemp("small"))
    rebuild(open_stored_engine(shared.locations), shared.corpus())
    return shared


@pytest.fixture(scope="session")
def app(shared_workspace: Workspace) -> Flask:
    """Give the application over the small corpus."""
    return create_app(Settings(shared_workspace.locations))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Give a browser without script, over the small corpus."""
    return app.test_client()


@pytest.fixture(scope="session")
def real_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """Give the application over the real documents."""
    root = tmp_path_factory.mktemp("real")
    real = Workspace(root)
    real.documents.symlink_to(PROJECT / "documents")
    rebuild(open_stored_engine(real.locations), real.corpus())
    return create_app(Settings(real.locations))
