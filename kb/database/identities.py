"""The identities of accounts at the OpenID Connect provider.

Issuer and subject identify a person; the e-mail address that the provider gives with
them only finds the account of the first sign-in, which binds both.
"""

import datetime as dt
import sqlite3

from kb.core.mail import normalized_email
from kb.core.sign_in_provider import ProviderIdentity
from kb.core.sqlite import Store, from_seconds, to_seconds
from kb.database.accounts import ACCOUNT_COLUMNS, account_of, end_sessions
from kb.database.audit_log import AuditLog
from kb.database.errors import IdentityError, IdentityFault
from kb.database.model import Account, AuditAction, BoundIdentity, CheckedIdentity

_ACCOUNTS = f"SELECT {ACCOUNT_COLUMNS} FROM accounts"  # noqa: S608  # constant names


class Identities:
    """The identities of all accounts. Each change adds a line to the audit log."""

    def __init__(self, store: Store, audit: AuditLog) -> None:
        self._store = store
        self._audit = audit

    def check(self, identity: ProviderIdentity) -> CheckedIdentity:
        """Return the account that a person signs in to; nothing is bound yet.

        Raises:
            IdentityError: there is no such account, or this person must not use it.
        """
        account = self._bound_account(identity.issuer, identity.subject)
        if account is None:
            account = self._unbound_account(identity)
        if account.is_disabled:
            raise IdentityError(IdentityFault.DISABLED, account.email)
        return CheckedIdentity(
            account, identity.issuer, identity.subject, identity.id_token
        )

    def find_checked(
        self, account_id: int, issuer: str, subject: str
    ) -> CheckedIdentity | None:
        """Return an account that this person was found to sign in to, or None.

        None is returned if it was disabled or bound to another person meanwhile.
        """
        row = self._store.first(f"{_ACCOUNTS} WHERE id = ?", account_id)
        account = None if row is None else account_of(row)
        bound = self._bound_account(issuer, subject)
        if account is None or account.is_disabled:
            return None
        is_of_another = bound is not None and bound.id != account_id
        if is_of_another or (account.is_bound and bound is None):
            return None
        return CheckedIdentity(account, issuer, subject)

    def of(self, account: Account) -> BoundIdentity | None:
        """Return the identity that an account is bound to, or None."""
        row = self._store.first(
            "SELECT issuer, subject, bound_at FROM identities WHERE account_id = ?",
            account.id,
        )
        if row is None:
            return None
        issuer, subject, bound_at = row
        return BoundIdentity(issuer, subject, from_seconds(bound_at))

    def unbind(self, account: Account, *, actor: str) -> bool:
        """Unbind an account, and end its sessions; return whether it was bound."""
        with self._store.writing() as connection:
            query = "DELETE FROM identities WHERE account_id = ?"
            if not connection.execute(query, (account.id,)).rowcount:
                return False
            end_sessions(connection, account.id)
            action = AuditAction.IDENTITY_UNBOUND
            self._audit.append(connection, actor, action, account.email)
        return True

    def log_refusal(self, error: IdentityError) -> None:
        """Add a line on a refused sign-in, without an address that has no account."""
        actor, action = error.account or "?", AuditAction.PROVIDER_REFUSED
        self._audit.add(actor, action, error.account, error.fault)

    def _bound_account(self, issuer: str, subject: str) -> Account | None:
        row = self._store.first(
            f"{_ACCOUNTS} JOIN identities ON identities.account_id = accounts.id"
            " WHERE issuer = ? AND subject = ?",
            *(issuer, subject),
        )
        return None if row is None else account_of(row)

    def _unbound_account(self, identity: ProviderIdentity) -> Account:
        address = _account_address(identity.email)
        if not identity.is_verified or not address:
            raise IdentityError(IdentityFault.UNVERIFIED)
        row = self._store.first(f"{_ACCOUNTS} WHERE email = ?", address)
        if row is None:
            raise IdentityError(IdentityFault.UNKNOWN)
        account = account_of(row)
        if account.is_bound:
            raise IdentityError(IdentityFault.BOUND_ELSEWHERE, account.email)
        return account


def bind_identity(
    connection: sqlite3.Connection, checked: CheckedIdentity, now: dt.datetime
) -> bool | None:
    """Bind an account to a person in the transaction that starts a session.

    Returns:
        True if the binding is new, False if it was there, None if the account or the
        person is bound to another.
    """
    wanted = (checked.account.id, checked.issuer, checked.subject)
    bound = connection.execute(
        "SELECT account_id, issuer, subject FROM identities"
        " WHERE account_id = ? OR (issuer = ? AND subject = ?)",
        wanted,
    ).fetchall()
    if bound:
        return False if bound == [wanted] else None
    connection.execute(
        "INSERT INTO identities (account_id, issuer, subject, bound_at)"
        " VALUES (?, ?, ?, ?)",
        (*wanted, to_seconds(now)),
    )
    return True


def _account_address(text: str) -> str:
    """Return the address that an account is searched by; empty for one that is unsafe.

    Other letters than those of ASCII must be in the canonical form already: a letter
    that only becomes another one by normalisation belongs to another mailbox.
    """
    address = normalized_email(text)
    return address if text.isascii() or text == address else ""
