"""Fixtures that many tests use, and the set-up of a test run.

A fixture imports what it returns: a file of tests loads the site only if it visits it.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.run_setup import (
    choose_cluster_file,
    compile_catalog,
    memory_folder,
    missing_programs_line,
    use_cheap_parts,
)

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from tests.cluster.nodes import LocalCluster
    from tests.support.builders import Workspace

WHOLE_SITES = {"real_workspace", "content"}
"""Fixtures of sites that `make test-fast` does not visit."""

MEMORY_FOLDER = pytest.StashKey[Path]()
CLUSTER_FILE = pytest.StashKey[Path]()


@pytest.hookimpl(tryfirst=True)  # before pytest chooses its temporary folder
def pytest_configure(config: pytest.Config) -> None:
    """Prepare the run once."""
    gc.disable()  # what files of tests load is never garbage
    # Compiling the product again in each process would take seconds.
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # A service would encode its passages, and answer otherwise where `make run` has
    # installed the model.
    os.environ["KB_MEANING"] = "off"
    # A command that lowers its priority would slow all later tests of its process.
    os.nice = lambda increment: increment
    if not hasattr(config, "workerinput"):
        compile_catalog()
        config.stash[CLUSTER_FILE] = choose_cluster_file()
        folder = None if config.option.basetemp else memory_folder()
        if folder is not None:
            config.option.basetemp = str(folder / "tests")
            # Subprocesses and pytest-xdist's workers inherit the variable.
            os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
            config.stash[MEMORY_FOLDER] = folder


@pytest.hookimpl(tryfirst=True)  # before pytest selects tests by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that visit the real documents, or change content of their own."""
    for item in items:
        if not WHOLE_SITES.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.site)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Make expensive parts cheap, now that the files of tests have loaded them."""
    gc.freeze()
    gc.enable()
    use_cheap_parts()
    if "hypothesis" not in sys.modules:  # the plugin would load it to report nothing
        session.config.pluginmanager.unregister(name="hypothesispytest")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster, and free the memory of temporary files.

    `--basetemp` keeps these.
    """
    if CLUSTER_FILE in config.stash:
        file = config.stash[CLUSTER_FILE]
        if file.exists():
            from tests.support.cluster_run import stop_cluster_of

            stop_cluster_of(file)
        shutil.rmtree(file.parent, ignore_errors=True)
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
    from tests.support.cluster_run import shared_cluster

    return shared_cluster()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Return a copy of the small corpus that the test may change; it has no index."""
    from tests.support.builders import a_workspace

    return a_workspace(tmp_path)


@pytest.fixture(scope="session")
def shared_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the small corpus, indexed; no test may change it."""
    from tests.support.once import indexed_small_corpus

    return indexed_small_corpus(tmp_path_factory)


@pytest.fixture
def content(shared_workspace: Workspace, tmp_path: Path) -> Workspace:
    """Return a copy of the small corpus and its index that the test may change."""
    from tests.support.once import copied_workspace

    copy = copied_workspace(shared_workspace.root, tmp_path)
    # Tests that share the source may have visited it.
    instance = copy.locations.instance
    for left in (*instance.glob("*.db*"), *instance.glob("first-address.txt")):
        left.unlink()
    return copy


@pytest.fixture(scope="session")
def app(shared_workspace: Workspace) -> Flask:
    """Return the application over the small corpus."""
    return _app_over(shared_workspace)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client without script, over the small corpus."""
    return app.test_client()


@pytest.fixture(scope="session")
def real_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Return the real documents, indexed; no test may change them."""
    from tests.support.once import indexed_documents

    return indexed_documents(tmp_path_factory)


@pytest.fixture(scope="session")
def real_app(real_workspace: Workspace) -> Flask:
    """Return the application over the real documents."""
    return _app_over(real_workspace)


def _app_over(workspace: Workspace) -> Flask:
    from kb.app import create_app
    from kb.core.settings import Settings

    use_cheap_parts()
    # Tests that share the application send more requests in a minute than one visitor.
    return create_app(Settings(workspace.locations, api_limit=1_000_000))
