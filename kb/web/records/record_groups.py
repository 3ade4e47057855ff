"""The themes, in their order, with their looks and records; the records of places."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from indexer.analysis.tokens import fold
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from indexer.model.records import Theme
from indexer.model.vocabulary import ALL_THEMES
from kb.web.labels import ALL_THEMES_LABEL, FIRMNESS
from kb.web.urls import record_url


def themes_in_order(corpus: Corpus) -> tuple[Record, ...]:
    """Return the themes, sorted by their `order`."""
    themes = [
        record for record in corpus.of_kind(Kind.THEME) if isinstance(record, Theme)
    ]
    return tuple(sorted(themes, key=lambda theme: (theme.order, theme.id)))


def records_of_theme(corpus: Corpus, theme: Record, kind: Kind) -> tuple[Record, ...]:
    """Return the records of a kind that belong to a theme."""
    records = {record.id: record for record in corpus.with_theme(theme.id.slug, kind)}
    if kind is Kind.EVENT:
        linked = corpus.linked(theme, kind, field="events")
        records |= {record.id: record for record in linked}
    return tuple(records.values())


def by_title(records: Iterable[Record], locale: Locale) -> list[Record]:
    """Sort records by their titles in a language."""
    return sorted(records, key=lambda record: fold(record.edition(locale).title))


def source_strength(record: Record) -> int:
    """Return how reliable the source of a record is: 1 to 4, 0 if it is not known."""
    return FIRMNESS[record.firmness].strength if record.firmness is not None else 0


RecordsByPlace = Mapping[str, tuple[Record, ...]]
"""The records that name a place, or a place within it, by slug."""


def records_by_place(corpus: Corpus) -> RecordsByPlace:
    """Return the records of each place that has a page."""
    found: defaultdict[str, list[Record]] = defaultdict(list)
    for record in corpus.records.values():
        around = (
            place.slug
            for slug in record.place_slugs
            for place in corpus.gazetteer.around(slug)
        )
        for slug in dict.fromkeys(around):
            found[slug].append(record)
    return {slug: tuple(records) for slug, records in found.items()}


_CLASSES = {
    "everyday-security": "theme-streets",
    "riots-mass-gatherings": "theme-crowd",
    "trolling": "theme-voices",
    "diy-policing": "theme-circles",
    "dark-web": "theme-layers",
    "innovative-market-solutions": "theme-parts",
}
_OTHER = "theme-all"


@dataclass(frozen=True, slots=True)
class ThemeLook:
    """The name of a theme, and the class of its hue and motif."""

    title: str
    css_class: str


@dataclass(frozen=True, slots=True)
class ThemeEntry:
    """A theme among others; `url` is its page, empty for what concerns every theme."""

    slug: str
    title: str
    css_class: str
    url: str = ""


def theme_entries(corpus: Corpus, locale: Locale) -> tuple[ThemeEntry, ...]:
    """Return the themes in their order."""
    return tuple(
        ThemeEntry(
            theme.id.slug,
            theme.title_for(locale).text,
            theme_class(theme.id.slug),
            record_url(theme.id, locale),
        )
        for theme in themes_in_order(corpus)
    )


def all_themes_entry() -> ThemeEntry:
    """Return the entry for what concerns every theme."""
    return ThemeEntry(ALL_THEMES, str(ALL_THEMES_LABEL), theme_class(ALL_THEMES))


def theme_class(slug: str) -> str:
    """Return the class of a theme; that of all themes for one without a look."""
    return _CLASSES.get(slug, _OTHER)


def theme_look(
    themes: Sequence[str], corpus: Corpus, locale: Locale
) -> ThemeLook | None:
    """Return the look of the first theme of a record; None if it has no theme."""
    if not themes:
        return None
    first = themes[0]
    theme = corpus.get(RecordId(Kind.THEME, first))
    if first == ALL_THEMES or theme is None:
        return ThemeLook(str(ALL_THEMES_LABEL), _OTHER)
    return ThemeLook(theme.title_for(locale).text, theme_class(first))
