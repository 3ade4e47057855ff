"""Opens the staff database and the secret of the instance at their first use."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from kb.core.settings import Settings
from kb.database.clock import Clock
from kb.database.errors import DatabaseUnavailableError
from kb.database.model import SessionLife
from kb.database.secret_tokens import instance_secret

if TYPE_CHECKING:  # it imports SQLAlchemy, which slows the start
    from kb.database.staff_database import StaffDatabase


class StaffStore:
    """Holds the staff database, once it is open, and the secret."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._database: StaffDatabase | None = None
        self._secret = b""
        self._lock = threading.RLock()  # `on_open` reads `database` again
        self.on_open: Callable[[], None] = lambda: None

    @property
    def is_open(self) -> bool:
        """Whether the database is open."""
        return self._database is not None

    @property
    def database(self) -> StaffDatabase:
        """The staff database, opened and upgraded at the first access.

        Raises:
            DatabaseUnavailableError: it can't be opened or upgraded.
        """
        from kb.database.staff_database import StaffDatabase  # noqa: PLC0415  # slow

        with self._lock:
            if self._database is None:
                settings = self._settings
                self._database = StaffDatabase(
                    settings.database,
                    self.secret,
                    life=SessionLife(
                        dt.timedelta(minutes=settings.idle_minutes),
                        dt.timedelta(hours=settings.session_hours),
                    ),
                    clock=self._clock,
                )
                self.on_open()
            return self._database

    @property
    def secret(self) -> bytes:
        """The secret of the instance, created at the first access.

        Raises:
            DatabaseUnavailableError: its file can't be read or created.
        """
        if not self._secret:
            path = self._settings.secret_file
            try:
                self._secret = instance_secret(path)
            except OSError as error:
                reason = error.strerror or str(error)
                raise DatabaseUnavailableError(path, reason) from error
        return self._secret

    def close(self) -> None:
        """Close the database if it is open."""
        with self._lock:
            self._database = None
