"""The list “On this page” of a long record: its parts in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from indexer.model.records import Recommendation, Record
from kb.public.text_parts import TextParts
from kb.web.cards import CardGroup
from kb.web.markup import PageSection

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
