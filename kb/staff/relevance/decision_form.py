"""The form of the decisions on one search: read, checked and filled in."""

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form, StringField
from wtforms.validators import ValidationError

from indexer.analysis.tokens import query_key
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.judged_queries import Curation, Curations, Grade, JudgedQuery
from kb.database.model import Role
from kb.judgements.decision_editor import SearchDecision
from kb.staff.base.forms import StaffForm

MAX_REASON = 300
GRADES = {str(grade.value): grade for grade in Grade}


class RecordPlace(StrEnum):
    """Where a record stands for a search, whatever its score."""

    USUAL = ""
    FIRST = "first"
    HIDDEN = "hidden"


def _one_line(text: str | None) -> str:
    plain = "".join(c if c.isprintable() else " " for c in text or "")
    return " ".join(plain.split())[:MAX_REASON]


class RecordDecision(Form):  # type: ignore[misc]  # WTForms has no types
    """What is decided on one record; the grade is None if it is not judged."""

    grade = StringField(filters=[lambda text: GRADES.get(str(text))])
    place = StringField(
        filters=[lambda text: RecordPlace(text if text in set(RecordPlace) else "")]
    )
    reason = StringField(filters=[_one_line])

    def validate_reason(self, field: Field) -> None:
        """Require the reason of a record that is put first or left out."""
        if self.place.data is not RecordPlace.USUAL and not field.data:
            raise ValidationError(_("Give the reason."))


class DecisionForm(StaffForm):
    """The decisions by record, in the order of the page, and a record to add to it.

    `is_only_adding`: a record was added to the page; nothing is to be saved yet.
    """

    added = StringField(filters=[lambda text: (text or "").strip()])

    def __init__(self, records: Mapping[RecordId, RecordDecision]) -> None:
        super().__init__()
        self.records = dict(records)
        self.is_only_adding = False

    @classmethod
    def of(cls, judged: JudgedQuery | None, corpus: Corpus, text: str) -> Self:
        """Return the form filled in with what was decided on a search."""
        values: dict[RecordId, dict[str, object]] = {
            curation.record: {"place": place, "reason": curation.reason}
            for place, curation in _placed(corpus.curations, query_key(text))
        }
        for record, grade in judged.grades.items() if judged is not None else ():
            values.setdefault(record, {})["grade"] = grade.value
        return cls(
            {record: RecordDecision(data=data) for record, data in values.items()}
        )

    def decision(
        self, text: str, locale: Locale, *, role: Role, day: dt.date, before: Curations
    ) -> SearchDecision:
        """Return what is to be saved; a place that was not changed keeps its day."""
        key = query_key(text)
        known = {
            (place, curation.record, curation.reason): curation
            for place, curation in _placed(before, key)
        }

        def placed(place: RecordPlace) -> tuple[Curation, ...]:
            return tuple(
                known.get((place, record, decision.reason.data))
                or Curation(text, key, record, decision.reason.data, role.value, day)
                for record, decision in self.records.items()
                if decision.place.data is place
            )

        grades = {
            record: decision.grade.data
            for record, decision in self.records.items()
            if decision.grade.data is not None
        }
        curations = Curations(placed(RecordPlace.FIRST), placed(RecordPlace.HIDDEN))
        return SearchDecision(text, locale, grades, curations)


def read_form(fields: MultiDict[str, str], corpus: Corpus) -> DecisionForm:
    """Return the form that was sent, with its errors."""
    ids = filter(None, map(RecordId.parse, fields.getlist("record")))
    form = DecisionForm(
        {
            record: RecordDecision(
                MultiDict(
                    (name, fields.get(f"{name}-{record}", ""))
                    for name in ("grade", "place", "reason")
                )
            )
            for record in ids
            if record in corpus.records
        }
    )
    form.is_only_adding = "add" in fields
    are_valid = [decision.validate() for decision in form.records.values()]
    if not all(are_valid) and not form.is_only_adding:
        form.form_errors.append(
            _("Give a reason for each record that is put first or left out.")
        )
    typed = form.added.data
    added = _record_of(typed, corpus)
    if added is not None:
        form.added.data = ""
        form.records.setdefault(added, RecordDecision())
        form.is_only_adding = True
    elif typed:
        form.added.data = typed[:MAX_REASON]
        text = _(
            "No record has this address or name: %(typed)s. Paste the address of its "
            "page.",
            typed=form.added.data,
        )
        form.form_errors.append(text)
    return form


def _placed(curations: Curations, key: str) -> list[tuple[RecordPlace, Curation]]:
    """Return the curations of a search, each with the place that it gives."""
    places = (
        (RecordPlace.FIRST, curations.first),
        (RecordPlace.HIDDEN, curations.hidden),
    )
    return [
        (place, curation)
        for place, placed in places
        for curation in placed
        if curation.key == key
    ]


def _record_of(typed: str, corpus: Corpus) -> RecordId | None:
    """Return the record of an id or of the address of a page."""
    path = urlsplit(typed).path.strip("/")
    record = RecordId.parse("/".join(path.split("/")[-2:]))
    return None if record is None else corpus.current_id(record)
