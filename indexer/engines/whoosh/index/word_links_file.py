"""The files of translations, which are stored with the index."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path

from indexer.lexicon.shipped_table import shipped_table
from indexer.model.ids import Locale
from indexer.model.word_links import Corrections, WordLinks, WordPair

LINKS_FILE = "links.json"
TABLE_FILE = "table.tsv"


def write_links(folder: Path, links: WordLinks) -> None:
    """Write the word links of a generation."""
    fields = {
        "always": [dataclasses.astuple(pair) for pair in links.corrections.always],
        "never": [dataclasses.astuple(pair) for pair in links.corrections.never],
        "learned": {
            locale.value: dict(words) for locale, words in links.learned.items()
        },
    }
    text = json.dumps(fields, ensure_ascii=False)
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
    fields = json.loads(content)
    return WordLinks(
        Corrections(_pairs(fields["always"]), _pairs(fields["never"])),
        {
            Locale(code): {word: tuple(others) for word, others in words.items()}
            for code, words in fields["learned"].items()
        },
    )


def _pairs(pairs: Iterable[list[str]]) -> tuple[WordPair, ...]:
    return tuple(WordPair(french, english) for french, english in pairs)
