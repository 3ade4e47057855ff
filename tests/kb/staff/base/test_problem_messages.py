"""What a form says of a problem."""

from __future__ import annotations

import re

from babel.messages.pofile import read_po

from kb.staff.base.problem_messages import SAID_IN_FORMS
from tests.support.builders import PROJECT

CATALOG = PROJECT / "kb" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
OF_FILES = re.compile(r"record\.yaml|\.md\b|documents/|files/|sha256|\bline that\b")


def test_each_sentence_is_put_in_the_stead_of_one_that_the_check_says() -> None:
    """One that the check says otherwise by now would be shown as it is."""
    with CATALOG.open("rb") as file:
        known = {str(each.id) for each in read_po(file)}

    assert set(SAID_IN_FORMS) - known == set()


def test_none_speaks_of_files_and_lines() -> None:
    """Who fills in a form has never seen them."""
    said = [each.template for each in SAID_IN_FORMS.values()]

    assert [each for each in said if OF_FILES.search(each)] == []
