"""Marks practices whose last news is more than three years old.

"In use" is a claim about today: it needs a source that is not too old. The mark depends
on the day, so it is set each time the content is read, and stored in no file.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from indexer.model.dates import PartialDate
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Problem, ProblemCode
from indexer.model.record import Record
from indexer.model.records import Practice
from indexer.model.vocabulary import Stage

SILENT_AFTER_MONTHS = 36
OLD_AFTER_MONTHS = 30
"""Staff have half a year to look for news before pages say that there is none."""

_NEEDS_NEWS = {Stage.IN_USE, Stage.PILOT}


def utc_today() -> dt.date:
    """Return the day of the system in UTC."""
    return dt.datetime.now(dt.UTC).date()


def months_between(start: dt.date, end: dt.date) -> int:
    """Return the whole months from a day to a later one."""
    months = 12 * (end.year - start.year) + end.month - start.month
    return months - (end.day < start.day)


def news_age(practice: Practice, day: dt.date) -> int | None:
    """Return the whole months between the last news of a practice and a day.

    The date of the stage counts as news if none is stated; a month or a year counts
    with its last day. The result is None if no date is known, or if the stage is true
    without news: an idea, or what has ended.
    """
    news = _last_news(practice)
    if practice.stage not in _NEEDS_NEWS or news is None:
        return None
    return months_between(news.last_day, day)


def with_silence(
    records: Mapping[RecordId, Record],
    day: dt.date,
    before: Mapping[RecordId, Record] = MappingProxyType({}),
) -> dict[RecordId, Record]:
    """Return records, of which the practices say since when there is no news.

    A practice that says the same as in `before` stays the same object.
    """
    return {
        record_id: _marked(record, day, before.get(record_id))
        if record_id.kind is Kind.PRACTICE
        else record
        for record_id, record in records.items()
    }


def silent_practices(records: Mapping[RecordId, Record]) -> tuple[RecordId, ...]:
    """Return the practices that say that there is no news."""
    return tuple(
        record.id
        for record in records.values()
        if isinstance(record, Practice) and record.no_news_since is not None
    )


def old_news(records: Iterable[Record], day: dt.date) -> list[tuple[int, Practice]]:
    """Return the practices whose news grows old, with its age, the oldest first."""
    found = [
        (age, record)
        for record in records
        if isinstance(record, Practice)
        and (age := news_age(record, day)) is not None
        and age >= OLD_AFTER_MONTHS
    ]
    return sorted(found, key=lambda aged: (-aged[0], aged[1].id))


def news_warnings(
    records: Iterable[Record], day: dt.date, *, shown_root: str
) -> Iterator[Problem]:
    """Yield a warning for each practice that will soon be without news.

    A practice that is without news already has no warning: its page says so.
    """
    for age, practice in old_news(records, day):
        if age < SILENT_AFTER_MONTHS:
            path = f"{shown_root}/{practice.id}/record.yaml"
            yield ProblemCode.OLD_NEWS.at(
                path, date=_last_news(practice), months=SILENT_AFTER_MONTHS - age
            )


def _last_news(practice: Practice) -> PartialDate | None:
    return practice.last_news or practice.stage_date


def _marked(record: Record, day: dt.date, before: Record | None) -> Record:
    if not isinstance(record, Practice):
        return record
    age = news_age(record, day)
    is_silent = age is not None and age >= SILENT_AFTER_MONTHS
    since = _last_news(record) if is_silent else None
    if record.no_news_since == since:
        return record
    marked = dataclasses.replace(record, no_news_since=since)
    return before if before is not None and before == marked else marked
