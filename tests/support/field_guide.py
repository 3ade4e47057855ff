"""Writes the tables of `documents/README.md` from the declaration of the fields.

.venv/bin/python -m tests.support.field_guide
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from indexer.model.ids import Kind, Locale
from indexer.model.schema.field import Field, Shape
from indexer.model.schema.kinds import SCHEMAS
from kb.web.value_labels import VALUES

GUIDE = Path(__file__).parents[2] / "documents" / "README.md"
_MARKS = "<!-- {name}: written by tests/support/field_guide.py -->"
_END = "<!-- end -->"
_FACT_HEADS = ("field", "what", "content", "required in", "optional in")
_CONTENTS = {
    Shape.ADDRESS: "an address",
    Shape.DAY: "a day",
    Shape.DATE: "a day, a month or a year",
    Shape.NUMBER: "a number",
    Shape.LANGUAGE: "the code of a language",
    Shape.LICENCE: "a licence",
    Shape.CHOICE: "a value",
    Shape.CHOICES: "a list of values",
    Shape.ITEMS: "a list of items",
}

Uses = Mapping[str, Mapping[Kind, Field]]
"""The fields of a name, by kind."""


def guide() -> str:
    """Return the guide with the tables of the present declaration."""
    facts = _uses((kind, f) for kind, s in SCHEMAS.items() for f in s.facts)
    words = _uses((kind, f) for kind, s in SCHEMAS.items() for f in s.words)
    tables = {
        "texts": _table(("field", "in", "meaning"), _texts(words)),
        "facts": _table(_FACT_HEADS, _facts(facts)),
        "values": _table(("field", "values"), _values(facts)),
    }
    text = GUIDE.read_text("utf-8")
    for name, table in tables.items():
        mark = _MARKS.format(name=name)
        between = re.compile(f"{re.escape(mark)}.*?{re.escape(_END)}", re.DOTALL)
        assert between.search(text) is not None, name
        # No template: a table may contain a backslash.
        before, after = between.split(text)
        text = f"{before}{mark}\n{table}\n{_END}{after}"
    return text


def _uses(fields: Iterable[tuple[Kind, Field]]) -> Uses:
    uses: dict[str, dict[Kind, Field]] = defaultdict(dict)
    for kind, field in fields:
        if not field.is_signed and field.type is not Shape.LONG_TEXT:
            uses[field.name][kind] = field
    return uses


def _texts(words: Uses) -> Iterator[tuple[str, ...]]:
    for name, fields in words.items():
        first = next(iter(fields.values()))
        is_required = any(field.is_required for field in fields.values())
        if not is_required and first.help is not None:
            yield f"`{name}`", _kinds(fields), first.help.template


def _facts(facts: Uses) -> Iterator[tuple[str, ...]]:
    for name, fields in facts.items():
        first = next(iter(fields.values()))
        required = {kind: f for kind, f in fields.items() if f.is_required}
        optional = {kind: f for kind, f in fields.items() if not f.is_required}
        yield (
            f"`{name}`",
            first.label.template,
            _content(first),
            _kinds(required),
            _kinds(optional),
        )


def _content(field: Field) -> str:
    if field.linked is not None:
        return f"a list of ids of {field.linked.folder}"
    default = "a list of texts" if field.type.is_list else "a text"
    return _CONTENTS.get(field.type, default)


def _values(facts: Uses) -> Iterator[tuple[str, ...]]:
    for name, fields in facts.items():
        options = {field.values: kind for kind, field in fields.items() if field.values}
        for values, kind in options.items():
            labels = (VALUES[type(value)][value].text(Locale.EN) for value in values)
            shown = zip(values, labels, strict=True)
            owner = f"{kind} " if len(options) > 1 else ""
            yield (
                f"{owner}`{name}`",
                ", ".join(f"`{v}` ({label})" for v, label in shown),
            )


def _kinds(fields: Mapping[Kind, Field]) -> str:
    return "all" if len(fields) == len(Kind) else ", ".join(fields)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    GUIDE.write_text(guide(), "utf-8")
