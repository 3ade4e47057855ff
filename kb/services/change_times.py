"""When each record last changed: by its history, or on the day that it names."""

import datetime as dt
import logging
from collections.abc import Iterable, Mapping

from indexer.files import FileStamp, file_stamp
from indexer.model.ids import RecordId
from indexer.model.record import Record
from kb.publishing.errors import HistoryUnreadableError
from kb.publishing.history.history import History

logger = logging.getLogger(__name__)


class ChangeTimes:
    """Reads the times of changes from a history; they are cached until it changes."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._read: tuple[FileStamp, Mapping[RecordId, dt.datetime]] = ((), {})

    @property
    def stamp(self) -> FileStamp:
        """The stamp of the history, which differs after each change; () without one."""
        try:
            return file_stamp(self._history.path.stat())
        except OSError:
            return ()

    def of(self, records: Iterable[Record]) -> dict[RecordId, dt.datetime]:
        """Return when visitors could first see the present state of each record.

        A record that was never changed on this site, or whose `updated` day is later
        than its last change, has the start of that day, in UTC.
        """
        times = self._times()
        days = {
            each.id: dt.datetime.combine(each.updated, dt.time(), dt.UTC)
            for each in records
        }
        return {
            record: max(day, times.get(record, day)) for record, day in days.items()
        }

    def _times(self) -> Mapping[RecordId, dt.datetime]:
        stamp, times = self._read
        current = self.stamp
        if current == stamp:
            return times
        try:
            times = self._history.change_times()
        except HistoryUnreadableError as error:
            logger.warning("the times of changes can't be read: %s", error)
            return {}
        self._read = (current, times)
        return times
