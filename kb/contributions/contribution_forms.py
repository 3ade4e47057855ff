"""The fields of each form, and the check of what a visitor wrote."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Form, StringField
from wtforms.validators import ValidationError

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


class AnswerField(StringField):  # type: ignore[misc]  # WTForms has no types
    """A question to a visitor: how it is shown, and the check of the answer.

    `choices` are the values of a choice with their labels. The height of a text and
    what a browser fills in are in `render_kw`.
    """

    def __init__(
        self,
        label: LazyString,
        shown_as: FieldType,
        hint: LazyString | str = "",
        *,
        is_required: bool = False,
        choices: Sequence[tuple[str, LazyString]] = (),
        **options: Any,
    ) -> None:
        super().__init__(label, filters=[self._plain], description=hint, **options)
        self.shown_as, self.is_required, self.choices = shown_as, is_required, choices
        self.render_kw: Mapping[str, object] = options.get("render_kw", {})

    @property
    def max_characters(self) -> int:
        """How long the text may be."""
        return MAX_TEXT if self.shown_as is FieldType.TEXT else MAX_LINE

    def pre_validate(self, form: Form) -> None:  # noqa: ARG002  # named by WTForms
        """Check the answer.

        Raises:
            ValidationError: the answer can't be accepted.
        """
        error = self._error(self.data)
        if error:
            raise ValidationError(error)

    def _plain(self, typed: str | None) -> str:
        """Return a text in one form of Unicode, without control characters."""
        text = unicodedata.normalize(
            "NFC", (typed or "").encode("utf-8", "replace").decode()
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.shown_as is FieldType.EMAIL:
            return normalized_email(text)
        is_long = self.shown_as is FieldType.TEXT
        kept = "".join(
            character
            if character.isprintable() or (is_long and character in _SPACES)
            else " "
            for character in text
        )
        return kept.strip() if is_long else " ".join(kept.split())

    def _error(self, text: str) -> str:
        """Return a sentence for an answer that can't be accepted, else nothing."""
        if self.shown_as is FieldType.CONSENT:
            return (
                ""
                if text == "yes"
                else _("Tick this box: without it we cannot keep it.")
            )
        if not text:
            return self._missing() if self.is_required else ""
        if self.shown_as is FieldType.CHOICE:
            is_known = text in dict(self.choices)
            return "" if is_known else _("Choose one of the answers.")
        if self.shown_as is FieldType.EMAIL:
            is_valid = is_email(text) and len(text) <= MAX_EMAIL
            return (
                ""
                if is_valid
                else _("This is not an e-mail address such as name@example.org.")
            )
        if len(text) > self.max_characters:
            return _(
                "Too long by %(count)s characters: at most %(most)s.",
                count=len(text) - self.max_characters,
                most=self.max_characters,
            )
        return ""

    def _missing(self) -> str:
        if self.shown_as is FieldType.CHOICE:
            return _("Choose one of the answers.")
        return _("Write a few words here.")


@dataclass(frozen=True, slots=True)
class FormStep:
    """A step of a form: a heading and its named fields.

    A step that `has_files` has the field of files too.
    """

    anchor: str
    title: LazyString
    fields: tuple[tuple[str, AnswerField], ...]
    has_files: bool = False


def _asked(name: str, *shown: Any, **options: Any) -> tuple[str, AnswerField]:
    return name, AnswerField(*shown, **options)


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
    _asked(
        "name", _l("Your name (optional)"), _LINE, render_kw={"autocomplete": "name"}
    ),
    _asked(
        "email",
        _l("Your e-mail address (optional)"),
        FieldType.EMAIL,
        _l("To reply to you, for nothing else. It is never published."),
        render_kw={"autocomplete": "email"},
    ),
)
_SOURCES = _asked(
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
            _asked(
                "title",
                _l("The practice in a few words"),
                _LINE,
                _l("For example: an application to report fly-tipping"),
                is_required=True,
            ),
            _asked("place", _l("Town, region or country"), _LINE),
            _asked(
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
            _asked("problem", _l("What was the problem?"), _TEXT, is_required=True),
            _asked(
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
            _asked(
                "results",
                _l("What has changed?"),
                _TEXT,
                _l("Figures with their date, if you have any."),
            ),
            _asked(
                "failures",
                _l("What did not work?"),
                _TEXT,
                _l("A useful failure is worth a success."),
            ),
            _asked(
                "conditions",
                _l("What does it take to do it elsewhere?"),
                _TEXT,
                _l("People, money, agreements, a legal basis."),
            ),
            _asked(
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
            _asked(
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
        _asked(
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
                _asked(
                    "quote",
                    _l("What is written now?"),
                    _TEXT,
                    _l("Copy the sentence or the figure from the page."),
                    is_required=True,
                    render_kw={"rows": 3},
                ),
                _asked(
                    "proposed",
                    _l("What should it say?"),
                    _TEXT,
                    is_required=True,
                    render_kw={"rows": 3},
                ),
                _asked(
                    "sources",
                    _l("How do you know?"),
                    _TEXT,
                    _l("The address of a page, the title of a document, your role."),
                    is_required=True,
                    render_kw={"rows": 3},
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
                _asked(
                    "subject",
                    _l("What is it about?"),
                    _CHOICE,
                    is_required=True,
                    choices=SUBJECTS,
                ),
                _asked(
                    "message",
                    _l("What is wrong?"),
                    _TEXT,
                    _l("Quote the sentence or the link, and say what you expected."),
                    is_required=True,
                    render_kw={"rows": 5},
                ),
            ),
        ),
        _REPORT_END,
    ),
}
"""The steps of the form of each kind."""


class VisitorForm(Form):  # type: ignore[misc]  # WTForms has no types
    """The form of a kind of contribution; `visitor_form` adds its fields.

    It has no CSRF token, which needs a session: a form has a signed token of its own.
    """

    names: tuple[str, ...] = ()

    @property
    def in_order(self) -> list[AnswerField]:
        """The fields in the order of the page; WTForms sorts them by declaration."""
        return [self[name] for name in self.names]

    @property
    def wrong_fields(self) -> list[AnswerField]:
        """The fields that are wrong, in the order of the page."""
        return [field for field in self.in_order if field.errors]


def visitor_form(
    kind: ContributionKind,
    sent: MultiDict[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> VisitorForm:
    """Return the form of a kind as it was sent, or filled in with texts."""
    fields = dict(field for step in FORMS[kind] for field in step.fields)
    members = {**fields, "names": tuple(fields)}
    form: VisitorForm = type("KindForm", (VisitorForm,), members)(sent, data=typed)
    return form
