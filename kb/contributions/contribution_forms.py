"""The steps of the form of each kind of contribution."""

from collections.abc import Mapping
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import Form

from indexer.model.vocabulary import ExperienceKind
from kb.contributions.answer_fields import AnswerField, FieldType, FormStep
from kb.contributions.contribution import ContributionKind
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l


def _asked(name: str, *shown: Any, **options: Any) -> tuple[str, AnswerField]:
    return name, AnswerField(*shown, **options)


EVALUATIONS: tuple[tuple[str, LazyString], ...] = (
    ("report", _l("Yes, there is a report")),
    ("own", _l("No, the figures are our own")),
    ("none", _l("Nothing was measured")),
)
EXPERIENCE_ANSWERS: dict[ExperienceKind, LazyString] = {
    ExperienceKind.SAME: _l("We do this too"),
    ExperienceKind.CHANGED: _l("We do it, but in another way"),
    ExperienceKind.DID_NOT_WORK: _l("It did not work here"),
}
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
_PUBLISHED_END = FormStep(
    "step-2",
    _l("To reply to you"),
    (
        *_CONTACT,
        _asked(
            "consent",
            _l(
                "I agree that the team keeps these answers to examine them, and that "
                "it may publish the town, the year and these words under an open "
                "licence (CC BY 4.0)"
            ),
            FieldType.CONSENT,
            is_required=True,
        ),
    ),
)
_TOWN = _asked(
    "place",
    _l("Your town"),
    _LINE,
    _l("With its country: it is published with your words."),
    is_required=True,
)
_YEAR = _asked("year", _l("Since when"), _LINE, _l("A year, such as 2025."))
_EXPERIENCE = FormStep(
    "step-1",
    _l("What your town did"),
    (
        _asked(
            "happened",
            _l("How did it go?"),
            _CHOICE,
            is_required=True,
            choices=tuple(
                (kind.value, label) for kind, label in EXPERIENCE_ANSWERS.items()
            ),
        ),
        _TOWN,
        _YEAR,
        _asked(
            "message",
            _l("What should other towns know?"),
            _TEXT,
            _l("Two lines: what you changed, what you would not do again."),
            is_required=True,
            render_kw={"rows": 3},
        ),
        _SOURCES,
    ),
)
_SAME_NEED = FormStep(
    "step-1",
    _l("Your town"),
    (
        _TOWN,
        _YEAR,
        _asked(
            "message",
            _l("In one line, what does it look like there?"),
            _TEXT,
            render_kw={"rows": 2},
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
    ContributionKind.EXPERIENCE: (_EXPERIENCE, _PUBLISHED_END),
    ContributionKind.SAME_NEED: (_SAME_NEED, _PUBLISHED_END),
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
