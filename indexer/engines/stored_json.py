"""What every index stores as JSON: the passages that hits show, and word links."""

import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from indexer.lexicon.lexicon import shipped_table
from indexer.model.document import Passage
from indexer.model.ids import Locale, RecordId
from indexer.model.indexed_record import EditionEntry, RecordEntry
from indexer.model.word_links import Corrections, WordLinks, WordPair


def stored_passage(passage: Passage) -> dict[str, Any]:
    """Return the fields of a passage that `indexer.search.hits` reads."""
    stored: dict[str, Any] = {
        "text": passage.text,
        "heading": passage.heading,
        "anchor": passage.anchor,
        "page": passage.page,
    }
    if passage.file:
        # A file may be in another language than the edition that lists it.
        stored |= {"file": passage.file, "locale": passage.locale.value}
    if passage.language:
        stored["language"] = passage.language
    return stored


def links_to_fields(links: WordLinks) -> dict[str, Any]:
    """Return word links as values of JSON."""
    return {
        "always": [dataclasses.astuple(pair) for pair in links.corrections.always],
        "never": [dataclasses.astuple(pair) for pair in links.corrections.never],
        "learned": {
            locale.value: dict(words) for locale, words in links.learned.items()
        },
    }


def links_from_fields(fields: dict[str, Any]) -> WordLinks:
    """Return the word links that `links_to_fields` stored."""
    return WordLinks(
        Corrections(_pairs(fields["always"]), _pairs(fields["never"])),
        {
            Locale(code): {word: tuple(others) for word, others in words.items()}
            for code, words in fields["learned"].items()
        },
    )


def _pairs(pairs: Iterable[list[str]]) -> tuple[WordPair, ...]:
    return tuple(WordPair(french, english) for french, english in pairs)


LINKS_FILE = "links.json"
TABLE_FILE = "table.tsv"


def write_links(folder: Path, links: WordLinks) -> None:
    """Write the word links of a generation."""
    text = json.dumps(links_to_fields(links), ensure_ascii=False)
    path = folder / LINKS_FILE
    # The file may be a hard link to that of another generation.
    path.unlink(missing_ok=True)
    path.write_text(text, "utf-8")


def write_equivalents(folder: Path) -> None:
    """Write the shipped table of translations, for this and later generations.

    Its words are analysed by this version, like all content of an index.
    """
    (folder / TABLE_FILE).write_bytes(shipped_table().content)


def read_links(content: bytes) -> WordLinks:
    """Read the word links of a generation."""
    return links_from_fields(json.loads(content))


def entry_of_head(record_id: str, head: str) -> RecordEntry:
    """Return the entry of a record from its id and its `head`, a JSON object.

    Raises:
        ValueError: the id is not that of a record.
    """
    parsed = RecordId.parse(record_id)
    if parsed is None:
        raise ValueError(f"{record_id!r} is not the id of a record")
    fields = json.loads(head)
    return RecordEntry(
        parsed,
        {
            Locale(locale): EditionEntry(
                edition["title"], edition["summary"], tuple(edition["names"])
            )
            for locale, edition in fields["editions"].items()
        },
        fields["places"],
    )
