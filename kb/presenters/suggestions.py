"""What the search box needs to suggest names as they are typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext, ngettext

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale, RecordId
from kb.presenters.addresses import record_url, search_url
from kb.presenters.labels import FACETS, ICONS, KINDS

MAX_SUGGESTIONS = 8
PLACE_ICON = "pin"


@dataclass(frozen=True, slots=True)
class SuggestionBox:
    """Where the script asks for suggestions, and the words that it shows them with.

    `counts` are the sentences that tell how many there are, from none; `kinds` have the
    icon and the label of each kind.
    """

    url: str
    counts: tuple[str, ...]
    kinds: Mapping[str, tuple[str, str]]


def suggestion_box(locale: Locale) -> SuggestionBox:
    """Present the suggestions of a page in a language."""
    counts = (
        ngettext("%(num)s suggestion", "%(num)s suggestions", number)
        for number in range(1, MAX_SUGGESTIONS + 1)
    )
    kinds = {kind.value: (ICONS[kind], str(label)) for kind, label in KINDS.items()}
    place = FacetName.PLACE
    return SuggestionBox(
        url=url_for("api.suggest", locale=locale.value),
        counts=(gettext("No suggestion"), *counts),
        kinds={**kinds, place.value: (PLACE_ICON, str(FACETS[place]))},
    )


def target_url(target: RecordId | Filter, locale: Locale) -> str:
    """Give the address that a suggestion leads to: a record, or a filtered search."""
    if isinstance(target, Filter):
        return search_url(locale, filters=(target,))
    return record_url(target, locale)
