"""Labels of the values that fields of records may have."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from indexer.model.vocabulary import Tagged
from kb.web import labels
from kb.web.assessment_labels import ANSWERS, CRITERIA_LABELS, STATUSES
from kb.web.locale import LazyString, lazy_pgettext

_TAGGED = {
    Tagged.YES: lazy_pgettext("tagged", "yes"),
    Tagged.NO: lazy_pgettext("tagged", "no"),
}
VALUES: Mapping[type[StrEnum], Mapping[Any, LazyString]] = {
    type(next(iter(of_values))): of_values
    for of_values in (
        *(ANSWERS, CRITERIA_LABELS, STATUSES, labels.AUDIENCES),
        *(labels.AVAILABILITY, labels.CONFIDENCE, labels.COVERAGES),
        *(labels.DELIVERABLE_TYPES, labels.EVENT_TYPES, labels.FAILURES),
        *(labels.EVIDENCE, labels.LANGUAGES, labels.RESULTS, labels.SOURCE_STATUS),
        *(labels.STAGES, labels.WORDINGS, _TAGGED),
        {value: badge.label for value, badge in labels.FIRMNESS.items()},
    )
}
"""The labels of the values to choose from."""

for _values, _labels in VALUES.items():
    if missing := [value for value in _values if value not in _labels]:
        raise LookupError(f"values without a label: {missing}")


def value_label(value: StrEnum) -> str:
    """Return the label of a value in the language of the page."""
    return str(VALUES[type(value)][value])
