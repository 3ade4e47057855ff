"""Why a record was found, in one short line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from indexer.analysis.analyzer import is_stop_word
from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize
from indexer.model.ids import Locale
from indexer.model.query import Expansion
from indexer.model.results import Hit, MatchField, MatchReason
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l

MAX_REASONS = 4

PLACES: dict[MatchField, LazyString] = {
    MatchField.TITLE: _l("title"),
    MatchField.KEYWORDS: _l("keywords"),
    MatchField.SUMMARY: _l("summary"),
    MatchField.TEXT: _l("text"),
}
FRENCH_PLACES: dict[MatchField, LazyString] = {
    MatchField.TITLE: _l("French title"),
    MatchField.KEYWORDS: _l("French keywords"),
    MatchField.SUMMARY: _l("French summary"),
    MatchField.TEXT: _l("French text"),
}
ENGLISH_PLACES: dict[MatchField, LazyString] = {
    MatchField.TITLE: _l("English title"),
    MatchField.KEYWORDS: _l("English keywords"),
    MatchField.SUMMARY: _l("English summary"),
    MatchField.TEXT: _l("English text"),
}


@dataclass(frozen=True, slots=True)
class FoundWord:
    """What was typed, and the other name that was found when it was not that."""

    typed: str
    found: str = ""
    typed_lang: str = ""
    found_lang: str = ""


@dataclass(frozen=True, slots=True)
class WordsOfPlace:
    """Words that were found in one place."""

    words: tuple[FoundWord, ...]
    place: str


@dataclass(frozen=True, slots=True)
class WhyFound:
    """Why a record was found; `more` is how many words are left unsaid."""

    parts: tuple[WordsOfPlace, ...]
    more: int = 0


def why_found(
    hit: Hit,
    locale: Locale,
    names: Collection[Expansion] = (),
    *,
    holds_all: bool = True,
    mended: str = "",
) -> WhyFound | None:
    """Say by which words a hit was found, and where; None when the title shows it.

    `names` are those searched beside what was typed; `holds_all` tells that the hit
    holds all that was asked. `mended` is a query of several words that was searched
    beside the one typed: it is no word, and a hit may hold a part of it only.
    """
    own = {each.name: each.locale for each in names}
    typed = {_content(each.typed): each.typed for each in names}
    whole = ({_content(mended)} if mended else set()) - typed.keys()
    reasons = tuple(
        _as_seen(each, hit, own)
        for each in hit.reasons
        if _content(each.typed) not in whole
    )
    if holds_all and all(_is_plain(each, hit, locale) for each in reasons):
        return None
    if not reasons:
        return None
    # One more is never left unsaid: to say so would take its place.
    shown = reasons[:MAX_REASONS] if len(reasons) > MAX_REASONS + 1 else reasons
    parts = groupby(shown, key=lambda each: (each.field, each.locale))
    return WhyFound(
        tuple(
            WordsOfPlace(
                tuple(_word(each, locale, typed) for each in reasons),
                place_label(place, where, locale),
            )
            for (place, where), reasons in parts
        ),
        len(reasons) - len(shown),
    )


def place_label(place: MatchField, where: Locale, locale: Locale) -> str:
    """Name a place, and its language when that is not the page's."""
    if where is locale:
        return str(PLACES[place])
    return str((FRENCH_PLACES if where is Locale.FR else ENGLISH_PLACES)[place])


def _as_seen(reason: MatchReason, hit: Hit, own: Mapping[str, Locale]) -> MatchReason:
    """Prefer what the reader sees: the words typed, and the title that they read."""
    for name in (reason.typed, reason.matched):
        if _stands(name, hit.title.text):
            return MatchReason(reason.typed, name, hit.locale, MatchField.TITLE)
    if " " not in _content(reason.matched):
        return reason
    # Of a name of several words, an engine may not know where it stands: it is taken to
    # be in its own language, and not in a summary that does not show it.
    locale = own.get(reason.matched, reason.locale)
    is_shown = locale is not hit.locale or _stands(reason.matched, hit.summary.text)
    is_elsewhere = reason.field is MatchField.SUMMARY and not is_shown
    place = MatchField.KEYWORDS if is_elsewhere else reason.field
    return replace(reason, locale=locale, field=place)


def _stands(name: str, text: str) -> bool:
    return f" {_content(name)} " in f" {_content(text)} "


def _is_plain(reason: MatchReason, hit: Hit, locale: Locale) -> bool:
    """Tell whether a reader sees it without being told: in the title, as typed."""
    return (
        reason.field is MatchField.TITLE
        and reason.locale is locale is hit.locale
        and fold(reason.matched) == fold(reason.typed)
    )


def _word(reason: MatchReason, locale: Locale, names: dict[str, str]) -> FoundWord:
    typed = names.get(_content(reason.typed), reason.typed)
    lang = reason.locale.value if reason.locale is not locale else ""
    if _content(reason.matched) == _content(reason.typed):
        return FoundWord(typed, typed_lang=lang)
    return FoundWord(typed, reason.matched, found_lang=lang)


@lru_cache(maxsize=5000)
def _content(text: str) -> str:
    """Give the words of a name that find something, in one spelling."""
    return " ".join(
        fold(token.text)
        for token in tokenize(text)
        if not any(is_stop_word(token.text, locale) for locale in Locale)
    )
