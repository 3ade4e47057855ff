"""How many practices and recommendations answer a need."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from indexer.model.records import Need, Record
from kb.web.cards import Card, record_card
from kb.web.page_content import PageContent


@dataclass(frozen=True, slots=True)
class CoveragePart:
    """The answers of a kind to a need: a text, and as many squares."""

    squares: int
    text: str
    is_light: bool


@dataclass(frozen=True, slots=True)
class AnsweredNeed:
    """A need, and how many practices and recommendations answer it."""

    card: Card
    parts: tuple[CoveragePart, ...]


def answered_need(need: Record, content: PageContent) -> AnsweredNeed:
    """Return a need with the numbers of its answers that are published."""
    practices = recommendations = 0
    if isinstance(need, Need):
        known = content.corpus.records
        practices = sum(each in known for each in need.practices)
        recommendations = sum(each in known for each in need.recommendations)
    return AnsweredNeed(
        record_card(need, content),
        (
            CoveragePart(practices, _practices(practices), is_light=False),
            CoveragePart(
                recommendations, _recommendations(recommendations), is_light=True
            ),
        ),
    )


def _practices(number: int) -> str:
    if not number:
        return _("no practice")
    return ngettext("%(num)s practice", "%(num)s practices", number)


def _recommendations(number: int) -> str:
    if not number:
        return _("no recommendation")
    return ngettext("%(num)s recommendation", "%(num)s recommendations", number)
