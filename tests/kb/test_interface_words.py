"""The messages and the guides for staff have one word for each thing."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from indexer.model.ids import Locale
from tests.support.builders import PROJECT

CATALOG = PROJECT / "kb" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
GUIDES = {Locale.EN: "docs/staff.md", Locale.FR: "docs/staff.fr.md"}
COLUMNS = {Locale.EN: 1, Locale.FR: 3}
"""The columns of the words that are never used, in the table of words.md."""
ALLOWED = re.compile(r"whole number", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|\{\w+\}|https?://\S+|smtps?://\S+")


def words_never_used(locale: Locale) -> list[str]:
    """Return the words of the table that a language must not have."""
    text = (PROJECT / "docs" / "words.md").read_text("utf-8")
    rows = [line.strip("|").split("|") for line in text.splitlines() if "|" in line]
    cells = (row[COLUMNS[locale]] for row in rows[2:])
    return [word.strip() for cell in cells for word in cell.split(",") if word.strip()]


def messages(locale: Locale) -> Iterator[str]:
    """Yield the messages of the catalog in a language, with their plural forms."""
    with CATALOG.open("rb") as file:
        for message in read_po(file):
            if message.id:
                yield from forms(message, locale)


def forms(message: Message, locale: Locale) -> tuple[str, ...]:
    """Return the texts of a message in a language."""
    text = message.id if locale is Locale.EN else message.string
    return (text,) if isinstance(text, str) else tuple(text or ())


@pytest.mark.parametrize("locale", list(Locale))
def test_the_table_has_words_that_are_never_used(locale: Locale) -> None:
    """Otherwise the tests below would check nothing."""
    assert len(words_never_used(locale)) > 10


@pytest.mark.parametrize("locale", list(Locale))
def test_no_message_and_no_guide_has_a_word_that_is_never_used(locale: Locale) -> None:
    """Two words for one thing make readers look for a difference."""
    words = "|".join(re.escape(word) for word in words_never_used(locale))
    never = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)
    guide = (PROJECT / GUIDES[locale]).read_text("utf-8")
    paragraphs = (" ".join(each.split()) for each in re.split(r"\n\s*\n", guide))

    wrong = [
        (found[0], text[:80])
        for text in (*messages(locale), *paragraphs)
        for found in never.finditer(ALLOWED.sub("", _PLACEHOLDER.sub("", text)))
    ]

    assert wrong == []
