"""The fields of each form, and the check of what a visitor wrote."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from kb.contributions.contribution import ContributionKind
from kb.core.mail import MAX_EMAIL, is_email, normalized_email
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

MAX_LINE = 200
MAX_TEXT = 6_000
_SPACES = {"\n", "\t"}


class FieldType(StrEnum):
    """How a field is shown."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    EMAIL = "email"
    CONSENT = "consent"


@dataclass(frozen=True, slots=True)
class AnswerField:
    """A field of a form; `choices` are its values with their labels."""

    name: str
    label: LazyString
    type: FieldType
    hint: LazyString | str = ""
    is_required: bool = False
    choices: tuple[tuple[str, LazyString], ...] = ()
    autocomplete: str = ""
    rows: int = 4

    @property
    def max_characters(self) -> int:
        """How long the text may be."""
        return MAX_TEXT if self.type is FieldType.TEXT else MAX_LINE


@dataclass(frozen=True, slots=True)
class FormStep:
    """A step of a form: a heading and its fields; `has_files`: with that of files."""

    anchor: str
    title: LazyString
    fields: tuple[AnswerField, ...]
    has_files: bool = False


EVALUATIONS: tuple[tuple[str, LazyString], ...] = (
    ("report", _l("Yes, there is a report")),
    ("own", _l("No, the figures are our own")),
    ("none", _l("Nothing was measured")),
)
SUBJECTS: tuple[tuple[str, LazyString], ...] = (
    ("source", _l("A source no longer opens")),
    ("translation", _l("A translation is wrong")),
    ("use", _l("The page is hard to use or to read")),
    ("personal", _l("It is about me and must be removed")),
    ("other", _l("Something else")),
)
CONTACT_FIELDS = {"name", "email"}
"""The fields that are stored apart from the answers."""

_LINE, _TEXT, _CHOICE = FieldType.LINE, FieldType.TEXT, FieldType.CHOICE

_CONTACT = (
    AnswerField("name", _l("Your name (optional)"), _LINE, autocomplete="name"),
    AnswerField(
        "email",
        _l("Your e-mail address (optional)"),
        FieldType.EMAIL,
        _l("To reply to you, for nothing else. It is never published."),
        autocomplete="email",
    ),
)
_SOURCES = AnswerField(
    "sources",
    _l("Addresses or titles of documents"),
    _TEXT,
    _l("One per line: an article, a decision, a report."),
)

