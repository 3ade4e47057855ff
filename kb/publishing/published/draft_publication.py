"""Publishes several drafts that are ready, or the complete records of a bundle.

After a publication, a search for the titles shows whether visitors find the record.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexer.corpus.corpus import Corpus
from indexer.engines.base import SearchEngine
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.problems import Message, Problem, ProblemCode, message
from indexer.model.query import MAX_QUERY_CHARACTERS
from indexer.model.record import Record
from indexer.model.records import Deliverable
from indexer.query_language.query_reader import read_query
from kb.publishing.changes.repository import Repository, record_transaction
from kb.publishing.drafts.draft import Draft, draft_files, read_notes
from kb.publishing.drafts.draft_editor import DraftEditor
from kb.publishing.drafts.proposal_review import ProposalReview
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions.draft_folders import DraftBundle
from kb.publishing.extractions.extraction_store import ExtractionStore
from kb.publishing.published.publisher import Publisher, changed_state, check_drafts

GONE = message("this draft no longer exists")
SAVED_MEANWHILE = message("somebody saved it meanwhile: look at it again first")
RECORD_CHANGED = message(
    "the published record was changed after this draft was started: publish it from "
    "its own page, where you see both"
)
WAS_WITHDRAWN = message(
    "it was withdrawn: publish it from its own page, so that the links to it come back"
)
HAS_QUESTION = message("its file resembles a record: answer first which it belongs to")
CLOSED_FILE = message(
    "its file says that it is not for the public: publish it from its own page"
)


@dataclass(frozen=True, slots=True)
class RefusedDraft:
    """A draft that is not published: the reason, or the problems of its content."""

    reason: Message | None = None
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class PublicationPlan:
    """The drafts of a choice that can be published together, and the others."""

    ready: tuple[RecordId, ...] = ()
    refused: Mapping[RecordId, RefusedDraft] = field(default_factory=dict)


class DraftPublication:
    """Plans and makes the publication of several drafts."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._drafts = DraftEditor(repository)
        self._extractions = ExtractionStore(repository.locations.instance)

    def with_dependents(self, record: RecordId) -> tuple[RecordId, ...]:
        """Return a draft; of a deliverable, also the drafts that were found in it."""
        folders = self._repository.draft_folders
        own = folders.find(record)
        if own is None or record.kind is not Kind.DELIVERABLE:
            return (record,)
        bundle = DraftBundle(own.parent.parent).records()
        quoting = ProposalReview(self._repository).quoting_drafts()
        others = {
            draft for key, draft in quoting.items() if key.deliverable == record.slug
        }
        return tuple(dict.fromkeys((record, *bundle, *sorted(others))))

    def plan(
        self, records: Collection[RecordId], versions: Mapping[RecordId, str]
    ) -> PublicationPlan:
        """Return which of the drafts can be published together.

        A draft may link to another one that is published with it. `versions` are the
        versions that the actor saw; a draft without one is not compared.
        """
        repository, corpus = self._repository, self._repository.reader.read()
        refused: dict[RecordId, RefusedDraft] = {}
        folders: dict[RecordId, Path] = {}
        for record in dict.fromkeys(records):
            try:
                draft = self._drafts.load(record)
                folders[record] = repository.draft_state(record)[0]
            except NotFoundError:
                refused[record] = RefusedDraft(GONE)
                continue
            reason = self._reason(draft, versions.get(record, ""), corpus)
            if reason is not None:
                refused[record] = RefusedDraft(reason)
                del folders[record]
        while True:
            # Without the drafts that were refused, links to them are problems too.
            problems = check_drafts(repository, folders, corpus)
            wrong = [record for record in folders if problems[record]]
            if not wrong:
                return PublicationPlan(tuple(folders), refused)
            for record in wrong:
                refused[record] = RefusedDraft(problems=problems[record])
                del folders[record]

    def preview(self, records: Collection[RecordId]) -> Corpus:
        """Return the content as if drafts were published together.

        Raises:
            NotFoundError: a record has no draft.
        """
        reader = self._repository.reader
        folders = {
            record: self._repository.draft_state(record)[0] for record in records
        }
        return reader.read_overlay(folders, reader.read())

    def publish(
        self,
        records: Collection[RecordId],
        versions: Mapping[RecordId, str],
        *,
        actor: str,
    ) -> tuple[PublicationPlan, Mapping[RecordId, tuple[str, ...]]]:
        """Publish the drafts that are ready, all in one transaction.

        Return the plan that was followed, and who wrote each published draft.

        Raises:
            PublishingError: the content can't be written; nothing is published.
        """
        repository, writers = self._repository, dict[RecordId, tuple[str, ...]]()
        with record_transaction(repository, actor) as transaction:
            plan = self.plan(records, versions)
            for record in plan.ready:
                folder, state = repository.draft_state(record)
                writers[record] = read_notes(folder).credited
                Publisher(repository).put_draft(transaction, record, folder, state)
        return plan, writers

    def _reason(self, draft: Draft, version: str, corpus: Corpus) -> Message | None:
        if version and version != draft.version:
            return SAVED_MEANWHILE
        if draft.notes.withdrawn_by:
            return WAS_WITHDRAWN
        record, begun_from = draft.record, draft.notes.published
        if changed_state(self._repository, record, begun_from, seen=draft.version):
            return RECORD_CHANGED
        files = draft_files(draft, self._extractions)
        if any(file.has_question for file in files):
            return HAS_QUESTION
        known = corpus.get(record)
        published = known.files if isinstance(known, Deliverable) else ()
        digests = {file.sha256 for file in published}
        if any(file.closed_by and file.sha256 not in digests for file in files):
            return CLOSED_FILE
        return None


