"""The file of the contributions: `KB_INSTANCE/contributions.db`.

It is apart from the staff database and from the content. Names and e-mail addresses
are in a table of their own, which no other part of the service reads, and each has the
day on which it is deleted. Everything of a contribution, its files too, is stored in
one transaction: after a crash or on a full disk it is there as a whole or not at all.
"""

import datetime as dt
import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from indexer.model.ids import Locale, RecordId
from kb.contributions.contribution import (
    AttachedFile,
    Contribution,
    ContributionKind,
    ContributionState,
    Contributor,
    NewContribution,
    NewFile,
)
from kb.core.sqlite import REQUESTS, VisitorStore, from_seconds, to_seconds

UNCONFIRMED_HOURS = 24
SPAM_DAYS = 30
MAX_WAITING = 1_000
"""At most this number of contributions may wait for staff."""

MAX_WAITING_BYTES = 1_000_000_000

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

_COLUMNS = (
    "number, key, kind, locale, record, answers, state, reply, draft, handled_by,"
    " created_at, changed_at, version"
)


class AlreadySentError(Exception):
    """The form was sent before; `is_same` if with the same answers and files."""

    def __init__(self, key: str, *, is_same: bool) -> None:
        super().__init__("the form was sent before")
        self.key = key
        self.is_same = is_same


class InboxFullError(Exception):
    """Too many contributions, or too many bytes of files, wait for staff."""


