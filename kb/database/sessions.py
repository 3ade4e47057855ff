"""Who is signed in. A session is known by a token, of which only the digest is kept."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import Connection, Select, delete, insert, select, update

from kb.database.accounts import account_of, end_sessions, normalized_email
from kb.database.audit_log import AuditLog
from kb.database.clock import Clock, from_seconds, seconds
from kb.database.connection import Database
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import Account, AuditAction, Session, SessionLife
from kb.database.passwords import hash_password, needs_rehash, verify_password
from kb.database.secret_tokens import new_token, token_hash
from kb.database.tables import accounts, sessions

SEEN_EVERY_S = 60
MAX_BROWSER = 80


class Sessions:
    """All sessions. Each beginning and each end writes a line of the log."""

    def __init__(
        self, database: Database, audit: AuditLog, clock: Clock, life: SessionLife
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._life = life

    def sign_in(self, email: str, password: str, *, browser: str) -> str | None:
        """Begin a session and give its token; None when the two do not go together.

        It takes as long whether there is such an account or not.
        """
        with self._database.reading() as connection:
            query = select(accounts).where(accounts.c.email == normalized_email(email))
            row = connection.execute(query).one_or_none()
        kept = None if row is None or row.is_disabled else row.password_hash
        if not verify_password(kept, password) or row is None:
            # What was typed may be a password: it is kept only if it is an address.
            known = "" if row is None else row.email
            self._audit.add(known or "?", AuditAction.SIGN_IN_FAILED, known)
            return None
        new = hash_password(password) if needs_rehash(str(kept)) else None
        return self._begin(account_of(row), str(kept), new, browser)

    def is_password_of(self, account: Account, password: str) -> bool:
        """Tell whether a password is that of an account."""
        with self._database.reading() as connection:
            query = select(accounts.c.password_hash).where(accounts.c.id == account.id)
            kept = connection.execute(query).scalar_one_or_none()
        return verify_password(kept, password)

    def find(self, token: str) -> Session | None:
        """Give the session of a token; None when it has ended or never was."""
        now = seconds(self._clock())
        query = _joined().where(sessions.c.token_hash == token_hash(token))
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or row.is_disabled or not self._lasts(row, now):
            return None
        if now - row.seen_at >= SEEN_EVERY_S:
            self._see(row.session_id, now)
        return _session_of(row)

    def of(self, account: Account) -> tuple[Session, ...]:
        """Give the sessions of an account that last, the newest first."""
        now = seconds(self._clock())
        query = _joined().where(accounts.c.id == account.id)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(sessions.c.seen_at.desc())).all()
        return tuple(_session_of(row) for row in rows if self._lasts(row, now))

    def end(
        self, session: Session, *, action: AuditAction = AuditAction.SIGNED_OUT
    ) -> None:
        """End one session."""
        email = session.account.email
        with self._database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == session.id))
            self._audit.add(email, action, email, within=connection)

    def end_all(self, account: Account) -> None:
        """End every session of an account, this one too."""
        with self._database.writing() as connection:
            end_sessions(connection, account.id)
            self._audit.add(
                account.email,
                AuditAction.SIGNED_OUT_EVERYWHERE,
                account.email,
                within=connection,
            )

    def _see(self, session_id: int, now: int) -> None:
        """Write down that a session is used, if that can be done at once.

        On a full disk, or while another writes, nobody is kept from their work for it:
        the next request tries again.
        """
        with (
            suppress(DatabaseUnavailableError),
            self._database.writing(wait_ms=0) as it,
        ):
            it.execute(
                update(sessions).where(sessions.c.id == session_id).values(seen_at=now)
            )

    def _begin(
        self, account: Account, checked: str, new_hash: str | None, browser: str
    ) -> str | None:
        token = new_token()
        now = seconds(self._clock())
        with self._database.writing() as connection:
            self._forget_ended(connection, now)
            # While the password was checked, it may have been changed, or the account
            # closed: then nothing begins.
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

    def _lasts(self, row: object, now: int) -> bool:
        created_at, seen_at = row.begun_at, row.seen_at  # type: ignore[attr-defined]  # columns of a row
        return bool(
            now - seen_at < self._life.idle_s
            and now - created_at < self._life.absolute_s
        )

    def _forget_ended(self, connection: Connection, now: int) -> None:
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


def _session_of(row: object) -> Session:
    found = row
    return Session(
        id=found.session_id,  # type: ignore[attr-defined]  # columns of a row
        account=account_of(found),  # type: ignore[arg-type]  # as above
        browser=found.browser,  # type: ignore[attr-defined]  # as above
        created_at=from_seconds(found.begun_at),  # type: ignore[attr-defined]  # as above
        seen_at=from_seconds(found.seen_at),  # type: ignore[attr-defined]  # as above
    )
