"""The completions that a browser shows while somebody types in its address bar.

The format is that of the OpenSearch Suggestions extension 1.0.
"""

from __future__ import annotations

from indexer.model.facets import Filter
from indexer.model.ids import Locale
from indexer.model.results import Suggestion
from kb.services import services
from kb.web.labels import FACETS, KINDS
from kb.web.suggestion_box import MAX_SUGGESTIONS, target_url
from kb.web.urls import absolute

MAX_CHARACTERS = 100
"""What is typed after that does not change the completions."""


def completions(text: str, locale: Locale) -> list[str | list[str]]:
    """Return the text, the names that complete it, what they are, and their addresses.

    Raises:
        IndexUnavailableError: there is no index to search.
    """
    start = text[:MAX_CHARACTERS]
    found = services().searches.suggest(start, locale, limit=MAX_SUGGESTIONS)
    named = {each.text: each for each in reversed(found)}
    names = list(reversed(named))
    return [
        text,
        names,
        [_label(named[name]) for name in names],
        [absolute(target_url(named[name].target, locale)) for name in names],
    ]


def _label(suggestion: Suggestion) -> str:
    target = suggestion.target
    label = FACETS[target.facet] if isinstance(target, Filter) else KINDS[target.kind]
    title = suggestion.title
    return f"{label} – {title.text}" if title is not None else str(label)
