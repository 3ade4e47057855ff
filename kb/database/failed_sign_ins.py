"""Counts the failed attempts to sign in to an account, until its owner has read them.

The audit log has a line for each checked password; refused attempts are only here.
"""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, delete, select, text

from kb.core.email_address import normalized_email
from kb.database.clock import Clock
from kb.database.connection import Database
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import Account, FailedSignIns
from kb.database.tables import failed_sign_ins

_INCREMENT = text(
    """
    INSERT INTO failed_sign_ins (account_id, count, first_at, last_at)
    SELECT id, 1, :now, :now FROM accounts WHERE email = :email
    ON CONFLICT (account_id) DO UPDATE SET
        count = count + 1, first_at = min(first_at, :now), last_at = :now
    """
)


class FailedSignInCounter:
    """Counts failed attempts per account."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, connection: Connection, email: str) -> None:
        """Count a failed attempt; an address without an account changes nothing.

        The caller's transaction writes something in both cases: the time of its commit
        does not reveal whether the account exists.
        """
        now = int(self._clock().timestamp())
        values = {"email": normalized_email(email), "now": now}
        connection.execute(_INCREMENT, values)

    def take(self, account: Account) -> FailedSignIns | None:
        """Return the failed attempts since the last call, and start again at zero."""
        columns = (failed_sign_ins.c[name] for name in ("count", "first_at", "last_at"))
        is_own = failed_sign_ins.c.account_id == account.id
        row = self._database.first(select(*columns).where(is_own))
        if row is None:
            return None
        failed = FailedSignIns(*row)
        # After another attempt meanwhile, or on a full disk, they are returned again.
        is_same = failed_sign_ins.c.count == failed.count
        with suppress(DatabaseUnavailableError):
            self._database.delete(delete(failed_sign_ins).where(is_own, is_same))
        return failed
