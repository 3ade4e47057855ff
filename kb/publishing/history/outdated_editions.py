"""Finds, in the history, the editions that did not follow the other language.

A rework of one language alone puts the other behind, until a word of the other changes.
Most changes of one language only correct its wording: they ask for no translation.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.records import Record
from indexer.pipeline import Locations
from kb.publishing.errors import PublishingError
from kb.publishing.history.history import History
from kb.publishing.history.history_entries import HistoryEntry

Texts = Mapping[str, str]
"""The texts of a record by the names of their files."""

logger = logging.getLogger(__name__)


MIN_WORDS = 8
"""The number of words of a short sentence."""

MIN_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class TextChange:
    """A change of words of an edition.

    A rework makes the text longer or shorter by a sentence, or replaces a fifth of it.
    """

    locale: Locale
    is_rework: bool = True


BOTH_CHANGED = tuple(map(TextChange, Locale))


@dataclass(slots=True)
class EditionDates:
    """When each edition was last reworked, and which one is behind the other."""

    changed: dict[Locale, dt.date] = field(default_factory=dict)
    behind: Locale | None = None

    def add(self, day: dt.date, changed: Collection[TextChange]) -> None:
        """Add a change of one edition or both, newer than those added before."""
        if len(changed) == len(Locale):
            self.changed, self.behind = dict.fromkeys(Locale, day), None
            return
        for change in changed:
            if change.locale is self.behind:
                self.behind = None
            elif change.is_rework:
                self.behind = change.locale.other
            else:
                continue
            self.changed[change.locale] = day

    def problem(self, record: Record, path: str) -> Problem | None:
        """Return the warning for the edition that is behind, or None.

        `path` is that of the folder of the record in problems.
        """
        behind = self.behind
        if behind is None or not all(map(record.has_edition, Locale)):
            return None
        older, newer = self.changed.get(behind), self.changed[behind.other]
        if older is None or newer.isoformat() in record.checked:
            return None
        return ProblemCode.EDITION_BEHIND.at(
            f"{path}/{behind}.md", older=older, newer=newer
        )


def outdated_editions(locations: Locations, corpus: Corpus) -> Iterator[Problem]:
    """Yield a warning for each edition that is behind; none without a history."""
    for record_id, dates in edition_dates(History(locations.instance)).items():
        record = corpus.get(record_id)
        path = f"{locations.documents.name}/{record_id}"
        problem = dates.problem(record, path) if record is not None else None
        if problem is not None:
            yield problem


def edition_dates(
    history: History, record: RecordId | None = None
) -> dict[RecordId, EditionDates]:
    """Return the dates of the editions of one record, or of all changed records.

    A history that can't be read has none: the content is checked all the same.
    """
    dates: dict[RecordId, EditionDates] = {}
    try:
        for change in history.public_changes(record):
            entry = change.entry
            of_record = dates.setdefault(entry.record, EditionDates())
            of_record.add(entry.at.date(), _changes_of(entry, history))
    except (PublishingError, OSError) as error:
        logger.warning("the dates of the editions can't be read: %s", error)
        return {}
    return dates


def text_changes(before: Texts, after: Texts) -> tuple[TextChange, ...]:
    """Return the changes of words between two states of a record."""
    changes = (_text_change(before, after, locale) for locale in Locale)
    return tuple(each for each in changes if each is not None)


def _text_change(before: Texts, after: Texts, locale: Locale) -> TextChange | None:
    name = f"{locale}.md"
    old, new = _words(before.get(name, "")), _words(after.get(name, ""))
    if old == new:
        return None
    replaced = max((old - new).total(), (new - old).total())
    return TextChange(
        locale,
        is_rework=abs(new.total() - old.total()) >= MIN_WORDS
        or replaced >= max(MIN_WORDS, MIN_SHARE * old.total()),
    )


def _changes_of(entry: HistoryEntry, history: History) -> tuple[TextChange, ...]:
    """Return the changes of texts by an entry; both, where the record was absent."""
    if entry.before is None or entry.after is None:
        return BOTH_CHANGED
    old, new = dict(entry.before.files), dict(entry.after.files)
    names = [f"{locale}.md" for locale in Locale]
    changed = [name for name in names if old.get(name) != new.get(name)]
    if len(changed) != 1:
        return BOTH_CHANGED if changed else ()
    return text_changes(history.texts(entry.before), history.texts(entry.after))


def _words(text: str) -> Counter[str]:
    return Counter(fold(token.text) for token in tokenize(text))
