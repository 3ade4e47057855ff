"""Accounts, and the one-time links that set their passwords."""

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from kb.core.mail import is_email, normalized_email
from kb.core.sqlite import Store, from_seconds, to_seconds
from kb.database.audit_log import MAX_ID, AuditLog
from kb.database.clock import Clock
from kb.database.errors import AccountError, AccountFault
from kb.database.model import FORGOTTEN_HOURS, LINK_HOURS, Account, AuditAction, Role
from kb.database.passwords import check_password, hash_password
from kb.database.secret_tokens import new_token, token_hash

ACCOUNT_COLUMNS = (
    "accounts.id, email, role, is_disabled, password_hash IS NOT NULL,"
    " EXISTS (SELECT 1 FROM identities WHERE identities.account_id = accounts.id),"
    " accounts.created_at, signed_in_at, factor_asked_at"
)
"""The columns that `account_of` reads, in order."""

_SELECT = f"SELECT {ACCOUNT_COLUMNS} FROM accounts"  # noqa: S608  # constant names
_BY_ID = f"{_SELECT} WHERE accounts.id = ?"
_BY_EMAIL = f"{_SELECT} WHERE email = ?"
_BY_LINK = (
    f"{_SELECT} JOIN links ON links.account_id = accounts.id"
    " WHERE links.token_hash = ? AND expires_at > ? AND expires_at <= ?"
    " AND NOT is_disabled"
)


def account_of(row: Sequence[Any]) -> Account:
    """Return the account of a row with `ACCOUNT_COLUMNS`."""
    number, email, role, is_disabled, has_password, is_bound, created, *times = row
    signed_in, asked = (
        None if seconds is None else from_seconds(seconds) for seconds in times
    )
    return Account(
        id=number,
        email=email,
        role=Role(role),
        is_disabled=bool(is_disabled),
        has_password=bool(has_password),
        is_bound=bool(is_bound),
        created_at=from_seconds(created),
        signed_in_at=signed_in,
        factor_asked_at=asked,
    )


