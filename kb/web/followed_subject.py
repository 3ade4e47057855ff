"""What is followed, in a few words: a search, a theme, or everything."""

from __future__ import annotations

from flask_babel import gettext as _

from indexer.model.facets import FacetName
from indexer.model.query import Query
from kb.web.facet_values import FacetVocabulary


def followed_subject(query: Query, vocabulary: FacetVocabulary) -> str:
    """Return what a query follows, in the language of the page."""
    if query.text:
        return _("The search “%(text)s”", text=query.text)
    if not query.filters:
        return _("All records")
    if len(query.filters) == 1 and query.filters[0].facet is FacetName.THEME:
        title = vocabulary.label(FacetName.THEME, query.filters[0].value, query.locale)
        return _("The theme “%(title)s”", title=title)
    return _("The records that pass these filters")
