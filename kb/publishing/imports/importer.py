"""Imports files: each is read, becomes a draft, and is published if it is complete.

Each file is imported as a whole or not at all; a failure does not stop the others.
"""

import dataclasses
import shutil
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.errors import FileUnreadableError, IndexBusyError
from indexer.extraction.fingerprints import Evidence, Fingerprint, fingerprint_of
from indexer.extraction.report.cover_corrections import CoverCorrection
from indexer.extraction.report.report_card import unreadable_message
from indexer.model.document import FileReading, ReportCard, SimilarFile, Unreadable
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message, Translate, message
from indexer.model.records import Deliverable
from indexer.pipeline import Locations
from indexer.readers.sandbox.protocol import ReadingAnswer
from indexer.readers.sandbox.reading_cache import ReadingCache
from indexer.readers.sandbox.sandbox import can_recognise
from kb.core.locks import exclusive_lock
from kb.database.clock import Clock, utc_now
from kb.publishing.changes.repository import open_repository
from kb.publishing.errors import NotFoundError, PublishingError
from kb.publishing.extractions.draft_folders import DraftBundle
from kb.publishing.extractions.draft_texts import ImportedFile, restriction_text
from kb.publishing.extractions.extraction_store import (
    Extraction,
    ExtractionStore,
    extraction_key,
)
from kb.publishing.imports.draft_corrections import stored_corrections
from kb.publishing.imports.file_extraction import extraction_of, needs_ocr, read_staged
from kb.publishing.imports.record_matches import MatchFinder
from kb.publishing.imports.staging import (
    DraftBuilder,
    ImportOptions,
    ImportResult,
    ImportStatus,
    KnownFile,
    Staged,
    StagingFolder,
)
from kb.publishing.published.draft_publication import BundleResult, publish_bundle
from kb.publishing.storage.folders import delete_incoming

LOCK_NAME = ".lock"
LOCK_WAIT_S = 10.0


