"""The parts of the text of a record by their role, and the list “On this page”."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from indexer.model.ids import Kind
from indexer.model.records import Recommendation, Record
from kb.web.records.cards import CardGroup
from kb.web.records.markup import PageSection

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


MIN_PARTS = 3


@dataclass(frozen=True, slots=True)
class ContentsLink:
    """A part of the page; `is_text` if its title is in the language of the edition."""

    title: str
    anchor: str
    is_text: bool = False


def page_contents(
    record: Record,
    parts: TextParts,
    around: tuple[Sequence[CardGroup], Sequence[CardGroup]],
    *,
    first_title: str,
    has_assessment: bool,
    has_holes: bool,
) -> tuple[ContentsLink, ...]:
    """Return the parts of a page; none if it has fewer than three.

    `around` are the groups of linked records before its text, and those after it.
    """
    links = (
        _action(parts, first_title)
        if isinstance(record, Recommendation)
        else _text(parts, *around, first_title)
    )
    found = [*links]
    if has_holes:
        found.append(ContentsLink(_("What has no answer yet"), "holes"))
    if has_assessment:
        found.append(ContentsLink(_("Assessment"), _("assessment")))
    if record.sources and not isinstance(record, Recommendation):
        found.append(ContentsLink(_("Sources"), "sources"))
    return tuple(found) if len(found) >= MIN_PARTS else ()


def _action(parts: TextParts, first_title: str) -> Iterator[ContentsLink]:
    if parts.action is not None:
        yield ContentsLink(_("To do"), parts.action.anchor)
    yield ContentsLink(_("Who has done it"), "done")
    yield from _sections(parts.rest, first_title)
    yield ContentsLink(_("Where it comes from"), _anchor(parts.origin, "sources"))
    if parts.limits is not None:
        yield ContentsLink(_("Limits"), parts.limits.anchor)


def _text(
    parts: TextParts,
    before: Sequence[CardGroup],
    after: Sequence[CardGroup],
    first_title: str,
) -> Iterator[ContentsLink]:
    if parts.outcome is not None:
        yield ContentsLink(parts.outcome.title, parts.outcome.anchor, is_text=True)
    yield from (ContentsLink(each.title, each.anchor) for each in before)
    yield from _sections(parts.rest, first_title)
    if parts.limits is not None:
        yield ContentsLink(parts.limits.title, parts.limits.anchor, is_text=True)
    yield from (ContentsLink(each.title, each.anchor) for each in after)


def _sections(
    sections: Sequence[PageSection], first_title: str
) -> Iterator[ContentsLink]:
    for each in sections:
        if each.title:
            yield ContentsLink(each.title, each.anchor, is_text=True)
        elif first_title:
            yield ContentsLink(first_title, "text")


def _anchor(section: PageSection | None, default: str) -> str:
    return section.anchor if section is not None else default
