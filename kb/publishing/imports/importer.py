"""Adds files: each is read, made a draft, and published if it is complete.

Each goes in whole or not at all, and none keeps another from going in.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.corpus.corpus import Corpus
from indexer.errors import FileUnreadableError, IndexBusyError
from indexer.extraction.fingerprints import Fingerprint, fingerprint_of
from indexer.extraction.unreadable_messages import unreadable_message
from indexer.model.ids import Kind
from indexer.model.problems import Translate, message
from indexer.model.readings import FileReading, Unreadable
from indexer.model.records import Deliverable
from indexer.model.report_cards import ReportCard, SimilarFile
from indexer.pipeline import Locations
from indexer.readers.sandbox.protocol import ReadingAnswer
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import can_recognise
from kb.publishing.changes.repository import Clock, open_repository, utc_now
from kb.publishing.drafts.draft_files import closed_by
from kb.publishing.errors import NotThereError, PublishingError
from kb.publishing.extractions.draft_folders import DraftBundle
from kb.publishing.extractions.draft_texts import ImportedFile
from kb.publishing.extractions.extraction_store import (
    Extraction,
    ExtractionStore,
    extraction_key,
)
from kb.publishing.extractions.file_extraction import found_in, has_pictures
from kb.publishing.imports.draft_builder import DraftBuilder
from kb.publishing.imports.import_results import (
    BY_COMMAND,
    ImportOptions,
    ImportResult,
    ImportStatus,
)
from kb.publishing.imports.prefetch import ReadingPrefetch
from kb.publishing.imports.staging import Copy, Staged, StagingFolder
from kb.publishing.published.bulk_publish import BulkPublisher
from kb.publishing.storage.folders import clear_left_over

LOCK_NAME = ".lock"
LOCK_WAIT_S = 10.0


class Importer:
    """Adds files to the drafts, or to the content."""

    def __init__(  # noqa: PLR0913  # what the command line says, and who asks
        self,
        locations: Locations,
        *,
        clock: Clock = utc_now,
        translate: Translate = str,
        is_publishing: bool = False,
        ocr: bool = False,
        who: str = "kb add",
        manner: ImportOptions = BY_COMMAND,
    ) -> None:
        self._folder = locations.drafts
        self._translate = translate
        self._is_publishing = is_publishing
        self._name_of = manner.name_of
        self._ocr = ocr
        self._store = ReadingCache(locations.readings)
        self._repository = open_repository(locations, clock=clock)
        self._reading = ReadingPrefetch(self._store, ocr, manner.processes)
        self._maker = DraftBuilder(self._repository, manner, translate, who)
        self._releaser = BulkPublisher(self._repository, who=who)
        self._findings = ExtractionStore(locations.instance)
        self._stager = StagingFolder(
            locations.drafts, manner.name_of, self._reads_again
        )
        self._holder_of_name: dict[str, str] = {}
        self._drafts: dict[str, str] = {}
        self._turned_down: dict[str, ImportResult] = {}
        self._fingerprints: list[Fingerprint] | None = None

    def add(self, paths: Iterable[Path]) -> Iterator[ImportResult]:
        """Add files; give what became of each, in their order.

        Raises:
            CorpusMissingError: there is no content to add to.
            IndexBusyError: somebody else is adding.
        """
        with self._alone():
            corpus = self._repository.reader.read()
            self._clear()
            self._drafts = {
                sha256: each.slug
                for each in self._repository.draft_folders.bundles()
                for sha256 in each.digests
            }
            published = _published_files(self._repository.reader.read())
            self._stager.holders = self._drafts | published
            yield from self._added(paths, corpus)

    def _known_files(self) -> list[Fingerprint]:
        """Give what is kept of all files that are there, to tell which are near."""
        if self._fingerprints is None:
            known = (
                self._store.get(holder, sha256)
                for sha256, holder in self._stager.holders.items()
                if sha256 not in self._stager.staged
            )
            self._fingerprints = [
                fingerprint_of(each) for each in known if isinstance(each, FileReading)
            ]
        return self._fingerprints

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / LOCK_NAME, timeout=LOCK_WAIT_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise IndexBusyError(self._folder, LOCK_WAIT_S) from error
        try:
            yield
        finally:
            lock.release()

    def _clear(self) -> None:
        """Finish what a run that was killed had begun, or take it away."""
        clear_left_over(self._folder)
        with self._repository.journal.alone():
            self._repository.draft_folders.tidy()

    def _reads_again(self, sha256: str) -> bool:
        """Tell whether a file that is there has pictures of text not yet recognised."""
        is_done = not self._ocr or self._store.has_recognised(sha256)
        return not is_done and has_pictures(self._store.get("", sha256))

    def _added(self, paths: Iterable[Path], corpus: Corpus) -> Iterator[ImportResult]:
        for stage, answer in self._reading.read(map(self._stager.stage, paths)):
            if isinstance(stage, ImportResult):
                yield stage
                continue
            outcome = self._tried(stage, answer, corpus)
            if outcome.state in {ImportStatus.REFUSED, ImportStatus.FAILED}:
                outcome = dataclasses.replace(outcome, sha256=stage.sha256)
                self._turned_down[stage.sha256] = outcome
            yield outcome

    def _tried(
        self, stage: Staged | Copy, answer: ReadingAnswer | None, corpus: Corpus
    ) -> ImportResult:
        """Give what became of a file, and leave no copy of it."""
        try:
            if isinstance(stage, Copy):
                return self._known_already(stage)
            return self._outcome(stage, answer, corpus)
        except OSError as error:
            reason = error.strerror or error
            told = message("it can't be written here (%(reason)s)", reason=reason)
            return ImportResult(stage.path, ImportStatus.FAILED, told)
        except PublishingError as error:
            return ImportResult(stage.path, ImportStatus.FAILED, error.message)
        finally:
            if isinstance(stage, Staged):
                shutil.rmtree(stage.folder, ignore_errors=True)

    def _known_already(self, copy: Copy) -> ImportResult:
        if copy.sha256 in self._turned_down:
            return dataclasses.replace(self._turned_down[copy.sha256], path=copy.path)
        draft = self._drafts.get(copy.sha256, "")
        if self._is_publishing and draft and self._repository.draft_folders.has(draft):
            bundle = DraftBundle(self._repository.draft_folders.folder / draft)
            is_closed = self._is_closed(copy.sha256)
            return self._released(copy.path, bundle, is_closed=is_closed)
        holder = self._stager.holders[copy.sha256]
        told = message("already present: identical to %(holder)s", holder=holder)
        return ImportResult(
            copy.path,
            ImportStatus.ALREADY_THERE,
            told,
            sha256=copy.sha256,
            holder=holder,
        )

    def _outcome(
        self, stage: Staged, answer: ReadingAnswer | None, corpus: Corpus
    ) -> ImportResult:
        if not isinstance(answer, FileReading):
            return _refusal(stage, answer)
        found = self._found(stage, answer, corpus)
        # Before the draft is there: then none is ever without what was found in it.
        self._findings.save(found)
        placed = (
            _recognised(stage, found)
            if stage.is_held
            else self._placed(stage, answer, found, corpus)
        )
        holder = self._stager.holders[stage.sha256]
        self._holder_of_name[answer.name] = holder
        return dataclasses.replace(
            placed, card=found.card, sha256=stage.sha256, holder=holder
        )

    def _found(self, stage: Staged, answer: FileReading, corpus: Corpus) -> Extraction:
        """Tell what is in a file, and count it among those that are known."""
        known, mine = self._known_files(), fingerprint_of(answer)
        name = self._name_of(stage.path)
        found = found_in(answer, name, corpus.gazetteer, known=known, mine=mine)
        known.append(mine)
        return dataclasses.replace(found, card=self._with_holders(found.card))

    def _with_holders(self, card: ReportCard) -> ReportCard:
        """Name the others by the drafts that they are in: that is where they are."""

        def holder(name: str) -> str:
            return self._holder_of_name.get(name, name)

        return dataclasses.replace(
            card,
            duplicate_of=holder(card.duplicate_of),
            near_duplicates=tuple(
                SimilarFile(holder(each.name), each.share)
                for each in card.near_duplicates
            ),
            sibling_of=holder(card.sibling_of),
        )

    def _placed(
        self, stage: Staged, answer: FileReading, found: Extraction, corpus: Corpus
    ) -> ImportResult:
        finding = ImportedFile(
            stage.copy.name, stage.sha256, answer, found.facts, found.proposals
        )
        # What was published a moment ago may be what the next file is of.
        corpus = self._repository.reader.read() if self._is_publishing else corpus
        bundle = self._maker.make(stage, finding, corpus)
        self._stager.holders[stage.sha256] = self._drafts[stage.sha256] = bundle.slug
        if not self._is_publishing:
            told = message("draft %(id)s", id=bundle.slug)
            return ImportResult(stage.path, ImportStatus.DRAFTED, told, finding)
        return self._released(stage.path, bundle, finding, is_closed=finding.is_closed)

    def _is_closed(self, sha256: str) -> bool:
        try:
            return bool(closed_by(self._findings.load(extraction_key(sha256))))
        except NotThereError:
            return False

    def _released(
        self,
        path: Path,
        bundle: DraftBundle,
        finding: ImportedFile | None = None,
        *,
        is_closed: bool,
    ) -> ImportResult:
        if is_closed:
            told = message(
                "draft %(id)s, not published: the file says that it is not for the "
                "public",
                id=bundle.slug,
            )
            return ImportResult(path, ImportStatus.INCOMPLETE, told, finding)
        release = self._releaser.release(bundle)
        if release.reason is not None:
            told = message(
                "draft %(id)s, not published: %(reason)s",
                id=bundle.slug,
                reason=release.reason.text(self._translate),
            )
            return ImportResult(path, ImportStatus.INCOMPLETE, told, finding)
        told = message(
            "published as %(id)s; proposals awaiting a decision: %(count)s",
            id=bundle.deliverable,
            count=release.waiting,
        )
        return ImportResult(path, ImportStatus.PUBLISHED, told, finding)


def _refusal(stage: Staged, answer: FileUnreadableError | None) -> ImportResult:
    refused = answer or FileUnreadableError(stage.path.name, Unreadable.CRASHED)
    told = unreadable_message(refused, recognises=can_recognise())
    reason = Unreadable(refused.reason)
    return ImportResult(stage.path, ImportStatus.REFUSED, told, reason=reason)


def _recognised(stage: Staged, found: Extraction) -> ImportResult:
    count = len(found.card.recognised_pages)
    if not count:
        told = message("no text was recognised in its images")
        return ImportResult(stage.path, ImportStatus.ALREADY_THERE, told)
    told = message("pages whose text was recognised in images: %(count)s", count=count)
    return ImportResult(stage.path, ImportStatus.RECOGNISED, told)


def _published_files(corpus: Corpus) -> dict[str, str]:
    """Give the record that lists each file, by its digest."""
    return {
        file.sha256: str(record.id)
        for record in corpus.of_kind(Kind.DELIVERABLE)
        if isinstance(record, Deliverable)
        for file in record.files
    }
