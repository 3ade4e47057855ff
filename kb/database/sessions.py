"""Sessions of signed-in accounts, and known devices; only digests of tokens are stored.

A device is a browser that signed in to an account. It signs nobody in: its attempts are
counted apart from those of strangers, so that no stranger can delay them.
"""

import datetime as dt
import hashlib
import hmac
import sqlite3
from contextlib import suppress

from kb.core.mail import normalized_email
from kb.core.sqlite import Store, from_seconds, to_seconds
from kb.database.accounts import ACCOUNT_COLUMNS, account_of, end_sessions
from kb.database.audit_log import AuditLog
from kb.database.clock import Clock
from kb.database.errors import DatabaseUnavailableError
from kb.database.identities import bind_identity
from kb.database.model import (
    DEVICE_DAYS,
    Account,
    AuditAction,
    CheckedIdentity,
    CheckedPassword,
    Session,
    SessionLife,
)
from kb.database.passwords import hash_password, needs_rehash, verify_password
from kb.database.secret_tokens import new_token, token_hash
from kb.database.sign_in_limiter import FailedSignInCounter

SEEN_EVERY = dt.timedelta(minutes=1)
CLOCK_TOLERANCE = dt.timedelta(hours=1)
MAX_BROWSER = 80

_WITH_HASH = f"SELECT password_hash, {ACCOUNT_COLUMNS} FROM accounts"  # noqa: S608  # constant names
_ALIVE = (
    "seen_at > :idle"
    " AND sessions.created_at > :begun AND sessions.created_at <= :latest"
)
_VALID = f"""
    SELECT sessions.id, browser, sessions.created_at, seen_at, {ACCOUNT_COLUMNS}
    FROM sessions JOIN accounts ON sessions.account_id = accounts.id
    WHERE {_ALIVE} AND NOT is_disabled
    """  # noqa: S608  # constant names


