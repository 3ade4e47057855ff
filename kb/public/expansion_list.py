"""The list of synonyms and translations that were searched beside the query."""

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
    seen = {_key(name_key(text), each) for each in Locale}
    seen |= {key for token in tokenize(text) for key in _keys(token.text)}
    names: list[ExpansionName] = []
    for each in _in_order(expansions):
        key = _key(each.name, each.locale)
        if key not in seen:
            seen.add(key)
            is_other = each.locale is not locale
            names.append(
                ExpansionName(each.name, each.locale.value if is_other else "")
            )
    if not names:
        return None
    # A single hidden name would take no more room than the link that shows it.
    limit = SHOWN_NAMES if len(names) > SHOWN_NAMES + 1 else len(names)
    return OtherNames(tuple(names[:limit]), tuple(names[limit:]))


def _in_order(expansions: Iterable[Expansion]) -> Iterator[Expansion]:
    """Sort by source, the glossary first, then by rank among the names of a word."""
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
    """Return the stems of a name, to compare spellings and inflections."""
    return tuple(word_forms(token.text, locale)[0] for token in tokenize(name))
