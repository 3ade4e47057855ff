"""Reads `lexicon.yaml`: what staff decided about the words of the two languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indexer.analysis.tokens import tokenize
from indexer.corpus.editions import unreadable_yaml
from indexer.corpus.text_files import read_text
from indexer.corpus.yaml_fields import FieldReader
from indexer.corpus.yaml_lines import Mapping, YamlSyntaxError, read_yaml
from indexer.model.ids import Locale
from indexer.model.problems import Problem, ProblemCode, message
from indexer.model.word_links import Corrections, WordPair


def read_corrections(path: Path, shown: str, problems: list[Problem]) -> Corrections:
    """Read the pairs of words, if there are any. Those with a problem are left out."""
    text = read_text(path, shown, problems) if path.exists() else None
    if text is None:
        return Corrections()
    try:
        value = read_yaml(text)
    except YamlSyntaxError as error:
        problems.append(Problem(shown, error.line, *unreadable_yaml(error.reason)))
        return Corrections()
    if value is None:
        return Corrections()
    if not isinstance(value, Mapping):
        problems.append(
            Problem(
                shown,
                value.line,
                ProblemCode.INVALID_LEXICON,
                message("the pairs of words can't be read"),
                message("write two lists, 'always:' and 'never:'"),
            )
        )
        return Corrections()
    fields = FieldReader(value, shown, problems)
    always, never = (tuple(_pairs(fields, name)) for name in ("always", "never"))
    fields.finish()
    return Corrections(always, never)


def _pairs(fields: FieldReader, name: str) -> Iterator[WordPair]:
    for item in fields.mappings(name):
        words = {locale: item.text(locale.value, required=True) for locale in Locale}
        item.finish()
        several = [word for word in words.values() if " " in word]
        for word in several:
            item.report(
                item.line("fr"),
                ProblemCode.NOT_ONE_WORD,
                message("'%(word)s' is not one word", word=word),
                message("make an expression a term or a variant of the glossary"),
            )
        if not several and all(any(tokenize(word)) for word in words.values()):
            yield WordPair(words[Locale.FR], words[Locale.EN])
