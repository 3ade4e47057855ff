"""Finds the records and drafts that an imported file resembles."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.extraction.fingerprints import (
    MIN_SHARE,
    Agreement,
    DocumentIdentity,
    Evidence,
    Fingerprint,
    common_share,
    compare,
    resembles,
)
from indexer.model.codes import UNKNOWN_LANGUAGE
from indexer.model.ids import Kind, RecordId
from indexer.model.problems import Message, message
from indexer.model.proposals import ExtractedFact, Likelihood, MetadataField
from indexer.model.records import Deliverable
from kb.publishing.changes.repository import Repository, texts_in
from kb.publishing.errors import NotFoundError
from kb.publishing.extractions.extraction_store import (
    ExtractionStore,
    MatchAnswer,
    RecordMatch,
    extraction_key,
)
from kb.publishing.records.form_values import read_values
from kb.publishing.storage.names import record_of_owner

MAX_MATCHES = 3
COPY_SHARE = 0.95

_SAME, _DIFFERENT = Agreement.SAME, Agreement.DIFFERENT
_REASONS: dict[tuple[str, Agreement], Message] = {
    ("code", _SAME): message("same code"),
    ("code", _DIFFERENT): message("another code"),
    ("project", _SAME): message("same project"),
    ("project", _DIFFERENT): message("another project"),
    ("title", _SAME): message("nearly the same title"),
    ("title", _DIFFERENT): message("another title"),
    ("language", _SAME): message("same language"),
    ("language", _DIFFERENT): message("another language"),
    ("date", _SAME): message("same date"),
    ("date", _DIFFERENT): message("another date"),
}
_SPEAK_FOR: dict[MatchAnswer, dict[str, Agreement]] = {
    MatchAnswer.SAME: dict.fromkeys(
        ("code", "project", "title", "language", "date"), _SAME
    ),
    MatchAnswer.VERSION: {
        **dict.fromkeys(("code", "project", "title", "language"), _SAME),
        "date": _DIFFERENT,
    },
    MatchAnswer.LANGUAGE: {
        **dict.fromkeys(("code", "project", "date"), _SAME),
        "language": _DIFFERENT,
    },
    MatchAnswer.FORMAT: dict.fromkeys(
        ("code", "project", "title", "language", "date"), _SAME
    ),
    MatchAnswer.NEW: dict.fromkeys(("code", "project", "title"), _DIFFERENT),
}
"""The features that speak for each answer."""

_SHARES: dict[MatchAnswer, tuple[float, float]] = {
    MatchAnswer.SAME: (0.9, 1.0),
    MatchAnswer.VERSION: (0.2, 0.99),
    MatchAnswer.FORMAT: (MIN_SHARE, 1.0),
    MatchAnswer.NEW: (0.0, 0.19),
}
"""The shares of text in common that speak for each answer."""


def reasons_for(answer: MatchAnswer, evidence: Evidence) -> Iterator[Message]:
    """Yield what speaks for an answer."""
    for name, agreement in _SPEAK_FOR[answer].items():
        if getattr(evidence, name) is agreement:
            yield _REASONS[name, agreement]
    low, high = _SHARES.get(answer, (2.0, 2.0))
    if evidence.share and low <= evidence.share <= high:
        yield common_text(evidence.share)


def common_text(share: float) -> Message:
    """Return the share of text in common as a sentence."""
    return message("%(percent)s%% of text in common", percent=round(100 * share))


def all_reasons(evidence: Evidence) -> Iterator[Message]:
    """Yield how all features agree, for the command line."""
    for name in ("code", "project", "title", "language", "date"):
        agreement = getattr(evidence, name)
        if agreement is not Agreement.UNKNOWN:
            yield _REASONS[name, agreement]
    if evidence.share:
        yield common_text(evidence.share)


def suggested_answer(
    evidence: Evidence, *, is_other_format: bool = False
) -> MatchAnswer:
    """Return the most likely answer; a person decides.

    `is_other_format`: the record has files, none of them in the format of the file.
    """
    if evidence.project is _DIFFERENT and evidence.share < COPY_SHARE:
        return MatchAnswer.NEW
    if evidence.language is _DIFFERENT:
        return MatchAnswer.LANGUAGE
    if is_other_format and evidence.share >= MIN_SHARE:
        return MatchAnswer.FORMAT
    if evidence.share >= COPY_SHARE and evidence.date is not _DIFFERENT:
        return MatchAnswer.SAME
    return MatchAnswer.VERSION


def file_identity(facts: Iterable[ExtractedFact]) -> DocumentIdentity:
    """Return the features that a file states about itself."""
    # The date among the properties is often that of a template or of a conversion.
    values = {
        fact.field: fact.value
        for fact in facts
        if fact.field is not MetadataField.DATE or fact.likelihood is not Likelihood.LOW
    }
    project, grant = (
        values.get(MetadataField.PROJECT, ""),
        values.get(MetadataField.GRANT, ""),
    )
    if project.isdigit():  # Extractions of earlier versions store a grant so.
        project, grant = "", project
    title = values.get(MetadataField.TITLE, "")
    language = values.get(MetadataField.LANGUAGE, "")
    return DocumentIdentity(
        code=values.get(MetadataField.CODE, ""),
        titles=(title,) if title else (),
        project=project,
        grants=(grant,) if grant else (),
        languages=(language,) if language not in {"", UNKNOWN_LANGUAGE} else (),
        date=values.get(MetadataField.DATE, ""),
    )


@dataclass(frozen=True, slots=True)
class MatchFinder:
    """Compares files with the records and the drafts of a repository."""

    repository: Repository
    extractions: ExtractionStore

    def find(
        self,
        facts: Sequence[ExtractedFact],
        fingerprint: Fingerprint,
        known: Sequence[Fingerprint],
        owner_of: Callable[[str], str],
        corpus: Corpus,
    ) -> tuple[RecordMatch, ...]:
        """Return the records and drafts that a file resembles, the closest first.

        Args:
            facts: The facts of the file.
            fingerprint: The fingerprint of the file.
            known: The fingerprints of the other files.
            owner_of: Returns the draft or record that has a file of that name.
            corpus: The published records.
        """
        shares: dict[RecordId, float] = {}
        for other in known:
            record = record_of_owner(owner_of(other.name))
            share = common_share(fingerprint, other)
            shares[record] = max(share, shares.get(record, 0.0))
        own = file_identity(facts)
        found = []
        for record in self._candidates(corpus):
            evidence = self._compare(own, record, shares.get(record, 0.0), corpus)
            if evidence is not None and resembles(evidence):
                found.append((evidence, RecordMatch(record, evidence.share)))
        found.sort(key=lambda pair: _strength(pair[0]), reverse=True)
        return tuple(match for _, match in found[:MAX_MATCHES])

    def evidence(
        self, facts: Iterable[ExtractedFact], match: RecordMatch, corpus: Corpus
    ) -> Evidence | None:
        """Compare a file with a record; None if the record no longer exists."""
        own = file_identity(facts)
        return self._compare(own, match.record, match.share, corpus)

    def identity(self, record: RecordId, corpus: Corpus) -> DocumentIdentity | None:
        """Return the features of a record, or of its draft if it is not published."""
        published = corpus.get(record)
        if isinstance(published, Deliverable):
            return self._published_identity(published)
        folder = self.repository.draft_folders.find(record)
        return self._draft_identity(texts_in(folder)) if folder is not None else None

    def _candidates(self, corpus: Corpus) -> Iterator[RecordId]:
        published = {record.id for record in corpus.of_kind(Kind.DELIVERABLE)}
        yield from sorted(published)
        for record, _ in self.repository.draft_folders.records():
            if record.kind is Kind.DELIVERABLE and record not in published:
                yield record

    def _compare(
        self, own: DocumentIdentity, record: RecordId, share: float, corpus: Corpus
    ) -> Evidence | None:
        other = self.identity(record, corpus)
        return compare(own, other, share) if other is not None else None

    def _published_identity(self, record: Deliverable) -> DocumentIdentity:
        titles = (
            record.original_title,
            *(edition.title for edition in record.editions),
        )
        languages = (record.language, *(file.language for file in record.files))
        return DocumentIdentity(
            code=record.code,
            titles=tuple(filter(None, titles)),
            project=record.project,
            grants=self._grants(file.sha256 for file in record.files),
            languages=tuple(dict.fromkeys(filter(None, languages))),
            date=str(record.date or ""),
        )

    def _draft_identity(self, texts: dict[str, str]) -> DocumentIdentity:
        values = read_values(Kind.DELIVERABLE, texts)

        def fact(name: str) -> str:
            value = values.facts.get(name, "")
            return value if isinstance(value, str) else ""

        files = values.items("files")
        languages = {fact("language"), *(file.get("language", "") for file in files)}
        titles = (fact("original_title"), *values.titles.values())
        return DocumentIdentity(
            code=fact("code"),
            titles=tuple(filter(None, titles)),
            project=fact("project"),
            grants=self._grants(file.get("sha256", "") for file in files),
            languages=tuple(sorted(filter(None, languages))),
            date=fact("date"),
        )

    def _grants(self, digests: Iterable[str]) -> tuple[str, ...]:
        """Return the grants that the files of a record state."""
        grants: list[str] = []
        for sha256 in digests:
            with suppress(NotFoundError):
                extraction = self.extractions.load(extraction_key(sha256))
                grants += file_identity(extraction.facts).grants
        return tuple(dict.fromkeys(grants))


def _strength(evidence: Evidence) -> tuple[float, ...]:
    """Return the sort key of a match."""
    features = (evidence.code, evidence.title, evidence.project)
    same = sum(feature is Agreement.SAME for feature in features)
    return same + 2 * evidence.share, evidence.share
