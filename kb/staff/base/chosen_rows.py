"""The records and drafts that were ticked in a list, and the rows that show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from indexer.model.ids import RecordId
from indexer.model.records import Title

MAX_CHOSEN = 500
"""How many records or drafts can be changed together."""


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A ticked record that can be changed; `version` is what the actor sees.

    `note` says what else changes; `preview_url` is empty without a preview.
    """

    record: RecordId
    title: Title
    version: str
    url: str
    note: str = ""
    preview_url: str = ""


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A ticked record that stays as it is, and why; `url` is empty if it is gone."""

    record: RecordId
    title: Title
    reasons: tuple[str, ...]
    url: str


def chosen_records(names: Iterable[str]) -> tuple[RecordId, ...]:
    """Return the ticked records, each once; names that are no ids are ignored."""
    records = [RecordId.parse(each) for each in list(names)[:MAX_CHOSEN]]
    return tuple(dict.fromkeys(each for each in records if each is not None))


def seen_versions(
    records: Iterable[RecordId], form: Mapping[str, str]
) -> dict[RecordId, str]:
    """Return the versions of ticked records that the page showed, from its form.

    A record without one gets a version that no record has.
    """
    return {each: form.get(f"version-{each}", "unseen") for each in records}