class ContributionStore(VisitorStore):
    """Reads and writes the file of the contributions; a method is a transaction.

    All methods raise `StorageError` when the file can't be read or written.
    """

    migrations = (_FIRST,)

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
        digest = _digest(sent)
        with self.writing() as connection:
            same = connection.execute(
                "SELECT key, digest FROM contributions WHERE nonce = ?", (sent.nonce,)
            ).fetchone()
            if same is not None:
                raise AlreadySentError(same[0], is_same=same[1] == digest)
            self._check_room(connection, sent)
            state = _first_state(is_confirmed=is_confirmed)
            key, at = secrets.token_urlsafe(24), to_seconds(now)
            number = connection.execute(
                "INSERT INTO contributions (key, nonce, digest, kind, locale, record,"
                " answers, state, created_at, changed_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(key, sent.nonce, digest, sent.kind.value, sent.locale.value),
                    *(str(sent.record or ""), json.dumps(dict(sent.answers))),
                    *(state.value, at, at),
                ),
            ).lastrowid
            for position, each in enumerate(sent.files, start=1):
                connection.execute(
                    "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
                    (number, position, each.name, len(each.content), each.content),
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
        with self.writing() as connection:
            connection.execute(
                "UPDATE contributions SET state = ?, changed_at = ?,"
                " version = version + 1 WHERE key = ? AND state = ?",
                (
                    *(ContributionState.NEW.value, to_seconds(now), key),
                    ContributionState.UNCONFIRMED.value,
                ),
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
        if not self.path.exists():
            return
        with self.writing() as connection:
            connection.execute(
                "UPDATE contributions SET draft = ?, version = version + 1"
                " WHERE draft = ?",
                (str(new), str(old)),
            )

    def contact(self, number: int, now: dt.datetime) -> Contributor | None:
        """Return whom to reply to; None if nobody is known, or no longer."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT name, address, expires_at FROM contacts"
                " WHERE contribution = ? AND expires_at > ?",
                (number, to_seconds(now)),
            ).fetchone()
        if row is None:
            return None
        return Contributor(row[0], row[1], from_seconds(row[2]))

    def file(self, number: int, file_number: int) -> NewFile | None:
        """Return a file of a contribution with its content, or None."""
        with self.reading() as connection:
            row = connection.execute(
                "SELECT name, content FROM files WHERE contribution = ? AND number = ?",
                (number, file_number),
            ).fetchone()
        return None if row is None else NewFile(row[0], row[1])

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
        with self.writing() as connection:
            changed = connection.execute(
                "UPDATE contributions SET state = ?, reply = ?, draft = ?,"
                " handled_by = ?, changed_at = ?, version = version + 1"
                " WHERE number = ? AND version = ?",
                (
                    state.value,
                    contribution.reply if reply is None else reply,
                    str(draft or contribution.draft or ""),
                    actor,
                    to_seconds(now),
                    contribution.number,
                    contribution.version,
                ),
            )
            return changed.rowcount == 1

    def delete(self, key: str) -> None:
        """Delete a contribution with its files and its contact."""
        with self.writing() as connection:
            connection.execute("DELETE FROM contributions WHERE key = ?", (key,))

    def delete_contact(self, key: str) -> None:
        """Delete the name and the address of a contribution."""
        with self.writing() as connection:
            connection.execute(
                "DELETE FROM contacts WHERE contribution ="
                " (SELECT number FROM contributions WHERE key = ?)",
                (key,),
            )

    def delete_expired(self, now: dt.datetime) -> int:
        """Delete what has been kept long enough; return the number of deletions.

        Contacts go after the days of the setting, counted from their arrival; settled
        contributions after the same days, counted from their last change; spam and
        unconfirmed ones earlier.
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
            for state, age in ages.items():
                deleted += connection.execute(
                    "DELETE FROM contributions WHERE state = ? AND changed_at <= ?",
                    (state.value, at - age),
                ).rowcount
        return deleted

    def _check_room(
        self, connection: sqlite3.Connection, sent: NewContribution
    ) -> None:
        states = [state.value for state in ContributionState if state.is_open]
        states.append(ContributionState.UNCONFIRMED.value)
        marks = ", ".join("?" * len(states))
        waiting = connection.execute(
            f"SELECT count(*) FROM contributions WHERE state IN ({marks})",  # noqa: S608  # only question marks
            states,
        ).fetchone()[0]
        stored = connection.execute("SELECT total(size_bytes) FROM files").fetchone()[0]
        new_bytes = sum(len(file.content) for file in sent.files)
        if waiting >= MAX_WAITING or stored + new_bytes > MAX_WAITING_BYTES:
            raise InboxFullError

    def _contributions(self, where: str, *values: object) -> Iterator[Contribution]:
        with self.reading() as connection:
            rows = connection.execute(
                f"SELECT {_COLUMNS} FROM contributions {where} ORDER BY number DESC",  # noqa: S608  # `where` is ours
                values,
            ).fetchall()
            files: dict[int, list[AttachedFile]] = {}
            numbers = [row[0] for row in rows]
            query = "SELECT number, name, size_bytes FROM files WHERE contribution = ?"
            for number in numbers:
                found = connection.execute(f"{query} ORDER BY number", (number,))
                files[number] = [AttachedFile(*each) for each in found]
        for row in rows:
            yield _contribution(row, tuple(files[row[0]]))


def _first_state(*, is_confirmed: bool) -> ContributionState:
    return ContributionState.NEW if is_confirmed else ContributionState.UNCONFIRMED


def _contribution(
    row: tuple[object, ...], files: tuple[AttachedFile, ...]
) -> Contribution:
    number, key, kind, locale, record, answers, state, reply, draft, by = row[:10]
    return Contribution(
        number=int(str(number)),
        key=str(key),
        kind=ContributionKind(str(kind)),
        locale=Locale(str(locale)),
        record=RecordId.parse(str(record)),
        answers=json.loads(str(answers)),
        state=ContributionState(str(state)),
        reply=str(reply),
        draft=RecordId.parse(str(draft)),
        handled_by=str(by),
        created_at=from_seconds(int(str(row[10]))),
        changed_at=from_seconds(int(str(row[11]))),
        version=int(str(row[12])),
        files=files,
    )


def _digest(sent: NewContribution) -> bytes:
    """Return a digest of all that a visitor sent, to recognise it sent twice."""
    texts = [sent.kind.value, str(sent.record or ""), sent.name, sent.address]
    texts.append(json.dumps(dict(sent.answers), sort_keys=True))
    hashed = hashlib.blake2b("\0".join(texts).encode(), digest_size=16)
    for file in sent.files:
        hashed.update(hashlib.sha256(file.name.encode()).digest())
        hashed.update(hashlib.sha256(file.content).digest())
    return hashed.digest()
