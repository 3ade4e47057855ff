"""The French catalog is complete and has French typography."""

import re
import string
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from indexer.corpus.typography import typeset_french
from tests.support.builders import PROJECT


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """Return the French catalog."""
    path = PROJECT / "kb" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file)


def translations(message: Message) -> list[str]:
    """Return each plural form of a translation."""
    text = message.string
    return [text] if isinstance(text, str) else list(text or ())


def test_every_message_of_the_code_is_in_the_catalog(
    catalog: Catalog, tmp_path: Path
) -> None:
    """The catalog has no other message either; `make catalog` updates it."""
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    options = re.search(r"^EXTRACT := (.+)$", makefile, re.MULTILINE)
    assert options is not None
    template = tmp_path / "messages.pot"
    command = ["-m", "babel.messages.frontend", "-q", "extract"]
    subprocess.run(  # noqa: S603  # our own interpreter, the options of our Makefile
        [sys.executable, *command, *options.group(1).split(), "-o", template, "."],
        cwd=PROJECT,
        check=True,
    )
    with template.open("rb") as file:
        fresh = read_po(file)

    assert keys(catalog) == keys(fresh)


def keys(catalog: Catalog) -> set[tuple[str, ...]]:
    """Return the messages of a catalog with their contexts."""
    return {
        (message.context or "", *((m,) if isinstance(m, str) else m))
        for message in catalog
        if (m := message.id)
    }


def test_every_message_is_translated(catalog: Catalog) -> None:
    """A missing translation would show English on a French page."""
    missing = [m.id for m in catalog if m.id and (m.fuzzy or not all(translations(m)))]

    assert missing == []


def test_translations_have_french_typography(catalog: Catalog) -> None:
    """Guillemets, ’, and no-break spaces."""
    wrong = [
        text
        for message in catalog
        if message.id
        for text in translations(message)
        if text != typeset_french(text) or '"' in text
    ]

    assert wrong == []


def test_translations_have_the_placeholders_of_their_message(catalog: Catalog) -> None:
    """A missing or unknown placeholder would raise on the page."""
    for message in catalog:
        if not message.id:
            continue
        sources = [message.id] if isinstance(message.id, str) else list(message.id)
        for text in translations(message):
            assert placeholders(text) <= set().union(
                *(placeholders(source) for source in sources)
            )
            if isinstance(message.id, str):
                assert placeholders(text) == placeholders(message.id), message.id


def placeholders(text: str) -> set[str]:
    """Return the names of the placeholders in a message."""
    if "%(" in text:
        return {part.split(")")[0] for part in text.split("%(")[1:]}
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
