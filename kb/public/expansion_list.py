"""The list of synonyms and translations that were searched beside the query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from operator import itemgetter

from indexer.analysis.analyzer import word_forms
from indexer.analysis.tokens import tokenize
from indexer.model.ids import Locale
from indexer.model.query import Expansion, ExpansionSource
from kb.web.facet_values import name_key
from kb.web.locale import lang_if_other
from kb.web.pagination import shown_first

SHOWN_NAMES = 6


@dataclass(frozen=True, slots=True)
class ExpansionName:
    """A name; `lang` is set if it is in the other language."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class OtherNames:
    """The names to show first, and the others."""

    shown: tuple[ExpansionName, ...]
    more: tuple[ExpansionName, ...]


def other_names(
    expansions: Iterable[Expansion], text: str, locale: Locale
) -> OtherNames | None:
    """Return the names, those of the glossary first, or None if there is none.

    The typed words are left out, as are other spellings and inflections of a name.
    """
    words = [name_key(text), *(token.text for token in tokenize(text))]
    seen = {_key(word, each) for word in words for each in Locale}
    names: list[ExpansionName] = []
    for each in _in_order(expansions):
        key = _key(each.name, each.locale)
        if key not in seen:
            seen.add(key)
            lang = lang_if_other(each.locale, locale)
            names.append(ExpansionName(each.name, lang))
    return OtherNames(*shown_first(names, SHOWN_NAMES)) if names else None


def _in_order(expansions: Iterable[Expansion]) -> list[Expansion]:
    """Sort by source, the glossary first, then by rank among the names of a word."""
    ranks: Counter[tuple[ExpansionSource, str]] = Counter()
    ranked: list[tuple[bool, int, Expansion]] = []
    for each in expansions:
        word = each.source, each.typed
        ranked.append((each.source is ExpansionSource.LEXICON, ranks[word], each))
        ranks[word] += 1
    return [each for *_, each in sorted(ranked, key=itemgetter(0, 1))]


def _key(name: str, locale: Locale) -> tuple[str, ...]:
    """Return the stems of a name, to compare spellings and inflections."""
    return tuple(word_forms(token.text, locale)[0] for token in tokenize(name))
