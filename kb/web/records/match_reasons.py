"""Why a record is a result, where another word than the typed one was found."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from indexer.analysis.analyzer import is_stop_word
from indexer.analysis.tokens import fold, tokenize
from indexer.model.ids import Locale
from indexer.model.query import Expansion
from indexer.model.results import Hit, MatchField, MatchReason
from kb.web.locale import LazyString, lang_if_other
from kb.web.locale import lazy_gettext as _l
from kb.web.pagination import shown_first

MAX_REASONS = 4

FIELDS: dict[MatchField, LazyString] = {
    MatchField.TITLE: _l("title"),
    MatchField.KEYWORDS: _l("keywords or questions"),
    MatchField.SUMMARY: _l("summary"),
    MatchField.QUESTIONS: _l("a question that leads here"),
    MatchField.TEXT: _l("text"),
}
FOREIGN_FIELDS: dict[Locale, dict[MatchField, LazyString]] = {
    Locale.FR: {
        MatchField.TITLE: _l("French title"),
        MatchField.KEYWORDS: _l("French keywords or questions"),
        MatchField.SUMMARY: _l("French summary"),
        MatchField.QUESTIONS: _l("a French question that leads here"),
        MatchField.TEXT: _l("French text"),
    },
    Locale.EN: {
        MatchField.TITLE: _l("English title"),
        MatchField.KEYWORDS: _l("English keywords or questions"),
        MatchField.SUMMARY: _l("English summary"),
        MatchField.QUESTIONS: _l("an English question that leads here"),
        MatchField.TEXT: _l("English text"),
    },
}
"""The labels of the fields of an edition that is not in the reader's language."""


@dataclass(frozen=True, slots=True)
class MatchedWord:
    """A typed word, and the synonym that matched in its place, if any."""

    typed: str
    synonym: str = ""
    typed_lang: str = ""
    synonym_lang: str = ""


@dataclass(frozen=True, slots=True)
class FieldMatches:
    """The words that matched in one field."""

    words: tuple[MatchedWord, ...]
    field: str


@dataclass(frozen=True, slots=True)
class MatchReasons:
    """The words that matched; `more` is the number of words left out."""

    parts: tuple[FieldMatches, ...]
    more: int = 0


def match_reasons(
    hit: Hit,
    locale: Locale,
    names: Collection[Expansion] = (),
    *,
    corrected: str = "",
) -> MatchReasons | None:
    """Return the words that matched otherwise than typed, by field; None without any.

    Those are synonyms, and words of the edition that the reader does not see. `names`
    are the synonyms that were searched. `corrected` is a corrected query of several
    words: as a whole, it is no reason.
    """
    locales = {name.name: name.locale for name in names}
    typed = {content_key(name.typed): name.typed for name in names}
    whole = ({content_key(corrected)} if corrected else set()) - typed.keys()
    found = (
        _with_visible_field(reason, hit, locales)
        for reason in hit.reasons
        if content_key(reason.typed) not in whole
    )
    reasons = tuple(reason for reason in found if _is_other(reason, locale))
    if not reasons:
        return None
    shown, more = shown_first(reasons, MAX_REASONS)
    parts = tuple(
        FieldMatches(
            tuple(_word(reason, locale, typed) for reason in group),
            str((FIELDS if language is locale else FOREIGN_FIELDS[language])[field]),
        )
        for (field, language), group in groupby(
            shown, key=lambda reason: (reason.field, reason.locale)
        )
    )
    return MatchReasons(parts, len(more))


def _with_visible_field(
    reason: MatchReason, hit: Hit, locales: Mapping[str, Locale]
) -> MatchReason:
    """Return the reason with the field that the reader sees, the title if possible."""
    for name in (reason.typed, reason.matched):
        if _contains(name, hit.title.text):
            return MatchReason(reason.typed, name, hit.locale, MatchField.TITLE)
    if " " not in content_key(reason.matched):
        return reason
    # An engine may not know the field of a name of several words. Its language is that
    # of the name, and its field no summary without the name.
    locale = locales.get(reason.matched, reason.locale)
    is_shown = locale is not hit.locale or _contains(reason.matched, hit.summary.text)
    is_elsewhere = reason.field is MatchField.SUMMARY and not is_shown
    field = MatchField.KEYWORDS if is_elsewhere else reason.field
    return replace(reason, locale=locale, field=field)


def _contains(name: str, text: str) -> bool:
    return f" {content_key(name)} " in f" {content_key(text)} "


def _is_other(reason: MatchReason, locale: Locale) -> bool:
    """Return whether another word matched, or one in the other language."""
    is_typed = content_key(reason.matched) == content_key(reason.typed)
    return not is_typed or reason.locale is not locale


def _word(reason: MatchReason, locale: Locale, names: dict[str, str]) -> MatchedWord:
    typed = names.get(content_key(reason.typed), reason.typed)
    lang = lang_if_other(reason.locale, locale)
    if content_key(reason.matched) == content_key(reason.typed):
        return MatchedWord(typed, typed_lang=lang)
    return MatchedWord(typed, reason.matched, synonym_lang=lang)


@lru_cache(maxsize=5000)
def content_key(text: str) -> str:
    """Return the words of a name, folded and without stop words."""
    return " ".join(map(fold, content_words(text)))


def content_words(text: str) -> list[str]:
    """Return the words of a text that are stop words of neither language."""
    words = (token.text for token in tokenize(text))
    return [
        word
        for word in words
        if not any(is_stop_word(word, locale) for locale in Locale)
    ]
