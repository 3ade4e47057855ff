"""The names of records and places that a form suggests, with their ids."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from indexer.analysis.tokens import fold, normalize
from indexer.corpus.corpus import Corpus
from indexer.model.codes import (
    ALL_RIGHTS_RESERVED,
    LANGUAGES,
    UNKNOWN_LANGUAGE,
    UNKNOWN_LICENCE,
)
from indexer.model.ids import Kind, Locale
from indexer.model.schema.field import Field, Shape
from kb.core.cache import IdentityKey
from kb.web.date_text import language_name

PLACES = "place"
"""The list of places; lists of records are named after their kinds."""

LICENCES = (
    *("CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-ND-4.0", "CC-BY-NC-4.0"),
    *("CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0", "CC0-1.0", "etalab-2.0"),
    *("OGL-UK-3.0", ALL_RIGHTS_RESERVED, UNKNOWN_LICENCE),
)
"""The licences that a form suggests; any other of the list of SPDX may be typed."""

_IN_BRACKETS = re.compile(r"\(([^()\s]+)\)$")


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names of a list in one language, each shown with its id in brackets."""

    labels: Mapping[str, str]
    """The label of each id."""
    ids: Mapping[str, str]
    """The id of each name, in any language, and of each id, folded."""

    def label(self, slug: str) -> str:
        """Return the label of an id; an unknown id as it is."""
        return self.labels.get(slug, slug)

    def resolve(self, typed: str) -> str:
        """Return the id of a typed label, name or id; an unknown text as it is."""
        text = " ".join(typed.split())
        if text in self.labels:
            return text
        bracketed = _IN_BRACKETS.search(text)
        if bracketed is not None and bracketed[1] in self.labels:
            return bracketed[1]
        return self.ids.get(_key(text), text)


def suggestion_list(field: Field) -> str:
    """Return the name of the list that a field is chosen from; empty for none."""
    if field.type is Shape.PLACES:
        return PLACES
    if field.type in {Shape.LANGUAGE, Shape.LANGUAGES}:
        return Shape.LANGUAGE.value
    if field.type is Shape.LICENCE:
        return Shape.LICENCE.value
    return field.linked.value if field.linked is not None else ""


def known_names(corpus: Corpus, list_name: str, locale: Locale) -> KnownNames:
    """Return the names of a list."""
    return _known_names(IdentityKey(corpus), list_name, locale)


@lru_cache(maxsize=22)
def _known_names(
    key: IdentityKey[Corpus], list_name: str, locale: Locale
) -> KnownNames:
    corpus = key.value
    if list_name == Shape.LICENCE:
        return KnownNames({name: name for name in LICENCES}, {})
    if list_name == Shape.LANGUAGE:
        names = {
            code: tuple(language_name(code, reader) for reader in Locale)
            for code in (*LANGUAGES, UNKNOWN_LANGUAGE)
        }
        own = {code: language_name(code, locale) for code in names}
        own = dict(sorted(own.items(), key=lambda item: _key(item[1])))
    elif list_name == PLACES:
        places = corpus.gazetteer.places
        names = {slug: tuple(place.names.values()) for slug, place in places.items()}
        own = {slug: place.names[locale] for slug, place in places.items()}
    else:
        records = {each.id.slug: each for each in corpus.of_kind(Kind(list_name))}
        names = {
            slug: tuple(edition.title for edition in each.editions)
            for slug, each in records.items()
        }
        own = {slug: each.edition(locale).title for slug, each in records.items()}
    ids: dict[str, str] = {}
    for slug, variants in names.items():
        for each in (*variants, slug):
            ids.setdefault(_key(each), slug)
    labels = {slug: f"{title} ({slug})" for slug, title in own.items()}
    return KnownNames(labels, ids)


def _key(text: str) -> str:
    return " ".join(fold(normalize(text)).split())
