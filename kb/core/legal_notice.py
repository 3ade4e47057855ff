"""The legal notice: a YAML file of whoever runs the service."""

import dataclasses
import os
from dataclasses import dataclass
from pathlib import Path

from indexer.corpus.typography import NARROW_NO_BREAK, NO_BREAK, typeset
from indexer.corpus.yaml_fields import FieldReader, read_yaml_file
from indexer.corpus.yaml_lines import Mapping, Scalar
from indexer.model.ids import Locale
from indexer.model.problems import Problem, ProblemCode
from kb.core.variable_reader import VariableReader

MAX_CHARACTERS = 500
"""The maximum length of one text."""

_SPACES = f"\n{NO_BREAK}{NARROW_NO_BREAK}"


@dataclass(frozen=True, slots=True)
class LegalNotice:
    """What French law requires of a public site, in one language.

    The fields are those of the file. Each contains the lines of a text; a field without
    lines is not given.
    """

    publisher: tuple[str, ...] = ()
    director: tuple[str, ...] = ()
    host: tuple[str, ...] = ()

    @property
    def publisher_name(self) -> str:
        """The first line of the publisher; "" is not given."""
        return self.publisher[0] if self.publisher else ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the fields that are not given."""
        return tuple(name for name in FIELDS if not getattr(self, name))


FIELDS = tuple(field.name for field in dataclasses.fields(LegalNotice))

Notices = dict[Locale, LegalNotice]


def no_notices() -> Notices:
    """Return notices in which nothing is given."""
    return dict.fromkeys(Locale, LegalNotice())


def read_legal_notice(
    path: Path, display_path: str, problems: list[Problem]
) -> Notices:
    """Return the notice in each language; append what is wrong to `problems`.

    The path may be a symbolic link, as in a mounted volume of Kubernetes.
    """
    value = read_yaml_file(Path(os.path.realpath(path)), display_path, problems)
    if not isinstance(value, Mapping):
        is_empty = isinstance(value, Scalar) and not value.text
        if value is not None and not is_empty:
            problem = ProblemCode.FILE_WITHOUT_FIELDS.at(
                display_path, value.line, names=", ".join(FIELDS)
            )
            problems.append(problem)
        return no_notices()
    fields = FieldReader(value, display_path, problems)
    texts = {name: _lines_by_locale(fields, name) for name in FIELDS}
    fields.finish()
    return {
        locale: LegalNotice(**{name: lines[locale] for name, lines in texts.items()})
        for locale in Locale
    }


def _lines_by_locale(fields: FieldReader, name: str) -> dict[Locale, tuple[str, ...]]:
    """Read a mapping of languages, or one text for all languages."""
    by_locale = fields.mapping(name)
    if by_locale is None:
        texts = dict.fromkeys(Locale, _checked_text(fields, name))
    else:
        texts = {
            locale: _checked_text(by_locale, locale.value, required=True)
            for locale in Locale
        }
        by_locale.finish()
    return {locale: _lines(text, locale) for locale, text in texts.items()}


def _checked_text(fields: FieldReader, name: str, *, required: bool = False) -> str:
    text = fields.block(name, required=required).strip()
    if len(text) > MAX_CHARACTERS:
        fields.report(
            ProblemCode.TEXT_TOO_LONG,
            name,
            name=name,
            count=len(text),
            maximum=MAX_CHARACTERS,
        )
    unprintable = (c for c in text if not (c.isprintable() or c in _SPACES))
    if (character := next(unprintable, None)) is not None:
        code = f"U+{ord(character):04X}"
        fields.report(
            ProblemCode.UNPRINTABLE_CHARACTER, name, name=name, character=code
        )
    return text


def _lines(text: str, locale: Locale) -> tuple[str, ...]:
    lines = (line.strip() for line in text.split("\n"))
    return tuple(typeset(line, locale) for line in lines if line)


def read_notices(reader: VariableReader, name: str, _default: object) -> Notices:
    """Return the notices of the file that a setting names; report its problems."""
    path = reader.text(name)
    if not path:
        return no_notices()
    problems: list[Problem] = []
    notices = read_legal_notice(Path(path), f"{name}={path}", problems)
    problems.sort(key=lambda problem: problem.line)
    reader.errors += problems
    return notices
