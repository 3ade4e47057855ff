"""Reads signed assessments from `record.yaml`, and marks those that are outdated.

Proposed answers, which only staff see, are in a file of their own.
"""

import dataclasses
import hashlib
import re
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from indexer.corpus.typography import typeset
from indexer.corpus.yaml_fields import FieldReader, read_yaml_file
from indexer.corpus.yaml_lines import Mapping
from indexer.model.assessments import CRITERIA, Answer, Assessment, Criterion, Judgement
from indexer.model.edition import ASKED, Edition
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.long_text import LongText
from indexer.model.problems import Problem, ProblemCode
from indexer.model.record import Record
from indexer.model.records import Practice, Recommendation
from indexer.model.schema.kinds import SCHEMAS

ASSESSMENT_FIELDS = tuple(field.name for field in SCHEMAS[Kind.PRACTICE].signed)
"""The fields of `record.yaml` that a signed assessment writes."""

PROPOSAL_FILE = "assessment-proposals.yaml"
"""The file of proposed answers in `documents/`: no record, page or export has them."""

DIGEST_CHARACTERS = 16

_LINK_TARGET = re.compile(r"\]\([^)\s]*\)")


def read_assessment(fields: FieldReader, kind: Kind) -> Assessment | None:
    """Read the assessment of a record; None when it has none, or an incomplete one.

    The problems of its fields are reported to `fields`.
    """
    is_begun = any(map(fields.has, ASSESSMENT_FIELDS))
    day = fields.day("assessed") if is_begun else None
    digest = fields.text("assessed_text")
    assessors = {
        locale: typeset(fields.text(f"assessor_{locale}", required=is_begun), locale)
        for locale in Locale
    }
    judgements = tuple(_judgements(fields, kind, is_required=is_begun))
    if day is None or len(judgements) < len(CRITERIA[kind]):
        return None
    return Assessment(day, assessors, judgements, digest)


def read_proposals(
    root: Path, known: Container[RecordId], problems: list[Problem]
) -> dict[RecordId, tuple[Judgement, ...]]:
    """Read the proposed answers for records that exist; none without the file.

    Args:
        root: the folder of the content.
        known: the ids of the records of the content.
        problems: the problems of the other proposals are appended to it.
    """
    path, shown = root / PROPOSAL_FILE, f"{root.name}/{PROPOSAL_FILE}"
    value = read_yaml_file(path, shown, problems) if path.exists() else None
    if not isinstance(value, Mapping):
        if value is not None:
            problems.append(ProblemCode.INVALID_PROPOSALS.at(shown, value.line))
        return {}
    fields = FieldReader(value, shown, problems)
    found = {}
    for name in fields.names():
        record = RecordId.parse(name)
        if record is None or record not in known or record.kind not in CRITERIA:
            fields.report(ProblemCode.INVALID_PROPOSALS, name)
            continue
        judgements = tuple(_judgements(fields, record.kind, name, is_required=True))
        if len(judgements) == len(CRITERIA[record.kind]):
            found[record] = judgements
    return found


def _judgements(
    fields: FieldReader, kind: Kind, name: str = "assessment", *, is_required: bool
) -> Iterator[Judgement]:
    """Yield the answer to each criterion once, in the order of the criteria."""
    answers: dict[Criterion, Judgement] = {}
    for item in fields.mappings(name):
        sources = item.texts("sources") if name != "assessment" else ()
        judgement = _judgement(item, kind, sources)
        if judgement is not None and judgement.criterion in answers:
            item.report(
                ProblemCode.REPEATED_CRITERION,
                "criterion",
                criterion=judgement.criterion,
            )
        elif judgement is not None:
            answers[judgement.criterion] = judgement
    for criterion in CRITERIA[kind] if is_required else ():
        if criterion in answers:
            yield answers[criterion]
        else:
            fields.report(ProblemCode.MISSING_CRITERION, name, criterion=criterion)


def _judgement(
    item: FieldReader, kind: Kind, sources: tuple[str, ...]
) -> Judgement | None:
    criterion = item.choice("criterion", CRITERIA[kind], required=True)
    options = Answer if criterion is None else CRITERIA[kind][criterion]
    answer = item.choice("answer", options, required=True)
    reasons = {
        locale: typeset(item.text(locale, required=True), locale) for locale in Locale
    }
    item.finish()
    if criterion is None or answer is None:
        return None
    return Judgement(criterion, answer, reasons, sources)


def with_currency(record: Record) -> Record:
    """Return a record whose assessment knows whether it is outdated.

    It is when the text, or the facts to decide by, are not those that were assessed. An
    assessment without a digest is compared by its day.
    """
    if not isinstance(record, Practice | Recommendation) or record.assessment is None:
        return record
    assessment = record.assessment
    is_outdated = (
        assessment.text_digest != assessed_text_digest(record)
        if assessment.text_digest
        else assessment.date < record.updated
    )
    assessment = dataclasses.replace(assessment, is_outdated=is_outdated)
    return dataclasses.replace(record, assessment=assessment)


def assessed_text_digest(record: Record) -> str:
    """Return the digest of what an assessment is about: texts, stage and evidence.

    Spaces, typographic apostrophes and the targets of links do not change it: a link
    that follows a merged record is no change of the text.
    """
    facts = ("stage", "evidence", "result", "firmness")
    parts = [f"{name}={getattr(record, name, None) or ''}" for name in facts]
    for edition in sorted(record.editions, key=lambda each: each.locale):
        parts += _edition_parts(edition)
    text = "\0".join("".join(part.split()) for part in parts)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_CHARACTERS]


_DIGESTED_FIRST = (
    *("locale", "title", "summary", "body", "variants", "who", "host"),
    *("participants", "date_note", "figures"),
)
"""The first fields of a text in its digest: signed records store that of this order."""


def _edition_parts(edition: Edition) -> Iterator[str]:
    declared = (field.name for field in dataclasses.fields(edition))
    names = dict.fromkeys((*_DIGESTED_FIRST, *declared))
    for name in names:
        if name in ASKED:
            continue  # They are other people's words for it, not what was assessed.
        if words := " ".join(_words(getattr(edition, name))):
            plain = _LINK_TARGET.sub("]", words).replace("’", "'")
            yield f"{edition.locale}.{name}={plain}"


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str | LongText):
        yield str(value)
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from _words(getattr(value, field.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _words(each)
