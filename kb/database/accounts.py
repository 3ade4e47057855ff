"""Accounts, and the one-time links that set their passwords."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from kb.database.audit_log import AuditLog
from kb.database.clock import Clock, from_timestamp, to_timestamp
from kb.database.connection import Database
from kb.database.errors import AccountError, AccountFault
from kb.database.model import LINK_HOURS, Account, AuditAction, Role
from kb.database.passwords import check_password, hash_password
from kb.database.secret_tokens import new_token, token_hash
from kb.database.tables import accounts, links, sessions

MAX_EMAIL = 254
MAX_ID = 2**63 - 1
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\\[\]]{1,64}@[\w-]+(?:\.[\w-]+)+")


def normalized_email(text: str) -> str:
    """Return the canonical form of an e-mail address, as accounts are stored."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


class Accounts:
    """All accounts. A transaction stores each change with its line of the audit log."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    def all(self) -> tuple[Account, ...]:
        """Return all accounts, sorted by address."""
        query = select(accounts).order_by(accounts.c.email)
        with self._database.reading() as connection:
            return tuple(account_of(row) for row in connection.execute(query))

    def get(self, account_id: int) -> Account | None:
        """Return an account, or None."""
        if account_id > MAX_ID:
            return None  # SQLite raises OverflowError.
        query = select(accounts).where(accounts.c.id == account_id)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else account_of(row)

    def find(self, email: str) -> Account:
        """Return the account of an e-mail address.

        Raises:
            AccountError: no account has this address.
        """
        query = select(accounts).where(accounts.c.email == normalized_email(email))
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise AccountError(AccountFault.UNKNOWN, email)
        return account_of(row)

    def add(self, email: str, role: Role, *, actor: str) -> str:
        """Add an account, and return the token of the link that sets its password.

        Raises:
            AccountError: the address is invalid, or has an account.
        """
        address = normalized_email(email)
        is_plain = address.isprintable() and len(address) <= MAX_EMAIL
        if not is_plain or not _EMAIL.fullmatch(address):
            raise AccountError(AccountFault.BAD_EMAIL, email)
        with self._database.writing() as connection:
            query = select(accounts.c.id).where(accounts.c.email == address)
            if connection.execute(query).first() is not None:
                raise AccountError(AccountFault.EXISTS, address)
            inserted = connection.execute(
                insert(accounts).values(
                    email=address,
                    role=role.value,
                    is_disabled=0,
                    created_at=to_timestamp(self._clock()),
                )
            )
            account_id = int(inserted.inserted_primary_key[0])  # type: ignore[index]  # a row was inserted
            self._audit.add(
                actor, AuditAction.ACCOUNT_ADDED, address, role.value, within=connection
            )
            return self._new_link(connection, account_id)

    def reset(self, account_id: int, *, actor: str) -> str:
        """Delete the password and all sessions, and return the token of a new link.

        Raises:
            AccountError: no such account, or it is disabled.
        """
        with self._account(account_id) as (connection, account):
            if account.is_disabled:
                raise AccountError(AccountFault.DISABLED, account.email)
            _set(connection, account_id, password_hash=None)
            end_sessions(connection, account_id)
            self._audit.add(
                actor, AuditAction.ACCOUNT_RESET, account.email, within=connection
            )
            return self._new_link(connection, account_id)

    def disable(
        self, account_id: int, *, actor: str, keep_an_admin: bool = True
    ) -> None:
        """Disable an account, and delete its sessions and links.

        Raises:
            AccountError: no such account, or it is the last administrator.
        """
        with self._account(account_id) as (connection, account):
            if keep_an_admin:
                _check_not_last_admin(connection, account)
            _set(connection, account_id, is_disabled=1)
            end_sessions(connection, account_id)
            connection.execute(delete(links).where(links.c.account_id == account_id))
            self._audit.add(
                actor, AuditAction.ACCOUNT_DISABLED, account.email, within=connection
            )

    def enable(self, account_id: int, *, actor: str) -> None:
        """Enable an account again.

        Raises:
            AccountError: no such account.
        """
        with self._account(account_id) as (connection, account):
            _set(connection, account_id, is_disabled=0)
            self._audit.add(
                actor, AuditAction.ACCOUNT_ENABLED, account.email, within=connection
            )

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
            _set(connection, account_id, role=role.value)
            detail = f"{account.role.value} → {role.value}"
            self._audit.add(
                actor,
                AuditAction.ROLE_CHANGED,
                account.email,
                detail,
                within=connection,
            )

    def find_by_link(self, token: str) -> Account | None:
        """Return the account of a link; None if it is used, expired or unknown."""
        with self._database.reading() as connection:
            return self._of_link(connection, token)

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
            account = self._of_link(connection, token)
            if account is None:
                return None
            _set(connection, account.id, password_hash=password_hash)
            connection.execute(delete(links).where(links.c.account_id == account.id))
            end_sessions(connection, account.id)
            self._audit.add(
                account.email,
                AuditAction.PASSWORD_SET,
                account.email,
                within=connection,
            )
            return account

    def change_password(
        self, account: Account, password: str, *, except_session: int
    ) -> None:
        """Set another password, and delete all other sessions and all links.

        Raises:
            PasswordError: the password is rejected.
        """
        check_password(password, email=account.email)
        password_hash = hash_password(password)
        with self._database.writing() as connection:
            _set(connection, account.id, password_hash=password_hash)
            connection.execute(delete(links).where(links.c.account_id == account.id))
            end_sessions(connection, account.id, but=except_session)
            self._audit.add(
                account.email,
                AuditAction.PASSWORD_CHANGED,
                account.email,
                within=connection,
            )

    @contextmanager
    def _account(self, account_id: int) -> Iterator[tuple[Connection, Account]]:
        with self._database.writing() as connection:
            query = select(accounts).where(accounts.c.id == account_id)
            row = connection.execute(query).one_or_none()
            if row is None:
                raise AccountError(AccountFault.UNKNOWN, str(account_id))
            yield connection, account_of(row)

    def _new_link(self, connection: Connection, account_id: int) -> str:
        """Create the only link of an account; earlier links are deleted."""
        token = new_token()
        now = to_timestamp(self._clock())
        connection.execute(delete(links).where(links.c.account_id == account_id))
        connection.execute(delete(links).where(links.c.expires_at <= now))
        connection.execute(
            insert(links).values(
                token_hash=token_hash(token),
                account_id=account_id,
                expires_at=now + LINK_HOURS * 3600,
            )
        )
        return token

    def _of_link(self, connection: Connection, token: str) -> Account | None:
        query = (
            select(accounts)
            .join(links, links.c.account_id == accounts.c.id)
            .where(links.c.token_hash == token_hash(token))
            .where(links.c.expires_at > to_timestamp(self._clock()))
            .where(accounts.c.is_disabled == 0)
        )
        row = connection.execute(query).one_or_none()
        return None if row is None else account_of(row)


def account_of(row: Row[tuple[object, ...]]) -> Account:
    """Return the account of a row."""
    return Account(
        id=row.id,
        email=row.email,
        role=Role(row.role),
        is_disabled=bool(row.is_disabled),
        has_password=row.password_hash is not None,
        created_at=from_timestamp(row.created_at),
        signed_in_at=None
        if row.signed_in_at is None
        else from_timestamp(row.signed_in_at),
    )


def end_sessions(
    connection: Connection, account_id: int, *, but: int | None = None
) -> None:
    """Delete the sessions of an account, except `but`."""
    query = delete(sessions).where(sessions.c.account_id == account_id)
    if but is not None:
        query = query.where(sessions.c.id != but)
    connection.execute(query)


def _set(connection: Connection, account_id: int, **values: object) -> None:
    connection.execute(
        update(accounts).where(accounts.c.id == account_id).values(**values)
    )


def _check_not_last_admin(connection: Connection, account: Account) -> None:
    """Raise an error if no other administrator can sign in."""
    if account.role is not Role.ADMIN or account.is_disabled:
        return
    others = (
        select(func.count())
        .select_from(accounts)
        .where(accounts.c.role == Role.ADMIN.value)
        .where(accounts.c.is_disabled == 0)
        .where(accounts.c.password_hash.is_not(None))
        .where(accounts.c.id != account.id)
    )
    if not connection.execute(others).scalar_one():
        raise AccountError(AccountFault.LAST_ADMIN, account.email)
