"""The file of the contributions: `KB_INSTANCE/contributions.db`.

It is apart from the staff database and from the content. Names and e-mail addresses
are in a table of their own, which no other part of the service reads, and each has the
day on which it is deleted. Everything of a contribution, its files too, is stored in
one transaction: after a crash or on a full disk it is there as a whole or not at all.

What robots of many networks send must not keep out what a person sends: shares of
networks limit it, the oldest unconfirmed messages make room, and full room for files
refuses files alone.
"""

import datetime as dt
import json
import secrets
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from indexer.model.ids import Locale, RecordId
from kb.contributions.contribution import (
    OPEN_STATES,
    AlreadySentError,
    AttachedFile,
    Contribution,
    ContributionKind,
    ContributionState,
    Contributor,
    InboxFullError,
    NewContribution,
    NewFile,
)
from kb.core.sqlite import from_seconds, to_seconds
from kb.core.visitor_limits import REQUESTS, VisitorStore

UNCONFIRMED_HOURS = 24
SPAM_DAYS = 30
SPAM_FILE_DAYS = 1
TOLD_AFTER = dt.timedelta(minutes=10)
"""Messages about new contributions are sent together, after this time."""

MAX_WAITING = 2_000
"""At most this number of contributions may wait for staff."""

MAX_UNCONFIRMED = 500
"""Of the contributions that are not confirmed, the newest are kept."""

MAX_FILE_BYTES = 1_000_000_000
"""The files of all contributions together."""

_FIRST = f"""
CREATE TABLE contributions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    nonce TEXT NOT NULL UNIQUE,
    digest BLOB NOT NULL,
    kind TEXT NOT NULL,
    locale TEXT NOT NULL,
    record TEXT NOT NULL,
    answers TEXT NOT NULL,
    state TEXT NOT NULL,
    reply TEXT NOT NULL DEFAULT '',
    draft TEXT NOT NULL DEFAULT '',
    handled_by TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX contributions_state ON contributions (state, number);
CREATE TABLE contacts (
    contribution INTEGER PRIMARY KEY REFERENCES contributions ON DELETE CASCADE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE TABLE files (
    contribution INTEGER NOT NULL REFERENCES contributions ON DELETE CASCADE,
    number INTEGER NOT NULL,
    name TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (contribution, number)
);
{REQUESTS}
"""

_TOLD = "ALTER TABLE contributions ADD COLUMN is_told INTEGER NOT NULL DEFAULT 1;"
"""Whether staff and sender were told of a contribution by e-mail."""

_COLUMNS = (
    "number, key, kind, locale, record, answers, state, reply, draft, handled_by,"
    " created_at, changed_at, version"
)


