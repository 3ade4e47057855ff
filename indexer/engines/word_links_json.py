"""Word links as an index stores them, in JSON."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from indexer.model.ids import Locale
from indexer.model.word_links import Corrections, WordLinks, WordPair


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
