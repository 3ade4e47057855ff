"""From a draft to the content: what is complete, and passes the check of it all."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.corpus import Corpus, CorpusReader
from indexer.corpus.fields import MISSING_FIELD
from indexer.corpus.originals import FILES_FOLDER, MISSING_FILE
from indexer.corpus.reading import MISSING_EDITION, RECORD_FILE
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message, Problem, message
from indexer.model.records import Deliverable
from kb.publishing.folders import INCOMING, put, put_file
from kb.publishing.shelf import Bundle


@dataclass(frozen=True, slots=True)
class Release:
    """What became of a draft. `reason` says why its deliverable still waits."""

    is_published: bool
    reason: Message | None = None
    published: tuple[RecordId, ...] = ()
    waiting: int = 0


class Releaser:
    """Publishes drafts, one after another."""

    def __init__(self, documents: Path, reader: CorpusReader) -> None:
        self._documents = documents
        self._reader = reader

    def release(self, bundle: Bundle) -> Release:
        """Publish a deliverable, then the proposals that somebody completed."""
        corpus = self._reader.read()
        records = bundle.records()
        deliverable = bundle.deliverable
        if deliverable in records:
            folders = {deliverable: records[deliverable]}
            problems = self._reader.check_beside(folders, corpus)[deliverable]
            blocking = _blocking(problems, corpus, deliverable)
            if blocking:
                return Release(
                    is_published=False, reason=_reason(blocking), waiting=len(records)
                )
            self._put(deliverable, records.pop(deliverable))
            bundle.drop(deliverable)
        published = (deliverable, *self._proposals(bundle, records))
        waiting = len(records) - len(published) + 1
        return Release(is_published=True, published=published, waiting=waiting)

    def settle(self, bundle: Bundle, corpus: Corpus) -> None:
        """Finish what a run that was killed had published, and not taken away."""
        for record_id in bundle.records():
            record = corpus.get(record_id)
            if record_id.kind is not Kind.DELIVERABLE:
                if record is not None:
                    bundle.drop(record_id)
            elif isinstance(record, Deliverable):
                listed = {file.sha256 for file in record.files}
                if bundle.sha256 in listed:
                    bundle.drop(record_id)

    def _proposals(
        self, bundle: Bundle, records: dict[RecordId, Path]
    ) -> list[RecordId]:
        if not records:
            return []
        corpus = self._reader.read()
        problems = self._reader.check_beside(records, corpus)
        complete = [
            record_id
            for record_id in records
            if not _blocking(problems[record_id], corpus, record_id)
            and record_id not in corpus.records
        ]
        for record_id in complete:
            self._put(record_id, records[record_id])
            bundle.drop(record_id)
        return complete

    def _put(self, record_id: RecordId, made: Path) -> None:
        place = self._documents / record_id.kind.folder / record_id.slug
        if not place.exists():
            copied = place.with_name(f"{INCOMING}-{record_id.slug}")
            shutil.rmtree(copied, ignore_errors=True)
            shutil.copytree(made, copied)
            put(copied, place)
            return
        for file in sorted((made / FILES_FOLDER).glob("*")):
            _replace(file, place / FILES_FOLDER / file.name)
        for name in (*(f"{locale}.md" for locale in Locale), RECORD_FILE):
            # The record goes last: what it does not list is not there yet.
            if (made / name).exists():
                _replace(made / name, place / name)


def _replace(made: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"{INCOMING}-{place.name}")
    shutil.copyfile(made, beside)
    put_file(beside, place)


def _blocking(
    problems: Sequence[Problem], corpus: Corpus, record_id: RecordId
) -> list[Problem]:
    """Leave out what does not keep a record from being read.

    It may stand in one language, and what was published before need not be here.
    """
    record = corpus.get(record_id)
    there = (
        {file.name for file in record.files}
        if isinstance(record, Deliverable)
        else set[str]()
    )
    return [
        each
        for each in problems
        if each.what.template != MISSING_EDITION.template
        and not (
            each.what.template == MISSING_FILE.template
            and each.what.values["name"] in there
        )
    ]


def _reason(problems: Sequence[Problem]) -> Message:
    missing = list(
        dict.fromkeys(
            each.what.values["name"]
            for each in problems
            if each.what.template == MISSING_FIELD.template
        )
    )
    if missing:
        return message("these fields are missing: {names}", names=", ".join(missing))
    first = problems[0]
    return message(
        "{file}, line {line}: {what}",
        file=Path(first.path).name,
        line=first.line,
        what=first.what,
    )
