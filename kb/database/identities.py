"""The identities of accounts at the OpenID Connect provider.

Issuer and subject identify a person; the e-mail address that the provider gives with
them only finds the account of the first sign-in, which binds both.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select

from kb.core.mail import normalized_email
from kb.core.sign_in_provider import ProviderIdentity
from kb.database.accounts import ACCOUNT_COLUMNS, end_sessions
from kb.database.audit_log import AuditLog
from kb.database.connection import Database
from kb.database.errors import IdentityError, IdentityFault
from kb.database.model import Account, AuditAction, BoundIdentity, CheckedIdentity
from kb.database.tables import accounts, identities


class Identities:
    """The identities of all accounts. Each change adds a line to the audit log."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
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
        query = select(*ACCOUNT_COLUMNS).where(
            accounts.c.id == account_id, ~accounts.c.is_disabled
        )
        row = self._database.first(query)
        bound = self._bound_account(issuer, subject)
        if row is None or (bound is not None and bound.id != account_id):
            return None
        account = Account(*row)
        if account.is_bound and bound is None:
            return None
        return CheckedIdentity(account, issuer, subject)

    def of(self, account: Account) -> BoundIdentity | None:
        """Return the identity that an account is bound to, or None."""
        columns = (identities.c[name] for name in ("issuer", "subject", "bound_at"))
        row = self._database.first(
            select(*columns).where(identities.c.account_id == account.id)
        )
        return None if row is None else BoundIdentity(*row)

    def unbind(self, account: Account, *, actor: str) -> bool:
        """Unbind an account, and end its sessions; return whether it was bound."""
        is_own = identities.c.account_id == account.id
        with self._database.writing() as connection:
            if not connection.execute(delete(identities).where(is_own)).rowcount:
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
        query = (
            select(*ACCOUNT_COLUMNS)
            .join(identities, identities.c.account_id == accounts.c.id)
            .where(_is_identity(issuer, subject))
        )
        row = self._database.first(query)
        return None if row is None else Account(*row)

    def _unbound_account(self, identity: ProviderIdentity) -> Account:
        address = _account_address(identity.email)
        if not identity.is_verified or not address:
            raise IdentityError(IdentityFault.UNVERIFIED)
        query = select(*ACCOUNT_COLUMNS).where(accounts.c.email == address)
        row = self._database.first(query)
        if row is None:
            raise IdentityError(IdentityFault.UNKNOWN)
        account = Account(*row)
        if account.is_bound:
            raise IdentityError(IdentityFault.BOUND_ELSEWHERE, account.email)
        return account


def bind_identity(
    connection: Connection, checked: CheckedIdentity, now: dt.datetime
) -> bool | None:
    """Bind an account to a person in the transaction that starts a session.

    Returns:
        True if the binding is new, False if it was there, None if the account or the
        person is bound to another.
    """
    account_id = checked.account.id
    is_person = _is_identity(checked.issuer, checked.subject)
    bound = connection.execute(
        select(identities.c.account_id, is_person).where(
            or_(identities.c.account_id == account_id, is_person)
        )
    ).all()
    if bound:
        return False if [tuple(row) for row in bound] == [(account_id, True)] else None
    connection.execute(
        insert(identities).values(
            account_id=account_id,
            issuer=checked.issuer,
            subject=checked.subject,
            bound_at=now,
        )
    )
    return True


def _is_identity(issuer: str, subject: str) -> ColumnElement[bool]:
    return (identities.c.issuer == issuer) & (identities.c.subject == subject)


def _account_address(text: str) -> str:
    """Return the address that an account is searched by; empty for one that is unsafe.

    Other letters than those of ASCII must be in the canonical form already: a letter
    that only becomes another one by normalisation belongs to another mailbox.
    """
    address = normalized_email(text)
    return address if text.isascii() or text == address else ""
