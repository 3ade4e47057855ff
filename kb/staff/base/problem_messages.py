"""Problems as a form says them: of fields, and not of files and lines."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from flask_babel import gettext

from indexer.corpus.record_reader import MISSING_EDITION
from indexer.corpus.yaml_fields import MISSING_FIELD
from indexer.model.ids import Locale
from indexer.model.problems import Message, Problem, message
from kb.staff.base.field_labels import FIELDS, field_label

NOTHING: Mapping[str, str] = MappingProxyType({})
_NAMED = re.compile("(?:'|«\u00a0)([a-z_0-9]+)(?:'|\u00a0»)")

_ADD_AGAIN = message("remove the file from the draft, and add it again")
_ASK = message("ask the person who runs this service to look at it")
_CHOOSE = message("begin to type, and choose one of the list")
_CHOOSE_OPTION = message("choose one of the list")

SAID_IN_FORMS: dict[str, Message] = {
    "'%(text)s' is not a SHA-256": message("the file can't be told from others"),
    "'%(name)s' is not the name of a file in files/": message(
        "'%(name)s' is not the name of a file"
    ),
    "the file '%(name)s' is not listed in record.yaml": message(
        "nothing is known of the file '%(name)s'"
    ),
    "add it to %(path)s, or correct the name": message(
        "choose a place of the list; the person who runs this service can add one"
    ),
    "'%(field)s' names %(target)s, which does not exist": message(
        "%(target)s does not exist"
    ),
    "write the name of a folder of documents/%(folder)s/": _CHOOSE,
    "correct the id, or remove it": message("correct it, or remove it"),
    "choose one of: %(options)s": _CHOOSE_OPTION,
    "choose one of: %(themes)s": _CHOOSE_OPTION,
    "write it on one line, after the colon": message("write it on one line"),
    "write it as %(example)s": message("fill in its fields"),
    "write page: %(page)s": message("write page %(page)s"),
    "write a day 2018-10-30, a month 2018-10 or a year 2018": message(
        "write a day, a month or a year: 30/10/2018, October 2018, 2018"
    ),
    "write folder/id, such as events/w4, or a whole address": message(
        "write a whole address, or events/w4 for a record of this site"
    ),
    "put it into files/, or remove it from the list": _ADD_AGAIN,
    "put the original back, or write sha256: %(sha256)s if it was replaced on purpose; "
    "until then it is neither shown nor searched": _ADD_AGAIN,
    "add it to 'files' with its sha256, or remove it; until then it is neither shown "
    "nor searched": _ADD_AGAIN,
    "write the 64 letters and digits that sha256sum gives": _ADD_AGAIN,
    "write its name alone, without a folder": _ADD_AGAIN,
    "put an original into files/, or remove it": _ASK,
    "check that it exists and that its permissions allow reading": _ASK,
}
"""By what the check says to who edits files: what a form says in its stead."""


def problem_text(problem: Problem, awaited: Mapping[str, str] = NOTHING) -> str:
    """Say a problem beside its field: what is wrong, and what to do.

    `awaited` are the titles of drafts that the record names, by their ids: they do
    exist, for who fills in the form.
    """
    title = awaited.get(problem.what.values.get("target", ""))
    if title is not None:
        return gettext(
            "“%(title)s” is still a draft: publish it first, or remove this link.",
            title=title,
        )
    if problem.what.template == MISSING_FIELD.template:
        return gettext("Fill this in.")
    if problem.what.template == MISSING_EDITION.template:
        if PurePosixPath(problem.path).stem == Locale.FR:
            return gettext("Not written in French yet: the page will show the English.")
        return gettext("Not written in English yet: the page will show the French.")
    what, remedy = _said(problem.what), _said(problem.remedy)
    told = f"{what[:1].upper()}{what[1:]}{gettext(': ')}{remedy}."
    return _NAMED.sub(lambda found: _label_of(found[0], found[1]), told)


def _said(told: Message) -> str:
    said = SAID_IN_FORMS.get(told.template)
    shown = told if said is None else Message(said.template, told.values)
    return shown.text(gettext)


def _label_of(quoted: str, name: str) -> str:
    """Give what people call a field in the stead of its name in the file."""
    return quoted.replace(name, field_label(name)) if name in FIELDS else quoted
