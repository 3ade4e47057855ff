"""Keeps what is known of the words of both languages beside the index."""

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
    """Write the file of a generation."""
    kept = {
        "always": [dataclasses.astuple(pair) for pair in links.corrections.always],
        "never": [dataclasses.astuple(pair) for pair in links.corrections.never],
        "learned": {
            locale.value: dict(words) for locale, words in links.learned.items()
        },
    }
    text = json.dumps(kept, ensure_ascii=False)
    path = folder / LINKS_FILE
    # The file that is there may be that of another generation too.
    path.unlink(missing_ok=True)
    path.write_text(text, "utf-8")


def write_equivalents(folder: Path) -> None:
    """Write the shipped table as it is searched, for a generation and those after it.

    Its forms come of this analysis, like all else in an index.
    """
    (folder / TABLE_FILE).write_bytes(shipped_table().content)


def read_links(content: bytes) -> WordLinks:
    """Read the file of a generation."""
    kept = json.loads(content)
    return WordLinks(
        Corrections(_pairs(kept["always"]), _pairs(kept["never"])),
        {
            Locale(code): {word: tuple(others) for word, others in words.items()}
            for code, words in kept["learned"].items()
        },
    )


def _pairs(kept: Iterable[list[str]]) -> tuple[WordPair, ...]:
    return tuple(WordPair(french, english) for french, english in kept)