class ContributionStore(VisitorStore):
    """Reads and writes the file of the contributions; a method is a transaction.

    All methods raise `StorageError` when the file can't be read or written.
    """

    migrations = (_FIRST, _TOLD)

    def __init__(self, path: Path, *, days: int) -> None:
        """Open the store; `days` is how long contacts and settled ones are kept."""
        super().__init__(path)
        self._days = days

    def add(
        self, sent: NewContribution, now: dt.datetime, *, is_confirmed: bool
    ) -> str:
        """Store a contribution, and return its key.

        Raises:
            AlreadySentError: there is one from the same form.
            InboxFullError: too much waits for staff.
        """
        digest = sent.digest
        with self.writing() as connection:
            same = connection.execute(
                "SELECT key, digest FROM contributions WHERE nonce = ?", (sent.nonce,)
            ).fetchone()
            if same is not None:
                raise AlreadySentError(same[0], is_same=same[1] == digest)
            _make_room(connection, sent)
            state = (
                ContributionState.NEW if is_confirmed else ContributionState.UNCONFIRMED
            )
            key, at = secrets.token_urlsafe(24), to_seconds(now)
            number = connection.execute(
                "INSERT INTO contributions (key, nonce, digest, kind, locale, record,"
                " answers, state, created_at, changed_at, is_told)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
                (
                    *(key, sent.nonce, digest, sent.kind.value, sent.locale.value),
                    *(str(sent.record or ""), json.dumps(dict(sent.answers))),
                    *(state.value, at, at),
                ),
            ).lastrowid
            for position, file in enumerate(sent.files, start=1):
                connection.execute(
                    "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
                    (number, position, file.name, len(file.content), file.content),
                )
            if sent.name or sent.address:
                expires_at = at + self._days * 24 * 3600
                connection.execute(
                    "INSERT INTO contacts VALUES (?, ?, ?, ?)",
                    (number, sent.name, sent.address, expires_at),
                )
        return key

    def confirm(self, key: str, now: dt.datetime) -> None:
        """Put an unconfirmed contribution into the inbox; else nothing happens."""
        self.execute(
            "UPDATE contributions SET state = ?, changed_at = ?, version = version + 1"
            " WHERE key = ? AND state = ?",
            *(ContributionState.NEW.value, to_seconds(now), key),
            ContributionState.UNCONFIRMED.value,
        )

    def find(self, key: str) -> Contribution | None:
        """Return the contribution of a private address, or None."""
        return next(self._contributions("WHERE key = ?", key), None)

    def get(self, number: int) -> Contribution | None:
        """Return the contribution of a number, or None; unconfirmed ones have none."""
        return next(
            self._contributions(
                "WHERE number = ? AND state != ?",
                number,
                ContributionState.UNCONFIRMED.value,
            ),
            None,
        )

    def all(self) -> tuple[Contribution, ...]:
        """Return what is in the inbox, the newest first, without unconfirmed ones."""
        return tuple(
            self._contributions("WHERE state != ?", ContributionState.UNCONFIRMED.value)
        )

    def of_draft(self, record: RecordId) -> tuple[Contribution, ...]:
        """Return the messages in progress that became a draft of a record."""
        return tuple(
            self._contributions(
                "WHERE draft = ? AND state = ?",
                str(record),
                ContributionState.IN_PROGRESS.value,
            )
        )

    def rename_draft(self, old: RecordId, new: RecordId) -> None:
        """Replace the id of a draft that messages name."""
        if self.path.exists():
            self.execute(
                "UPDATE contributions SET draft = ?, version = version + 1"
                " WHERE draft = ?",
                *(str(new), str(old)),
            )

    def contact(self, number: int, now: dt.datetime) -> Contributor | None:
        """Return whom to reply to; None if nobody is known, or no longer."""
        row = self.first(
            "SELECT name, address, expires_at FROM contacts"
            " WHERE contribution = ? AND expires_at > ?",
            *(number, to_seconds(now)),
        )
        if row is None:
            return None
        name, address, expires_at = row
        return Contributor(name, address, from_seconds(expires_at))

    def file(self, number: int, file_number: int) -> NewFile | None:
        """Return a file of a contribution with its content, or None."""
        query = "SELECT name, content FROM files WHERE contribution = ? AND number = ?"
        row = self.first(query, number, file_number)
        return None if row is None else NewFile(*row)

    def untold(self, now: dt.datetime) -> tuple[Contribution, ...]:
        """Return what nobody was told of, once the first of it has waited."""
        untold = self._contributions(
            "WHERE NOT is_told AND state != ?", ContributionState.UNCONFIRMED.value
        )
        arrived, latest = tuple(untold), now - TOLD_AFTER
        has_waited = any(sent.changed_at <= latest for sent in arrived)
        return arrived if has_waited else ()

    def set_told(self, contributions: Iterable[Contribution]) -> None:
        """Store that staff and senders were told of contributions."""
        with self.writing() as connection:
            connection.executemany(
                "UPDATE contributions SET is_told = 1 WHERE number = ?",
                [(sent.number,) for sent in contributions],
            )

    def update(  # what changes, who changes it, and when
        self,
        contribution: Contribution,
        *,
        state: ContributionState,
        actor: str,
        now: dt.datetime,
        reply: str | None = None,
        draft: RecordId | None = None,
    ) -> bool:
        """Change the state, the reply or the draft of a contribution.

        Return False, and change nothing, if somebody changed it meanwhile.
        """
        changed = self.execute(
            "UPDATE contributions SET state = ?, reply = ?, draft = ?, handled_by = ?,"
            " changed_at = ?, version = version + 1 WHERE number = ? AND version = ?",
            state.value,
            contribution.reply if reply is None else reply,
            str(draft or contribution.draft or ""),
            *(actor, to_seconds(now), contribution.number, contribution.version),
        )
        return changed == 1

    def close_spam(
        self, numbers: Collection[int], *, actor: str, now: dt.datetime
    ) -> int:
        """Close open contributions as spam; return how many were open."""
        marks = ", ".join("?" * len(numbers))
        return self.execute(
            "UPDATE contributions SET state = ?, handled_by = ?, changed_at = ?,"  # noqa: S608  # question marks
            f" version = version + 1 WHERE state IN (?, ?) AND number IN ({marks})",
            *(ContributionState.SPAM.value, actor, to_seconds(now)),
            *OPEN_STATES,
            *numbers,
        )

    def delete(self, key: str) -> None:
        """Delete a contribution with its files and its contact."""
        self.execute("DELETE FROM contributions WHERE key = ?", key)

    def delete_contact(self, key: str) -> None:
        """Delete the name and the address of a contribution."""
        self.execute(
            "DELETE FROM contacts WHERE contribution ="
            " (SELECT number FROM contributions WHERE key = ?)",
            key,
        )

    def delete_expired(self, now: dt.datetime) -> int:
        """Delete what has been kept long enough; return the number of deletions.

        Contacts go after the days of the setting, counted from their arrival; settled
        contributions after the same days, counted from their last change; spam, its
        files and unconfirmed ones earlier.
        """
        if not self.path.exists():
            return 0
        at, day = to_seconds(now), 24 * 3600
        ages = {
            ContributionState.UNCONFIRMED: UNCONFIRMED_HOURS * 3600,
            ContributionState.SPAM: min(SPAM_DAYS, self._days) * day,
            ContributionState.ACCEPTED: self._days * day,
            ContributionState.REFUSED: self._days * day,
        }
        with self.writing() as connection:
            deleted = connection.execute(
                "DELETE FROM contacts WHERE expires_at <= ?", (at,)
            ).rowcount
            connection.execute(
                "DELETE FROM files WHERE contribution IN (SELECT number FROM"
                " contributions WHERE state = ? AND changed_at <= ?)",
                (ContributionState.SPAM.value, at - SPAM_FILE_DAYS * day),
            )
            for state, age in ages.items():
                deleted += connection.execute(
                    "DELETE FROM contributions WHERE state = ? AND changed_at <= ?",
                    (state.value, at - age),
                ).rowcount
        return deleted

    def _contributions(self, where: str, *values: object) -> Iterator[Contribution]:
        query = "SELECT number, name, size_bytes FROM files WHERE contribution = ?"
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM contributions {where} ORDER BY number DESC",  # noqa: S608  # `where` is ours
                values,
            ).fetchall()
            for row in rows:
                files = connection.execute(f"{query} ORDER BY number", row[:1])
                yield _contribution(row, tuple(AttachedFile(*file) for file in files))


