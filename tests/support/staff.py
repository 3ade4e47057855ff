"""Members of staff, for tests: accounts, a clock that is set by hand, browsers."""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from kb.database.migrate import ensure_migrated
from kb.database.model import Account, Role
from kb.database.staff_database import StaffDatabase

START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
PASSWORD = "trois vaches sur un pont"  # noqa: S105  # of accounts made by tests
NEW_PASSWORD = "quatre chats sous la lune"  # noqa: S105  # as above
SECRET = b"a secret of the tests, and of nothing else" * 2


@dataclass
class HandClock:
    """Gives the time that it was set to."""

    now: dt.datetime = field(default=START)

    def __call__(self) -> dt.datetime:
        """Give the time."""
        return self.now

    def advance(self, **by: float) -> None:
        """Go forward: `hours=1`."""
        self.now += dt.timedelta(**by)


def a_state(root: Path, clock: HandClock | None = None) -> StaffDatabase:
    """Open what the staff side keeps, in a folder."""
    return StaffDatabase(an_empty_database(root), SECRET, clock=clock or HandClock())


def an_empty_database(root: Path) -> Path:
    """Put a database without accounts into a folder, unless there is one."""
    path = root / "staff.db"
    if not path.exists():
        root.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty_database())
    return path


@cache
def _empty_database() -> bytes:
    """Give the bytes of a database as migrations leave it: made once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff.db"
        ensure_migrated(path)
        return path.read_bytes()


def an_account(
    state: StaffDatabase,
    email: str = "lea@example.org",
    role: Role = Role.EDITOR,
    *,
    password: str = PASSWORD,
) -> Account:
    """Add an account that can sign in."""
    token = state.accounts.add(email, role, actor="test")
    account = state.accounts.use_link(token, password)
    assert account is not None
    return state.accounts.find(email)


def actions(state: StaffDatabase) -> list[tuple[str, str, str]]:
    """Give the log, the oldest line first: who, what, on which account."""
    lines = state.audit.newest(limit=1000)
    return [(line.actor, line.action, line.subject) for line in reversed(lines)]


class Browser:
    """A browser without script, that sends forms as a page holds them."""

    def __init__(self, app: Flask, *, address: str = "192.0.2.1") -> None:
        self.client = app.test_client()
        self._environ = {"REMOTE_ADDR": address}

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, environ_base=self._environ, **kwargs)

    def post(
        self, path: str, /, *, page: str = "/en/staff/sign-in", **fields: str
    ) -> TestResponse:
        """Send a form, with the token that a page of ours holds."""
        return self.client.post(
            path,
            data={"csrf_token": self.token(page), **fields},
            environ_base=self._environ,
        )

    def token(self, page: str = "/en/staff/sign-in") -> str:
        """Give the token of the forms of a page."""
        answer = self.client.get(
            page, environ_base=self._environ, follow_redirects=True
        )
        found = re.search(r'name="csrf_token"\s+value="([^"]+)"', answer.text)
        assert found is not None, answer.status
        return found[1]

    def sign_in(
        self, email: str, password: str = PASSWORD, **fields: str
    ) -> TestResponse:
        """Send the form of the sign-in."""
        return self.post("/en/staff/sign-in", email=email, password=password, **fields)