class Importer:
    """Imports files into the drafts, or with `is_publishing` into the content."""

    def __init__(  # noqa: PLR0913  # the options of the command, and the actor
        self,
        locations: Locations,
        *,
        clock: Clock = utc_now,
        translate: Translate = str,
        is_publishing: bool = False,
        ocr: bool = False,
        actor: str = "kb add",
        options: ImportOptions | None = None,
    ) -> None:
        self._options = options or ImportOptions()
        self._locations = locations
        self._folder = locations.drafts
        self._translate = translate
        self._is_publishing = is_publishing
        self._ocr = ocr
        self._actor = actor
        self._cache = ReadingCache(locations.readings)
        self._repository = open_repository(locations, clock=clock)
        self._builder = DraftBuilder(self._repository, self._options, translate, actor)
        self._extractions = ExtractionStore(locations.instance)
        self._match_finder = MatchFinder(self._repository, self._extractions)
        self._staging = StagingFolder(
            locations.drafts, self._options.name_of, self._is_read_again
        )
        self._corrections: tuple[CoverCorrection, ...] = ()
        self._owner_of_name: dict[str, str] = {}
        self._drafts: dict[str, str] = {}
        self._rejected: dict[str, ImportResult] = {}
        self._fingerprints: list[Fingerprint] | None = None

    def add(self, paths: Iterable[Path]) -> Iterator[ImportResult]:
        """Import files, and yield their results in the same order.

        Raises:
            CorpusMissingError: `documents/` is missing.
            IndexBusyError: another process is importing.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        self._corrections = stored_corrections(self._locations)
        busy = IndexBusyError(self._folder, LOCK_WAIT_S)
        with exclusive_lock(self._folder / LOCK_NAME, busy, timeout_s=LOCK_WAIT_S):
            # Finish or delete what a killed import left.
            delete_incoming(self._folder)
            with self._repository.journal.lock():
                self._repository.draft_folders.delete_empty()
            corpus = self._repository.reader.read()
            self._drafts = {
                sha256: bundle.slug
                for bundle in self._repository.draft_folders.bundles()
                for sha256 in bundle.digests
            }
            published = {
                file.sha256: str(record.id)
                for record in corpus.of_kind(Kind.DELIVERABLE)
                if isinstance(record, Deliverable)
                for file in record.files
            }
            self._staging.owners = self._drafts | published
            yield from self._results(paths, corpus)

    def evidence(self, result: ImportResult) -> Iterator[tuple[RecordId, Evidence]]:
        """Yield the records that a file resembles, and how their features agree."""
        corpus = self._repository.reader.read()
        facts = result.imported.facts if result.imported is not None else ()
        for match in result.matches:
            evidence = self._match_finder.evidence(facts, match, corpus)
            if evidence is not None:
                yield match.record, evidence

    def _is_read_again(self, sha256: str) -> bool:
        """Return whether a known file has pictures that OCR has not read yet."""
        is_done = not self._ocr or self._cache.has_recognised(sha256)
        return not is_done and needs_ocr(self._cache.get("", sha256))

    def _results(self, paths: Iterable[Path], corpus: Corpus) -> Iterator[ImportResult]:
        stages = map(self._staging.stage, paths)
        for stage, answer in read_staged(
            stages, self._cache, ocr=self._ocr, processes=self._options.processes
        ):
            if isinstance(stage, ImportResult):
                yield stage
                continue
            result = self._try_import(stage, answer, corpus)
            if result.status in {ImportStatus.REFUSED, ImportStatus.FAILED}:
                result = dataclasses.replace(result, sha256=stage.sha256)
                self._rejected[stage.sha256] = result
            yield result

    def _try_import(
        self, stage: Staged | KnownFile, answer: ReadingAnswer | None, corpus: Corpus
    ) -> ImportResult:
        """Import a file, then delete its staging folder."""
        try:
            if isinstance(stage, KnownFile):
                return self._known_result(stage)
            return self._import(stage, answer, corpus)
        except OSError as error:
            reason = error.strerror or error
            text = message("it cannot be written here (%(reason)s)", reason=reason)
            return ImportResult(stage.path, ImportStatus.FAILED, text)
        except PublishingError as error:
            return ImportResult(stage.path, ImportStatus.FAILED, error.message)
        finally:
            if isinstance(stage, Staged):
                shutil.rmtree(stage.folder, ignore_errors=True)

    def _known_result(self, known: KnownFile) -> ImportResult:
        if known.sha256 in self._rejected:
            return dataclasses.replace(self._rejected[known.sha256], path=known.path)
        draft = self._drafts.get(known.sha256, "")
        if self._is_publishing and draft and self._repository.draft_folders.has(draft):
            bundle = DraftBundle(self._repository.draft_folders.folder / draft)
            return self._publish(known.path, bundle)
        owner = self._staging.owners[known.sha256]
        text = message("already present: identical to %(holder)s", holder=owner)
        return ImportResult(
            known.path,
            ImportStatus.ALREADY_THERE,
            text,
            sha256=known.sha256,
            owner=owner,
        )

    def _import(
        self, stage: Staged, answer: ReadingAnswer | None, corpus: Corpus
    ) -> ImportResult:
        if not isinstance(answer, FileReading):
            return _refusal(stage, answer)
        # The file may resemble a deliverable that this import published.
        corpus = self._repository.reader.read() if self._is_publishing else corpus
        extraction = self._extract(stage, answer, corpus)
        # Saved before the draft, so that no draft is without its extraction.
        self._extractions.save(extraction)
        result = (
            _recognised(stage, extraction)
            if stage.is_known
            else self._draft(stage, answer, extraction, corpus)
        )
        owner = self._staging.owners[stage.sha256]
        self._owner_of_name[answer.name] = owner
        return dataclasses.replace(
            result,
            card=extraction.card,
            sha256=stage.sha256,
            owner=owner,
            matches=extraction.matches if extraction.has_question else (),
        )

    def _extract(
        self, stage: Staged, answer: FileReading, corpus: Corpus
    ) -> Extraction:
        """Return the extraction of a file, and remember its fingerprint."""
        known, own = self._known_fingerprints(), fingerprint_of(answer)
        name = self._options.name_of(stage.path)
        extraction = extraction_of(
            answer,
            name,
            corpus.gazetteer,
            known=known,
            own=own,
            corrections=self._corrections,
        )
        card = self._with_owners(extraction.card)
        extraction = dataclasses.replace(extraction, card=card)
        if stage.is_known:
            with suppress(NotFoundError):
                stored = self._extractions.load(extraction.key)
                extraction = dataclasses.replace(
                    extraction, matches=stored.matches, answered=stored.answered
                )
        else:
            matches = self._match_finder.find(
                extraction.facts, own, known, self._owner_of, corpus
            )
            extraction = dataclasses.replace(extraction, matches=matches)
        known.append(own)
        return extraction

    def _known_fingerprints(self) -> list[Fingerprint]:
        if self._fingerprints is None:
            cached = (
                self._cache.get(owner, sha256)
                for sha256, owner in self._staging.owners.items()
                if sha256 not in self._staging.staged
            )
            self._fingerprints = [
                fingerprint_of(reading)
                for reading in cached
                if isinstance(reading, FileReading)
            ]
        return self._fingerprints

    def _owner_of(self, name: str) -> str:
        return self._owner_of_name.get(name, name)

    def _with_owners(self, card: ReportCard) -> ReportCard:
        """Replace the names of similar files by the drafts that have them."""
        return dataclasses.replace(
            card,
            duplicate_of=self._owner_of(card.duplicate_of),
            near_duplicates=tuple(
                SimilarFile(self._owner_of(duplicate.name), duplicate.share)
                for duplicate in card.near_duplicates
            ),
            sibling_of=self._owner_of(card.sibling_of),
        )

    def _draft(
        self, stage: Staged, answer: FileReading, extraction: Extraction, corpus: Corpus
    ) -> ImportResult:
        imported = ImportedFile(
            stage.copy.name,
            stage.sha256,
            answer,
            extraction.facts,
            extraction.proposals,
        )
        bundle = self._builder.build(stage, imported, corpus)
        self._staging.owners[stage.sha256] = self._drafts[stage.sha256] = bundle.slug
        if not self._is_publishing:
            text = message("draft %(id)s", id=bundle.slug)
            return ImportResult(stage.path, ImportStatus.DRAFTED, text, imported)
        return self._publish(stage.path, bundle, imported)

    def _unpublishable_reason(self, bundle: DraftBundle) -> Message | None:
        """Return why only a person may publish a bundle, or None."""
        for sha256 in sorted(bundle.digests):
            try:
                extraction = self._extractions.load(extraction_key(sha256))
            except NotFoundError:
                continue
            if closed := extraction.closed_by:
                where = restriction_text(closed, self._translate)
                return message(
                    "the file says that it is not for the public (%(where)s)",
                    where=where,
                )
            if extraction.has_question:
                return message(
                    "it resembles %(records)s: answer first what it is",
                    records=", ".join(
                        str(match.record) for match in extraction.matches
                    ),
                )
        return None

    def _publish(
        self, path: Path, bundle: DraftBundle, imported: ImportedFile | None = None
    ) -> ImportResult:
        reason = self._unpublishable_reason(bundle)
        result = (
            publish_bundle(self._repository, bundle, actor=self._actor)
            if reason is None
            else BundleResult(reason)
        )
        if result.reason is not None:
            text = message(
                "draft %(id)s, not published: %(reason)s",
                id=bundle.slug,
                reason=result.reason.text(self._translate),
            )
            return ImportResult(path, ImportStatus.INCOMPLETE, text, imported)
        text = message(
            "published as %(id)s; proposals awaiting a decision: %(count)s",
            id=bundle.deliverable,
            count=result.remaining,
        )
        return ImportResult(path, ImportStatus.PUBLISHED, text, imported)


def _refusal(stage: Staged, answer: FileUnreadableError | None) -> ImportResult:
    error = answer or FileUnreadableError(stage.path.name, Unreadable.CRASHED)
    text = unreadable_message(error, has_ocr=can_recognise())
    reason = Unreadable(error.reason)
    return ImportResult(stage.path, ImportStatus.REFUSED, text, reason=reason)


def _recognised(stage: Staged, extraction: Extraction) -> ImportResult:
    count = len(extraction.card.recognised_pages)
    if not count:
        text = message("no text was recognised in its images")
        return ImportResult(stage.path, ImportStatus.ALREADY_THERE, text)
    text = message("pages whose text was recognised in images: %(count)s", count=count)
    return ImportResult(stage.path, ImportStatus.RECOGNISED, text)
