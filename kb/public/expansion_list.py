"""The names that were searched beside what was typed, as the page lists them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from indexer.analysis.analyzer import word_forms
from indexer.analysis.tokens import tokenize
from indexer.model.ids import Locale
from indexer.model.query import Expansion, ExpansionSource
from kb.web.facet_values import name_key

SHOWN_NAMES = 6


@dataclass(frozen=True, slots=True)
class ExpansionName:
    """A name; `lang` is set when it is in the other language."""

    text: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class OtherNames:
    """The first names, and the others."""

    shown: tuple[ExpansionName, ...]
    more: tuple[ExpansionName, ...]


def other_names(
    expansions: Iterable[Expansion], text: str, locale: Locale
) -> OtherNames | None:
    """List names, those of the glossary first; None when there is nothing to list.

    What was typed is not another name of it, nor is a name told twice that is only
    spelt or inflected otherwise.
    """
    told = {_key(name_key(text), each) for each in Locale}
    told |= {key for token in tokenize(text) for key in _keys(token.text)}
    names: list[ExpansionName] = []
    for each in _in_order(expansions):
        key = _key(each.name, each.locale)
        if key not in told:
            told.add(key)
            is_other = each.locale is not locale
            names.append(
                ExpansionName(each.name, each.locale.value if is_other else "")
            )
    if not names:
        return None
    # One name alone is never put away: its place is no larger than that of the link.
    limit = SHOWN_NAMES if len(names) > SHOWN_NAMES + 1 else len(names)
    return OtherNames(tuple(names[:limit]), tuple(names[limit:]))


def _in_order(expansions: Iterable[Expansion]) -> Iterator[Expansion]:
    """Put the glossary first; in each source, the first name of each word typed."""
    ranks: defaultdict[tuple[ExpansionSource, str], int] = defaultdict(int)
    ranked: list[tuple[bool, int, int, Expansion]] = []
    for number, each in enumerate(expansions):
        rank = ranks[each.source, each.typed]
        ranks[each.source, each.typed] += 1
        is_lexicon = each.source is ExpansionSource.LEXICON
        ranked.append((is_lexicon, rank, number, each))
    return (each for *_rank, each in sorted(ranked, key=lambda item: item[:3]))


def _keys(word: str) -> Iterator[tuple[str, ...]]:
    for locale in Locale:
        yield _key(word, locale)


def _key(name: str, locale: Locale) -> tuple[str, ...]:
    """Give one spelling for a name, whatever its accents, capitals and endings."""
    return tuple(word_forms(token.text, locale)[0] for token in tokenize(name))
