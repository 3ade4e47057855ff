"""Fixtures: the application with a staff database, and signed-in browsers."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from kb.app import create_app
from kb.core.settings import Settings
from kb.database.model import Role
from kb.database.staff_database import StaffDatabase
from kb.services import Services
from tests.support.builders import Workspace
from tests.support.mail import Mailbox, mail_server
from tests.support.staff import (
    Browser,
    HandClock,
    IdleWorker,
    an_account,
    an_empty_database,
)


@pytest.fixture
def clock() -> HandClock:
    """Return a clock that only tests advance."""
    return HandClock()


@pytest.fixture
def services(request: pytest.FixtureRequest, clock: HandClock) -> Services:
    """Return services with their own instance folder.

    Their content is shared by all tests, but for those that use `content` and modules
    with `CHANGES_CONTENT`; those of modules with `SENDS_MAIL` have a mail server.
    """
    mail = None
    if getattr(request.module, "SENDS_MAIL", False):
        mail = request.getfixturevalue("mailbox").server
    has_content = "content" in request.fixturenames
    if has_content or getattr(request.module, "CHANGES_CONTENT", False):
        locations = request.getfixturevalue("content").locations
        an_empty_database(locations.instance)
        return Services(Settings(locations, mail=mail), clock=clock)
    shared = request.getfixturevalue("shared_workspace").locations
    instance = request.getfixturevalue("tmp_path") / "instance"
    an_empty_database(instance)
    # The shared index was written with this key.
    (instance / "index.key").write_bytes(shared.index_key.read_bytes())
    locations = type(shared)(shared.documents, shared.index, instance)
    return Services(Settings(locations, mail=mail), clock=clock)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """Run a mail server."""
    with mail_server() as running:
        yield running


@pytest.fixture(scope="session")
def staff_app(shared_workspace: Workspace) -> Flask:
    """Return the application that `app` gives other services for each test.

    Creating an application and loading its templates took half of the staff tests.
    """
    return create_app(Settings(shared_workspace.locations))


@pytest.fixture
def app(staff_app: Flask, services: Services) -> Iterator[Flask]:
    """Return the application with the services of the test."""
    before = dict(staff_app.extensions)
    staff_app.extensions.pop("kb-repository", None)
    staff_app.extensions["kb-services"] = services
    staff_app.extensions["kb-reading"] = IdleWorker()
    yield staff_app
    staff_app.extensions.clear()
    staff_app.extensions.update(before)


@pytest.fixture
def database(services: Services) -> StaffDatabase:
    """Return the staff database."""
    return services.database


@pytest.fixture
def signed_in(app: Flask, database: StaffDatabase) -> Callable[[Role], Browser]:
    """Return a function that signs in a user with a role, and returns the browser."""

    def sign_in(role: Role) -> Browser:
        email = f"{role.value}@example.org"
        an_account(database, email, role)
        browser = Browser(app)
        assert browser.sign_in(email).status_code == 303
        return browser

    return sign_in


@pytest.fixture
def editor(signed_in: Callable[[Role], Browser]) -> Browser:
    """Return the browser of an editor."""
    return signed_in(Role.EDITOR)


@pytest.fixture
def publisher(signed_in: Callable[[Role], Browser]) -> Browser:
    """Return the browser of a publisher."""
    return signed_in(Role.PUBLISHER)


@pytest.fixture
def admin(signed_in: Callable[[Role], Browser]) -> Browser:
    """Return the browser of an administrator."""
    return signed_in(Role.ADMIN)
