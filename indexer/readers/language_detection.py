"""The language of a text and of each page of a file, by the model of py3langid."""

from __future__ import annotations

import io
import lzma
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
from py3langid.langid import MODEL_DIR, MODEL_FILE, LanguageIdentifier

from indexer.model.document import Block
from indexer.model.ids import Locale
from indexer.model.readings import FileReading
from indexer.readers.groups import heaviest

_WORD = re.compile(r"[^\W\d_]+")
_MIN_WORDS = 8
_MIN_CONFIDENCE = 0.7
_BLOCKS_PER_PART = 30
_LANGUAGES = (
    "ar bg ca cs da de el en es et fi fr ga hr hu it lt lv mt nl no pl pt ro ru sk sl "
    "sv tr uk"
).split()
"""Languages of Europe and its neighbours; more of them would only cost accuracy."""


@cache
def load_model() -> LanguageIdentifier:
    """Return the model with our languages only, loaded at the first call.

    py3langid's own loader unpacks 68 MB into the temporary folder, and keeps the
    columns of its 142 languages.
    """
    content = lzma.decompress((MODEL_DIR / MODEL_FILE).read_bytes())
    with np.load(io.BytesIO(content), allow_pickle=False) as model:
        names = model["classes"].tolist()
        columns = [index for index, name in enumerate(names) if name in _LANGUAGES]
        return LanguageIdentifier(
            model["ptc"][:, columns],
            model["pc"][columns],
            [names[index] for index in columns],
            model["nextmove"].data,
            model["out_feat"].tolist(),
            norm_probs=True,
            tk_row=model["nextmove_row"].tolist(),
        )


def language_of(text: str) -> Locale | None:
    """Return the language of a text.

    None for fewer than eight words, for a language that is not ours, and when the
    model's probability is low (names, codes, two languages in equal parts).
    """
    if len(_WORD.findall(text)) < _MIN_WORDS:
        return None
    language, confidence = load_model().classify(text)
    is_ours = language in set(Locale) and confidence >= _MIN_CONFIDENCE
    return Locale(language) if is_ours else None


def with_languages(reading: FileReading) -> FileReading:
    """Return a reading with the language of the file and of each of its pages.

    The file's language is that of most of its characters, page by page; a file without
    pages is classified in parts of thirty blocks.
    """
    texts = _texts_by_page(reading.document.blocks)
    locales = {page: language_of(text) for page, text in texts.items()}
    votes = ((locale, len(texts[page])) for page, locale in locales.items() if locale)
    pages = tuple(
        replace(page, locale=locales.get(page.number)) for page in reading.pages
    )
    locale = heaviest(votes, None)
    return replace(reading, pages=pages, locale=locale)


def _texts_by_page(blocks: Sequence[Block]) -> dict[int, str]:
    """Join the texts of each page; parts without a page have negative numbers."""
    parts: dict[int, list[str]] = {}
    for index, block in enumerate(blocks):
        part = -1 - index // _BLOCKS_PER_PART if block.page is None else block.page
        parts.setdefault(part, []).append(block.text)
    return {part: " ".join(texts) for part, texts in parts.items()}
