"""Fixtures that many tests use, and the set-up of a test run."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.app import create_app
from kb.core.settings import Settings
from tests.cluster.nodes import LocalCluster
from tests.support.builders import Workspace, a_workspace
from tests.support.cluster_run import (
    end_cluster_run,
    prepare_cluster_run,
    shared_cluster,
)
from tests.support.once import (
    copied_workspace,
    made_once,
    make_indexed_documents,
    make_indexed_small_corpus,
)
from tests.support.run_setup import (
    allow_slow_examples,
    compile_catalog,
    memory_folder,
    missing_programs_line,
    share_compiled_templates,
    use_cheap_sign_ins_and_readings,
)

MEMORY_FOLDER = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)  # before pytest chooses its temporary folder
def pytest_configure(config: pytest.Config) -> None:
    """Prepare the run once, and make expensive set-ups cheap in each process."""
    if not hasattr(config, "workerinput"):
        compile_catalog()
        prepare_cluster_run()
        folder = None if config.option.basetemp else memory_folder()
        if folder is not None:
            config.option.basetemp = str(folder / "tests")
            # Subprocesses and pytest-xdist's workers inherit the variable.
            os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
            config.stash[MEMORY_FOLDER] = folder
    share_compiled_templates()
    allow_slow_examples()
    use_cheap_sign_ins_and_readings()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster, and free the memory of temporary files.

    `--basetemp` keeps these.
    """
    if not hasattr(config, "workerinput"):
        end_cluster_run()
    if MEMORY_FOLDER in config.stash:
        shutil.rmtree(config.stash[MEMORY_FOLDER], ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the programs that a part of the tests lacked, in one line."""
    line = missing_programs_line()
    if line:
        terminalreporter.write_line(line, yellow=True)


@pytest.fixture(scope="session")
def cluster() -> LocalCluster:
    """Return three nodes of OpenSearch, which all tests share; no test stops one."""
    return shared_cluster()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a copy of the small corpus that the test may change; it has no index."""
    return a_workspace(tmp_path)


@pytest.fixture(scope="session")
def shared_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the small corpus, indexed; no test may change it."""
    return Workspace(made_once(tmp_path_factory, "small", make_indexed_small_corpus))


@pytest.fixture
def content(shared_workspace: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy of the small corpus and its index that the test may change."""
    return copied_workspace(shared_workspace.root, tmp_path)


@pytest.fixture(scope="session")
def app(shared_workspace: Workspace) -> Flask:
    """Return the application over the small corpus."""
    return create_app(Settings(shared_workspace.locations))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client without script, over the small corpus."""
    return app.test_client()


@pytest.fixture(scope="session")
def real_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the real documents, indexed; no test may change them."""
    return Workspace(made_once(tmp_path_factory, "real", make_indexed_documents))


@pytest.fixture(scope="session")
def real_app(real_workspace: Workspace) -> Flask:
    """Return the application over the real documents."""
    return create_app(Settings(real_workspace.locations))
