"""The outbox: the messages that wait until the mail server accepts them.

They are in a file of their own, `KB_INSTANCE/mail.db`, since they contain addresses of
visitors and of staff. A message is erased once it is sent.
"""

import datetime as dt
from dataclasses import dataclass

from kb.core.sqlite import Store, to_seconds

FIRST_WAIT_S = 300
MAX_TRIES = 10
"""The last try is two and a half days after the first one."""

_FIRST = """
CREATE TABLE messages (
    id INTEGER PRIMARY KEY,
    content BLOB NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_at INTEGER NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A message of the outbox, as bytes, and how often sending it has failed."""

    id: int
    content: bytes
    tries: int


class Outbox(Store):
    """Reads and writes the file of the outbox; each method is one transaction.

    All methods raise `StorageError` when the file can't be read or written.
    """

    migrations = (_FIRST,)
    erases = True

    def add(self, content: bytes, *, next_at: dt.datetime, tries: int = 0) -> None:
        """Add a message, to be sent at a time or later."""
        self.execute(
            "INSERT INTO messages (content, tries, next_at) VALUES (?, ?, ?)",
            *(content, tries, to_seconds(next_at)),
        )

    def waiting(self, now: dt.datetime) -> tuple[WaitingMessage, ...]:
        """Return the messages that are to be sent now, the oldest first."""
        rows = self.rows(
            "SELECT id, content, tries FROM messages WHERE next_at <= ? ORDER BY id",
            to_seconds(now),
        )
        return tuple(WaitingMessage(*row) for row in rows)

    def remove(self, message: WaitingMessage) -> None:
        """Remove a message: it is sent, or will never be."""
        self.execute("DELETE FROM messages WHERE id = ?", message.id)

    def postpone(self, message: WaitingMessage, now: dt.datetime) -> None:
        """Try a message again later, or remove it after the last try."""
        if message.tries + 1 >= MAX_TRIES:
            self.remove(message)
            return
        self.execute(
            "UPDATE messages SET tries = ?, next_at = ? WHERE id = ?",
            message.tries + 1,
            to_seconds(now) + FIRST_WAIT_S * 2**message.tries,
            message.id,
        )
