"""The box with the answer to a question, above the results."""

from dataclasses import dataclass

from indexer.model.ids import RecordId
from indexer.model.query import Query
from indexer.model.results import ResultPage
from kb.web.dossier_cookie import dossier_url
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, RecordLine, record_card, record_cards
from kb.web.search.answer import QuestionAnswer, find_answer
from kb.web.urls import can_be_compared, compare_url, propose_url


@dataclass(frozen=True, slots=True)
class AnswerBox:
    """An answer as the page of results shows it.

    Attributes:
        closest: the record whose summary is the sentence in large.
        practice_total: the number of practices that answer the need.
        absent: the words of the question that none of its records has.
        compare_url: the comparison of the practices; "" for a single one.
        ids: those of all its records.
        note_url: the dossier of all its records, entitled with the question.
        offer_url: the form for an answer to the need.
    """

    need: Card
    closest: Card
    practices: tuple[Card, ...]
    practice_total: int
    recommendations: tuple[Card, ...]
    failures: tuple[RecordLine, ...]
    gaps: tuple[str, ...]
    absent: tuple[str, ...]
    compare_url: str
    ids: tuple[RecordId, ...]
    note_url: str
    offer_url: str

    @property
    def record_total(self) -> int:
        """The number of records that the answer is made of."""
        return 1 + len(self.practices) + len(self.recommendations)

    @property
    def is_need_closest(self) -> bool:
        """Whether the sentence in large is that of the need."""
        return self.closest.id == self.need.id


def answer_box(
    query: Query, results: ResultPage, content: PageContent
) -> AnswerBox | None:
    """Return the box of a query and its first page of results; None without answer."""
    answer = find_answer(query, results, content.corpus)
    return _box(query, answer, content) if answer is not None else None


def _box(query: Query, answer: QuestionAnswer, content: PageContent) -> AnswerBox:
    locale = content.locale
    practices = [
        record_card(practice, content, has_figure=True) for practice in answer.practices
    ]
    cards = {practice.id: practice for practice in practices}
    need = cards[answer.need.id] = record_card(answer.need, content)
    ids = [practice.id for practice in practices]
    return AnswerBox(
        need=need,
        closest=cards[answer.closest.id],
        practices=tuple(practices),
        practice_total=answer.practice_total,
        recommendations=record_cards(answer.recommendations, content),
        failures=tuple(
            RecordLine(text, cards[practice.id]) for text, practice in answer.failures
        ),
        gaps=answer.gaps,
        absent=answer.absent,
        compare_url=compare_url(locale, ids) if can_be_compared(ids) else "",
        ids=tuple(answer.ids),
        note_url=dossier_url(locale, answer.ids, title=query.text),
        offer_url=propose_url(locale, answer.need.id),
    )
