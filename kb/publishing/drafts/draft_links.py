"""Adds links to drafts: the answers of a need, the deliverable that a file became.

A need lists its answers: to add one, its draft is edited, or begun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, RecordId
from indexer.model.records import Need
from kb.publishing.changes.repository import Repository, texts_in
from kb.publishing.drafts.draft_editor import DraftConflictError, DraftEditor
from kb.publishing.errors import NotFoundError
from kb.publishing.history.differences import compare_texts
from kb.publishing.records.form_values import FormValues, read_values, write_values

ANSWER_FIELDS = {Kind.PRACTICE: "practices", Kind.RECOMMENDATION: "recommendations"}
"""The field of a need that lists the answers of a kind."""


class NeedAnswers:
    """The answers of needs, in their drafts or as they are published."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._drafts = DraftEditor(repository)

    def needs_of(self, answer: RecordId, corpus: Corpus) -> tuple[RecordId, ...]:
        """Return the needs that list an answer; the draft of a need goes first."""
        folders = {
            record: folder
            for bundle in self._repository.draft_folders.bundles()
            for record, folder in bundle.records().items()
            if record.kind is Kind.NEED
        }
        drafted = [
            need
            for need, folder in folders.items()
            if answer.slug in _listed(need, texts_in(folder), answer.kind)
        ]
        published = [
            need.id
            for need in corpus.of_kind(Kind.NEED)
            if isinstance(need, Need) and answer in need.answers
        ]
        return (*(each for each in published if each not in folders), *drafted)

    def add(self, need: RecordId, answer: RecordId, *, actor: str) -> None:
        """Add an answer to the draft of a need; nothing happens if it lists it.

        Raises:
            NotFoundError: there is no such need.
            DraftConflictError: somebody saved the draft of the need at this moment.
        """
        self._check_exists(need)
        draft = self._drafts.begin(need, actor)
        slugs = _listed(need, draft.texts, answer.kind)
        if answer.slug not in slugs:
            self._save(need, answer.kind, (*slugs, answer.slug), actor)

    def remove(self, need: RecordId, answer: RecordId, *, actor: str) -> None:
        """Remove an answer from the draft of a need.

        A draft that then changes nothing of the published need is discarded.

        Raises:
            NotFoundError: there is no such need.
            DraftConflictError: somebody saved the draft of the need at this moment.
        """
        self._check_exists(need)
        draft = self._drafts.begin(need, actor)
        slugs = _listed(need, draft.texts, answer.kind)
        others = tuple(each for each in slugs if each != answer.slug)
        self._save(need, answer.kind, others, actor)
        published = texts_in(self._repository.record_folder(need))
        texts = self._drafts.load(need).texts
        if published and not compare_texts(need.kind, published, texts):
            self._drafts.discard(need, actor)

    def _check_exists(self, need: RecordId) -> None:
        repository = self._repository
        has_draft = repository.draft_folders.find(need) is not None
        if need.kind is not Kind.NEED or not (
            has_draft or repository.record_folder(need).is_dir()
        ):
            raise NotFoundError(need)

    def _save(
        self, need: RecordId, kind: Kind, slugs: Sequence[str], actor: str
    ) -> None:
        draft = self._drafts.load(need)
        values = FormValues({ANSWER_FIELDS[kind]: tuple(slugs)})
        texts = write_values(need.kind, values, draft.texts)
        self._drafts.save(need, texts, version=draft.version, actor=actor)


def _listed(need: RecordId, texts: Mapping[str, str], kind: Kind) -> tuple[str, ...]:
    value = read_values(need.kind, texts).facts.get(ANSWER_FIELDS[kind], ())
    return tuple(each for each in value if isinstance(each, str))


MAX_TRIES = 5


def cite_file(repository: Repository, citing: RecordId, owner: str, actor: str) -> None:
    """Add the owner of a file, a draft or a record, to `deliverables` of a draft.

    Nothing happens if the draft is gone. Somebody may save the draft at the same
    moment: then the current text is read again.

    Raises:
        PublishingError: the draft can't be written.
    """
    record = RecordId.parse(owner) or RecordId(Kind.DELIVERABLE, owner)
    if record.kind is not Kind.DELIVERABLE:
        return
    drafts = DraftEditor(repository)
    for _ in range(MAX_TRIES):
        try:
            draft = drafts.load(citing)
            facts = read_values(citing.kind, draft.texts).facts
            known = [e for e in facts.get("deliverables", ()) if isinstance(e, str)]
            if record.slug in known:
                return
            values = FormValues({"deliverables": (*known, record.slug)})
            texts = write_values(citing.kind, values, draft.texts)
            drafts.save(citing, texts, version=draft.version, actor=actor)
        except DraftConflictError:
            continue
        except NotFoundError:
            return
        return