_PRACTICE = (
    FormStep(
        "step-1",
        _l("Where, and who"),
        (
            AnswerField(
                "title",
                _l("The practice in a few words"),
                _LINE,
                _l("For example: an application to report fly-tipping"),
                is_required=True,
            ),
            AnswerField("place", _l("Town, region or country"), _LINE),
            AnswerField(
                "who",
                _l("Who did it"),
                _LINE,
                _l("For example: local police, prevention service"),
            ),
        ),
    ),
    FormStep(
        "step-2",
        _l("The problem, and what was done"),
        (
            AnswerField(
                "problem", _l("What was the problem?"), _TEXT, is_required=True
            ),
            AnswerField(
                "done",
                _l("What did you do?"),
                _TEXT,
                _l("Three or four sentences: the tools, how many people, how long."),
                is_required=True,
            ),
        ),
    ),
    FormStep(
        "step-3",
        _l("The results, and what did not work"),
        (
            AnswerField(
                "results",
                _l("What has changed?"),
                _TEXT,
                _l("Figures with their date, if you have any."),
            ),
            AnswerField(
                "failures",
                _l("What did not work?"),
                _TEXT,
                _l("A useful failure is worth a success."),
            ),
            AnswerField(
                "conditions",
                _l("What does it take to do it elsewhere?"),
                _TEXT,
                _l("People, money, agreements, a legal basis."),
            ),
            AnswerField(
                "evaluated",
                _l("Has somebody evaluated it?"),
                _CHOICE,
                choices=EVALUATIONS,
            ),
        ),
    ),
    FormStep("step-4", _l("Your sources"), (_SOURCES,), has_files=True),
    FormStep(
        "step-5",
        _l("To reply to you"),
        (
            *_CONTACT,
            AnswerField(
                "consent",
                _l(
                    "I agree that the team keeps these answers to examine them, and "
                    "that the record is published under an open licence (CC BY 4.0), "
                    "in French and in English"
                ),
                FieldType.CONSENT,
                is_required=True,
            ),
        ),
    ),
)
_REPORT_END = FormStep(
    "step-2",
    _l("To reply to you"),
    (
        *_CONTACT,
        AnswerField(
            "consent",
            _l("I agree that the team keeps this message to examine it"),
            FieldType.CONSENT,
            is_required=True,
        ),
    ),
)
FORMS: dict[ContributionKind, tuple[FormStep, ...]] = {
    ContributionKind.PRACTICE: _PRACTICE,
    ContributionKind.ANSWER: _PRACTICE,
    ContributionKind.CORRECTION: (
        FormStep(
            "step-1",
            _l("The correction"),
            (
                AnswerField(
                    "quote",
                    _l("What is written now?"),
                    _TEXT,
                    _l("Copy the sentence or the figure from the page."),
                    is_required=True,
                    rows=3,
                ),
                AnswerField(
                    "proposed",
                    _l("What should it say?"),
                    _TEXT,
                    is_required=True,
                    rows=3,
                ),
                AnswerField(
                    "sources",
                    _l("How do you know?"),
                    _TEXT,
                    _l("The address of a page, the title of a document, your role."),
                    is_required=True,
                    rows=3,
                ),
            ),
            has_files=True,
        ),
        _REPORT_END,
    ),
    ContributionKind.PROBLEM: (
        FormStep(
            "step-1",
            _l("The problem"),
            (
                AnswerField(
                    "subject",
                    _l("What is it about?"),
                    _CHOICE,
                    is_required=True,
                    choices=SUBJECTS,
                ),
                AnswerField(
                    "message",
                    _l("What is wrong?"),
                    _TEXT,
                    _l("Quote the sentence or the link, and say what you expected."),
                    is_required=True,
                    rows=5,
                ),
            ),
        ),
        _REPORT_END,
    ),
}
"""The steps of the form of each kind."""


def fields_of_form(kind: ContributionKind) -> Iterator[AnswerField]:
    """Yield the fields of a form in their order."""
    for step in FORMS[kind]:
        yield from step.fields


def read_answers(kind: ContributionKind, form: Mapping[str, str]) -> dict[str, str]:
    """Return the text of each field, as plain text without control characters."""
    return {
        each.name: _plain(form.get(each.name, ""), each)
        for each in fields_of_form(kind)
    }


def answer_errors(kind: ContributionKind, answers: Mapping[str, str]) -> dict[str, str]:
    """Return a sentence for each field that can't be accepted."""
    found = (
        (each.name, _error(each, answers[each.name])) for each in fields_of_form(kind)
    )
    return {name: error for name, error in found if error}


def _plain(text: str, field: AnswerField) -> str:
    text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if field.type is FieldType.EMAIL:
        return normalized_email(text)
    is_long = field.type is FieldType.TEXT
    kept = "".join(
        each if each.isprintable() or (is_long and each in _SPACES) else " "
        for each in text
    )
    return kept.strip() if is_long else " ".join(kept.split())


def _error(field: AnswerField, text: str) -> str:
    if field.type is FieldType.CONSENT:
        return (
            "" if text == "yes" else _("Tick this box: without it we cannot keep it.")
        )
    if not text:
        return _missing(field) if field.is_required else ""
    if field.type is FieldType.CHOICE:
        is_known = text in dict(field.choices)
        return "" if is_known else _("Choose one of the answers.")
    if field.type is FieldType.EMAIL:
        is_valid = is_email(text) and len(text) <= MAX_EMAIL
        return (
            ""
            if is_valid
            else _("This is not an e-mail address such as name@example.org.")
        )
    if len(text) > field.max_characters:
        return _(
            "Too long by %(count)s characters: at most %(most)s.",
            count=len(text) - field.max_characters,
            most=field.max_characters,
        )
    return ""


def _missing(field: AnswerField) -> str:
    if field.type is FieldType.CHOICE:
        return _("Choose one of the answers.")
    return _("Write a few words here.")
