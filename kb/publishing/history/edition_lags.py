"""Which editions of a record are behind the other language, and by which changes.

The states of a record in the history are replayed. Each edition has a reference: the
rows that the other edition corresponds to. What differs from the reference is what the
other edition does not have. A change of the other edition at the same place, or the
answer of a person, brings the reference up to date.
"""

import datetime as dt
import logging
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.record import Record
from indexer.pipeline import Locations
from kb.publishing.errors import PublishingError
from kb.publishing.history.differences import Difference
from kb.publishing.history.edition_words import (
    RowChange,
    Rows,
    accepted_rows,
    change_key,
    difference_of,
    edition_rows,
    heading_at,
    matching_changes,
    place_of_translation,
    row_changes,
)
from kb.publishing.history.history import EDITION_NAMES, History
from kb.publishing.history.history_entries import HistoryAction, HistoryEntry

logger = logging.getLogger(__name__)


class LagAnswer(StrEnum):
    """The answer of a person to a change of the other language; the values are stored.

    Either this edition is right as it is, or it was brought up to date.
    """

    STILL_RIGHT = "still-right"
    UP_TO_DATE = "up-to-date"


@dataclass(frozen=True, slots=True)
class LagConfirmation:
    """The answer for some changes that `locale` does not follow, by their keys."""

    locale: Locale
    answer: LagAnswer
    keys: tuple[str, ...]

    @property
    def detail(self) -> str:
        """The confirmation as the detail of an entry of the history."""
        return " ".join((self.locale.value, self.answer.value, *self.keys))

    @classmethod
    def parse(cls, detail: str) -> "LagConfirmation | None":
        """Return the confirmation of a detail; None if it is not of this form."""
        locale, answer, *keys = (*detail.split(), "", "")
        if locale not in set(Locale) or answer not in set(LagAnswer):
            return None
        return cls(Locale(locale), LagAnswer(answer), tuple(filter(None, keys)))


@dataclass(frozen=True, slots=True)
class LagParagraph:
    """A change of an edition that the other edition does not have.

    `heading` is the heading over it in the text that changed, and `translation` the
    row of the other edition at the same place, empty if it is not known. A translation
    of the change `replaces` the row at `place` in the other edition, or goes before it.
    `on` and `by` are the day of the change and its actor, empty for an external edit.
    """

    key: str
    field: str
    heading: str
    difference: Difference
    translation: str
    place: int
    replaces: bool
    on: dt.date
    by: str


@dataclass(frozen=True, slots=True)
class EditionLag:
    """An edition that is behind the other, and the changes that it does not have.

    `changed` is the day when this edition was last changed.
    """

    locale: Locale
    changed: dt.date
    paragraphs: tuple[LagParagraph, ...]

    @property
    def newer(self) -> dt.date:
        """The day of the last change of the other edition that this one lacks."""
        return max(paragraph.on for paragraph in self.paragraphs)


