"""The texts of problems in forms."""

import re

import pytest
from flask import Flask

from indexer.model.ids import Locale
from indexer.model.problems import ProblemCode
from kb.staff.base.problem_messages import FORM_TEXTS, problem_text
from kb.web.locale import choose_locale

OF_FILES = re.compile(r"record\.yaml|\.md\b|documents/|files/|sha256|\bline that\b")

NOT_IN_FORMS = {
    ProblemCode.MISSING_CRITERION,  # an assessment, which has a form of its own
    ProblemCode.REPEATED_CRITERION,  # an assessment
    ProblemCode.INVALID_PROPOSALS,  # assessment-proposals.yaml
    ProblemCode.INVALID_COORDINATE,  # places.yaml
    ProblemCode.INVALID_PLACE,  # places.yaml
    ProblemCode.INVALID_LEXICON,  # lexicon.yaml
    ProblemCode.NOT_ONE_WORD,  # lexicon.yaml
    ProblemCode.INVALID_CURATIONS,  # curations.yaml
    ProblemCode.INVALID_JUDGEMENTS,  # judgements.yaml
    ProblemCode.INVALID_HELP_LINES,  # help-lines.yaml
    ProblemCode.OLD_HELP_LINE,  # help-lines.yaml
    ProblemCode.OLD_NEWS,  # the dashboard only
    ProblemCode.TEXT_TOO_LONG,  # the legal notice
    ProblemCode.UNPRINTABLE_CHARACTER,  # the legal notice
    ProblemCode.FILE_WITHOUT_FIELDS,  # the legal notice
    ProblemCode.UNREADABLE_FOLDER,  # the content as a whole
    ProblemCode.UNKNOWN_KIND_FOLDER,  # the content as a whole
    ProblemCode.INVALID_KIND_FOLDER,  # the content as a whole
    ProblemCode.FILE_WITHOUT_TEXT,  # the dashboard only
    ProblemCode.READING_FAILED,  # a defect of the program
    ProblemCode.INDEXING_FAILED,  # a defect of the program
    ProblemCode.MISSING_FIELD,  # problem_text has sentences of its own
    ProblemCode.MISSING_EDITION,  # problem_text has sentences of its own
}

AS_CHECKED = {
    ProblemCode.INVALID_IDENTIFIER,
    ProblemCode.UNLISTED_LANGUAGE,
    ProblemCode.UNLISTED_LICENCE,
    ProblemCode.WORKED_WITHOUT_PROOF,
    ProblemCode.UNKNOWN_FIELD,
    ProblemCode.REPEATED_FIELD,
    ProblemCode.EXPECTED_LIST,
    ProblemCode.REPEATED_VALUE,
    ProblemCode.INVALID_ITEM,
    ProblemCode.INVALID_DAY,
    ProblemCode.INVALID_PERIOD,
    ProblemCode.INVALID_NUMBER,
    ProblemCode.WRONG_ID,
    ProblemCode.ALL_WITH_OTHER_THEMES,
    ProblemCode.INVALID_ADDRESS,
    ProblemCode.INVALID_PAGE_ADDRESS,
    ProblemCode.INVALID_LANGUAGE_CODE,
    ProblemCode.UNKNOWN_INFERRED_FIELD,
    ProblemCode.RECORD_WITHOUT_FIELDS,
    ProblemCode.MISSING_FRONT_MATTER,
    ProblemCode.EMPTY_FRONT_MATTER,
    ProblemCode.INVALID_YAML,
    ProblemCode.NESTED_TOO_DEEPLY,
    ProblemCode.TOO_MANY_FOOTNOTES,
    ProblemCode.FIGURE_COUNT,
    ProblemCode.REPEATED_FILE,
    ProblemCode.LOST_QUOTATION,
    ProblemCode.FILE_WITHOUT_PAGES,
    ProblemCode.UNKNOWN_QUOTED_FILE,
    ProblemCode.DUPLICATE_ID,
    ProblemCode.FORMER_ID_IN_USE,
    ProblemCode.FORMER_ID_CLAIMED_TWICE,
    ProblemCode.RETIRED_ID,
    ProblemCode.UNLINKED_RECORD,
    ProblemCode.UNUSED_PRACTICE,
    ProblemCode.UNUSED_TERM,
    ProblemCode.NUMBER_IN_ONE_EDITION,
    ProblemCode.LINK_IN_ONE_EDITION,
    ProblemCode.EDITION_BEHIND,
    ProblemCode.MACHINE_TEXT_UNREAD,
    ProblemCode.LONG_TITLE,
    ProblemCode.MISSING_SPACE,
    ProblemCode.STRAIGHT_QUOTE,
    ProblemCode.REPEATED_NAME,
    ProblemCode.MISLEADING_VARIANT,
    ProblemCode.FILE_TOO_LARGE,
}
"""Their texts in the content check fit a form."""


def test_each_problem_that_a_form_can_show_has_its_form_text() -> None:
    """A new code must get its form text, or be listed here."""
    assert set(FORM_TEXTS) == set(ProblemCode) - NOT_IN_FORMS - AS_CHECKED


def test_form_texts_do_not_name_files_and_lines() -> None:
    """Staff who fill in a form have never seen the files."""
    messages = [
        each
        for form in FORM_TEXTS.values()
        for each in (form.what, form.remedy)
        if each is not None
    ]

    assert [each for each in messages if OF_FILES.search(each.template)] == []


@pytest.mark.parametrize(
    ("locale", "start", "end"),
    [
        (
            Locale.EN,
            "In English, “lead” is also a name of glossary/tip: keep",
            "add lead to 'Warnings that need no change'.",
        ),
        (
            Locale.FR,
            "En anglais, «\u00a0lead\u00a0» est aussi un nom de glossary/tip\u00a0: ",
            "ajoutez lead à «\u00a0Avertissements sans suite\u00a0».",
        ),
    ],
)
def test_a_warning_names_the_language_and_the_fields(
    app: Flask, locale: Locale, start: str, end: str
) -> None:
    """`checked` becomes the label of a field; the word lead, also a field, does not."""
    warning = ProblemCode.REPEATED_NAME.at("en.md", term="lead", target="glossary/tip")

    with app.test_request_context(f"/{locale}/"):
        choose_locale(locale)
        text = problem_text(warning)

    assert text.startswith(start)
    assert text.endswith(end)