class Sessions:
    """All sessions. Each start and end adds a line to the audit log."""

    def __init__(
        self,
        store: Store,
        audit: AuditLog,
        failures: FailedSignInCounter,
        clock: Clock,
        life: SessionLife,
    ) -> None:
        self._store = store
        self._audit = audit
        self._failures = failures
        self._clock = clock
        self._life = life

    def sign_in(self, email: str, password: str, *, browser: str) -> str | None:
        """Start a session by password alone; return its token, None if it is wrong."""
        checked = self.check_password(email, password)
        return None if checked is None else self.start(checked, browser=browser)

    def check_password(self, email: str, password: str) -> CheckedPassword | None:
        """Return the account of an address and a password; None if they are wrong.

        It takes as long if the account does not exist.
        """
        row = self._store.first(
            f"{_WITH_HASH} WHERE email = ?", normalized_email(email)
        )
        account = None if row is None else account_of(row[1:])
        is_open = account is not None and not account.is_disabled
        stored = row[0] if row is not None and is_open else None
        if not verify_password(stored, password) or account is None:
            # An unknown address is not logged: it may be a password.
            address = "" if account is None else account.email
            action = AuditAction.SIGN_IN_FAILED
            with self._store.writing() as connection:
                self._audit.append(connection, address or "?", action, address)
                self._failures.add(connection, email)
            return None
        new = hash_password(password) if needs_rehash(str(stored)) else str(stored)
        return CheckedPassword(account, str(stored), new)

    def find_checked(self, account_id: int) -> CheckedPassword | None:
        """Return an open account with the stored hash of its password, or None."""
        query = f"{_WITH_HASH} WHERE id = ? AND NOT is_disabled"
        row = self._store.first(query, account_id)
        if row is None or not row[0]:
            return None
        return CheckedPassword(account_of(row[1:]), row[0], row[0])

    def is_password_of(self, account: Account, password: str) -> bool:
        """Return whether a password is that of an account."""
        query = "SELECT password_hash FROM accounts WHERE id = ?"
        row = self._store.first(query, account.id)
        return verify_password(row[0] if row else None, password)

    def find(self, token: str) -> Session | None:
        """Return the session of a token; None if it is expired or unknown."""
        valid = self._valid("token_hash", token_hash(token))
        session = next(iter(valid), None)
        now = self._clock()
        if session is not None and now - session.seen_at >= SEEN_EVERY:
            self._touch(session, now)
        return session

    def of(self, account: Account) -> tuple[Session, ...]:
        """Return the valid sessions of an account, the newest first."""
        return self._valid("account_id", account.id)

    def id_token(self, session: Session) -> str:
        """Return the ID token that a session began with; empty without one."""
        query = "SELECT id_token FROM sessions WHERE id = ?"
        row = self._store.first(query, session.id)
        return "" if row is None else str(row[0])

    def end(
        self, session: Session, *, action: AuditAction = AuditAction.SIGNED_OUT
    ) -> None:
        """End one session."""
        email = session.account.email
        with self._store.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE id = ?", (session.id,))
            self._audit.append(connection, email, action, email)

    def end_all(self, account: Account) -> None:
        """End all sessions of an account."""
        email, action = account.email, AuditAction.SIGNED_OUT_EVERYWHERE
        with self._store.writing() as connection:
            end_sessions(connection, account.id)
            self._audit.append(connection, email, action, email)

    def _valid(self, column: str, value: object) -> tuple[Session, ...]:
        """Return the valid sessions with a value in a column, the newest first."""
        with self._store.reading() as connection:
            rows = connection.execute(
                f"{_VALID} AND sessions.{column} = :value ORDER BY seen_at DESC",
                {**self._limits(), "value": value},
            ).fetchall()
        return tuple(
            Session(
                number,
                account_of(account),
                browser,
                from_seconds(created_at),
                from_seconds(seen_at),
            )
            for number, browser, created_at, seen_at, *account in rows
        )

    def _limits(self) -> dict[str, object]:
        """Return the values of `_ALIVE`.

        A session of the future was started while the clock was ahead.
        """
        now = self._clock()
        return {
            "idle": to_seconds(now - self._life.idle),
            "begun": to_seconds(now - self._life.absolute),
            "latest": to_seconds(now + CLOCK_TOLERANCE),
        }

    def _touch(self, session: Session, now: dt.datetime) -> None:
        """Store when a session was used last, unless the database is locked or full.

        A request must not fail or wait for it: the next request tries again.
        """
        with (
            suppress(DatabaseUnavailableError),
            self._store.writing(wait_s=0) as connection,
        ):
            connection.execute(
                "UPDATE sessions SET seen_at = ? WHERE id = ?",
                (to_seconds(now), session.id),
            )

    def start(
        self, checked: CheckedPassword | CheckedIdentity, *, browser: str
    ) -> str | None:
        """Start a session, and return its token.

        None is returned if the password or the binding was changed meanwhile, or the
        account disabled.
        """
        account = checked.account
        token, now = new_token(), self._clock()
        id_token = checked.id_token if isinstance(checked, CheckedIdentity) else ""
        at = to_seconds(now)
        with self._store.writing() as connection:
            connection.execute(
                f"DELETE FROM sessions WHERE NOT ({_ALIVE})",  # noqa: S608  # our own words
                self._limits(),
            )
            if not self._confirm(connection, checked, now):
                return None
            connection.execute(
                "INSERT INTO sessions"
                " (token_hash, account_id, browser, created_at, seen_at, id_token)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (
                    *(token_hash(token), account.id, browser[:MAX_BROWSER]),
                    *(at, at, id_token),
                ),
            )
            email = account.email
            detail = "" if isinstance(checked, CheckedPassword) else checked.issuer
            self._audit.append(connection, email, AuditAction.SIGNED_IN, email, detail)
        return token

    def _confirm(
        self,
        connection: sqlite3.Connection,
        checked: CheckedPassword | CheckedIdentity,
        now: dt.datetime,
    ) -> bool:
        """Store the time of a sign-in, unless what was checked has changed since."""
        email, at = checked.account.email, to_seconds(now)
        if isinstance(checked, CheckedPassword):
            statement = (
                "UPDATE accounts SET signed_in_at = ?, password_hash = ?"
                " WHERE id = ? AND NOT is_disabled AND password_hash = ?"
            )
            values: tuple[object, ...] = (
                *(at, checked.new_hash),
                checked.account.id,
                checked.checked_hash,
            )
        else:
            statement = (
                "UPDATE accounts SET signed_in_at = ? WHERE id = ? AND NOT is_disabled"
            )
            values = (at, checked.account.id)
        if not connection.execute(statement, values).rowcount:
            return False
        if isinstance(checked, CheckedPassword):
            return True
        is_new = bind_identity(connection, checked, now)
        if is_new:
            action = AuditAction.IDENTITY_BOUND
            self._audit.append(connection, email, action, email, checked.issuer)
        return is_new is not None


class Devices:
    """The devices of all accounts; only the digest of their tokens is stored."""

    def __init__(self, store: Store, clock: Clock, secret: bytes) -> None:
        self._store = store
        self._clock = clock
        self._secret = secret

    def account_name(self, email: str) -> str:
        """Return a name for an account, with or without one, that hides its address."""
        text = f"device of {normalized_email(email)}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:16]

    def find(self, email: str, token: str) -> str | None:
        """Return the digest of a token, if it is that of a device of this account."""
        digest = token_hash(token)
        row = self._store.first(
            "SELECT token_hash FROM devices JOIN accounts"
            " ON devices.account_id = accounts.id"
            " WHERE email = ? AND token_hash = ? AND expires_at > ?",
            *(normalized_email(email), digest, to_seconds(self._clock())),
        )
        return None if row is None else digest

    def remember(self, account: Account, token: str) -> str:
        """Renew the device of a token, or add a device; return its token."""
        now = self._clock()
        expires_at = to_seconds(now + dt.timedelta(days=DEVICE_DAYS))
        with self._store.writing() as connection:
            connection.execute(
                "DELETE FROM devices WHERE expires_at <= ?", (to_seconds(now),)
            )
            renewed = connection.execute(
                "UPDATE devices SET expires_at = ?"
                " WHERE token_hash = ? AND account_id = ?",
                (expires_at, token_hash(token), account.id),
            )
            if renewed.rowcount:
                return token
            new = new_token()
            connection.execute(
                "INSERT INTO devices (token_hash, account_id, expires_at)"
                " VALUES (?, ?, ?)",
                (token_hash(new), account.id, expires_at),
            )
            return new
