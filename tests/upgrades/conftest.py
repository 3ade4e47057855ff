"""Fixtures: the instance of each archive, unpacked, and opened by the current code."""

import datetime as dt
import json
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from flask import Flask

from kb.app import create_app
from kb.cli.command_services import record_external_edits
from kb.core.settings import Settings
from kb.publishing.changes.repository import open_repository
from kb.publishing.history.history import History
from kb.server.startup import prepare
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.once import copied_workspace, made_once
from tests.support.staff import Browser, HandClock
from tests.upgrades.make_archive import ARCHIVES, BACKUP, EXPECTED, PASSWORD

RELEASES = sorted(ARCHIVES.glob("*.tar.xz"))


@dataclass(frozen=True, slots=True)
class Upgraded:
    """An instance that an earlier release made, with what it must contain."""

    workspace: Workspace
    services: Services
    app: Flask
    expected: dict[str, Any]

    @property
    def history(self) -> History:
        """The history of the instance."""
        return open_repository(self.workspace.locations).history

    @property
    def backup(self) -> Path:
        """The backup that the release made."""
        return self.workspace.root / BACKUP

    def signed_in(self, email: str) -> Browser:
        """Return a browser that is signed in with the password set at that release."""
        browser = Browser(self.app)
        answer = browser.sign_in(email, PASSWORD)
        assert answer.status_code == 303, answer.text
        return browser


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an archive, private as an instance is.

    `data_filter` came with Python 3.11.4 (PEP 706).
    """
    with tarfile.open(archive) as source:
        source.extraction_filter = getattr(tarfile, "data_filter", None)
        source.extractall(folder)  # noqa: S202  # the archives are our own


def upgraded(root: Path) -> Upgraded:
    """Return the instance in a folder, at the time of the release."""
    expected = json.loads((root / EXPECTED).read_text("utf-8"))
    made_at = dt.datetime.fromisoformat(expected["made_at"])
    workspace = Workspace(root)
    services = Services(Settings(workspace.locations), clock=HandClock(made_at))
    return Upgraded(workspace, services, create_app(services=services), expected)


def _cases() -> list[ParameterSet]:
    """Return the archives; `make test-fast` opens the oldest and the newest only."""
    return [
        pytest.param(
            each,
            id=each.name.partition(".")[0],
            marks=() if each in {RELEASES[0], RELEASES[-1]} else pytest.mark.long,
        )
        for each in RELEASES
    ]


@pytest.fixture(params=_cases())
def archive(request: pytest.FixtureRequest) -> Path:
    """Return the archive of each release."""
    return Path(request.param)


@pytest.fixture
def unopened(archive: Path, tmp_path: Path) -> Workspace:
    """Return the instance of a release, as that release left it when it was killed."""
    unpack(archive, tmp_path)
    return Workspace(tmp_path)


@pytest.fixture
def instance(
    archive: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> Upgraded:
    """Return the instance of a release after the preparation of `kb serve`."""

    def make(folder: Path) -> None:
        unpack(archive, folder)
        services = upgraded(folder).services
        lines: list[str] = []
        record_external_edits(
            services.settings.locations, lambda each: lines.append(str(each))
        )
        assert prepare(services, notify=lambda each: lines.append(str(each)))
        assert not [each for each in lines if "could not" in each or "cannot" in each]

    made = made_once(tmp_path_factory, f"upgraded-{archive.name}", make)
    return upgraded(copied_workspace(made, tmp_path).root)
