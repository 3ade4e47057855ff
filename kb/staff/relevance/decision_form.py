"""The form of the decisions on one search: parsed, checked and filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from indexer.analysis.tokens import query_key
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.judged_queries import Curation, Curations, Grade, JudgedQuery
from kb.database.model import Role
from kb.judgements.decision_editor import SearchDecision

MAX_REASON = 300


class RecordPlace(StrEnum):
    """Where a record stands for a search, whatever its score."""

    USUAL = ""
    FIRST = "first"
    HIDDEN = "hidden"


@dataclass(slots=True)
class RecordDecision:
    """What is decided on one record; `grade` is None if it is not judged."""

    grade: Grade | None = None
    place: RecordPlace = RecordPlace.USUAL
    reason: str = ""
    error: str = ""


@dataclass
class DecisionForm:
    """The decisions by record, in the order of the page, and what is wrong with them.

    `is_only_adding`: a record was added to the page; nothing is to be saved yet.
    """

    records: dict[RecordId, RecordDecision] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    added: str = ""
    is_only_adding: bool = False

    @classmethod
    def of(cls, judged: JudgedQuery | None, corpus: Corpus, text: str) -> DecisionForm:
        """Return the form filled in with what was decided on a search."""
        records: dict[RecordId, RecordDecision] = {}
        key = query_key(text)
        for place, curations in (
            (RecordPlace.FIRST, corpus.curations.first),
            (RecordPlace.HIDDEN, corpus.curations.hidden),
        ):
            for each in curations:
                if each.key == key:
                    records[each.record] = RecordDecision(None, place, each.reason)
        for record, grade in judged.grades.items() if judged is not None else ():
            records.setdefault(record, RecordDecision()).grade = grade
        return cls(records)

    def decision(
        self, text: str, locale: Locale, *, role: Role, day: dt.date, before: Curations
    ) -> SearchDecision:
        """Return what is to be saved; a place that was not changed keeps its day."""
        key = query_key(text)
        kept = {
            (place, each.record, each.reason): each
            for place, curations in (
                (RecordPlace.FIRST, before.first),
                (RecordPlace.HIDDEN, before.hidden),
            )
            for each in curations
            if each.key == key
        }

        def placed(place: RecordPlace) -> tuple[Curation, ...]:
            return tuple(
                kept.get((place, record, each.reason))
                or Curation(text, key, record, each.reason, role.value, day)
                for record, each in self.records.items()
                if each.place is place
            )

        grades = {
            record: each.grade
            for record, each in self.records.items()
            if each.grade is not None
        }
        curations = Curations(placed(RecordPlace.FIRST), placed(RecordPlace.HIDDEN))
        return SearchDecision(text, locale, grades, curations)


def read_form(fields: MultiDict[str, str], corpus: Corpus) -> DecisionForm:
    """Return the form that was sent, with its errors."""
    form = DecisionForm(is_only_adding="add" in fields)
    for record in _records(fields, corpus):
        form.records[record] = _decision(fields, record)
    missing = [each for each in form.records.values() if each.error]
    if missing and not form.is_only_adding:
        form.errors.append(
            _("Give a reason for each record that is put first or left out.")
        )
    typed = fields.get("added", "").strip()
    if typed:
        added = _record_of(typed, corpus)
        if added is None:
            form.added = typed[:MAX_REASON]
            form.errors.append(
                _(
                    "No record has this address or name: %(typed)s. Paste the address "
                    "of its page.",
                    typed=form.added,
                )
            )
        else:
            form.records.setdefault(added, RecordDecision())
            form.is_only_adding = True
    return form


def _records(fields: MultiDict[str, str], corpus: Corpus) -> Iterator[RecordId]:
    for text in fields.getlist("record"):
        record = RecordId.parse(text)
        if record is not None and record in corpus.records:
            yield record


def _decision(fields: MultiDict[str, str], record: RecordId) -> RecordDecision:
    grade = fields.get(f"grade-{record}", "")
    place = fields.get(f"place-{record}", "")
    decision = RecordDecision(
        Grade(int(grade)) if grade in {"0", "1", "2", "3"} else None,
        RecordPlace(place) if place in set(RecordPlace) else RecordPlace.USUAL,
        _one_line(fields.get(f"reason-{record}", "")),
    )
    if decision.place is not RecordPlace.USUAL and not decision.reason:
        decision.error = _("Give the reason.")
    return decision


def _one_line(text: str) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(plain.split())[:MAX_REASON]


def _record_of(typed: str, corpus: Corpus) -> RecordId | None:
    """Return the record of an id or of the address of a page."""
    path = urlsplit(typed).path.strip("/")
    record = RecordId.parse("/".join(path.split("/")[-2:]))
    return None if record is None else corpus.current_id(record)
