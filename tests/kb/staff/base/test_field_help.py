"""The help beside the fields: every field has one, short and in both languages."""

import re
from collections.abc import Iterator

import pytest

from indexer.model.ids import Kind, Locale
from indexer.model.schema.field import Field
from indexer.model.schema.kinds import SCHEMAS
from kb.web.locale import LazyString
from tests.support.described_fields import undescribed_fields
from tests.support.staff import Browser

CHANGES_CONTENT = True

MAX_CHARACTERS = 200
MAX_SENTENCES = 2
RECORD_HELP = {
    part.help.template: LazyString(part.help.template)
    for kind in Kind
    for field in SCHEMAS[kind].in_form
    for part in (field, *field.parts)
    if part.help is not None
}


def shown_fields(kind: Kind) -> Iterator[Field]:
    """Yield each field of the form of a kind, with the fields of its items."""
    for field in SCHEMAS[kind].in_form:
        yield field
        yield from (part for part in field.parts if part.has_control)


@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_of_a_draft_has_help(kind: Kind) -> None:
    """A new field of a record needs one or two sentences for those who fill it in."""
    assert [field.name for field in shown_fields(kind) if field.help is None] == []


@pytest.mark.parametrize("key", list(RECORD_HELP))
def test_help_is_short_and_in_both_languages(key: str) -> None:
    """One or two sentences: longer help is not read, and makes the form long."""
    texts = {locale: RECORD_HELP[key].text(locale) for locale in Locale}

    assert texts[Locale.FR] != texts[Locale.EN]
    for text in texts.values():
        assert len(text) <= MAX_CHARACTERS, text
        assert len(re.findall(r"[.?!](?=\s+[A-ZÀ-Ý“«])", text)) < MAX_SENTENCES, text


@pytest.mark.parametrize("locale", list(Locale))
@pytest.mark.parametrize("kind", list(Kind))
def test_every_field_of_a_new_draft_is_described(
    editor: Browser, kind: Kind, locale: Locale
) -> None:
    """By `aria-describedby`, for people who do not see where the help is."""
    begun = editor.post(f"/{locale}/staff/add/blank", kind=kind.value, title="New one")

    page = editor.get(begun.location).text

    assert "texts-title-hint" in page
    assert undescribed_fields(page) == []
