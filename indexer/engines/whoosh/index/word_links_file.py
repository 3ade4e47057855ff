"""The files of translations, which are stored with the index."""

from __future__ import annotations

import json
from pathlib import Path

from indexer.engines.word_links_json import links_from_fields, links_to_fields
from indexer.lexicon.shipped_table import shipped_table
from indexer.model.word_links import WordLinks

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