def _make_room(connection: sqlite3.Connection, sent: NewContribution) -> None:
    """Delete the oldest unconfirmed contributions; raise an error for a full inbox."""
    query = "SELECT count(*) FROM contributions WHERE state IN (?, ?)"
    (waiting,) = connection.execute(query, OPEN_STATES).fetchone()
    (stored,) = connection.execute("SELECT total(size_bytes) FROM files").fetchone()
    new_bytes = sum(len(file.content) for file in sent.files)
    has_too_large = bool(sent.files) and stored + new_bytes > MAX_FILE_BYTES
    if waiting >= MAX_WAITING or has_too_large:
        raise InboxFullError(has_files=has_too_large)
    connection.execute(
        "DELETE FROM contributions WHERE number IN (SELECT number FROM contributions"
        " WHERE state = ? ORDER BY number DESC LIMIT -1 OFFSET ?)",
        (ContributionState.UNCONFIRMED.value, MAX_UNCONFIRMED - 1),
    )


def _contribution(
    row: tuple[Any, ...], files: tuple[AttachedFile, ...]
) -> Contribution:
    number, key, kind, locale, record, answers, state, reply, draft, by = row[:10]
    created_at, changed_at, version = row[10:]
    return Contribution(
        number=number,
        key=key,
        kind=ContributionKind(kind),
        locale=Locale(locale),
        record=RecordId.parse(record),
        answers=json.loads(answers),
        state=ContributionState(state),
        reply=reply,
        draft=RecordId.parse(draft),
        handled_by=by,
        created_at=from_seconds(created_at),
        changed_at=from_seconds(changed_at),
        version=version,
        files=files,
    )
