"""The declared fields of each kind of record: facts, words, and their order."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from indexer.model.assessments import CRITERIA
from indexer.model.edition import Edition
from indexer.model.ids import Kind
from indexer.model.record import Record
from indexer.model.record_parts import NAME_PARTS
from indexer.model.records import (
    Deliverable,
    Event,
    GlossaryTerm,
    Need,
    Page,
    Practice,
    Recommendation,
    Theme,
)
from indexer.model.schema.declare import part
from indexer.model.schema.field import (
    ComparisonRow,
    Field,
    Shape,
    StripLine,
    declarations,
)
from indexer.model.schema.frame import BODY, COMPARED_PARTS, FRAME_FIELDS
from indexer.model.schema.layout import ASSESSMENT_ROW, in_form_order


@dataclass(frozen=True, eq=False)
class RecordSchema:
    """What is declared of a kind: the classes of its records and of their editions."""

    kind: Kind
    record_class: type[Record]
    edition_class: type[Edition] = Edition

    @cached_property
    def facts(self) -> tuple[Field, ...]:
        """The fields of `record.yaml`, in the order of forms and files."""
        return (*self._own(self.record_class, is_localized=False), *self.signed)

    @cached_property
    def words(self) -> tuple[Field, ...]:
        """The fields of `fr.md` and `en.md`; the last is the text after the others."""
        return tuple(self._own(self.edition_class, is_localized=True))

    @cached_property
    def signed(self) -> tuple[Field, ...]:
        """The fields of a signed assessment; none for kinds that have no criteria."""
        fields = _signed_fields(self.kind) if self.kind in CRITERIA else ()
        return tuple(
            dataclasses.replace(field, is_signed=True, has_control=False)
            for field in fields
        )

    @cached_property
    def in_form(self) -> tuple[Field, ...]:
        """The fields that the form of a draft asks for, in its order."""
        fields = [field for field in self.words if not self._is_framed(field)]
        if self.kind is Kind.PRACTICE:
            fields += FRAME_FIELDS
        fields += [field for field in self.facts if field.has_control]
        for field in [field for field in fields if field.after]:
            fields.remove(field)
            names = [other.name for other in fields]
            fields.insert(names.index(field.after) + 1, field)
        return in_form_order(fields)

    @cached_property
    def rows(self) -> Mapping[ComparisonRow, tuple[Field, ...]]:
        """The rows of a comparison in their order, with their fields, facts first."""
        fields = [field for field in (*self.facts, *self.words) if field.row]
        rows = {field.row for field in fields if field.row}
        rows |= {row for row, _ in COMPARED_PARTS.get(self.kind, ())}
        rows |= {ASSESSMENT_ROW} if self.signed else set()
        return {
            row: tuple(field for field in fields if field.row is row)
            for row in sorted(rows, key=lambda row: row.place)
        }

    @cached_property
    def strip(self) -> Mapping[StripLine, tuple[Field, ...]]:
        """The lines of the strip of facts in their order, with their fields."""
        lines: dict[StripLine, tuple[Field, ...]] = {}
        for field in (*self.facts, *self.words):
            line = field.strip or field.detail_of
            if line is not None:
                lines[line] = (*lines.get(line, ()), field)
        return dict(sorted(lines.items(), key=lambda item: item[0].place))

    def fields_of(self, file: str) -> tuple[Field, ...]:
        """Return the fields of a file of a record."""
        return self.words if file.endswith(".md") else self.facts

    def fact(self, name: str) -> Field | None:
        """Return the fact of a name in the file, or None."""
        return next((field for field in self.facts if field.name == name), None)

    def _is_framed(self, field: Field) -> bool:
        """Return whether the form has the parts of a text in place of the text."""
        return self.kind is Kind.PRACTICE and field.name == BODY

    def _own(self, owner: type, *, is_localized: bool) -> Iterator[Field]:
        for name, field in declarations(owner).items():
            if not field.kinds or self.kind in field.kinds:
                yield field.for_kind(self.kind, name, is_localized=is_localized)


def _signed_fields(kind: Kind) -> Iterator[Field]:
    options = [answer for answers in CRITERIA[kind].values() for answer in answers]
    parts = (
        part(
            "criterion",
            "Criterion",
            values=CRITERIA[kind],
            is_required=True,
            of=Shape.CHOICE,
        ),
        part(
            "answer",
            "Answer",
            values=dict.fromkeys(options),
            is_required=True,
            of=Shape.CHOICE,
        ),
        *(
            dataclasses.replace(name, help=None, is_required=True)
            for name in NAME_PARTS
        ),
    )
    yield part("assessed", "Assessed on", of=Shape.DAY)
    yield part("assessor_fr", "Role of the assessor, in French")
    yield part("assessor_en", "Role of the assessor, in English")
    yield part("assessed_text", "Digest of the assessed text")
    yield part("assessment", "Assessment", parts=parts, of=Shape.ITEMS)


SCHEMAS: dict[Kind, RecordSchema] = {
    schema.kind: schema
    for schema in (
        RecordSchema(Kind.DELIVERABLE, Deliverable),
        RecordSchema(Kind.PRACTICE, Practice),
        RecordSchema(Kind.RECOMMENDATION, Recommendation),
        RecordSchema(Kind.NEED, Need),
        RecordSchema(Kind.EVENT, Event),
        RecordSchema(Kind.THEME, Theme),
        RecordSchema(Kind.TERM, GlossaryTerm),
        RecordSchema(Kind.PAGE, Page),
    )
}
"""The declaration of each kind."""
