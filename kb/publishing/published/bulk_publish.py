"""Publishes the complete records of a draft bundle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.model.ids import RecordId
from indexer.model.problems import Message, Problem, ProblemCode, message
from kb.publishing.changes.record_changes import record_transaction
from kb.publishing.changes.repository import Repository
from kb.publishing.errors import AlreadyExistsError, NotFoundError
from kb.publishing.extractions.draft_folders import DraftBundle
from kb.publishing.published.publisher import Publisher, check_drafts
from kb.publishing.storage.snapshots import folder_state

CHANGES_RECORD = message(
    "it changes a published record: publish it from its page, where you see the changes"
)


@dataclass(frozen=True, slots=True)
class BundleResult:
    """The published records of a bundle, and the number of those that remain drafts.

    `reason` says why the deliverable, and so the whole bundle, was not published.
    """

    reason: Message | None = None
    published: tuple[RecordId, ...] = ()
    remaining: int = 0


def publish_bundle(
    repository: Repository, bundle: DraftBundle, *, actor: str
) -> BundleResult:
    """Publish the deliverable of a bundle if it is complete, then complete proposals.

    A published record is never changed.

    Raises:
        PublishingError: the content can't be written.
        CorpusMissingError: `documents/` is missing.
    """
    records = bundle.records()
    deliverable = bundle.deliverable
    if deliverable in records:
        if _is_change(repository, deliverable, records[deliverable]):
            return BundleResult(CHANGES_RECORD, remaining=len(records))
        folders = {deliverable: records[deliverable]}
        corpus = repository.reader.read()
        blocking = check_drafts(repository, folders, corpus)[deliverable]
        if blocking:
            return BundleResult(_reason(blocking), remaining=len(records))
        _publish(repository, deliverable, records.pop(deliverable), actor)
    complete: list[RecordId] = []
    if records:
        corpus = repository.reader.read()
        problems = check_drafts(repository, records, corpus)
        complete = [
            record
            for record in records
            if not problems[record] and record not in corpus.records
        ]
    for record in complete:
        _publish(repository, record, records[record], actor)
    return BundleResult(
        published=(deliverable, *complete), remaining=len(records) - len(complete)
    )


def _publish(
    repository: Repository, record: RecordId, folder: Path, actor: str
) -> None:
    with record_transaction(repository, actor) as transaction:
        state = folder_state(folder)
        if state is None:
            raise NotFoundError(record)
        if _is_change(repository, record, folder):
            raise AlreadyExistsError(record)
        Publisher(repository).put_draft(transaction, record, folder, state)


def _is_change(repository: Repository, record: RecordId, folder: Path) -> bool:
    """Return whether a draft would change a published record."""
    published = repository.state(record)
    return published is not None and published != folder_state(folder)


def _reason(problems: Sequence[Problem]) -> Message:
    missing = list(
        dict.fromkeys(
            each.what.values["name"]
            for each in problems
            if each.code is ProblemCode.MISSING_FIELD
        )
    )
    if missing:
        return message("these fields are missing: %(names)s", names=", ".join(missing))
    first = problems[0]
    return message(
        "%(file)s, line %(line)s: %(what)s",
        file=Path(first.path).name,
        line=first.line,
        what=first.what,
    )
