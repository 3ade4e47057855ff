"""Reads an edition (`fr.md` or `en.md`): front matter, then text in Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from indexer.commonmark import nested_line
from indexer.corpus.typography import typeset_french
from indexer.corpus.yaml_fields import FieldReader
from indexer.corpus.yaml_lines import Mapping, YamlSyntaxError, read_yaml
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.long_text import LongText
from indexer.model.problems import Message, Problem, ProblemCode, message
from indexer.model.records import Edition, Figure

_FRONT_MATTER = re.compile(
    rb"\s*---[ \t]*\n(.*?)^---[ \t]*$\n?", re.DOTALL | re.MULTILINE
)
_LINK = re.compile(rb"\]\(\s*([a-z]+/[^)\s#]+)[^)]*\)")

# Fields that a kind may add to title and summary.
_EXTRA_FIELDS = {
    Kind.TERM: ("variants",),
    Kind.PRACTICE: ("who", "figures", "date_note"),
    Kind.EVENT: ("host", "participants", "figures", "date_note"),
    Kind.DELIVERABLE: ("date_note",),
}


@dataclass(frozen=True, slots=True)
class EditionLink:
    """A link to another record in a text, with its line."""

    target: RecordId
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class ReadEdition:
    """An edition, and the links to other records in its text."""

    edition: Edition
    links: tuple[EditionLink, ...]


@dataclass(frozen=True, slots=True)
class EditionParts:
    """The front matter and the text of an edition, and their first lines."""

    fields: str
    fields_line: int
    body: bytes
    body_line: int


def split_edition(text: bytes) -> EditionParts | None:
    """Split UTF-8 bytes into front matter and text; None without front matter."""
    match = _FRONT_MATTER.match(text)
    if match is None:
        return None
    return EditionParts(
        fields=match.group(1).decode("utf-8"),
        fields_line=text.count(b"\n", 0, match.start(1)) + 1,
        body=text[match.end() :],
        body_line=text.count(b"\n", 0, match.end()) + 1,
    )


def read_edition(
    text: bytes, *, kind: Kind, locale: Locale, path: str, problems: list[Problem]
) -> ReadEdition | None:
    """Read the UTF-8 bytes of `fr.md` or `en.md`; None when they are not valid.

    Problems are appended to `problems`. The text after the front matter is never
    decoded, because it may be long.
    """
    parts = split_edition(text)
    if parts is None:
        problems.append(
            Problem(
                path,
                1,
                ProblemCode.MISSING_FRONT_MATTER,
                message("there is no front matter"),
                message(
                    "begin with a line ---, then title: and summary:, then a line ---"
                ),
            )
        )
        return None
    fields = _front_matter(parts.fields, parts.fields_line, path, problems)
    if fields is None:
        return None
    body = parts.body
    nested = nested_line(body)
    if nested is not None:
        line = parts.body_line + nested - 1
        what = message("lists, quotations or tags are nested too deeply")
        remedy = message("remove the unnecessary ones")
        problems.append(
            Problem(path, line, ProblemCode.NESTED_TOO_DEEPLY, what, remedy)
        )
        return None
    edition = _edition(fields, LongText(body.strip(b"\n")), kind, locale)
    if edition is None:
        return None
    return ReadEdition(edition, _links(body, parts.body_line, path, problems))


def _front_matter(
    text: str, first_line: int, path: str, problems: list[Problem]
) -> FieldReader | None:
    try:
        value = read_yaml(text, first_line=first_line)
    except YamlSyntaxError as error:
        problems.append(
            Problem(path, error.line, *unreadable_yaml(error.reason)),
        )
        return None
    if not isinstance(value, Mapping):
        problems.append(
            Problem(
                path,
                first_line,
                ProblemCode.EMPTY_FRONT_MATTER,
                message("the front matter has no fields"),
                message("write title: and summary:, one per line"),
            )
        )
        return None
    return FieldReader(value, path, problems)


def unreadable_yaml(reason: str) -> tuple[ProblemCode, Message, Message]:
    """Return code, sentence and remedy for a text that is not YAML."""
    return (
        ProblemCode.INVALID_YAML,
        message("the fields cannot be read (%(reason)s)", reason=reason),
        message(
            "put quotation marks around a value that contains a colon or begins with "
            "a special character; align the lines"
        ),
    )


def _edition(
    fields: FieldReader, body: LongText, kind: Kind, locale: Locale
) -> Edition | None:
    typeset: Callable[[str], str] = typeset_french if locale is Locale.FR else str
    title = typeset(fields.text("title", required=True))
    summary = typeset(fields.text("summary", required=True))
    extra = _EXTRA_FIELDS.get(kind, ())
    variants = fields.texts("variants") if "variants" in extra else ()
    figures = _figures(fields, typeset) if "figures" in extra else ()
    words = {
        name: typeset(fields.text(name))
        for name in ("who", "host", "participants", "date_note")
        if name in extra
    }
    fields.finish()
    if not title or not summary:
        return None
    return Edition(
        locale=locale,
        title=title,
        summary=summary,
        body=body,
        variants=tuple(typeset(variant) for variant in variants),
        figures=figures,
        **words,
    )


def _figures(fields: FieldReader, typeset: Callable[[str], str]) -> tuple[Figure, ...]:
    figures = []
    for item in fields.mappings("figures"):
        value = item.text("value", required=True)
        label = item.text("label", required=True)
        item.finish()
        figures.append(Figure(typeset(value), typeset(label)))
    if len(figures) not in {0, 2, 4}:
        fields.report(
            fields.line("figures"),
            ProblemCode.FIGURE_COUNT,
            message("there are %(count)s figures", count=len(figures)),
            message("write two or four: they are shown side by side"),
        )
    return tuple(figures)


def _links(
    body: bytes, first_line: int, path: str, problems: list[Problem]
) -> tuple[EditionLink, ...]:
    if b"](" not in body:
        return ()
    links = []
    for match in _LINK.finditer(body):
        line = body.count(b"\n", 0, match.start()) + first_line
        link = match.group(1).decode("utf-8")
        target = RecordId.parse(link)
        if target is None:
            problems.append(
                Problem(
                    path,
                    line,
                    ProblemCode.INVALID_TEXT_LINK,
                    message("the link '%(link)s' leads nowhere", link=link),
                    message("write folder/id, such as events/w4, or a full address"),
                )
            )
        else:
            links.append(EditionLink(target, path, line))
    return tuple(links)