class Accounts:
    """All accounts. A transaction stores each change with its line of the audit log."""

    def __init__(self, store: Store, audit: AuditLog, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._clock = clock

    def all(self) -> tuple[Account, ...]:
        """Return all accounts, sorted by address."""
        return tuple(map(account_of, self._store.rows(f"{_SELECT} ORDER BY email")))

    def get(self, account_id: int) -> Account | None:
        """Return an account, or None."""
        if account_id > MAX_ID:
            return None  # SQLite raises OverflowError.
        return self._first(_BY_ID, account_id)

    def find(self, email: str) -> Account:
        """Return the account of an e-mail address.

        Raises:
            AccountError: no account has this address.
        """
        account = self._first(_BY_EMAIL, normalized_email(email))
        if account is None:
            raise AccountError(AccountFault.UNKNOWN, email)
        return account

    def add(self, email: str, role: Role, *, actor: str) -> str:
        """Add an account, and return the token of the link that sets its password.

        Raises:
            AccountError: the address is invalid, or has an account.
        """
        address = normalized_email(email)
        if not is_email(address):
            raise AccountError(AccountFault.BAD_EMAIL, email)
        with self._store.writing() as connection:
            if connection.execute(_BY_EMAIL, (address,)).fetchone() is not None:
                raise AccountError(AccountFault.EXISTS, address)
            account_id = connection.execute(
                "INSERT INTO accounts (email, role, is_disabled, created_at)"
                " VALUES (?, ?, 0, ?)",
                (address, role.value, to_seconds(self._clock())),
            ).lastrowid
            action = AuditAction.ACCOUNT_ADDED
            self._audit.append(connection, actor, action, address, role)
            return self._new_link(connection, int(account_id or 0))

    def reset(self, account_id: int, *, actor: str) -> str:
        """Delete password, sessions and devices, and return the token of a new link.

        An identity at the provider stays bound.

        Raises:
            AccountError: no such account, or it is disabled.
        """
        with self._account(account_id) as (connection, account):
            if account.is_disabled:
                raise AccountError(AccountFault.DISABLED, account.email)
            _set(connection, account_id, password_hash=None)
            _end_all(connection, account_id)
            action = AuditAction.ACCOUNT_RESET
            self._audit.append(connection, actor, action, account.email)
            _delete_links(connection, account_id)
            return self._new_link(connection, account_id)

    def offer_link(self, email: str) -> str | None:
        """Return the token of a link that replaces a forgotten password.

        None is returned if no open account has the address. Password, sessions and
        other links stay as they are until the link is used: anybody may ask for one.
        """
        with self._store.writing() as connection:
            query = f"{_BY_EMAIL} AND NOT is_disabled"
            row = connection.execute(query, (normalized_email(email),)).fetchone()
            if row is None:
                return None
            account = account_of(row)
            action = AuditAction.PASSWORD_LINK_SENT
            self._audit.append(connection, "?", action, account.email)
            return self._new_link(connection, account.id, hours=FORGOTTEN_HOURS)

    def disable(
        self, account_id: int, *, actor: str, keep_an_admin: bool = True
    ) -> None:
        """Disable an account, and delete its sessions, devices and links.

        Raises:
            AccountError: no such account, or it is the last administrator.
        """
        with self._account(account_id) as (connection, account):
            if keep_an_admin:
                _check_not_last_admin(connection, account)
            _set(connection, account_id, is_disabled=True)
            _end_all(connection, account_id)
            _delete_links(connection, account_id)
            action = AuditAction.ACCOUNT_DISABLED
            self._audit.append(connection, actor, action, account.email)

    def enable(self, account_id: int, *, actor: str) -> None:
        """Enable an account again.

        Raises:
            AccountError: no such account.
        """
        with self._account(account_id) as (connection, account):
            _set(connection, account_id, is_disabled=False)
            action = AuditAction.ACCOUNT_ENABLED
            self._audit.append(connection, actor, action, account.email)

    def change_role(self, account_id: int, role: Role, *, actor: str) -> None:
        """Change the role of an account, from its next request on.

        Raises:
            AccountError: no such account, or it is the last administrator.
        """
        with self._account(account_id) as (connection, account):
            if account.role is role:
                return
            if role is not Role.ADMIN:
                _check_not_last_admin(connection, account)
            _set(connection, account_id, role=role.value, factor_asked_at=None)
            action, detail = AuditAction.ROLE_CHANGED, f"{account.role} → {role}"
            self._audit.append(connection, actor, action, account.email, detail)

    def find_by_link(self, token: str) -> Account | None:
        """Return the account of a link; None if it is used, expired or unknown."""
        return self._first(_BY_LINK, *self._link_values(token))

    def use_link(self, token: str, password: str) -> Account | None:
        """Set a password by a link, and delete the link; None if the link is invalid.

        Raises:
            PasswordError: the password is rejected; the link stays valid.
        """
        account = self.find_by_link(token)
        if account is None:
            return None
        check_password(password, email=account.email)
        # Hashing is slow: it is done before the write lock is acquired.
        password_hash = hash_password(password)
        with self._store.writing() as connection:
            # Checked again: another request may have used the link meanwhile.
            row = connection.execute(_BY_LINK, self._link_values(token)).fetchone()
            if row is None:
                return None
            account = account_of(row)
            _set_password(connection, account, password_hash)
            email = account.email
            self._audit.append(connection, email, AuditAction.PASSWORD_SET, email)
            return account

    def change_password(
        self, account: Account, password: str, *, except_session: int
    ) -> None:
        """Set another password; delete all other sessions, all devices and all links.

        Raises:
            PasswordError: the password is rejected.
        """
        email = account.email
        check_password(password, email=email)
        password_hash = hash_password(password)
        with self._store.writing() as connection:
            _set_password(connection, account, password_hash, except_session)
            self._audit.append(connection, email, AuditAction.PASSWORD_CHANGED, email)

    def _first(self, query: str, *values: object) -> Account | None:
        row = self._store.first(query, *values)
        return None if row is None else account_of(row)

    @contextmanager
    def _account(self, account_id: int) -> Iterator[tuple[sqlite3.Connection, Account]]:
        with self._store.writing() as connection:
            row = connection.execute(_BY_ID, (account_id,)).fetchone()
            if row is None:
                raise AccountError(AccountFault.UNKNOWN, str(account_id))
            yield connection, account_of(row)

    def _link_values(self, token: str) -> tuple[object, ...]:
        """Return the values of `_BY_LINK`.

        A link that expires later than any new one was made while the clock was ahead.
        """
        now = self._clock()
        latest = now + dt.timedelta(hours=LINK_HOURS)
        return token_hash(token), to_seconds(now), to_seconds(latest)

    def _new_link(
        self,
        connection: sqlite3.Connection,
        account_id: int,
        *,
        hours: int = LINK_HOURS,
    ) -> str:
        """Create a link of an account; using one deletes all."""
        token, now = new_token(), to_seconds(self._clock())
        connection.execute("DELETE FROM links WHERE expires_at <= ?", (now,))
        connection.execute(
            "INSERT INTO links (token_hash, account_id, expires_at) VALUES (?, ?, ?)",
            (token_hash(token), account_id, now + hours * 3600),
        )
        return token


def end_sessions(
    connection: sqlite3.Connection, account_id: int, *, but: int | None = None
) -> None:
    """Delete the sessions of an account, except `but`."""
    connection.execute(
        "DELETE FROM sessions WHERE account_id = ? AND id IS NOT ?", (account_id, but)
    )


def _end_all(
    connection: sqlite3.Connection, account_id: int, except_session: int | None = None
) -> None:
    """Delete the sessions of an account, except one, and all its devices."""
    end_sessions(connection, account_id, but=except_session)
    connection.execute("DELETE FROM devices WHERE account_id = ?", (account_id,))


def _set(connection: sqlite3.Connection, account_id: int, **values: object) -> None:
    """Change columns of an account, named by our own code."""
    changes = ", ".join(f"{column} = ?" for column in values)
    connection.execute(
        f"UPDATE accounts SET {changes} WHERE id = ?",  # noqa: S608  # our own names
        (*values.values(), account_id),
    )


def _set_password(
    connection: sqlite3.Connection,
    account: Account,
    password_hash: str,
    except_session: int | None = None,
) -> None:
    _set(connection, account.id, password_hash=password_hash)
    _delete_links(connection, account.id)
    _end_all(connection, account.id, except_session)


def _delete_links(connection: sqlite3.Connection, account_id: int) -> None:
    connection.execute("DELETE FROM links WHERE account_id = ?", (account_id,))


def _check_not_last_admin(connection: sqlite3.Connection, account: Account) -> None:
    """Raise an error if no other administrator can sign in."""
    if account.role is not Role.ADMIN or account.is_disabled:
        return
    rows = connection.execute(_SELECT).fetchall()
    if not any(
        other.role is Role.ADMIN
        and not other.is_disabled
        and (other.has_password or other.is_bound)
        for other in map(account_of, rows)
        if other.id != account.id
    ):
        raise AccountError(AccountFault.LAST_ADMIN, account.email)
