"""Builds a record from its fields, as its kind declares them.

Each field is read by its type; `build_record` then reports the unknown fields.
"""

import dataclasses

from indexer.corpus.assessment_fields import read_assessment, with_currency
from indexer.corpus.field_readers import READERS
from indexer.corpus.yaml_fields import FieldReader
from indexer.model.edition import Edition
from indexer.model.ids import RecordId
from indexer.model.problems import ProblemCode
from indexer.model.record import Record
from indexer.model.schema.kinds import SCHEMAS


def build_record(
    fields: FieldReader,
    record_id: RecordId,
    editions: tuple[Edition, ...],
    mentions: tuple[RecordId, ...],
) -> Record:
    """Build a record of the kind of its id; problems are reported to `fields`."""
    kind = record_id.kind
    schema = SCHEMAS[kind]
    slug = fields.text("id", required=True)
    if slug and slug != record_id.slug:
        fields.report(ProblemCode.WRONG_ID, "id", id=slug, slug=record_id.slug)
    declared = [field for field in schema.facts if not field.is_signed]
    values = {
        field.attribute: READERS[field.type](fields, field, kind)
        for field in declared
        if field.name != "id"
    }
    if "end_date" in values:
        values["end_date"] = fields.end_of_period(values["date"], values["end_date"])
    if schema.signed:
        values["assessment"] = read_assessment(fields, kind)
    record = with_currency(
        schema.record_class(
            id=record_id, editions=editions, mentions=mentions, **values
        )
    )
    fields.finish()
    known = {field.name for field in declared}
    known |= {field.name for field in dataclasses.fields(record)}
    for name, line in zip(record.inferred, fields.item_lines("inferred"), strict=False):
        if name not in known:
            fields.report(ProblemCode.UNKNOWN_INFERRED_FIELD, line, name=name)
    return record
