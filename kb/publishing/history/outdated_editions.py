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
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry
from kb.publishing.storage.snapshots import FolderState

_EDITIONS = {f"{locale}.md" for locale in Locale}
logger = logging.getLogger(__name__)


def outdated_editions(locations: Locations, corpus: Corpus) -> Iterator[Problem]:
    """Yield a warning for each edition that is behind; none without a history."""
    late = find_late_editions(History(locations.instance), corpus)
    yield from outdated_warnings(late, locations.documents)


def outdated_warnings(
    late: Mapping[RecordId, Sequence[EditionLag]], documents: Path
) -> Iterator[Problem]:
    """Yield the warning for each edition that is behind."""
    for record, lags in late.items():
        for lag in lags:
            yield lag_problem(lag, f"{documents.name}/{record}")


def find_late_editions(
    history: History, corpus: Corpus
) -> dict[RecordId, tuple[EditionLag, ...]]:
    """Return the editions that are behind, of the records of a corpus that have some.

    A history that can't be read has none: the content is checked all the same.
    """
    late = {}
    for record_id, replay in edition_replays(history).items():
        record = corpus.get(record_id)
        lags = open_lags(record, replay.lags()) if record is not None else ()
        if lags:
            late[record_id] = lags
    return late


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


def edition_replays(
    history: History, record: RecordId | None = None
) -> dict[RecordId, EditionReplay]:
    """Return the replayed history of one record, or of all changed records.

    A history that can't be read has none.
    """
    replays: dict[RecordId, EditionReplay] = {}
    texts = StateTexts(history)
    try:
        for change in history.edition_changes(record):
            entry = change.entry
            replay = replays.get(entry.record)
            if replay is None:
                replay = replays[entry.record] = EditionReplay(entry.record.kind)
            _replay_entry(replay, entry, texts)
    except (PublishingError, OSError) as error:
        logger.warning("the changes of the editions can't be read: %s", error)
        return {}
    return replays


class StateTexts:
    """Reads the texts of stored states, each text once."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._texts: dict[str, str] = {}

    def of(self, state: FolderState) -> dict[str, str]:
        """Return the editions of a state by their file names.

        Raises:
            NotFoundError: a text of the state is not stored.
        """
        editions = {name: sha for name, sha in state.files if name in _EDITIONS}
        missing = {n: s for n, s in editions.items() if s not in self._texts}
        if missing:
            stored = FolderState(tuple(sorted(missing.items())))
            for name, text in self._history.texts(stored).items():
                self._texts[missing[name]] = text
        return {name: self._texts[sha] for name, sha in editions.items()}


def _replay_entry(
    replay: EditionReplay, entry: HistoryEntry, texts: StateTexts
) -> None:
    if entry.action is HistoryAction.EDITION_CONFIRMED:
        confirmation = LagConfirmation.parse(entry.detail)
        if confirmation is not None:
            replay.confirm(confirmation)
    elif entry.after is not None:
        # A withdrawn record keeps its last state until it is published again.
        replay.add(texts.of(entry.after), entry.at.date(), entry.actor)
