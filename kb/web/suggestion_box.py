"""The data that the suggestion script of the search box reads."""

import json
from dataclasses import dataclass

from flask_babel import gettext, ngettext
from jinja2.utils import htmlsafe_json_dumps

from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Locale, RecordId
from kb.web.labels import FACETS, ICONS, KINDS
from kb.web.urls import address, record_url, search_url

MAX_SUGGESTIONS = 8
PLACE_ICON = "pin"


@dataclass(frozen=True, slots=True)
class SuggestionBox:
    """The address of suggestions, and the texts of the script as JSON.

    `counts` are the sentences for 0, 1, 2 … suggestions; `kinds` maps a kind to its
    icon and label.
    """

    url: str
    counts: str
    kinds: str


def suggestion_box(locale: Locale) -> SuggestionBox:
    """Return the suggestion box of a page in a language."""
    counts = [
        gettext("No suggestion"),
        *(
            ngettext("%(num)s suggestion", "%(num)s suggestions", number)
            for number in range(1, MAX_SUGGESTIONS + 1)
        ),
    ]
    kinds = {kind.value: (ICONS[kind], str(label)) for kind, label in KINDS.items()}
    kinds[FacetName.PLACE.value] = (PLACE_ICON, str(FACETS[FacetName.PLACE]))
    return SuggestionBox(
        address("api.suggest", locale=locale.value), _json(counts), _json(kinds)
    )


def _json(value: object) -> str:
    """Return JSON for an HTML attribute, which the template escapes."""
    text = htmlsafe_json_dumps(value, json.dumps, ensure_ascii=False, sort_keys=True)
    return str(text)


def target_url(target: RecordId | Filter, locale: Locale) -> str:
    """Return the address of a suggestion: a record, or a filtered search."""
    if isinstance(target, Filter):
        return search_url(locale, filters=(target,))
    return record_url(target, locale)