class EditionReplay:
    """Replays the states of a record, the oldest first."""

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._rows: dict[Locale, Rows] = {}
        self._references: dict[Locale, Rows] = {}
        self._changed: dict[Locale, dt.date] = {}
        self._confirmed: dict[Locale, set[str]] = {locale: set() for locale in Locale}
        self._seen: dict[tuple[Locale, str], tuple[dt.date, str]] = {}
        self._parsed: dict[tuple[Locale, str], Rows | None] = {}

    def add(self, texts: Mapping[str, str], day: dt.date, actor: str) -> None:
        """Add the next state of the record.

        An edition that can't be parsed keeps its last rows.
        """
        new: dict[Locale, Rows] = {}
        for locale in Locale:
            rows = self._parse(locale, texts.get(f"{locale}.md", ""))
            new[locale] = self._rows.get(locale, {}) if rows is None else rows
        old, self._rows = self._rows, new
        if not all(old.get(locale) and new[locale] for locale in Locale):
            # Nothing is behind a text that is absent, or that was just written.
            self._references = dict(new)
            self._changed |= {
                locale: day for locale in Locale if old.get(locale, {}) != new[locale]
            }
            return
        steps = {locale: row_changes(old[locale], new[locale]) for locale in Locale}
        self._changed |= {locale: day for locale in Locale if steps[locale]}
        accepted: dict[Locale, set[RowChange]] = {locale: set() for locale in Locale}
        lagging = {locale: self._lagging_changes(locale) for locale in Locale}
        for locale in Locale:
            other = locale.other
            for answered, step in matching_changes(
                lagging[other], steps[locale], new[other], new[locale]
            ):
                accepted[other].add(answered)
                accepted[locale] |= _at_place(lagging[locale], step)
        self._accept(accepted)
        self._accept_confirmed()
        for locale in Locale:
            for change in self._lagging_changes(locale):
                self._seen.setdefault((locale, self._key(locale, change)), (day, actor))

    def confirm(self, confirmation: LagConfirmation) -> None:
        """Add the answer of a person, which also holds for later states."""
        self._confirmed[confirmation.locale] |= set(confirmation.keys)
        self._accept_confirmed()

    def lags(self) -> tuple[EditionLag, ...]:
        """Return the editions that are behind now."""
        return tuple(
            EditionLag(
                locale,
                self._changed[locale],
                tuple(self._lag_paragraphs(locale.other, changes)),
            )
            for locale in Locale
            if (changes := self._lagging_changes(locale.other))
            and all(self._rows.get(locale) for locale in Locale)
        )

    def _parse(self, locale: Locale, text: str) -> Rows | None:
        key = (locale, text)
        if key not in self._parsed:
            self._parsed[key] = edition_rows(self._kind, locale, text)
        return self._parsed[key]

    def _lagging_changes(self, locale: Locale) -> tuple[RowChange, ...]:
        """Return the changes of an edition that the other edition does not have."""
        rows = self._rows.get(locale, {})
        return row_changes(self._references.get(locale, {}), rows)

    def _key(self, locale: Locale, change: RowChange) -> str:
        return change_key(self._references[locale], self._rows[locale], change)

    def _accept_confirmed(self) -> None:
        self._accept(
            {
                locale: {
                    change
                    for change in self._lagging_changes(locale)
                    if self._key(locale, change) in self._confirmed[locale.other]
                }
                for locale in Locale
                if self._confirmed[locale.other]
            }
        )

    def _accept(self, accepted: Mapping[Locale, Collection[RowChange]]) -> None:
        for locale, changes in accepted.items():
            reference, rows = self._references.get(locale, {}), self._rows[locale]
            self._references[locale] = accepted_rows(reference, rows, changes)

    def _lag_paragraphs(
        self, locale: Locale, changes: Iterable[RowChange]
    ) -> Iterable[LagParagraph]:
        reference, rows = self._references[locale], self._rows[locale]
        other_rows = self._rows[locale.other]
        for change in changes:
            key = self._key(locale, change)
            day, actor = self._seen.get((locale, key), (self._changed[locale], ""))
            place, replaces = place_of_translation(rows, other_rows, change)
            yield LagParagraph(
                key=key,
                field=change.field,
                heading=heading_at(rows, change.place),
                difference=difference_of(locale, reference, rows, change),
                translation=other_rows[change.field][place] if replaces else "",
                place=place,
                replaces=replaces,
                on=day,
                by=actor,
            )


def _at_place(lagging: Iterable[RowChange], step: RowChange) -> set[RowChange]:
    """Return the lagging changes at the place of a step, which follows them."""
    return {
        change
        for change in lagging
        if (change.field, change.place) == (step.field, step.place)
    }


def find_lag_problems(locations: Locations, corpus: Corpus) -> Iterator[Problem]:
    """Yield a warning for each edition that is behind; none without a history."""
    found = LagFinder(History(locations.instance)).find(corpus)
    yield from lag_problems(found, locations.documents)


def lag_problems(
    found: Mapping[RecordId, Sequence[EditionLag]], documents: Path
) -> Iterator[Problem]:
    """Yield the warning for each edition that is behind."""
    for record, lags in found.items():
        for lag in lags:
            yield lag_problem(lag, f"{documents.name}/{record}")


class LagFinder:
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
        return {
            record.id: found
            for record_id, (_, lags) in self._known.items()
            if (record := corpus.get(record_id)) is not None
            and (found := open_lags(record, lags))
        }

    def _lags(self, record: RecordId) -> tuple[EditionLag, ...]:
        replay = edition_replay(self._history, record)
        return () if replay is None else replay.lags()


def confirm_edition(
    history: History,
    record: RecordId,
    confirmation: LagConfirmation,
    *,
    at: dt.datetime,
    actor: str,
) -> None:
    """Store the answer of a person in the history of a record.

    It has no states: no file changes, and visitors see nothing of it.

    Raises:
        WriteFailedError: the history can't be written.
    """
    entry = HistoryEntry(
        at,
        actor,
        HistoryAction.EDITION_CONFIRMED,
        record,
        None,
        None,
        confirmation.detail,
        is_draft=True,
    )
    history.add(f"confirmed-{secrets.token_hex(8)}", [entry])


def open_lags(record: Record, lags: Sequence[EditionLag]) -> tuple[EditionLag, ...]:
    """Return the lags of a record that has both editions, but for the checked ones."""
    if not all(map(record.has_edition, Locale)):
        return ()
    return unchecked_lags(lags, record.checked)


def unchecked_lags(
    lags: Sequence[EditionLag], checked: Collection[object]
) -> tuple[EditionLag, ...]:
    """Return the lags whose day is not in the field `checked` of the record."""
    return tuple(lag for lag in lags if lag.newer.isoformat() not in checked)


def lag_problem(lag: EditionLag, path: str) -> Problem:
    """Return the warning for a lag; `path` is that of the folder of the record."""
    return ProblemCode.EDITION_BEHIND.at(
        f"{path}/{lag.locale}.md", older=lag.changed, newer=lag.newer
    )


def edition_replay(history: History, record: RecordId) -> EditionReplay | None:
    """Return the replayed history of a record; None if it has none that can be read."""
    try:
        entries = [change.entry for change in history.edition_changes(record)]
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
