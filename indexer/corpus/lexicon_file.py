"""Reads `lexicon.yaml`: pairs of words that staff link, or never link, in search."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.analysis.tokens import tokenize
from indexer.corpus.yaml_fields import FieldReader, read_yaml_file
from indexer.corpus.yaml_lines import Mapping, Scalar
from indexer.model.ids import Locale
from indexer.model.problems import Problem, ProblemCode
from indexer.model.word_links import Corrections, WordPair


def read_corrections(
    path: Path, display_path: str, problems: list[Problem]
) -> Corrections:
    """Return the valid pairs; append the problems of the others to `problems`."""
    if not path.exists():
        return Corrections()
    value = read_yaml_file(path, display_path, problems)
    if not isinstance(value, Mapping):
        if value is not None and not (isinstance(value, Scalar) and not value.text):
            problems.append(ProblemCode.INVALID_LEXICON.at(display_path, value.line))
        return Corrections()
    fields = FieldReader(value, display_path, problems)
    always, never = (tuple(_pairs(fields, name)) for name in ("always", "never"))
    fields.finish()
    return Corrections(always, never)


def _pairs(fields: FieldReader, name: str) -> Iterator[WordPair]:
    for item in fields.mappings(name):
        words = {locale: item.text(locale.value, required=True) for locale in Locale}
        item.finish()
        expressions = [word for word in words.values() if " " in word]
        for word in expressions:
            item.report(ProblemCode.NOT_ONE_WORD, "fr", word=word)
        if not expressions and all(any(tokenize(word)) for word in words.values()):
            yield WordPair(words[Locale.FR], words[Locale.EN])
