"""What a person types to name a record or a place, and what is meant by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from indexer.analysis.normalization import fold, normalize
from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale
from kb.core.cache import IdentityKey
from kb.publishing.records.form_fields import FormField, Shape

PLACES = "place"
"""The name of the list of places, beside those of the kinds of records."""

_IN_BRACKETS = re.compile(r"\(([^()\s]+)\)$")


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names of a list, in one language: each is shown with its id in brackets."""

    shown: Mapping[str, str]
    """What is shown, by id."""
    ids: Mapping[str, str]
    """The id, by each way to write a name."""

    def show(self, slug: str) -> str:
        """Show what an id names; an unknown one as it is."""
        return self.shown.get(slug, slug)

    def meant(self, typed: str) -> str:
        """Give the id that is meant; what names nothing stays as it was typed."""
        text = " ".join(typed.split())
        if text in self.shown:
            return text
        found = _IN_BRACKETS.search(text)
        if found is not None and found[1] in self.shown:
            return found[1]
        return self.ids.get(_key(text), text)


def list_of(field: FormField) -> str:
    """Give the name of the list that a field is chosen from; empty for none."""
    if field.shape is Shape.PLACES:
        return PLACES
    return field.linked.value if field.linked is not None else ""


def known_names(corpus: Corpus, name: str, locale: Locale) -> KnownNames:
    """Give the names of a list."""
    return _known_names(IdentityKey(corpus), name, locale)


@lru_cache(maxsize=18)
def _known_names(kept: IdentityKey[Corpus], name: str, locale: Locale) -> KnownNames:
    corpus = kept.value
    if name == PLACES:
        places = corpus.gazetteer.places
        titles = {slug: tuple(place.names.values()) for slug, place in places.items()}
        own = {slug: place.names[locale] for slug, place in places.items()}
    else:
        records = {each.id.slug: each for each in corpus.of_kind(Kind(name))}
        titles = {
            slug: tuple(edition.title for edition in each.editions)
            for slug, each in records.items()
        }
        own = {slug: each.edition(locale).title for slug, each in records.items()}
    ids: dict[str, str] = {}
    for slug, names in titles.items():
        for each in (*names, slug):
            ids.setdefault(_key(each), slug)
    shown = {slug: f"{title} ({slug})" for slug, title in own.items()}
    return KnownNames(shown, ids)


def _key(text: str) -> str:
    return " ".join(fold(normalize(text)).split())
