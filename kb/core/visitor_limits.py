"""Limits of what visitors send, counted in a database that all processes share.

One household must not use up what others may send. A network has a limit of its own,
which shrinks as the requests of all networks approach theirs.
"""

import datetime as dt
import hashlib
import math
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from kb.core.networks import HOME, NEIGHBOURHOOD, network_of
from kb.core.sqlite import Store, to_seconds

_DAY_S = 24 * 3600

REQUESTS = """
CREATE TABLE requests (key BLOB NOT NULL, at INTEGER NOT NULL);
CREATE INDEX requests_key ON requests (key, at);
"""


@dataclass(frozen=True, slots=True)
class VisitorLimit:
    """How many requests visitors may make within some hours, a day at most.

    Attributes:
        name: what is counted; limits with one name count the same requests.
        hours: the hours before a request.
        of_home: for an IPv4 address or an IPv6 /64.
        of_neighbourhood: for an IPv4 /24 or an IPv6 /48.
        of_all: for all networks.
        least: what a network may do even after `of_all` requests.
    """

    name: str
    hours: int
    of_home: int
    of_neighbourhood: int
    of_all: int
    least: int = 0

    def share(self, own: int, used: int) -> int:
        """Return what remains of the limit of a network after requests of all."""
        remaining = max(0, self.of_all - used) / self.of_all
        return max(self.least, math.ceil(own * remaining))


Request = tuple[VisitorLimit, str]
"""A limit, and who makes the request: an IP address, or another name."""


class VisitorStore(Store):
    """A store of data that visitors send: deleted rows are erased, requests limited.

    One of its migrations contains `REQUESTS`. Digests with the secret of the instance
    stand for addresses, for a day.
    """

    erases = True

    def admits(
        self, requests: Sequence[Request], *, secret: bytes, now: dt.datetime
    ) -> bool:
        """Count a request under several limits, unless one of them is reached."""
        at = to_seconds(now)
        keys: set[bytes] = set()
        with self.writing() as connection:
            connection.execute("DELETE FROM requests WHERE at <= ?", (at - _DAY_S,))
            for limit, who in requests:
                everybody = _key(secret, limit, "")
                used = _count(connection, everybody, at - limit.hours * 3600)
                keys.add(everybody)
                for own, lengths in (
                    (limit.of_home, HOME),
                    (limit.of_neighbourhood, NEIGHBOURHOOD),
                ):
                    key = _key(secret, limit, f"{lengths} {network_of(who, lengths)}")
                    sent = _count(connection, key, at - limit.hours * 3600)
                    if sent >= limit.share(own, used):
                        return False
                    keys.add(key)
            connection.executemany(
                "INSERT INTO requests VALUES (?, ?)", [(key, at) for key in keys]
            )
        return True

    def used_share(
        self, limit: VisitorLimit, *, secret: bytes, now: dt.datetime
    ) -> float:
        """Return which part of the requests of all networks is used up, 1 at most."""
        since = to_seconds(now) - limit.hours * 3600
        with self.reading() as connection:
            used = _count(connection, _key(secret, limit, ""), since)
        return min(1.0, used / limit.of_all)


def _key(secret: bytes, limit: VisitorLimit, who: str) -> bytes:
    text = f"{limit.name} {who}".encode()
    return hashlib.blake2b(text, key=secret[:64], digest_size=16).digest()


def _count(connection: sqlite3.Connection, key: bytes, since: int) -> int:
    query = "SELECT count(*) FROM requests WHERE key = ? AND at > ?"
    return int(connection.execute(query, (key, since)).fetchone()[0])
