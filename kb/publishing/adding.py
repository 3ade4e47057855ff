"""Adds files: each is read, made a draft, and published if it is complete.

Each goes in whole or not at all, and none keeps another from going in.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout

from indexer.corpus.corpus import Corpus
from indexer.errors import FileUnreadableError, IndexBusyError
from indexer.extraction.fingerprints import Fingerprint, fingerprint_of
from indexer.extraction.refusals import refusal_of
from indexer.model.ids import Kind
from indexer.model.problems import Message, Translate, message
from indexer.model.readings import FileReading, Unreadable
from indexer.model.records import Deliverable
from indexer.model.report_cards import Likeness, ReportCard
from indexer.pipeline import Locations
from indexer.readers.isolated import can_recognise, read_files
from indexer.readers.requests import Answer
from indexer.readers.store import ReadingStore
from kb.publishing.bundling import BY_COMMAND, Author, Bundler, Manner
from kb.publishing.drafting import Finding
from kb.publishing.errors import NotThereError, PublishingError
from kb.publishing.findings import Findings, Found, key_of
from kb.publishing.folders import clear_left_over
from kb.publishing.holdings import open_holdings
from kb.publishing.originals import closed_by
from kb.publishing.readings import found_in, has_pictures, is_recognised
from kb.publishing.releasing import Releaser
from kb.publishing.shelf import Bundle, Shelf
from kb.publishing.staging import Copy, NotCopied, Stage, Staged, Stager

LOCK_NAME = ".lock"
LOCK_WAIT_S = 10.0


class State(StrEnum):
    """What became of a file."""

    DRAFTED = "drafted"
    PUBLISHED = "published"
    ALREADY_THERE = "already-there"
    RECOGNISED = "recognised"
    INCOMPLETE = "incomplete"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file, in a word and in a sentence.

    `holder` is the draft that it is in, or the record: `deliverables/d2.6`.
    """

    path: Path
    state: State
    told: Message
    finding: Finding | None = None
    card: ReportCard | None = None
    sha256: str = ""
    holder: str = ""
    reason: Unreadable | None = None

    @property
    def is_in(self) -> bool:
        """Whether the file is where it was to go."""
        return self.state not in {State.INCOMPLETE, State.REFUSED, State.FAILED}


