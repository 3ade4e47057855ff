"""The box with the answer to a question, above the results."""

from dataclasses import dataclass

from markupsafe import Markup

from indexer.model.query import Query
from indexer.model.record import Record
from indexer.model.record_parts import Figure
from indexer.model.results import ResultPage
from kb.web.dossier_cookie import dossier_url
from kb.web.page_content import PageContent
from kb.web.records.cards import Card, record_card
from kb.web.search.answer import QuestionAnswer, find_answer
from kb.web.urls import can_be_compared, compare_url, propose_url

MAX_TITLE = 150
"""The title of a dossier has at most this many characters."""


@dataclass(frozen=True, slots=True)
class AnsweringPractice:
    """A practice of an answer: its card, its first figure and its places."""

    card: Card
    figure: Figure | None

    @property
    def places(self) -> str:
        """The names of its places; "" without any."""
        return next((fact.text for fact in self.card.facts if fact.icon == "pin"), "")


@dataclass(frozen=True, slots=True)
class FailureLine:
    """A sentence on what did not work, and the practice that says it."""

    text: str
    lang: str
    practice: Markup


@dataclass(frozen=True, slots=True)
class AnswerBox:
    """An answer as the page of results shows it.

    Attributes:
        closest: the record whose summary is the sentence in large.
        practice_total: the number of practices that answer the need.
        absent: the words of the question that none of its records has.
        compare_url: the comparison of the practices; "" for a single one.
        note_url: the dossier of all its records, entitled with the question.
        offer_url: the form for an answer to the need.
    """

    need: Card
    closest: Card
    practices: tuple[AnsweringPractice, ...]
    practice_total: int
    recommendations: tuple[Card, ...]
    failures: tuple[FailureLine, ...]
    gaps: tuple[str, ...]
    absent: tuple[str, ...]
    compare_url: str
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
    records: tuple[Record, ...] = (
        answer.need,
        *answer.practices,
        *answer.recommendations,
    )
    cards = {record.id: record_card(record, content) for record in records}
    practice_ids = [practice.id for practice in answer.practices]
    can_compare = can_be_compared(practice_ids)
    return AnswerBox(
        need=cards[answer.need.id],
        closest=cards[answer.closest.id],
        practices=tuple(
            AnsweringPractice(
                cards[practice.id],
                next(iter(practice.edition(locale).figures), None),
            )
            for practice in answer.practices
        ),
        practice_total=answer.practice_total,
        recommendations=tuple(cards[r.id] for r in answer.recommendations),
        failures=tuple(
            FailureLine(text, cards[practice.id].lang, cards[practice.id].link)
            for text, practice in answer.failures
        ),
        gaps=answer.gaps,
        absent=answer.absent,
        compare_url=compare_url(locale, practice_ids) if can_compare else "",
        note_url=dossier_url(locale, answer.ids, title=query.text[:MAX_TITLE]),
        offer_url=propose_url(locale, answer.need.id),
    )
