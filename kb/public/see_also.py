"""“See also” of a record: linked and similar records, and its theme, by kind."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from flask_babel import ngettext

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, RecordId
from indexer.model.records import ALL_THEMES, Record
from kb.web.labels import ICONS, KINDS, NAVIGATION, SECTIONS
from kb.web.page_content import PageContent
from kb.web.pagination import shown_first
from kb.web.urls import record_url, search_url

MAX_SHOWN = 4
MAX_SIMILAR = 6
MAX_SAME_THEME = 4
KINDS_WITH_THEME = {Kind.PRACTICE, Kind.RECOMMENDATION}


@dataclass(frozen=True, slots=True)
class TitleLink:
    """A link to a record: a page has thirty, and a card takes ten times as long.

    `lang` is set if the title is in the other language.
    """

    title: str
    url: str
    lang: str


@dataclass(frozen=True, slots=True)
class SeeAlsoGroup:
    """Records of a kind; `all_url` leads to all those of the same kind and theme."""

    title: str
    icon: str
    shown: tuple[TitleLink, ...]
    more: tuple[TitleLink, ...]
    all_text: str = ""
    all_url: str = ""


def see_also(
    record: Record,
    similar: Iterable[RecordId],
    content: PageContent,
    *,
    shown: Collection[RecordId],
) -> tuple[SeeAlsoGroup, ...]:
    """Return other records to read: those linked, then similar, then of its theme.

    `similar` are ids of similar records, the most similar first; `shown` are records
    that the page shows elsewhere.
    """
    linked = _linked(record, content)
    others = [each for each in similar if each not in linked and each not in shown]
    same_theme = [each.id for each in _same_theme(record, content)]
    ids = dict.fromkeys((*linked, *others[:MAX_SIMILAR]))
    near = (each for each in same_theme if each not in ids and each not in shown)
    ids |= dict.fromkeys(list(near)[:MAX_SAME_THEME])
    kept = [each for each in ids if each not in shown and each != record.id]
    groups = (_group(kind, kept, record, content) for kind in NAVIGATION)
    return tuple(group for group in groups if group.shown)


def _linked(record: Record, content: PageContent) -> dict[RecordId, None]:
    """Return the ids of the records linked in either direction, fields before texts.

    A page about the service that links to the record is left out.
    """
    forward = [*record.links]
    backward = [
        link
        for link in content.corpus.backlinks.get(record.id, ())
        if link.target.kind is not Kind.PAGE
    ]
    links = (
        *sorted(forward, key=lambda link: link.field == "mentions"),
        *sorted(backward, key=lambda link: link.field == "mentions"),
    )
    is_theme = record.id.kind is Kind.THEME
    return dict.fromkeys(
        link.target for link in links if not (is_theme and link.field == "themes")
    )


def _same_theme(record: Record, content: PageContent) -> Iterator[Record]:
    """Yield the other records of the kind and first theme of a record."""
    kind, theme = record.id.kind, _theme(record)
    if kind in KINDS_WITH_THEME and theme:
        records = content.corpus.with_theme(theme, kind)
        yield from (each for each in records if each.id != record.id)


def _theme(record: Record) -> str:
    return next((each for each in record.themes if each != ALL_THEMES), "")


def _group(
    kind: Kind, ids: Iterable[RecordId], record: Record, content: PageContent
) -> SeeAlsoGroup:
    records = content.corpus.records
    own = (records[each] for each in ids if each.kind is kind and each in records)
    shown, more = shown_first([_link(each, content) for each in own], MAX_SHOWN)
    is_one = len(shown) == 1 and not more
    all_text, all_url = _all_of_theme(kind, record, content)
    return SeeAlsoGroup(
        str((KINDS if is_one else SECTIONS)[kind]),
        ICONS[kind],
        shown,
        more,
        all_text,
        all_url,
    )


def _link(record: Record, content: PageContent) -> TitleLink:
    title = record.title_for(content.locale)
    return TitleLink(title.text, record_url(record.id, content.locale), title.lang)


def _all_of_theme(kind: Kind, record: Record, content: PageContent) -> tuple[str, str]:
    """Return the link to all records of the kind and theme of a record, counted."""
    theme = _theme(record)
    if kind is not record.id.kind or kind not in KINDS_WITH_THEME or not theme:
        return "", ""
    total = len(content.corpus.with_theme(theme, kind))
    filters = (Filter(FacetName.KIND, kind.value), Filter(FacetName.THEME, theme))
    text = ngettext("%(num)s on the same theme", "All %(num)s on the same theme", total)
    return text, search_url(content.locale, filters=filters)
