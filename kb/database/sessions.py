"""Sessions of signed-in accounts, and known devices; only digests of tokens are stored.

A device is a browser that signed in to an account. It signs nobody in: its attempts are
counted apart from those of strangers, so that no stranger can delay them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from contextlib import suppress

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    delete,
    insert,
    not_,
    select,
    update,
)

from kb.core.mail import normalized_email
from kb.database.accounts import ACCOUNT_COLUMNS, end_sessions
from kb.database.audit_log import AuditLog
from kb.database.clock import Clock
from kb.database.connection import Database
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
from kb.database.tables import accounts, devices, sessions

SEEN_EVERY = dt.timedelta(minutes=1)
CLOCK_TOLERANCE = dt.timedelta(hours=1)
MAX_BROWSER = 80


class Sessions:
    """All sessions. Each start and end adds a line to the audit log."""

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        failures: FailedSignInCounter,
        clock: Clock,
        life: SessionLife,
    ) -> None:
        self._database = database
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
        query = select(accounts.c.password_hash, *ACCOUNT_COLUMNS).where(
            accounts.c.email == normalized_email(email)
        )
        row = self._database.first(query)
        account = None if row is None else Account(*row[1:])
        stored = None if row is None or row.is_disabled else row.password_hash
        if not verify_password(stored, password) or account is None:
            # An unknown address is not logged: it may be a password.
            address = "" if account is None else account.email
            action = AuditAction.SIGN_IN_FAILED
            with self._database.writing() as connection:
                self._audit.append(connection, address or "?", action, address)
                self._failures.add(connection, email)
            return None
        new = hash_password(password) if needs_rehash(str(stored)) else str(stored)
        return CheckedPassword(account, str(stored), new)

    def find_checked(self, account_id: int) -> CheckedPassword | None:
        """Return an open account with the stored hash of its password, or None."""
        query = select(accounts.c.password_hash, *ACCOUNT_COLUMNS).where(
            accounts.c.id == account_id, ~accounts.c.is_disabled
        )
        row = self._database.first(query)
        if row is None or not row.password_hash:
            return None
        return CheckedPassword(Account(*row[1:]), row.password_hash, row.password_hash)

    def is_password_of(self, account: Account, password: str) -> bool:
        """Return whether a password is that of an account."""
        query = select(accounts.c.password_hash).where(accounts.c.id == account.id)
        row = self._database.first(query)
        return verify_password(row and row.password_hash, password)

    def find(self, token: str) -> Session | None:
        """Return the session of a token; None if it is expired or unknown."""
        valid = self._valid(sessions.c.token_hash == token_hash(token))
        session = next(iter(valid), None)
        now = self._clock()
        if session is not None and now - session.seen_at >= SEEN_EVERY:
            self._touch(session, now)
        return session

    def of(self, account: Account) -> tuple[Session, ...]:
        """Return the valid sessions of an account, the newest first."""
        return self._valid(accounts.c.id == account.id)

    def id_token(self, session: Session) -> str:
        """Return the ID token that a session began with; empty without one."""
        row = self._database.first(
            select(sessions.c.id_token).where(sessions.c.id == session.id)
        )
        return "" if row is None else str(row[0])

    def end(
        self, session: Session, *, action: AuditAction = AuditAction.SIGNED_OUT
    ) -> None:
        """End one session."""
        email = session.account.email
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == session.id))
            self._audit.append(connection, email, action, email)

    def end_all(self, account: Account) -> None:
        """End all sessions of an account."""
        email, action = account.email, AuditAction.SIGNED_OUT_EVERYWHERE
        with self._database.writing() as connection:
            end_sessions(connection, account.id)
            self._audit.append(connection, email, action, email)

    def _valid(self, condition: ColumnElement[bool]) -> tuple[Session, ...]:
        own = (sessions.c.browser, sessions.c.created_at, sessions.c.seen_at)
        query = (
            select(sessions.c.id, *ACCOUNT_COLUMNS, *own)
            .join(accounts, sessions.c.account_id == accounts.c.id)
            .where(condition, self._is_alive(), ~accounts.c.is_disabled)
            .order_by(sessions.c.seen_at.desc())
        )
        return tuple(
            Session(number, Account(*columns[:-3]), *columns[-3:])
            for number, *columns in self._database.rows(query)
        )

    def _is_alive(self) -> ColumnElement[bool]:
        now = self._clock()
        return and_(
            sessions.c.seen_at > now - self._life.idle,
            sessions.c.created_at > now - self._life.absolute,
            # A session of the future was started while the clock was ahead.
            sessions.c.created_at <= now + CLOCK_TOLERANCE,
        )

    def _touch(self, session: Session, now: dt.datetime) -> None:
        """Store when a session was used last, unless the database is locked or full.

        A request must not fail or wait for it: the next request tries again.
        """
        seen = update(sessions).where(sessions.c.id == session.id).values(seen_at=now)
        with (
            suppress(DatabaseUnavailableError),
            self._database.writing(wait_ms=0) as connection,
        ):
            connection.execute(seen)

    def start(
        self, checked: CheckedPassword | CheckedIdentity, *, browser: str
    ) -> str | None:
        """Start a session, and return its token.

        None is returned if the password or the binding was changed meanwhile, or the
        account disabled.
        """
        account = checked.account
        token, now = new_token(), self._clock()
        session = insert(sessions).values(
            token_hash=token_hash(token),
            account_id=account.id,
            browser=browser[:MAX_BROWSER],
            created_at=now,
            seen_at=now,
            id_token=checked.id_token if isinstance(checked, CheckedIdentity) else "",
        )
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(not_(self._is_alive())))
            if not self._confirm(connection, checked, now):
                return None
            connection.execute(session)
            email = account.email
            detail = "" if isinstance(checked, CheckedPassword) else checked.issuer
            self._audit.append(connection, email, AuditAction.SIGNED_IN, email, detail)
        return token

    def _confirm(
        self,
        connection: Connection,
        checked: CheckedPassword | CheckedIdentity,
        now: dt.datetime,
    ) -> bool:
        """Store the time of a sign-in, unless what was checked has changed since."""
        email = checked.account.email
        signed_in = update(accounts).where(
            accounts.c.id == checked.account.id, ~accounts.c.is_disabled
        )
        if isinstance(checked, CheckedPassword):
            is_same = accounts.c.password_hash == checked.checked_hash
            signed_in = signed_in.where(is_same).values(password_hash=checked.new_hash)
        if not connection.execute(signed_in.values(signed_in_at=now)).rowcount:
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

    def __init__(self, database: Database, clock: Clock, secret: bytes) -> None:
        self._database = database
        self._clock = clock
        self._secret = secret

    def account_name(self, email: str) -> str:
        """Return a name for an account, with or without one, that hides its address."""
        text = f"device of {normalized_email(email)}".encode()
        return hmac.new(self._secret, text, hashlib.sha256).hexdigest()[:16]

    def find(self, email: str, token: str) -> str | None:
        """Return the digest of a token, if it is that of a device of this account."""
        digest = token_hash(token)
        query = (
            select(devices.c.token_hash)
            .join(accounts, devices.c.account_id == accounts.c.id)
            .where(accounts.c.email == normalized_email(email))
            .where(devices.c.token_hash == digest)
            .where(devices.c.expires_at > self._clock())
        )
        return None if self._database.first(query) is None else digest

    def remember(self, account: Account, token: str) -> str:
        """Renew the device of a token, or add a device; return its token."""
        now = self._clock()
        expires_at = now + dt.timedelta(days=DEVICE_DAYS)
        renew = (
            update(devices)
            .where(devices.c.token_hash == token_hash(token))
            .where(devices.c.account_id == account.id)
            .values(expires_at=expires_at)
        )
        with self._database.writing() as connection:
            connection.execute(delete(devices).where(devices.c.expires_at <= now))
            if connection.execute(renew).rowcount:
                return token
            new = new_token()
            values = {"token_hash": token_hash(new), "account_id": account.id}
            connection.execute(insert(devices).values(expires_at=expires_at, **values))
            return new
