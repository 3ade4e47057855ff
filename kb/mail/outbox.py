"""The outbox: the messages that wait until the mail server accepts them.

They are in a file of their own, `KB_INSTANCE/mail.db`, since they contain addresses of
visitors and of staff. A message is erased once it is sent.

Anybody can have a message sent to any address, by asking for an alert or by sending a
form. So these messages contain no words of visitors, and `may_ask` limits their number.
"""

import datetime as dt
from dataclasses import dataclass

from kb.core.mail import mailbox_of
from kb.core.sqlite import to_seconds
from kb.core.visitor_limits import REQUESTS, VisitorLimit, VisitorStore

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

_REQUESTS_AND_BOUNCES = f"{REQUESTS} CREATE TABLE bounces (address TEXT NOT NULL);"

ASKED_MAIL = VisitorLimit("mail", hours=1, of_home=10, of_neighbourhood=20, of_all=200)
MAILBOX = VisitorLimit(
    "mailbox", hours=24, of_home=3, of_neighbourhood=3, of_all=1_000_000
)
"""The messages that visitors can have sent to one mailbox."""


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A message of the outbox, as bytes, and how often sending it has failed."""

    id: int
    content: bytes
    tries: int


class Outbox(VisitorStore):
    """Reads and writes the file of the outbox; each method is one transaction.

    All methods raise `StorageError` when the file can't be read or written.
    """

    migrations = (_FIRST, _REQUESTS_AND_BOUNCES)

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

    def may_ask(self, client: str, *, secret: bytes, now: dt.datetime) -> bool:
        """Count a request of an IP address for a message; return whether to send it."""
        return self.admits([(ASKED_MAIL, client)], secret=secret, now=now)

    def may_write_to(self, address: str, *, secret: bytes, now: dt.datetime) -> bool:
        """Count a message that a visitor asked for; return whether to send it."""
        return self.admits([(MAILBOX, mailbox_of(address))], secret=secret, now=now)

    def add_bounce(self, address: str) -> None:
        """Store that the mail server refuses an address for good."""
        self.execute("INSERT INTO bounces VALUES (?)", address)

    def take_bounces(self) -> list[str]:
        """Return the refused addresses since the last call, and delete them."""
        with self.writing() as connection:
            rows = connection.execute("DELETE FROM bounces RETURNING address")
            return [address for (address,) in rows]
