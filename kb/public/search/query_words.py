"""The words of a query: those searched, their other names, and their changes."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup, escape

from indexer.analysis.analyzer import word_forms
from indexer.analysis.tokens import fold, tokenize
from indexer.model.ids import Locale
from indexer.model.query import (
    And,
    Compound,
    Expansion,
    ExpansionSource,
    Node,
    Phrase,
    Prefix,
    Query,
    Word,
)
from indexer.model.results import RelaxationStep, ResultPage
from indexer.search.query_parts import is_common, query_parts, words_as_typed
from indexer.search.relaxation import DROPS_WORDS
from kb.web.locale import lang_if_other
from kb.web.pagination import shown_first
from kb.web.records.match_reasons import content_words
from kb.web.search.facet_values import name_key
from kb.web.urls import query_url

QUESTION_WORDS = 3
"""A query with this many words, and words that are not searched, is a question."""

MAX_KEPT_WORDS = 8
"""Of a longer query, no word is offered to be removed."""


@dataclass(frozen=True, slots=True)
class RemovableWord:
    """A word that is searched, or words that were understood.

    `url` is the search without it, for the words `others`. `count` is the number of
    records that match all of these, None where they were not counted.
    """

    text: str
    url: str
    others: str
    count: int | None = None


def typed_words(query: Query, results: ResultPage) -> tuple[str, ...]:
    """Return the words of a query, each once, as corrected if they were.

    The words of one glossary term stay together.
    """
    if results.suggestion and not results.asked_total:
        words = iter(words_as_typed(results.suggestion))
    else:
        parts = query_parts(query.root) if query.root is not None else ()
        words = (_text(part) for part in parts)
    searched = dict.fromkeys(word for word in words if word and not is_common(word))
    names = [expansion.typed for expansion in results.expansions]
    return tuple(_grouped(tuple(searched), names))


def is_question(query: Query, words: Sequence[str]) -> bool:
    """Return whether a query is a sentence: it has words that are not searched."""
    has_others = isinstance(query.root, And) and any(
        isinstance(node, Word) and is_common(node.text) for node in query.root.nodes
    )
    return has_others and len(words) >= QUESTION_WORDS and not query.is_plain


def removable_words(query: Query, words: Sequence[str]) -> tuple[RemovableWord, ...]:
    """Return the words to offer for removal; none of a query with operators.

    `words` are those of `typed_words`.
    """
    if not _has_words_only(query.root) or not 2 <= len(words) <= MAX_KEPT_WORDS:
        return ()
    return tuple(_removable_word(query, words, index) for index in range(len(words)))


def understood_words(query: Query) -> tuple[RemovableWord, ...]:
    """Return what was read from the words, with the searches that do not read it."""
    return tuple(
        RemovableWord(
            reading.text,
            query_url(query, literal=(*query.literal, reading.key)),
            query.text,
        )
        for reading in query.readings
    )


def _removable_word(query: Query, words: Sequence[str], index: int) -> RemovableWord:
    others = " ".join((*words[:index], *words[index + 1 :]))
    return RemovableWord(words[index], query_url(query, text=others), others)


def _has_words_only(root: Node | None) -> bool:
    """Return whether a tree has only words typed side by side."""
    return (
        isinstance(root, And)
        and root.is_implicit
        and all(
            isinstance(node, Word | Compound | Phrase | Prefix)
            and not node.is_title_only
            for node in root.nodes
        )
    )


def _grouped(words: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    """Yield the words; those of a name that stand side by side are one."""
    keys = {tuple(map(fold, content_words(name))) for name in names}
    lengths = sorted({len(key) for key in keys}, reverse=True)
    while words:
        folded = tuple(map(fold, words))
        length = next((n for n in lengths if n > 1 and folded[:n] in keys), 1)
        yield " ".join(words[:length])
        words = words[length:]


def _text(part: Node) -> str:
    match part:
        case Phrase():
            return f'"{part.text}"'
        case Prefix():
            return f"{part.text}*"
        case Word() | Compound():
            return part.text
        case _:
            return ""


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
    seen = {_key(word, language) for word in words for language in Locale}
    names: list[ExpansionName] = []
    for expansion in _in_order(expansions):
        key = _key(expansion.name, expansion.locale)
        if key not in seen:
            seen.add(key)
            lang = lang_if_other(expansion.locale, locale)
            names.append(ExpansionName(expansion.name, lang))
    return OtherNames(*shown_first(names, SHOWN_NAMES)) if names else None


def _in_order(expansions: Iterable[Expansion]) -> list[Expansion]:
    """Sort by source, the glossary first, then by rank among the names of a word."""
    ranks: Counter[tuple[ExpansionSource, str]] = Counter()
    ranked: list[tuple[bool, int, Expansion]] = []
    for expansion in expansions:
        word = expansion.source, expansion.typed
        ranked.append(
            (expansion.source is ExpansionSource.LEXICON, ranks[word], expansion)
        )
        ranks[word] += 1
    return [expansion for *_, expansion in sorted(ranked, key=itemgetter(0, 1))]


def _key(name: str, locale: Locale) -> tuple[str, ...]:
    """Return the stems of a name, to compare spellings and inflections."""
    return tuple(word_forms(token.text, locale)[0] for token in tokenize(name))


def count_text(results: ResultPage) -> str:
    """Return the number of results, and how many match all the words."""
    total, exact = results.total, results.exact_total
    count = ngettext("%(num)s result", "%(num)s results", total)
    if not total or exact == total:
        return count
    if not exact and RelaxationStep.MEANING in {step.step for step in results.relaxed}:
        return ngettext(
            "No record contains all the words. %(num)s contains some of them, or is "
            "close in meaning.",
            "No record contains all the words. %(num)s contain some of them, or are "
            "close in meaning.",
            total,
        )
    if not exact:
        return ngettext(
            "No record contains all the words. %(num)s contains some of them.",
            "No record contains all the words. %(num)s contain some of them.",
            total,
        )
    exact_count = ngettext("%(num)s of them exact", "%(num)s of them exact", exact)
    return f"{count}, {exact_count}"


def relaxation_notes(query: Query, results: ResultPage) -> tuple[Markup, ...]:
    """Return a sentence on each way in which the words were changed, if they were."""
    return tuple(_sentences(query, results))


def _sentences(query: Query, results: ResultPage) -> Iterator[Markup]:
    steps = frozenset(step.step for step in results.relaxed) - DROPS_WORDS
    if RelaxationStep.SPELLING in steps or results.offered:
        yield _spelling(query, results)
    if RelaxationStep.OTHER_LANGUAGE in steps:
        yield escape(
            _(
                "No result for these words, so their equivalents in the other "
                "language were searched too."
            )
        )
    if RelaxationStep.THESAURUS in steps:
        yield escape(
            _("No result for these words, so their other names were searched too.")
        )
    if RelaxationStep.PHRASE in steps:
        yield escape(
            _(
                "No record contains this exact phrase, so its words were searched "
                "separately."
            )
        )


def _spelling(query: Query, results: ResultPage) -> Markup:
    """Return the sentence on another spelling, with a link to its search."""
    corrected = results.suggestion or results.offered
    url = query_url(query, text=corrected)
    if not results.suggestion:
        message = _("Did you mean %(text)s?", text="\0")
    elif results.asked_total:
        message = _("Also searched with the spelling %(text)s.", text="\0")
    else:
        message = _("Spelling corrected: %(text)s.", text="\0")
    link = Markup('<a href="{}">{}</a>').format(url, corrected)
    return escape(message).replace("\0", link)
