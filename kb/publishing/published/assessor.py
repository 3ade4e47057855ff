"""Signs and withdraws assessments of published practices and recommendations."""

from collections.abc import Mapping
from dataclasses import dataclass

from indexer.corpus.assessment_fields import ASSESSMENT_FIELDS, assessed_text_digest
from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.assessments import CRITERIA, Judgement
from indexer.model.ids import Locale, RecordId
from indexer.model.problems import message
from kb.publishing.changes.repository import (
    Repository,
    linked_contents,
    record_file_with,
    record_transaction,
)
from kb.publishing.errors import InvalidChangeError, NotFoundError, PublishingError
from kb.publishing.history.history_entries import HistoryAction
from kb.publishing.records.form_values import FormValue, ItemValues


class AssessedTextChangedError(PublishingError):
    """The record was changed after the assessor read it."""

    def __init__(self, record: RecordId) -> None:
        super().__init__(f"{record} was changed after the assessor read it")
        self.message = message(
            "%(record)s was changed meanwhile: read it again before you sign",
            record=record,
        )


@dataclass(frozen=True, slots=True)
class SignedAnswers:
    """What an assessor signs: the role in each language, and the judgements."""

    assessors: Mapping[Locale, str]
    judgements: tuple[Judgement, ...]


class Assessor:
    """Writes assessments into published records."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    def sign(
        self, record: RecordId, signed: SignedAnswers, *, version: str, actor: str
    ) -> None:
        """Replace the assessment of a record, with today as its day.

        `version` is the version of the record that the assessor read.

        Raises:
            NotFoundError: the record is not published, or of a kind without assessment.
            InvalidChangeError: the files of the record have problems.
            AssessedTextChangedError: the record was changed after it was read.
        """
        facts: dict[str, FormValue] = {
            "assessed": str(self._repository.clock().date()),
            **{f"assessor_{locale}": signed.assessors[locale] for locale in Locale},
            "assessed_text": self._text_digest(record),
            "assessment": tuple(_item(judgement) for judgement in signed.judgements),
        }
        self._write(record, facts, HistoryAction.ASSESSED, version, actor)

    def withdraw(self, record: RecordId, *, version: str, actor: str) -> None:
        """Remove the assessment of a record; the history keeps it.

        Raises:
            NotFoundError: the record is not published, or of a kind without assessment.
            AssessedTextChangedError: the record was changed after it was read.
        """
        facts: dict[str, FormValue] = dict.fromkeys(ASSESSMENT_FIELDS, "")
        action = HistoryAction.ASSESSMENT_WITHDRAWN
        self._write(record, facts, action, version, actor)

    def _text_digest(self, record: RecordId) -> str:
        corpus = self._repository.reader.read()
        published = corpus.get(record)
        if published is None or record in corpus.outdated:
            raise InvalidChangeError(
                message(
                    "%(record)s has problems: correct them before you sign",
                    record=record,
                )
            )
        return assessed_text_digest(published)

    def _write(
        self,
        record: RecordId,
        facts: Mapping[str, FormValue],
        action: HistoryAction,
        version: str,
        actor: str,
    ) -> None:
        repository = self._repository
        with record_transaction(repository, actor) as transaction:
            state = repository.state(record)
            if state is None or record.kind not in CRITERIA:
                raise NotFoundError(record)
            if state.digest != version:
                raise AssessedTextChangedError(record)
            folder = repository.record_folder(record)
            contents = linked_contents(folder)
            contents[RECORD_FILE] = record_file_with(repository, record, folder, facts)
            transaction.put_record(record, contents, action)


def _item(judgement: Judgement) -> ItemValues:
    return {
        "criterion": judgement.criterion.value,
        "answer": judgement.answer.value,
        **{locale.value: judgement.reasons[locale] for locale in Locale},
    }
