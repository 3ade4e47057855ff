"""From a draft to the content: what is complete, and passes the check of it all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.model.ids import RecordId
from indexer.model.problems import Message, Problem, ProblemCode, message
from kb.publishing.changes.repository import Repository
from kb.publishing.errors import NotThereError
from kb.publishing.extractions.draft_folders import DraftBundle
from kb.publishing.published.publisher import Publisher, blocking_problems
from kb.publishing.storage.snapshots import folder_state


@dataclass(frozen=True, slots=True)
class PublishedDraft:
    """What became of a draft. `reason` says why its deliverable still waits."""

    is_published: bool
    reason: Message | None = None
    published: tuple[RecordId, ...] = ()
    waiting: int = 0


class BulkPublisher:
    """Publishes drafts, one after another."""

    def __init__(self, repository: Repository, *, who: str) -> None:
        self._repository = repository
        self._reader = repository.reader
        self._publisher = Publisher(repository)
        self._who = who

    def release(self, bundle: DraftBundle) -> PublishedDraft:
        """Publish a deliverable, then the proposals that somebody completed."""
        corpus = self._reader.read()
        records = bundle.records()
        deliverable = bundle.deliverable
        if deliverable in records:
            folders = {deliverable: records[deliverable]}
            problems = self._reader.check_beside(folders, corpus)[deliverable]
            blocking = blocking_problems(problems, corpus, deliverable)
            if blocking:
                return PublishedDraft(
                    is_published=False, reason=_reason(blocking), waiting=len(records)
                )
            self._put(deliverable, records.pop(deliverable))
        published = (deliverable, *self._proposals(records))
        waiting = len(records) - len(published) + 1
        return PublishedDraft(is_published=True, published=published, waiting=waiting)

    def _proposals(self, records: dict[RecordId, Path]) -> list[RecordId]:
        if not records:
            return []
        corpus = self._reader.read()
        problems = self._reader.check_beside(records, corpus)
        complete = [
            record_id
            for record_id in records
            if not blocking_problems(problems[record_id], corpus, record_id)
            and record_id not in corpus.records
        ]
        for record_id in complete:
            self._put(record_id, records[record_id])
        return complete

    def _put(self, record_id: RecordId, made: Path) -> None:
        repository = self._repository
        with repository.journal.transaction() as work:
            state = folder_state(made)
            if state is None:
                raise NotThereError(record_id)
            self._publisher.put_draft(work, record_id, made, state, self._who)
            work.commit()
            repository.draft_folders.tidy()


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
