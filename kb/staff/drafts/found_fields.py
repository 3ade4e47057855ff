"""View of the facts of a file beside the fields of its draft, and what is decided."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Locale
from indexer.model.proposals import ExtractedFact, MetadataField
from kb.publishing.drafts.proposal_review import FileOwner
from kb.publishing.extractions.extraction_store import Extraction, ReviewDecision
from kb.staff.base.field_labels import control_name
from kb.staff.base.publishing_services import extraction_store, repository
from kb.staff.base.requests import actor
from kb.staff.base.routing import staff_url
from kb.staff.drafts.edit_view import DraftPage
from kb.staff.drafts.file_sheets import SoughtWords
from kb.staff.drafts.form_view import FieldView
from kb.staff.imports.report_card_view import FactRow, fact_row

ACT = "review:"
_CHOICES = {"save", "keep", "aside", "undo"}
_TEXTS = {MetadataField.TITLE, MetadataField.SUMMARY}


@dataclass(frozen=True, slots=True)
class FoundField:
    """A fact of a file, and the field of the draft that has it; either may be missing.

    `name` is its anchor. `decision` is "keep" or "aside" once a person decided, `by`.
    """

    name: str
    label: str
    fact: FactRow | None
    field: FieldView | None
    decision: str = ""
    by: str = ""


def found_fields(
    extraction: Extraction, owner: FileOwner | None, draft: DraftPage | None
) -> tuple[FoundField, ...]:
    """Return the facts of a file, then the fields of its draft that lack or are wrong.

    Without a draft, nothing can be changed.
    """
    fields: dict[str, FieldView] = {}
    if draft is not None:  # Each field stands alone: it has a hint of its own.
        fields = {each.id: replace(each, hint_id="") for each in draft.form.fields}
    found = []
    for fact in extraction.facts:
        row = fact_row(fact, extraction, owner)
        field = _field_of(fact, fields)
        fields.pop(field.id if field is not None else "", None)
        found.append(_found(extraction, row, field, anchor_of(fact)))
    others = [field for field in fields.values() if field.has_error]
    return (
        *found,
        *(
            FoundField(f"found-{field.id}", field.label, None, field)
            for field in others
        ),
    )


def _found(
    extraction: Extraction, row: FactRow, field: FieldView | None, name: str
) -> FoundField:
    found = FoundField(name, row.label, row, field)
    decision = extraction.decisions.get(field.name) if field is not None else None
    if decision is None:
        return found
    return replace(found, decision=decision.version, by=decision.by)


def _field_of(fact: ExtractedFact, fields: Mapping[str, FieldView]) -> FieldView | None:
    """Return the field of a draft that has a fact; of a text, the filled edition."""
    if fact.field not in _TEXTS:
        name = control_name(RECORD_FILE, fact.field.value)
        return next((field for field in fields.values() if field.name == name), None)
    names = [control_name(f"{locale}.md", fact.field.value) for locale in Locale]
    own = [fields[name] for name in names if name in fields]
    return next((field for field in own if field.is_filled), next(iter(own), None))


def anchor_of(fact: ExtractedFact) -> str:
    """Return the anchor of a fact in the review of its file."""
    return f"found-{fact.field.value}"


def sought_facts(extraction: Extraction) -> Iterator[SoughtWords]:
    """Yield the words of each fact that the text of its file has."""
    for fact in extraction.facts:
        if fact.origin.quotation:
            label = str(fact_row(fact, extraction, None).label)
            texts = (fact.origin.quotation, *fact.values)
            yield SoughtWords(anchor_of(fact), label, fact.origin.page, texts)


@dataclass(frozen=True, slots=True)
class ReviewAct:
    """A button of a review, pressed in the form of the draft.

    `choice` is "keep", "aside" or "undo" for the field `field`, or "save".
    """

    key: str
    choice: str
    field: str
    anchor: str

    @classmethod
    def of(cls, act: str) -> "ReviewAct | None":
        """Return the act of a button, named `review:key:choice:field:anchor`."""
        parts = act.removeprefix(ACT).split(":")
        if not act.startswith(ACT) or len(parts) != 4 or parts[1] not in _CHOICES:
            return None
        return cls(*parts)

    def fields(self, submitted: MultiDict[str, str]) -> MultiDict[str, str]:
        """Return the submitted form; a field that is set aside is empty.

        A field that is kept is right: no guess in it waits for a person. One that was
        set aside, and is not any more, has the value of the file.
        """
        values: Sequence[str] | None = None
        if self.choice == "keep":
            submitted = MultiDict(submitted)
            submitted.add("right", self.field)
        elif self.choice == "aside":
            values = ("",)
        elif self.choice == "undo" and not any(submitted.getlist(self.field)):
            name = self.field.partition("-")[2]
            facts = extraction_store().load(self.key).facts
            found = (fact.values for fact in facts if fact.field == name)
            values = next(found, None)
        if values is not None and self.field in submitted:
            submitted = MultiDict(submitted)
            submitted.setlist(self.field, values)
        return submitted

    def store(self) -> str:
        """Store the decision, and return the address of the review."""
        if self.choice != "save":
            choice = "" if self.choice == "undo" else self.choice
            decision = ReviewDecision(actor(), repository().timestamp(), None, choice)
            extraction_store().decide_field(self.key, self.field, decision)
        return staff_url("extraction_review", key=self.key, _anchor=self.anchor or None)
