"""All that the staff side keeps, opened together."""

from __future__ import annotations

from pathlib import Path

from kb.state.accounts import Accounts
from kb.state.audit import AuditLog
from kb.state.database import Database
from kb.state.migrating import ensure_newest
from kb.state.model import SessionLife
from kb.state.sessions import Sessions
from kb.state.throttling import Throttle
from kb.state.times import Clock, system_clock
from kb.state.unfound import UnfoundSearches


class StaffState:
    """The parts of the database, each with what it needs."""

    def __init__(
        self,
        path: Path,
        secret: bytes,
        *,
        life: SessionLife | None = None,
        clock: Clock = system_clock,
    ) -> None:
        ensure_newest(path)
        self.database = Database(path)
        self.audit = AuditLog(self.database, clock)
        self.accounts = Accounts(self.database, self.audit, clock)
        self.sessions = Sessions(
            self.database, self.audit, clock, life or SessionLife()
        )
        self.throttle = Throttle(self.database, clock, secret)
        self.unfound = UnfoundSearches(self.database, clock)

    def close(self) -> None:
        """Close the database."""
        self.database.close()
