"""Finds, in the history, the editions that did not follow the other language.

A change of the words of one language puts the other behind, until a person changes the
same place of the other or says that it is right.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.records import Record
from indexer.pipeline import Locations
from kb.publishing.errors import PublishingError
from kb.publishing.history.edition_lags import (
    EditionLag,
    EditionReplay,
    LagConfirmation,
)
from kb.publishing.history.history import EDITION_NAMES, History
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry

logger = logging.getLogger(__name__)


def outdated_editions(locations: Locations, corpus: Corpus) -> Iterator[Problem]:
    """Yield a warning for each edition that is behind; none without a history."""
    late = LateEditions(History(locations.instance)).find(corpus)
    yield from outdated_warnings(late, locations.documents)


def outdated_warnings(
    late: Mapping[RecordId, Sequence[EditionLag]], documents: Path
) -> Iterator[Problem]:
    """Yield the warning for each edition that is behind."""
    for record, lags in late.items():
        for lag in lags:
            yield lag_problem(lag, f"{documents.name}/{record}")


class LateEditions:
    """Finds the editions that are behind, and reads again only records that changed."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._known: dict[RecordId, tuple[int, tuple[EditionLag, ...]]] = {}

    def find(self, corpus: Corpus) -> dict[RecordId, tuple[EditionLag, ...]]:
        """Return the editions that are behind, of the records that have some.

        A history that can't be read has none: the content is checked all the same.
        """
        try:
            numbers = self._history.last_edition_changes()
        except (PublishingError, OSError) as error:
            logger.warning("the changes of the editions can't be read: %s", error)
            return {}
        known = self._known
        self._known = {
            record: known[record]
            if record in known and known[record][0] == number
            else (number, self._lags(record))
            for record, number in numbers.items()
        }
        late = {}
        for record_id, (_, lags) in self._known.items():
            record = corpus.get(record_id)
            if record is not None and (found := open_lags(record, lags)):
                late[record_id] = found
        return late

    def _lags(self, record: RecordId) -> tuple[EditionLag, ...]:
        replay = edition_replay(self._history, record)
        return () if replay is None else replay.lags()


def open_lags(record: Record, lags: Sequence[EditionLag]) -> tuple[EditionLag, ...]:
    """Return the lags of a record that has both editions, but for the checked ones."""
    if not all(map(record.has_edition, Locale)):
        return ()
    return unchecked_lags(lags, record.checked)


def unchecked_lags(
    lags: Sequence[EditionLag], checked: Collection[object]
) -> tuple[EditionLag, ...]:
    """Return the lags whose day is not in the field `checked` of the record."""
    return tuple(each for each in lags if each.newer.isoformat() not in checked)


def lag_problem(lag: EditionLag, path: str) -> Problem:
    """Return the warning for a lag; `path` is that of the folder of the record."""
    return ProblemCode.EDITION_BEHIND.at(
        f"{path}/{lag.locale}.md", older=lag.changed, newer=lag.newer
    )


def edition_replay(history: History, record: RecordId) -> EditionReplay | None:
    """Return the replayed history of a record; None if it has none that can be read."""
    try:
        entries = [each.entry for each in history.edition_changes(record)]
        texts = history.edition_texts(entry.after for entry in entries)
    except (PublishingError, OSError) as error:
        logger.warning("the changes of the editions can't be read: %s", error)
        return None
    replay = EditionReplay(record.kind)
    for entry in entries:
        _replay_entry(replay, entry, texts)
    return replay if entries else None


def _replay_entry(
    replay: EditionReplay, entry: HistoryEntry, texts: Mapping[str, str]
) -> None:
    if entry.action is HistoryAction.EDITION_CONFIRMED:
        confirmation = LagConfirmation.parse(entry.detail)
        if confirmation is not None:
            replay.confirm(confirmation)
    elif entry.after is not None:
        # A withdrawn record keeps its last state until it is published again.
        editions = {
            name: texts[sha256]
            for name, sha256 in entry.after.files
            if name in EDITION_NAMES
        }
        replay.add(editions, entry.at.date(), entry.actor)
