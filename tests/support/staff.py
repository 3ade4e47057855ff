"""Members of staff, for tests: accounts, a clock that is set by hand, browsers."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from kb.state.migrating import ensure_newest
from kb.state.model import Account, Role
from kb.state.state import StaffState

START = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
PASSWORD = "trois vaches sur un pont"  # noqa: S105  # of accounts made by tests
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


def a_state(root: Path, clock: HandClock | None = None) -> StaffState:
    """Open what the staff side keeps, in a folder."""
    path = root / "staff.db"
    if not path.exists():
        root.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_empty_database())
    return StaffState(path, SECRET, clock=clock or HandClock())


@cache
def _empty_database() -> bytes:
    """Give the bytes of a database as migrations leave it: made once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "staff.db"
        ensure_newest(path)
        return path.read_bytes()


def an_account(
    state: StaffState,
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


def actions(state: StaffState) -> list[tuple[str, str, str]]:
    """Give the log, the oldest line first: who, what, on which account."""
    lines = state.audit.newest(limit=1000)
    return [(line.actor, line.action, line.subject) for line in reversed(lines)]
