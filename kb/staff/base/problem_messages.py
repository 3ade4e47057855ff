"""Texts of problems: in forms, which name fields; in lists, which name the line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

from flask_babel import gettext

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import Message, Problem, ProblemCode, message
from indexer.model.record_parts import Title
from kb.staff.base.field_labels import field_label, is_field
from kb.web.locale import as_sentence, page_locale

NOTHING: Mapping[str, str] = MappingProxyType({})
_NAMED = re.compile("(?:'|«\u00a0)([a-z_0-9]+)(?:'|\u00a0»)")

_ADD_AGAIN = message("remove the file from the draft, and add it again")
_ASK = message("ask the person who runs this service to look into it")
_CHOOSE = message("start typing, then choose from the list")
_CHOOSE_OPTION = message("choose from the list")


@dataclass(frozen=True, slots=True)
class FormText:
    """What a form shows of a problem; None for the text of the content check."""

    what: Message | None = None
    remedy: Message | None = None


FORM_TEXTS: dict[ProblemCode, FormText] = {
    ProblemCode.MISSING_TEXT: FormText(
        remedy=message("fill in one of the two languages")
    ),
    ProblemCode.EXPECTED_VALUE: FormText(remedy=message("write it on one line")),
    ProblemCode.UNKNOWN_VALUE: FormText(remedy=_CHOOSE_OPTION),
    ProblemCode.ITEM_WITHOUT_FIELDS: FormText(remedy=message("fill in its fields")),
    ProblemCode.INVALID_DATE: FormText(
        remedy=message("write a day, a month or a year: 30/10/2018, October 2018, 2018")
    ),
    ProblemCode.INVALID_REFERENCE: FormText(remedy=_CHOOSE),
    ProblemCode.MISSING_RECORD_FILE: FormText(remedy=_ASK),
    ProblemCode.INVALID_FOLDER_NAME: FormText(remedy=_ASK),
    ProblemCode.STRAY_FILE: FormText(remedy=_ASK),
    ProblemCode.INVALID_TEXT_LINK: FormText(
        remedy=message("write a full address, or events/w4 for a record of this site")
    ),
    ProblemCode.INVALID_FILE_NAME: FormText(
        message("'%(name)s' is not the name of a file"), _ADD_AGAIN
    ),
    ProblemCode.INVALID_SHA256: FormText(
        message("this file cannot be distinguished from another one"), _ADD_AGAIN
    ),
    ProblemCode.MISSING_FILE: FormText(remedy=_ADD_AGAIN),
    ProblemCode.CHANGED_FILE: FormText(remedy=_ADD_AGAIN),
    ProblemCode.UNLISTED_FILE: FormText(
        message("there is no record of the file '%(name)s'"), _ADD_AGAIN
    ),
    ProblemCode.WRONG_QUOTATION_PAGE: FormText(remedy=message("write page %(page)s")),
    ProblemCode.GUESS_UNCHECKED: FormText(
        message("this was read in the file by the program"),
        message("say that it is right, or correct it"),
    ),
    ProblemCode.UNKNOWN_THEME: FormText(remedy=_CHOOSE_OPTION),
    ProblemCode.UNKNOWN_PLACE: FormText(
        remedy=message("choose a place from the list, or add it under Places")
    ),
    ProblemCode.DANGLING_LINK: FormText(
        message("%(target)s does not exist"), message("correct it, or remove it")
    ),
    ProblemCode.DANGLING_TEXT_LINK: FormText(
        remedy=message("correct it, or remove it")
    ),
    ProblemCode.UNREADABLE_FILE: FormText(remedy=_ASK),
    ProblemCode.NOT_A_PLAIN_FILE: FormText(remedy=_ASK),
    ProblemCode.NOT_UTF8: FormText(remedy=_ASK),
    ProblemCode.NULL_CHARACTER: FormText(remedy=_ASK),
}
"""The texts of forms, where those of the content check name files and lines."""


def problem_text(problem: Problem, awaited: Mapping[str, str] = NOTHING) -> str:
    """Return the text shown beside a field: what is wrong, and what to do.

    `awaited` maps the ids of drafts that the record links to, to their titles.
    """
    title = awaited.get(problem.what.values.get("target", ""))
    if title is not None:
        return gettext(
            "“%(title)s” is still a draft: publish it first, or remove this link.",
            title=title,
        )
    if problem.code is ProblemCode.MISSING_FIELD:
        return gettext("Fill this in.")
    if problem.code is ProblemCode.MISSING_EDITION:
        if PurePosixPath(problem.path).stem == Locale.FR:
            return gettext("Not written in French yet: the page will show the English.")
        return gettext("Not written in English yet: the page will show the French.")
    form = FORM_TEXTS.get(problem.code, FormText())
    what, remedy = _text(form.what, problem.what), _text(form.remedy, problem.remedy)
    what = _with_language(what, problem)
    text = f"{what[:1].upper()}{what[1:]}{gettext(': ')}{remedy}."
    words = {problem.what.values.get(key) for key in ("term", "word")}
    return _NAMED.sub(
        lambda quoted: (
            quoted[0] if quoted[1] in words else _with_label(quoted[0], quoted[1])
        ),
        text,
    )


def _with_language(what: str, problem: Problem) -> str:
    """Begin a warning with the language of its text: a form shows no file name."""
    match PurePosixPath(problem.path).name if problem.is_warning else "":
        case "fr.md":
            return gettext("In French, %(what)s", what=what)
        case "en.md":
            return gettext("In English, %(what)s", what=what)
    return what


def _text(of_form: Message | None, checked: Message) -> str:
    shown = checked if of_form is None else Message(of_form.template, checked.values)
    return shown.text(gettext)


def _with_label(quoted: str, name: str) -> str:
    """Replace the name of a field in the file by its label in the form."""
    return quoted.replace(name, field_label(name)) if is_field(name) else quoted


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem of the content; `title` is None for an unreadable record."""

    record: RecordId | None
    title: Title | None
    place: str
    text: str
    remedy: str
    is_warning: bool


def problem_row(problem: Problem, corpus: Corpus) -> ProblemRow:
    """Return the row of a problem."""
    record = record_with_problem(problem)
    published = corpus.get(record) if record is not None else None
    text, remedy = problem.what.text(gettext), as_sentence(problem.remedy.text(gettext))
    if problem.code is ProblemCode.MISSING_EDITION:
        # The original message names no language: only the file name shows it.
        text, remedy = problem_text(problem), ""
    return ProblemRow(
        record=record,
        title=published.title_for(page_locale()) if published is not None else None,
        place=f"{problem.path}:{problem.line}",
        text=as_sentence(text),
        remedy=remedy,
        is_warning=problem.is_warning,
    )


def record_with_problem(problem: Problem) -> RecordId | None:
    """Return the record whose folder holds the file of a problem."""
    folders = PurePosixPath(problem.path).parts[1:3]
    return RecordId.parse("/".join(folders))
