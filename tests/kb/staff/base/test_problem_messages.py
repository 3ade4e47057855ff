"""The texts of problems in forms."""

from __future__ import annotations

import re

from indexer.model.problems import ProblemCode
from kb.staff.base.problem_messages import FORM_TEXTS

OF_FILES = re.compile(r"record\.yaml|\.md\b|documents/|files/|sha256|\bline that\b")

NOT_IN_FORMS = {
    ProblemCode.INVALID_COORDINATE,  # places.yaml
    ProblemCode.INVALID_PLACE,  # places.yaml
    ProblemCode.INVALID_LEXICON,  # lexicon.yaml
    ProblemCode.NOT_ONE_WORD,  # lexicon.yaml
    ProblemCode.UNREADABLE_FOLDER,  # the content as a whole
    ProblemCode.UNKNOWN_KIND_FOLDER,  # the content as a whole
    ProblemCode.INVALID_KIND_FOLDER,  # the content as a whole
    ProblemCode.FILE_WITHOUT_TEXT,  # the dashboard only
    ProblemCode.MISSING_FIELD,  # problem_text has sentences of its own
    ProblemCode.MISSING_EDITION,  # problem_text has sentences of its own
}


def test_each_problem_that_a_form_can_show_has_its_form_text() -> None:
    """A new code must be given its form text, or be listed as not shown in forms."""
    assert set(FORM_TEXTS) == set(ProblemCode) - NOT_IN_FORMS


def test_form_texts_do_not_name_files_and_lines() -> None:
    """Staff who fill in a form have never seen the files."""
    messages = [
        each
        for form in FORM_TEXTS.values()
        for each in (form.what, form.remedy)
        if each is not None
    ]

    assert [each for each in messages if OF_FILES.search(each.template)] == []
