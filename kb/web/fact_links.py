"""The audiences and places of a record as links to their pages, with commas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from indexer.model.ids import Locale
from indexer.model.places import Gazetteer
from indexer.model.records import Audience
from kb.web.labels import AUDIENCES, AUDIENCES_INLINE
from kb.web.urls import audience_url, place_url

_LINK = Markup('<a href="{}">{}</a>')


def linked_audiences(audiences: Sequence[Audience], locale: Locale) -> Markup:
    """Return the names of audiences as links, the first with a capital."""
    names = [str(AUDIENCES[each]) for each in audiences[:1]]
    names += [str(AUDIENCES_INLINE[each]) for each in audiences[1:]]
    urls = (audience_url(each, locale) for each in audiences)
    return _joined(zip(urls, names, strict=True))


def linked_places(slugs: Iterable[str], gazetteer: Gazetteer, locale: Locale) -> Markup:
    """Return the names of places as links; unknown places are left out."""
    return _joined(
        (place_url(slug, locale), gazetteer[slug].names[locale])
        for slug in slugs
        if slug in gazetteer
    )


def _joined(links: Iterable[tuple[str, str]]) -> Markup:
    return Markup(", ").join(_LINK.format(url, name) for url, name in links)
