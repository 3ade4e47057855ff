"""Prefixes: the words that are typed with a star at their end."""

from __future__ import annotations

import re

from indexer.analysis.normalization import fold
from indexer.analysis.tokens import tokenize

MIN_PREFIX = 2
"""A shorter prefix would match most records, and is searched as a word."""

_PREFIX = re.compile(r"(?P<word>[\w'’.\-]+)\*[.,;:!?…]*")


def typed_prefix(text: str) -> str | None:
    """Return the folded prefix of `cyber*`, or None when the text is no prefix.

    Of `l'acc*` it is the word after the article, of a compound the compound as a whole.
    """
    match = _PREFIX.fullmatch(text)
    if match is None:
        return None
    words = [token.text for token in tokenize(match.group("word"))]
    return fold(words[-1]) if words else None
