"""All that the staff side keeps, opened together."""

from __future__ import annotations

from pathlib import Path

from kb.database.accounts import Accounts
from kb.database.audit_log import AuditLog
from kb.database.clock import Clock, system_clock
from kb.database.connection import Database
from kb.database.migrate import ensure_newest
from kb.database.model import SessionLife
from kb.database.sessions import Sessions
from kb.database.sign_in_limiter import SignInLimiter
from kb.database.zero_result_searches import ZeroResultSearches


class StaffDatabase:
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
        self.throttle = SignInLimiter(self.database, clock, secret)
        self.unfound = ZeroResultSearches(self.database, clock)

    def close(self) -> None:
        """Close the database."""
        self.database.close()
