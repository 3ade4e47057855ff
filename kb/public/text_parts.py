"""The parts of the text of a record by their role: what to do, limits, the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from indexer.model.ids import Kind
from kb.web.markup import PageSection

ACTION_TITLES = {"En pratique", "In practice"}
ORIGIN_TITLES = {"D’où elle vient", "Where it comes from"}
OUTCOME_TITLES = {"Ce qui en est sorti", "What came out of it"}
LIMITS_TITLES = {"Limites", "Limits", "Précautions", "Caveats"} | {
    "Ce qu’on n’a pas pu lire",
    "What could not be read",
    "Ce qu’on ne sait pas encore",
    "What is not known yet",
}

_PARAGRAPH = re.compile(r"<(?:p|li)>(.+?)</(?:p|li)>", re.DOTALL)
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\s\u00a0\u202f]+(?=[A-ZÀ-Þ«“])")


@dataclass(frozen=True, slots=True)
class TextParts:
    """The sections of a text; `rest` are those without a role.

    Only a recommendation has an action and an origin, and only an event an outcome.
    `limits` is the section that says what is not established.
    """

    action: PageSection | None
    rest: tuple[PageSection, ...]
    origin: PageSection | None
    limits: PageSection | None
    outcome: PageSection | None = None


def text_parts(kind: Kind, sections: Sequence[PageSection]) -> TextParts:
    """Return the sections of a record of a kind by their role."""
    is_action = kind is Kind.RECOMMENDATION
    action = _titled(sections, ACTION_TITLES) if is_action else None
    origin = _titled(sections, ORIGIN_TITLES) if is_action else None
    limits = _titled(sections, LIMITS_TITLES)
    outcome = _titled(sections, OUTCOME_TITLES) if kind is Kind.EVENT else None
    named = (action, origin, limits, outcome)
    rest = tuple(each for each in sections if each not in named)
    return TextParts(action, rest, origin, limits, outcome)


def _titled(sections: Sequence[PageSection], titles: set[str]) -> PageSection | None:
    return next((each for each in sections if each.title in titles), None)


def caveat_of(section: PageSection | None) -> str:
    """Return the first sentence of the limits as plain text; "" without limits."""
    if section is None:
        return ""
    paragraph = _PARAGRAPH.search(section.html)
    text = Markup(paragraph[1]).striptags() if paragraph else ""  # noqa: S704  # cleaned
    return _SENTENCE_END.split(text, maxsplit=1)[0]
