"""The look of each theme: a hue and a motif, both set by a class of the stylesheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import ALL_THEMES
from kb.web.labels import ALL_THEMES_LABEL

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
