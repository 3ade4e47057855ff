"""The texts of problems in forms, which speak of fields and not of files and lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType

from flask_babel import gettext

from indexer.model.ids import Locale
from indexer.model.problems import Message, Problem, ProblemCode, message
from kb.staff.base.field_labels import FIELDS, field_label

NOTHING: Mapping[str, str] = MappingProxyType({})
_NAMED = re.compile("(?:'|«\u00a0)([a-z_0-9]+)(?:'|\u00a0»)")

_ADD_AGAIN = message("remove the file from the draft, and add it again")
_ASK = message("ask the person who runs this service to look at it")
_CHOOSE = message("begin to type, and choose one of the list")
_CHOOSE_OPTION = message("choose one of the list")


@dataclass(frozen=True, slots=True)
class FormText:
    """The sentence and the remedy of a form; None where those of the checker fit."""

    what: Message | None = None
    remedy: Message | None = None


_AS_CHECKED = FormText()

FORM_TEXTS: dict[ProblemCode, FormText] = {
    ProblemCode.MISSING_TEXT: FormText(
        remedy=message("fill in one of the two languages")
    ),
    ProblemCode.UNKNOWN_FIELD: _AS_CHECKED,
    ProblemCode.REPEATED_FIELD: _AS_CHECKED,
    ProblemCode.EXPECTED_VALUE: FormText(remedy=message("write it on one line")),
    ProblemCode.EXPECTED_LIST: _AS_CHECKED,
    ProblemCode.UNKNOWN_VALUE: FormText(remedy=_CHOOSE_OPTION),
    ProblemCode.REPEATED_VALUE: _AS_CHECKED,
    ProblemCode.INVALID_ITEM: _AS_CHECKED,
    ProblemCode.ITEM_WITHOUT_FIELDS: FormText(remedy=message("fill in its fields")),
    ProblemCode.INVALID_DATE: FormText(
        remedy=message("write a day, a month or a year: 30/10/2018, October 2018, 2018")
    ),
    ProblemCode.INVALID_DAY: _AS_CHECKED,
    ProblemCode.INVALID_PERIOD: _AS_CHECKED,
    ProblemCode.INVALID_NUMBER: _AS_CHECKED,
    ProblemCode.INVALID_REFERENCE: FormText(remedy=_CHOOSE),
    ProblemCode.WRONG_ID: _AS_CHECKED,
    ProblemCode.ALL_WITH_OTHER_THEMES: _AS_CHECKED,
    ProblemCode.INVALID_ADDRESS: _AS_CHECKED,
    ProblemCode.UNKNOWN_INFERRED_FIELD: _AS_CHECKED,
    ProblemCode.MISSING_RECORD_FILE: FormText(remedy=_ASK),
    ProblemCode.RECORD_WITHOUT_FIELDS: _AS_CHECKED,
    ProblemCode.INVALID_FOLDER_NAME: FormText(remedy=_ASK),
    ProblemCode.STRAY_FILE: FormText(remedy=_ASK),
    ProblemCode.MISSING_FRONT_MATTER: _AS_CHECKED,
    ProblemCode.EMPTY_FRONT_MATTER: _AS_CHECKED,
    ProblemCode.INVALID_YAML: _AS_CHECKED,
    ProblemCode.NESTED_TOO_DEEPLY: _AS_CHECKED,
    ProblemCode.FIGURE_COUNT: _AS_CHECKED,
    ProblemCode.INVALID_TEXT_LINK: FormText(
        remedy=message("write a whole address, or events/w4 for a record of this site")
    ),
    ProblemCode.INVALID_FILE_NAME: FormText(
        message("'%(name)s' is not the name of a file"), _ADD_AGAIN
    ),
    ProblemCode.INVALID_SHA256: FormText(
        message("the file can't be told from others"), _ADD_AGAIN
    ),
    ProblemCode.REPEATED_FILE: _AS_CHECKED,
    ProblemCode.MISSING_FILE: FormText(remedy=_ADD_AGAIN),
    ProblemCode.CHANGED_FILE: FormText(remedy=_ADD_AGAIN),
    ProblemCode.UNLISTED_FILE: FormText(
        message("nothing is known of the file '%(name)s'"), _ADD_AGAIN
    ),
    ProblemCode.LOST_QUOTATION: _AS_CHECKED,
    ProblemCode.WRONG_QUOTATION_PAGE: FormText(remedy=message("write page %(page)s")),
    ProblemCode.FILE_WITHOUT_PAGES: _AS_CHECKED,
    ProblemCode.UNKNOWN_QUOTED_FILE: _AS_CHECKED,
    ProblemCode.DUPLICATE_ID: _AS_CHECKED,
    ProblemCode.UNKNOWN_THEME: FormText(remedy=_CHOOSE_OPTION),
    ProblemCode.UNKNOWN_PLACE: FormText(
        remedy=message(
            "choose a place of the list; the person who runs this service can add one"
        )
    ),
    ProblemCode.DANGLING_LINK: FormText(
        message("%(target)s does not exist"), message("correct it, or remove it")
    ),
    ProblemCode.DANGLING_TEXT_LINK: FormText(
        remedy=message("correct it, or remove it")
    ),
    ProblemCode.UNLINKED_RECORD: _AS_CHECKED,
    ProblemCode.UNUSED_PRACTICE: _AS_CHECKED,
    ProblemCode.UNUSED_TERM: _AS_CHECKED,
    ProblemCode.UNREADABLE_FILE: FormText(remedy=_ASK),
    ProblemCode.NOT_A_PLAIN_FILE: FormText(remedy=_ASK),
    ProblemCode.FILE_TOO_LARGE: _AS_CHECKED,
    ProblemCode.NOT_UTF8: FormText(remedy=_ASK),
    ProblemCode.NULL_CHARACTER: FormText(remedy=_ASK),
}
"""What a form shows of a problem: it speaks of fields, and never of files and lines."""


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
    form = FORM_TEXTS.get(problem.code, _AS_CHECKED)
    what, remedy = _text(form.what, problem.what), _text(form.remedy, problem.remedy)
    text = f"{what[:1].upper()}{what[1:]}{gettext(': ')}{remedy}."
    return _NAMED.sub(lambda quoted: _with_label(quoted[0], quoted[1]), text)


def _text(of_form: Message | None, checked: Message) -> str:
    shown = checked if of_form is None else Message(of_form.template, checked.values)
    return shown.text(gettext)


def _with_label(quoted: str, name: str) -> str:
    """Replace the name of a field in the file by its label in the form."""
    return quoted.replace(name, field_label(name)) if name in FIELDS else quoted
