"""The glossary terms beside a field: those of the other language that it lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Locale, RecordId
from kb.publishing.translation.glossary_matches import GlossaryMatch, GlossaryMatcher
from kb.staff.drafts.form_view import FieldView
from kb.web.corpus_cache import made_once

_TEXT_WIDGETS = {"text", "long"}
_LINK_TARGET = re.compile(r"\]\([^)\s]*\)")


@dataclass(frozen=True, slots=True)
class FieldTerms:
    """Terms that a field lacks; the languages are those of the other and its own."""

    terms: tuple[GlossaryMatch, ...]
    source_lang: str
    target_lang: str


def field_terms(
    fields: Iterable[FieldView], record: RecordId, corpus: Corpus
) -> dict[str, FieldTerms]:
    """Return the terms of each text that its other language names and it does not.

    A field that is behind has the terms of its changed paragraphs beside it already.
    """
    texts = {each.id: each for each in fields if each.widget in _TEXT_WIDGETS}
    matcher = made_once(corpus, GlossaryMatcher, lambda: GlossaryMatcher(corpus))
    found: dict[str, FieldTerms] = {}
    for locale in Locale:
        for name, view in texts.items():
            prefix, _, rest = name.partition("-")
            other = texts.get(f"{locale.other}-{rest}")
            if prefix != locale or view.late or other is None:
                continue
            own = {each.record for each in matcher.matches(_words(view), locale)}
            lacking = tuple(
                each
                for each in matcher.matches(_words(other), locale.other)
                if each.record not in {*own, record}
            )
            if lacking:
                found[name] = FieldTerms(lacking, locale.other.value, locale.value)
    return found


def _words(view: FieldView) -> str:
    """Return a text without the targets of its links, which no reader sees."""
    return _LINK_TARGET.sub("]", view.value)
