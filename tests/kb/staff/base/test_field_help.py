"""The help beside the fields: every field has one, short and in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from indexer.model.ids import Kind, Locale
from kb.database.model import Role
from kb.publishing.records.form_fields import BODY, FACT_FIELDS, WORD_FIELDS
from kb.publishing.records.practice_frame import OTHER, FramePart
from kb.services import Services
from kb.staff.base.form_field_help import FORM_FIELDS
from kb.staff.base.record_field_help import RECORD_FIELDS, record_field_help
from kb.staff.drafts.form_parser import is_in_form
from kb.staff.drafts.form_view import FILE_IDENTITY
from tests.support.described_fields import undescribed_fields
from tests.support.staff import Browser

SignIn = Callable[[Role], Browser]
MAX_CHARACTERS = 200
MAX_SENTENCES = 2
ALL_HELP = {**RECORD_FIELDS, **FORM_FIELDS}


@pytest.fixture
def services(own_services: Services) -> Services:
    """Return services over content that the test may change."""
    return own_services


def shown_fields(kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield each field of the form of a kind, with the list whose rows have it."""
    for each in (*FACT_FIELDS[kind], *WORD_FIELDS[kind]):
        if not is_in_form(each):
            continue
        yield each.name, ""
        for part in each.parts:
            if each.name != "files" or part.name not in FILE_IDENTITY:
                yield part.name, each.name
    if kind is Kind.PRACTICE:
        yield from ((f"{BODY}-{part}", "") for part in (*FramePart, OTHER))


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_of_a_draft_has_help(kind: Kind) -> None:
    """A new field of a record needs one or two sentences for those who fill it in."""
    without = [
        (name, row_of)
        for name, row_of in shown_fields(kind)
        if record_field_help(kind, name, row_of=row_of) is None
    ]

    assert without == []


@pytest.mark.parametrize("key", list(ALL_HELP))
def test_help_is_short_and_in_both_languages(key: str) -> None:
    """One or two sentences: longer help is not read, and makes the form long."""
    texts = {locale: ALL_HELP[key].text(locale) for locale in Locale}

    assert texts[Locale.FR] != texts[Locale.EN]
    for text in texts.values():
        assert len(text) <= MAX_CHARACTERS, text
        assert len(re.findall(r"[.?!](?=\s+[A-ZÀ-Ý“«])", text)) < MAX_SENTENCES, text


@pytest.mark.parametrize("locale", list(Locale))
@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_of_a_new_draft_is_described(
    signed_in: SignIn, kind: Kind, locale: Locale
) -> None:
    """By `aria-describedby`, for people who do not see where the help is."""
    browser = signed_in(Role.EDITOR)
    begun = browser.post(f"/{locale}/staff/add/blank", kind=kind.value, title="New one")

    page = browser.get(begun.location).text

    assert "texts-title-hint" in page
    assert undescribed_fields(page) == []