CHANGES_RECORD = message(
    "it changes a published record: publish it from its page, where you see the changes"
)


@dataclass(frozen=True, slots=True)
class BundleResult:
    """The number of records of a bundle that remain drafts.

    `reason` says why the deliverable, and so the whole bundle, was not published.
    """

    reason: Message | None = None
    remaining: int = 0


def publish_bundle(
    repository: Repository, bundle: DraftBundle, *, actor: str
) -> BundleResult:
    """Publish the deliverable of a bundle and its complete proposals together.

    If the deliverable is not ready, nothing is published. A published record is never
    changed.

    Raises:
        PublishingError: the content can't be written.
        CorpusMissingError: `documents/` is missing.
    """
    drafts, deliverable = bundle.records(), bundle.deliverable
    published = repository.state(deliverable)
    if deliverable in drafts and published not in {
        None,
        repository.draft_state(deliverable)[1],
    }:
        return BundleResult(CHANGES_RECORD, remaining=len(drafts))
    known = repository.reader.read().records
    chosen = [draft for draft in drafts if draft == deliverable or draft not in known]
    publication = DraftPublication(repository)
    refused = publication.plan(chosen, {}).refused.get(deliverable)
    if refused is not None:
        reason = refused.reason or _reason(refused.problems)
        return BundleResult(reason, remaining=len(drafts))
    plan, _ = publication.publish(chosen, {}, actor=actor)
    return BundleResult(remaining=len(drafts) - len(plan.ready))


def _reason(problems: Sequence[Problem]) -> Message:
    if missing := _names(problems, ProblemCode.MISSING_FIELD):
        return message("these fields are missing: %(names)s", names=missing)
    if unchecked := _names(problems, ProblemCode.GUESS_UNCHECKED):
        return message("a person must check these fields: %(names)s", names=unchecked)
    first = problems[0]
    return message(
        "%(file)s, line %(line)s: %(what)s",
        file=Path(first.path).name,
        line=first.line,
        what=first.what,
    )


def _names(problems: Sequence[Problem], code: ProblemCode) -> str:
    names = (each.what.values["name"] for each in problems if each.code is code)
    return ", ".join(dict.fromkeys(names))


@dataclass(frozen=True, slots=True)
class TitleSearch:
    """A search for a title, as a visitor would type it.

    `rank` counts from 1; None if the record is not on the first page.
    """

    locale: Locale
    title: str
    rank: int | None


def title_searches(record: Record, engine: SearchEngine) -> tuple[TitleSearch, ...]:
    """Search for each title of a record."""
    searches = []
    for edition in record.editions:
        title, locale = edition.title, edition.locale
        text = title[:MAX_QUERY_CHARACTERS]
        query = read_query(text, lambda _, value: value, locale=locale)
        ids = [hit.id for hit in engine.search(query).hits]
        rank = ids.index(record.id) + 1 if record.id in ids else None
        searches.append(TitleSearch(locale, title, rank))
    return tuple(searches)
