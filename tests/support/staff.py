"""Staff accounts, a manual clock, and a browser, for tests."""

import datetime as dt
import re
import secrets
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from kb.database.model import Account, Role
from kb.database.schema import StaffStore
from kb.database.staff_database import StaffDatabase
from tests.support.forms import form_fields

START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
PASSWORD = "trois vaches sur un pont"  # noqa: S105  # of accounts made by tests
SIGN_IN_PAGE = "/en/staff/sign-in"
NEW_PASSWORD = "quatre chats sous la lune"  # noqa: S105  # of accounts made by tests
SECRET = b"a secret of the tests, and of nothing else" * 2


@dataclass
class HandClock:
    """A clock that returns the time it was set to."""

    now: dt.datetime = field(default=START)

    def __call__(self) -> dt.datetime:
        """Return the time."""
        return self.now

    def advance(self, **by: float) -> None:
        """Advance the time: `hours=1`."""
        self.now += dt.timedelta(**by)


def a_state(root: Path, clock: HandClock | None = None) -> StaffDatabase:
    """Return the staff database in a folder, created if missing."""
    return StaffDatabase(an_empty_database(root), SECRET, clock=clock or HandClock())


def an_empty_database(root: Path) -> Path:
    """Create a database without accounts, unless there is one, and return its path."""
    path = root / "staff.db"
    if not path.exists():
        root.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty_database())
    return path


@cache
def _empty_database() -> bytes:
    """Return the bytes of a migrated database, made once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff.db"
        StaffStore(path).migrate()
        return path.read_bytes()


def an_account(
    state: StaffDatabase,
    email: str = "lea@example.org",
    role: Role = Role.EDITOR,
    *,
    password: str = PASSWORD,
) -> Account:
    """Add an account with a password, and return it."""
    token = state.accounts.add(email, role, actor="test")
    account = state.accounts.use_link(token, password)
    assert account is not None
    return state.accounts.find(email)


def actions(state: StaffDatabase) -> list[tuple[str, str, str]]:
    """Return actor, action and subject of each line of the audit log, oldest first."""
    lines = state.audit.newest(limit=1000)
    return [(line.actor, line.action, line.subject) for line in reversed(lines)]


class IdleWorker:
    """Stands in for the worker launcher: tests run the tasks themselves."""

    def start(self) -> None:
        """Do nothing."""

    def restart_if_needed(self) -> None:
        """Do nothing."""


class Browser:
    """A browser without script that submits forms with their CSRF token."""

    def __init__(self, app: Flask, *, address: str = "192.0.2.1") -> None:
        self.client = app.test_client()
        self._environ = {"REMOTE_ADDR": address}

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Get a page."""
        return self.client.get(path, environ_base=self._environ, **kwargs)

    def post(
        self, path: str, /, *, page: str | None = None, **fields: str
    ) -> TestResponse:
        """Submit a form with the CSRF token of the session, or of a page."""
        return self.client.post(
            path,
            data={"csrf_token": self.token(page), **fields},
            environ_base=self._environ,
        )

    def press(
        self, act: str, record: object, *, locale: str = "en", **fields: str
    ) -> TestResponse:
        """Press the button of the page that asks before a record is changed."""
        path = f"/{locale}/staff/records/chosen/{act}"
        if act == "discard":
            path = f"/{locale}/staff/drafts/delete"
        page = self.get(f"{path}?d={record}")
        data = form_fields(page.text, form=f'form[action="{path}"]')
        return self.client.post(path, data={**data, **fields})

    def token(self, page: str | None = None) -> str:
        """Return the CSRF token of a page, or one as any page of the session has it."""
        if page is None:
            return self._token_of_session()
        answer = self.client.get(
            page, environ_base=self._environ, follow_redirects=True
        )
        found = re.search(r'name="csrf_token"\s+value="([^"]+)"', answer.text)
        assert found is not None, answer.status
        return found[1]

    def _token_of_session(self) -> str:
        app = self.client.application
        with self.client.session_transaction(SIGN_IN_PAGE) as session:
            token = session.setdefault("csrf_token", secrets.token_hex(20))
        assert app.secret_key is not None  # set when the session was opened
        serializer = URLSafeTimedSerializer(app.secret_key, salt="wtf-csrf-token")
        return str(serializer.dumps(token))

    def sign_in(
        self, email: str, password: str = PASSWORD, **fields: str
    ) -> TestResponse:
        """Submit the sign-in form."""
        return self.post(SIGN_IN_PAGE, email=email, password=password, **fields)
