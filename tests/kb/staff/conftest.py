"""The application with staff, and browsers that are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from kb.app import create_app
from kb.core.settings import Settings
from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.staff import Browser, HandClock, an_account, an_empty_database


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands still."""
    return HandClock()


@pytest.fixture
def services(
    shared_workspace: Workspace, tmp_path: Path, clock: HandClock
) -> Iterator[Services]:
    """Give services over the shared content, with an instance folder of their own."""
    shared = shared_workspace.locations
    instance = tmp_path / "instance"
    an_empty_database(instance)
    # The key of the shared index lies in the shared folder.
    (instance / "index.key").write_bytes(shared.index_key.read_bytes())
    locations = type(shared)(shared.documents, shared.index, instance)
    made = Services(Settings(locations), clock=clock)
    yield made
    made.close()


@pytest.fixture
def own_services(content: Workspace, clock: HandClock) -> Iterator[Services]:
    """Give services over content of their own."""
    an_empty_database(content.locations.instance)
    made = Services(Settings(content.locations), clock=clock)
    yield made
    made.close()


@pytest.fixture
def app(services: Services) -> Flask:
    """Give the application."""
    return create_app(services=services)


@pytest.fixture
def state(services: Services) -> StaffDatabase:
    """Give what the staff side keeps."""
    return services.database


@pytest.fixture
def signed_in(app: Flask, state: StaffDatabase) -> Callable[[Role], Browser]:
    """Give a maker of browsers in which somebody with a role is signed in."""

    def sign_in(role: Role) -> Browser:
        email = f"{role.value}@example.org"
        an_account(state, email, role)
        browser = Browser(app)
        assert browser.sign_in(email).status_code == 303
        return browser

    return sign_in
