"""The page of what is missing: needs without an answer, cells without a practice."""

from dataclasses import dataclass

from indexer.model.ids import Kind
from indexer.model.record import Record
from indexer.model.records import Need
from kb.public.evidence.grid import EvidenceGrid
from kb.public.evidence.page import atlas_grid
from kb.web.page_content import PageContent, made_once
from kb.web.pagination import shortened
from kb.web.records.cards import Card, record_card
from kb.web.records.counts import counted_answers, last_research, towns_text
from kb.web.urls import AtlasTab, script_root

ANSWER_KINDS = (Kind.PRACTICE, Kind.RECOMMENDATION)


@dataclass(frozen=True, slots=True)
class UnansweredNeed:
    """A need, how many towns have it, and how many records of each kind answer it.

    `answers` are a number in words, and whether it is none. `towns` is "" for none.
    """

    card: Card
    answers: tuple[tuple[str, bool], ...]
    towns: str


@dataclass(frozen=True, slots=True)
class GapsView:
    """All that the page shows.

    Attributes:
        needs: the needs that lack a practice or a recommendation, those of most towns
            first; the first of many.
        need_number: how many needs lack one.
        grids: the practices by theme and aim, and by theme and audience.
        questions: the needs with what no record answers.
        research: the day of the last research, in words.
    """

    needs: tuple[UnansweredNeed, ...]
    need_number: int
    grids: tuple[EvidenceGrid, ...]
    questions: tuple[tuple[Card, tuple[str, ...]], ...]
    research: str


def gaps_view(content: PageContent) -> GapsView:
    """Return the view of what is missing, which is made once for a content."""
    key = ("gaps", content.locale, script_root())
    return made_once(content.corpus, key, lambda: _view(content))


def _view(content: PageContent) -> GapsView:
    corpus = content.corpus
    needs = corpus.of_kind(Kind.NEED)
    holes = [
        (need, numbers)
        for need in needs
        if isinstance(need, Need) and not all(numbers := _answer_numbers(need, content))
    ]
    holes.sort(key=lambda hole: (-len(hole[0].towns), sum(hole[1])))
    asking = [need for need in needs if need.edition(content.locale).gaps]
    answers = [record for kind in ANSWER_KINDS for record in corpus.of_kind(kind)]
    return GapsView(
        needs=tuple(
            UnansweredNeed(
                record_card(need, content),
                tuple(
                    (counted_answers(kind, number), not number)
                    for kind, number in zip(ANSWER_KINDS, numbers, strict=True)
                ),
                towns_text(need),
            )
            for need, numbers in shortened(holes)
        ),
        need_number=len(holes),
        grids=tuple(
            grid
            for tab in (AtlasTab.AIMS, AtlasTab.AUDIENCES)
            if (grid := atlas_grid(tab, content))
        ),
        questions=tuple(
            (record_card(need, content), need.edition(content.locale).gaps)
            for need in shortened(asking)
        ),
        research=last_research(answers, content.locale),
    )


def _answer_numbers(need: Record, content: PageContent) -> list[int]:
    linked = content.corpus.linked
    return [len(linked(need, kind, field=kind.folder)) for kind in ANSWER_KINDS]
