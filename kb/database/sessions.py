"""Sessions of signed-in accounts: only the digest of their tokens is stored."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from kb.database.accounts import account_of, end_sessions, normalized_email
from kb.database.audit_log import AuditLog
from kb.database.clock import Clock, from_timestamp, to_timestamp
from kb.database.connection import Database
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import Account, AuditAction, Session, SessionLife
from kb.database.passwords import hash_password, needs_rehash, verify_password
from kb.database.secret_tokens import new_token, token_hash
from kb.database.tables import accounts, sessions

SEEN_EVERY_S = 60
MAX_BROWSER = 80


class Sessions:
    """All sessions. Each start and end adds a line to the audit log."""

    def __init__(
        self, database: Database, audit: AuditLog, clock: Clock, life: SessionLife
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._life = life

    def sign_in(self, email: str, password: str, *, browser: str) -> str | None:
        """Start a session, and return its token; None if the password is wrong.

        It takes as long if the account does not exist.
        """
        with self._database.reading() as connection:
            query = select(accounts).where(accounts.c.email == normalized_email(email))
            row = connection.execute(query).one_or_none()
        stored = None if row is None or row.is_disabled else row.password_hash
        if not verify_password(stored, password) or row is None:
            # An unknown address is not logged: it may be a password.
            address = "" if row is None else row.email
            self._audit.add(address or "?", AuditAction.SIGN_IN_FAILED, address)
            return None
        new = hash_password(password) if needs_rehash(str(stored)) else None
        return self._start_session(account_of(row), str(stored), new, browser)

    def is_password_of(self, account: Account, password: str) -> bool:
        """Return whether a password is that of an account."""
        with self._database.reading() as connection:
            query = select(accounts.c.password_hash).where(accounts.c.id == account.id)
            stored = connection.execute(query).scalar_one_or_none()
        return verify_password(stored, password)

    def find(self, token: str) -> Session | None:
        """Return the session of a token; None if it is expired or unknown."""
        now = to_timestamp(self._clock())
        query = _joined().where(sessions.c.token_hash == token_hash(token))
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.is_disabled or not self._is_valid(row, now):
            return None
        if now - row.seen_at >= SEEN_EVERY_S:
            self._touch(row.session_id, now)
        return _session_of(row)

    def of(self, account: Account) -> tuple[Session, ...]:
        """Return the valid sessions of an account, the newest first."""
        now = to_timestamp(self._clock())
        query = _joined().where(accounts.c.id == account.id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(sessions.c.seen_at.desc())).all()
        return tuple(_session_of(row) for row in rows if self._is_valid(row, now))

    def end(
        self, session: Session, *, action: AuditAction = AuditAction.SIGNED_OUT
    ) -> None:
        """End one session."""
        email = session.account.email
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == session.id))
            self._audit.add(email, action, email, within=connection)

    def end_all(self, account: Account) -> None:
        """End all sessions of an account."""
        with self._database.writing() as connection:
            end_sessions(connection, account.id)
            self._audit.add(
                account.email,
                AuditAction.SIGNED_OUT_EVERYWHERE,
                account.email,
                within=connection,
            )

    def _touch(self, session_id: int, now: int) -> None:
        """Store when a session was used last, unless the database is locked or full.

        A request must not fail or wait for it: the next request tries again.
        """
        with (
            suppress(DatabaseUnavailableError),
            self._database.writing(wait_ms=0) as connection,
        ):
            connection.execute(
                update(sessions).where(sessions.c.id == session_id).values(seen_at=now)
            )

    def _start_session(
        self, account: Account, checked: str, new_hash: str | None, browser: str
    ) -> str | None:
        token = new_token()
        now = to_timestamp(self._clock())
        with self._database.writing() as connection:
            self._delete_expired(connection, now)
            # Meanwhile the password may have changed, or the account been disabled.
            values = {"signed_in_at": now}
            if new_hash is not None:
                values |= {"password_hash": new_hash}  # type: ignore[dict-item]  # text
            still = connection.execute(
                update(accounts)
                .where(accounts.c.id == account.id)
                .where(accounts.c.is_disabled == 0)
                .where(accounts.c.password_hash == checked)
                .values(**values)
            )
            if not still.rowcount:
                return None
            connection.execute(
                insert(sessions).values(
                    token_hash=token_hash(token),
                    account_id=account.id,
                    browser=browser[:MAX_BROWSER],
                    created_at=now,
                    seen_at=now,
                )
            )
            self._audit.add(
                account.email, AuditAction.SIGNED_IN, account.email, within=connection
            )
        return token

    def _is_valid(self, row: Any, now: int) -> bool:
        return bool(
            now - row.seen_at < self._life.idle_s
            and now - row.begun_at < self._life.absolute_s
        )

    def _delete_expired(self, connection: Connection, now: int) -> None:
        connection.execute(
            delete(sessions).where(
                (sessions.c.seen_at <= now - self._life.idle_s)
                | (sessions.c.created_at <= now - self._life.absolute_s)
            )
        )


def _joined() -> Select[tuple[object, ...]]:
    return select(
        accounts,
        sessions.c.id.label("session_id"),
        sessions.c.browser,
        sessions.c.created_at.label("begun_at"),
        sessions.c.seen_at,
    ).join(sessions, sessions.c.account_id == accounts.c.id)


def _session_of(row: Any) -> Session:
    return Session(
        id=row.session_id,
        account=account_of(row),
        browser=row.browser,
        created_at=from_timestamp(row.begun_at),
        seen_at=from_timestamp(row.seen_at),
    )
