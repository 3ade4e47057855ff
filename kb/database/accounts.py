"""Accounts, and the one-time links that set their passwords."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    delete,
    exists,
    insert,
    or_,
    select,
    update,
)

from kb.core.mail import is_email, normalized_email
from kb.database.audit_log import AuditLog
from kb.database.clock import Clock
from kb.database.connection import Database
from kb.database.errors import AccountError, AccountFault
from kb.database.model import (
    FORGOTTEN_HOURS,
    LINK_HOURS,
    Account,
    AuditAction,
    Role,
)
from kb.database.passwords import check_password, hash_password
from kb.database.secret_tokens import new_token, token_hash
from kb.database.tables import accounts, devices, identities, links, sessions

MAX_ID = 2**63 - 1

IS_BOUND = exists().where(identities.c.account_id == accounts.c.id).correlate(accounts)
ACCOUNT_COLUMNS = (
    accounts.c.id,
    accounts.c.email,
    accounts.c.role,
    accounts.c.is_disabled,
    accounts.c.password_hash.is_not(None),
    IS_BOUND,
    accounts.c.created_at,
    accounts.c.signed_in_at,
)
"""The arguments of `Account`, in order."""


class Accounts:
    """All accounts. A transaction stores each change with its line of the audit log."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    def all(self) -> tuple[Account, ...]:
        """Return all accounts, sorted by address."""
        query = select(*ACCOUNT_COLUMNS).order_by(accounts.c.email)
        return tuple(Account(*row) for row in self._database.rows(query))

    def get(self, account_id: int) -> Account | None:
        """Return an account, or None."""
        if account_id > MAX_ID:
            return None  # SQLite raises OverflowError.
        return self._first(_accounts(accounts.c.id == account_id))

    def find(self, email: str) -> Account:
        """Return the account of an e-mail address.

        Raises:
            AccountError: no account has this address.
        """
        account = self._first(_accounts(accounts.c.email == normalized_email(email)))
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
        with self._database.writing() as connection:
            query = _accounts(accounts.c.email == address)
            if connection.execute(query).first() is not None:
                raise AccountError(AccountFault.EXISTS, address)
            new = insert(accounts).values(
                email=address, role=role, is_disabled=False, created_at=self._clock()
            )
            account_id = connection.execute(new).lastrowid
            action = AuditAction.ACCOUNT_ADDED
            self._audit.append(connection, actor, action, address, role)
            return self._new_link(connection, account_id)

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
        """Return the token of a link for who forgot the password; None for nobody.

        Password, sessions and other links stay as they are until it is used: anybody
        may ask for it. A disabled account gets none.
        """
        with self._database.writing() as connection:
            query = _accounts(accounts.c.email == normalized_email(email))
            row = connection.execute(query.where(~accounts.c.is_disabled)).first()
            if row is None:
                return None
            account = Account(*row)
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
            _set(connection, account_id, role=role)
            action, detail = AuditAction.ROLE_CHANGED, f"{account.role} → {role}"
            self._audit.append(connection, actor, action, account.email, detail)

    def find_by_link(self, token: str) -> Account | None:
        """Return the account of a link; None if it is used, expired or unknown."""
        return self._first(_of_link(token, self._clock()))

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
        with self._database.writing() as connection:
            # Checked again: another request may have used the link meanwhile.
            row = connection.execute(_of_link(token, self._clock())).first()
            if row is None:
                return None
            account = Account(*row)
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
        with self._database.writing() as connection:
            _set_password(connection, account, password_hash, except_session)
            self._audit.append(connection, email, AuditAction.PASSWORD_CHANGED, email)

    def _first(self, query: Select[Any]) -> Account | None:
        row = self._database.first(query)
        return None if row is None else Account(*row)

    @contextmanager
    def _account(self, account_id: int) -> Iterator[tuple[Connection, Account]]:
        with self._database.writing() as connection:
            row = connection.execute(_accounts(accounts.c.id == account_id)).first()
            if row is None:
                raise AccountError(AccountFault.UNKNOWN, str(account_id))
            yield connection, Account(*row)

    def _new_link(
        self, connection: Connection, account_id: int, *, hours: int = LINK_HOURS
    ) -> str:
        """Create a link of an account; using one deletes all."""
        token, now = new_token(), self._clock()
        connection.execute(delete(links).where(links.c.expires_at <= now))
        new = insert(links).values(
            token_hash=token_hash(token),
            account_id=account_id,
            expires_at=now + dt.timedelta(hours=hours),
        )
        connection.execute(new)
        return token


def end_sessions(
    connection: Connection, account_id: int, *, but: int | None = None
) -> None:
    """Delete the sessions of an account, except `but`."""
    query = delete(sessions).where(sessions.c.account_id == account_id)
    connection.execute(query.where(sessions.c.id.is_distinct_from(but)))


def _end_all(
    connection: Connection, account_id: int, except_session: int | None = None
) -> None:
    """Delete the sessions of an account, except one, and all its devices."""
    end_sessions(connection, account_id, but=except_session)
    connection.execute(delete(devices).where(devices.c.account_id == account_id))


def _accounts(condition: ColumnElement[bool]) -> Select[Any]:
    return select(*ACCOUNT_COLUMNS).where(condition)


def _of_link(token: str, now: dt.datetime) -> Select[Any]:
    # A link that expires later than any new one was made while the clock was ahead.
    latest = now + dt.timedelta(hours=LINK_HOURS)
    return (
        select(*ACCOUNT_COLUMNS)
        .join(links, links.c.account_id == accounts.c.id)
        .where(links.c.token_hash == token_hash(token))
        .where(links.c.expires_at > now, links.c.expires_at <= latest)
        .where(~accounts.c.is_disabled)
    )


def _set(connection: Connection, account_id: int, **values: object) -> None:
    connection.execute(
        update(accounts).where(accounts.c.id == account_id).values(**values)
    )


def _set_password(
    connection: Connection,
    account: Account,
    password_hash: str,
    except_session: int | None = None,
) -> None:
    _set(connection, account.id, password_hash=password_hash)
    _delete_links(connection, account.id)
    _end_all(connection, account.id, except_session)


def _delete_links(connection: Connection, account_id: int) -> None:
    connection.execute(delete(links).where(links.c.account_id == account_id))


def _check_not_last_admin(connection: Connection, account: Account) -> None:
    """Raise an error if no other administrator can sign in."""
    if account.role is not Role.ADMIN or account.is_disabled:
        return
    other = select(accounts.c.id).where(
        accounts.c.role == Role.ADMIN,
        ~accounts.c.is_disabled,
        or_(accounts.c.password_hash.is_not(None), IS_BOUND),
        accounts.c.id != account.id,
    )
    if connection.execute(other).first() is None:
        raise AccountError(AccountFault.LAST_ADMIN, account.email)
