"""Labels of the fields of a record, and the names of their controls."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Locale
from kb.web.assessment_labels import ANSWERS, CRITERIA_LABELS
from kb.web.labels import (
    AUDIENCES,
    AVAILABILITY,
    CONFIDENCE,
    DELIVERABLE_TYPES,
    EVENT_TYPES,
    EVIDENCE,
    FIRMNESS,
    LANGUAGES,
    RESULTS,
    SOURCE_STATUS,
    STAGES,
    WORDINGS,
)
from kb.web.locale import LazyString, by_locale, lazy_pgettext
from kb.web.locale import lazy_gettext as _l

FIELDS: dict[str, LazyString] = {
    "id": _l("Name in the address"),
    "updated": _l("Last changed"),
    "code": _l("Code"),
    "original_title": _l("Title on the cover"),
    "type": _l("Type"),
    "themes": _l("Themes"),
    "events": _l("Events"),
    "project": _l("Project"),
    "lead": _l("Lead organisation"),
    "authors": _l("Authors"),
    "date": _l("Date"),
    "end_date": _l("Last day"),
    "language": _l("Language"),
    "pages": _l("Number of pages"),
    "availability": _l("How much was read"),
    "files": _l("Files"),
    "sources": _l("Sources"),
    "confidence": _l("Reliability of the facts"),
    "inferred": _l("What was inferred"),
    "link_to_project": _l("Link with the project"),
    "places": _l("Places"),
    "deliverables": _l("Deliverables"),
    "practices": _l("Practices"),
    "recommendations": _l("Recommendations"),
    "quotations": _l("Quotations"),
    "firmness": _l("Reliability of the source"),
    "audiences": _l("Intended audience"),
    "basis": _l("Basis of the need"),
    "stage": _l("Stage"),
    "stage_date": _l("Date of the stage"),
    "evidence": _l("Kind of evidence"),
    "result": _l("Result"),
    "contact_page": _l("Public page of the contact"),
    "registration": _l("Page to register"),
    "languages": _l("Languages spoken (codes: fr, en)"),
    "wording": _l("Wording"),
    "former_ids": _l("Former numbers"),
    "checked": _l("Warnings that need no change"),
    "record": _l("Record"),
    "why": _l("Why, in a few words"),
    "publisher": _l("Publisher"),
    "title": _l("Title in its own language"),
    "accessed": _l("Read on"),
    "status": _l("State of the address"),
    "number": _l("Number"),
    "order": _l("Order in the list of themes"),
    "broader": _l("Broader terms"),
    "related": _l("Related terms"),
    "deliverable": _l("Deliverable"),
    "file": _l("File"),
    "page": _l("Page"),
    "text": _l("Words quoted"),
    "name": _l("Name of the file"),
    "sha256": _l("Digest of the file"),
    "tagged": _l("Tagged for screen readers"),
    "licence": _l("Licence of the file"),
    "value": _l("Figure"),
    "label": _l("What it measures"),
    "fr": _l("Name in French"),
    "en": _l("Name in English"),
    "url": _l("Address"),
    "assessed": _l("Assessed on"),
    "assessor_fr": _l("Role of the assessor, in French"),
    "assessor_en": _l("Role of the assessor, in English"),
    "assessed_text": _l("Digest of the assessed text"),
    "assessment": _l("Assessment"),
    "criterion": _l("Criterion"),
    "answer": _l("Answer"),
    "fr-title": _l("Title in French"),
    "en-title": _l("Title in English"),
    "fr-summary": _l("Summary in French"),
    "en-summary": _l("Summary in English"),
    "fr-body": _l("Text in French"),
    "en-body": _l("Text in English"),
    "fr-body-problem": _l("The problem, in French"),
    "en-body-problem": _l("The problem, in English"),
    "fr-body-done": _l("What was done, in French"),
    "en-body-done": _l("What was done, in English"),
    "fr-body-tools": _l("Tools, in French"),
    "en-body-tools": _l("Tools, in English"),
    "fr-body-results": _l("Results, in French"),
    "en-body-results": _l("Results, in English"),
    "fr-body-lessons": _l("Lessons, in French"),
    "en-body-lessons": _l("Lessons, in English"),
    "fr-body-limits": _l("Limits, in French"),
    "en-body-limits": _l("Limits, in English"),
    "fr-body-other": _l("Other text, in French"),
    "en-body-other": _l("Other text, in English"),
    "fr-who": _l("Who, in French"),
    "en-who": _l("Who, in English"),
    "fr-host": _l("Organised by, in French"),
    "en-host": _l("Organised by, in English"),
    "fr-participants": _l("Participants, in French"),
    "en-participants": _l("Participants, in English"),
    "fr-date_note": _l("Note on the date, in French"),
    "en-date_note": _l("Note on the date, in English"),
    "fr-variants": _l("Other names in French"),
    "en-variants": _l("Other names in English"),
    "fr-figures": _l("Figures, in French"),
    "en-figures": _l("Figures, in English"),
    "fr-stage_note": _l("Note on the stage, in French"),
    "en-stage_note": _l("Note on the stage, in English"),
    "fr-means_people": _l("Means: people, in French"),
    "en-means_people": _l("Means: people, in English"),
    "fr-means_time": _l("Means: time, in French"),
    "en-means_time": _l("Means: time, in English"),
    "fr-means_money": _l("Means: money, in French"),
    "en-means_money": _l("Means: money, in English"),
    "fr-means_tools": _l("Means: tools, in French"),
    "en-means_tools": _l("Means: tools, in English"),
    "fr-evaluation_by": _l("Evaluated by, in French"),
    "en-evaluation_by": _l("Evaluated by, in English"),
    "fr-evaluation_method": _l("Method of the evaluation, in French"),
    "en-evaluation_method": _l("Method of the evaluation, in English"),
    "fr-evaluation_measured": _l("What was measured, in French"),
    "en-evaluation_measured": _l("What was measured, in English"),
    "fr-transfer_needs": _l("What it takes elsewhere, in French"),
    "en-transfer_needs": _l("What it takes elsewhere, in English"),
    "fr-transfer_obstacles": _l("What would stop it elsewhere, in French"),
    "en-transfer_obstacles": _l("What would stop it elsewhere, in English"),
    "fr-contact": _l("Contact, in French"),
    "en-contact": _l("Contact, in English"),
    "fr-legal_basis": _l("Legal basis, in French"),
    "en-legal_basis": _l("Legal basis, in English"),
    "fr-did_not_work": _l("What did not work, in French"),
    "en-did_not_work": _l("What did not work, in English"),
    "fr-questions": _l("Questions, in French"),
    "en-questions": _l("Questions, in English"),
    "fr-start_mayor": _l("Start here: mayors, in French"),
    "en-start_mayor": _l("Start here: mayors, in English"),
    "fr-start_police": _l("Start here: police officers, in French"),
    "en-start_police": _l("Start here: police officers, in English"),
}
"""The labels of the fields; those of the editions begin with the language."""

_FIRMNESS_LABELS = {value: badge.label for value, badge in FIRMNESS.items()}
CHOICES: dict[str, Mapping[Any, LazyString]] = {
    "language": LANGUAGES,
    "tagged": {
        "yes": lazy_pgettext("tagged", "yes"),
        "no": lazy_pgettext("tagged", "no"),
    },
    "availability": AVAILABILITY,
    "confidence": CONFIDENCE,
    "audiences": AUDIENCES,
    "type": {**DELIVERABLE_TYPES, **EVENT_TYPES},
    "firmness": _FIRMNESS_LABELS,
    "link_to_project": _FIRMNESS_LABELS,
    "basis": _FIRMNESS_LABELS,
    "stage": STAGES,
    "evidence": EVIDENCE,
    "result": RESULTS,
    "wording": WORDINGS,
    "status": SOURCE_STATUS,
    "criterion": CRITERIA_LABELS,
    "answer": ANSWERS,
}
"""The labels of the values to choose from, by field; the values are string enums."""

WITHOUT_EDITION = by_locale(fr=_l("Without French"), en=_l("Without English"))


def field_label(name: str, locale: Locale | None = None) -> str:
    """Return the label of a field; with a locale, that of a field of the edition."""
    return str(FIELDS.get(f"{locale}-{name}", FIELDS.get(name, name)))


def choice_label(field: str, value: str) -> str:
    """Return the label of a value to choose from."""
    return str(CHOICES.get(field, {}).get(value, value))


def control_name(file: str, field: str) -> str:
    """Return the name of the form control of a field, as `f-date` or `fr-title`."""
    prefix = "f" if file == RECORD_FILE else file.removesuffix(".md")
    return f"{prefix}-{field}"


def raw_control_name(file: str) -> str:
    """Return the name of the control that holds a whole file as text."""
    return f"raw-{file}"


def locale_of_file(file: str) -> Locale | None:
    """Return the locale of the edition in a file; None for `record.yaml`."""
    return None if file == RECORD_FILE else Locale(file.removesuffix(".md"))


def missing_edition_label(locales: Collection[Locale]) -> str:
    """Return the label of a record written in these locales; empty if in all."""
    missing = (WITHOUT_EDITION[each] for each in Locale if each not in locales)
    return str(next(missing, ""))