class Adder:
    """Adds files to the drafts, or to the content."""

    def __init__(  # noqa: PLR0913  # what the command line says, and who asks
        self,
        locations: Locations,
        *,
        day: dt.date,
        translate: Translate = str,
        is_publishing: bool = False,
        ocr: bool = False,
        who: str = "kb add",
        manner: Manner = BY_COMMAND,
    ) -> None:
        self._locations = locations
        self._translate = translate
        self._is_publishing = is_publishing
        self._ocr = ocr
        self._shelf = Shelf(locations.drafts)
        self._store = ReadingStore(locations.readings)
        self._holdings = open_holdings(locations)
        self._reader = self._holdings.reader
        self._manner = manner
        self._bundler = Bundler(self._holdings, Author(day, translate, who), manner)
        self._findings = Findings(locations.instance)
        self._holder_of_name: dict[str, str] = {}
        self._releaser = Releaser(self._holdings, who=who)
        self._holders: dict[str, str] = {}
        self._drafts: dict[str, str] = {}
        self._refused: dict[str, Outcome] = {}
        self._fingerprints: list[Fingerprint] | None = None
        self._staged: set[str] = set()
        self._stager = Stager(
            locations.drafts,
            manner.name_of,
            self._holders.__contains__,
            self._is_to_recognise,
        )

    def add(self, paths: Iterable[Path]) -> Iterator[Outcome]:
        """Add files; give what became of each, in their order.

        Raises:
            CorpusMissingError: there is no content to add to.
            IndexBusyError: somebody else is adding.
        """
        with self._alone():
            corpus = self._reader.read()
            self._clear()
            self._drafts = {
                sha256: each.slug
                for each in self._shelf.bundles()
                for sha256 in each.digests
            }
            self._holders |= self._drafts | _published_files(self._reader.read())
            yield from self._added(paths, corpus)

    def _known_files(self) -> list[Fingerprint]:
        """Give what is kept of all files that are there, to tell which are near."""
        if self._fingerprints is None:
            known = (
                self._store.get(holder, sha256)
                for sha256, holder in self._holders.items()
                if sha256 not in self._staged
            )
            self._fingerprints = [
                fingerprint_of(each) for each in known if isinstance(each, FileReading)
            ]
        return self._fingerprints

    @contextmanager
    def _alone(self) -> Iterator[None]:
        folder = self._locations.drafts
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / LOCK_NAME, timeout=LOCK_WAIT_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise IndexBusyError(folder, LOCK_WAIT_S) from error
        try:
            yield
        finally:
            lock.release()

    def _clear(self) -> None:
        """Finish what a run that was killed had begun, or take it away."""
        clear_left_over(self._locations.drafts)
        with self._holdings.journal.alone():
            self._shelf.tidy()

    def _added(self, paths: Iterable[Path], corpus: Corpus) -> Iterator[Outcome]:
        for stage, answer in self._read(map(self._stage, paths)):
            if isinstance(stage, NotCopied):
                state = State.REFUSED if stage.is_refused else State.FAILED
                yield Outcome(stage.path, state, stage.told)
                continue
            try:
                yield (
                    self._known_already(stage)
                    if isinstance(stage, Copy)
                    else self._outcome(stage, answer, corpus)
                )
            except OSError as error:
                told = message(
                    "it can't be written here ({reason})",
                    reason=error.strerror or error,
                )
                yield Outcome(stage.path, State.FAILED, told)
            except PublishingError as error:
                yield Outcome(stage.path, State.FAILED, error.told)
            finally:
                if isinstance(stage, Staged):
                    shutil.rmtree(stage.folder, ignore_errors=True)

    def _known_already(self, copy: Copy) -> Outcome:
        if copy.sha256 in self._refused:
            return dataclasses.replace(self._refused[copy.sha256], path=copy.path)
        draft = self._drafts.get(copy.sha256, "")
        if self._is_publishing and draft and self._shelf.has(draft):
            bundle = Bundle(self._shelf.folder / draft)
            is_closed = self._is_closed(copy.sha256)
            return self._released(copy.path, bundle, is_closed=is_closed)
        told = message(
            "already there: the same bytes as {holder}",
            holder=self._holders[copy.sha256],
        )
        return Outcome(
            copy.path,
            State.ALREADY_THERE,
            told,
            sha256=copy.sha256,
            holder=self._holders[copy.sha256],
        )

    def _stage(self, path: Path) -> Stage:
        """Copy a file, and remember it: one that comes again is there already."""
        stage = self._stager.stage(path)
        if isinstance(stage, Staged):
            self._holders.setdefault(stage.sha256, self._manner.name_of(path))
            self._staged.add(stage.sha256)
        return stage

    def _is_to_recognise(self, sha256: str) -> bool:
        """Tell whether a file that is there has pictures of text not yet recognised."""
        if (
            not self._ocr
            or sha256 in self._staged
            or self._store.has_recognised(sha256)
        ):
            return False
        return has_pictures(self._store.get("", sha256))

    def _read(self, stages: Iterable[Stage]) -> Iterator[tuple[Stage, Answer | None]]:
        """Read what was not read before, on all cores; keep the order."""
        waiting: deque[tuple[Stage, Answer | None]] = deque()

        def unread() -> Iterator[Path]:
            for stage in stages:
                if not isinstance(stage, Staged):
                    waiting.append((stage, None))
                    continue
                known = self._known(stage)
                waiting.append((stage, known))
                if known is None:
                    yield stage.copy

        answers = read_files(unread(), ocr=self._ocr, processes=self._manner.processes)
        for answer in answers:
            while True:
                stage, known = waiting.popleft()
                if isinstance(stage, Staged) and known is None:
                    with suppress(OSError):  # it is only read again
                        self._store.put(stage.sha256, answer, ocr=is_recognised(answer))
                    yield stage, answer
                    break
                yield stage, known
        yield from waiting

    def _known(self, stage: Staged) -> Answer | None:
        recognised = self._store.get(stage.copy.name, stage.sha256, ocr=True)
        if recognised is not None:
            return recognised
        known = self._store.get(stage.copy.name, stage.sha256)
        return None if self._ocr and has_pictures(known) else known

    def _outcome(self, stage: Staged, answer: Answer | None, corpus: Corpus) -> Outcome:
        if not isinstance(answer, FileReading):
            return self._refusal(stage, answer)
        known, name = self._known_files(), self._manner.name_of(stage.path)
        mine = fingerprint_of(answer)
        found = found_in(answer, name, corpus.gazetteer, known=known, mine=mine)
        known.append(mine)
        found = dataclasses.replace(found, card=self._with_holders(found.card))
        # Before the draft is there: then none is ever without what was found in it.
        self._findings.save(found)
        placed = (
            self._recognised(stage, found)
            if stage.is_held
            else self._placed(stage, answer, found, corpus)
        )
        holder = self._holders[stage.sha256]
        self._holder_of_name[answer.name] = holder
        return dataclasses.replace(
            placed, card=found.card, sha256=stage.sha256, holder=holder
        )

    def _refusal(self, stage: Staged, answer: FileUnreadableError | None) -> Outcome:
        refused = answer or FileUnreadableError(stage.path.name, Unreadable.CRASHED)
        outcome = Outcome(
            stage.path,
            State.REFUSED,
            refusal_of(refused, recognises=can_recognise()),
            sha256=stage.sha256,
            reason=Unreadable(refused.reason),
        )
        self._refused[stage.sha256] = outcome
        return outcome

    def _recognised(self, stage: Staged, found: Found) -> Outcome:
        count = len(found.card.recognised_pages)
        if not count:
            told = message("no text was recognised in its pictures")
            return Outcome(stage.path, State.ALREADY_THERE, told)
        told = message("pages whose pictures were read as text: {count}", count=count)
        return Outcome(stage.path, State.RECOGNISED, told)

    def _with_holders(self, card: ReportCard) -> ReportCard:
        """Name the others by the drafts that they are in: that is where they are."""

        def holder(name: str) -> str:
            return self._holder_of_name.get(name, name)

        return dataclasses.replace(
            card,
            duplicate_of=holder(card.duplicate_of),
            near_duplicates=tuple(
                Likeness(holder(each.name), each.share) for each in card.near_duplicates
            ),
            sibling_of=holder(card.sibling_of),
        )

    def _placed(
        self, stage: Staged, reading: FileReading, found: Found, corpus: Corpus
    ) -> Outcome:
        finding = Finding(
            stage.copy.name, stage.sha256, reading, found.facts, found.proposals
        )
        corpus = self._reader.read() if self._is_publishing else corpus
        bundle = self._bundler.draft(stage, finding, corpus)
        self._holders[stage.sha256] = self._drafts[stage.sha256] = bundle.slug
        if not self._is_publishing:
            told = message("draft {id}", id=bundle.slug)
            return Outcome(stage.path, State.DRAFTED, told, finding)
        return self._released(stage.path, bundle, finding, is_closed=finding.is_closed)

    def _is_closed(self, sha256: str) -> bool:
        try:
            return bool(closed_by(self._findings.load(key_of(sha256))))
        except NotThereError:
            return False

    def _released(
        self,
        path: Path,
        bundle: Bundle,
        finding: Finding | None = None,
        *,
        is_closed: bool,
    ) -> Outcome:
        if is_closed:
            told = message(
                "draft {id}, not published: the file says that it is not for the "
                "public",
                id=bundle.slug,
            )
            return Outcome(path, State.INCOMPLETE, told, finding)
        release = self._releaser.release(bundle)
        if release.reason is not None:
            told = message(
                "draft {id}, not published: {reason}",
                id=bundle.slug,
                reason=release.reason.text(self._translate),
            )
            return Outcome(path, State.INCOMPLETE, told, finding)
        told = message(
            "published as {id}; proposals that wait for a person: {count}",
            id=bundle.deliverable,
            count=release.waiting,
        )
        return Outcome(path, State.PUBLISHED, told, finding)


def _published_files(corpus: Corpus) -> dict[str, str]:
    """Give the record that lists each file, by its digest."""
    return {
        file.sha256: str(record.id)
        for record in corpus.of_kind(Kind.DELIVERABLE)
        if isinstance(record, Deliverable)
        for file in record.files
    }
