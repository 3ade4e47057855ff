"""Each table keyed by an enum has all its members, or is listed here as partial."""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from indexer.model.facets import FacetName
from indexer.model.schema.kinds import SCHEMAS
from kb.citations.citation_formats import CITATION_FORMATS
from kb.open_data.record_table import TABLE_FORMATS
from kb.open_data.search_export import SearchFormat
from kb.web.value_labels import VALUES
from tests.support.builders import PROJECT

PARTIAL: dict[str, set[str]] = {
    "Answer": {"_MARKS"},
    "Audience": {
        *"AUDIENCE_WORDS READERS _starts".split(),
    },
    "BulkAct": {"BULK_WORDS"},
    "ContributionState": {"ContributionStore"},
    "Criterion": {"CRITERIA"},
    "DateKind": {"_DATE_NAMES"},
    "DeliverableType": {"_KINDS", "_TYPES", "_TYPES_IN_TITLES"},
    "Shape": {"_OF_TYPES"},
    "IndexState": {"_REBUILD_REASONS"},
    "Kind": {
        *"ANSWER_FIELDS ASSESSMENT_TITLES COMPARED_PARTS CRITERIA".split(),
        *"Edition LIST_LEADS PROPOSAL_INITIALS _CARD_TITLES".split(),
        *"TOLD_OF _APART _FIRST_FACETS _KIND_NAMES _LINK_TITLES _PAGE_TYPES".split(),
        *"_REQUIRED _TEMPLATES _numbered first_title kind_noun list_page".split(),
    },
    "ListOrder": {"ORDER_LABELS"},
    "MatchAnswer": {"_SHARES"},
    "MetadataField": {
        *"FACTS FIELDS _LABELS".split(),
    },
    "ProblemCode": {"FORM_TEXTS"},
    "RecordStatus": {"BADGES"},
    "RelaxationStep": {"_STEP_MESSAGES"},
    "Unreadable": {"_MESSAGES"},
}
"""The tables that some members have no entry in, by enum: the default is elsewhere."""


@dataclass(frozen=True)
class Table:
    """A dictionary in the code whose keys are all members of one enum."""

    place: str
    name: str
    enum: type[Enum]
    keys: frozenset[str]

    @property
    def missing(self) -> set[str]:
        """The members that have no entry."""
        return {*self.enum.__members__} - self.keys


def _modules() -> Iterator[tuple[str, Path]]:
    for package in ("indexer", "kb"):
        for path in sorted((PROJECT / package).rglob("*.py")):
            parts = path.relative_to(PROJECT).with_suffix("").parts
            if not {"migrations", "wsgi", "__init__"} & set(parts):
                yield ".".join(parts), path


def _tables() -> Iterator[Table]:
    for module_name, path in _modules():
        tree = ast.parse(path.read_text("utf-8"))
        if not any(isinstance(node, ast.Dict) for node in ast.walk(tree)):
            continue
        names = vars(importlib.import_module(module_name))
        for node in tree.body:
            for inner in _displays(node):
                owner, keys = _owner_and_keys(inner)
                enum = names.get(owner)
                if isinstance(enum, type) and issubclass(enum, Enum) and _is_ours(enum):
                    place = f"{module_name}:{inner.lineno}"
                    yield Table(place, _name_of(node), enum, frozenset(keys))


def _displays(node: ast.stmt) -> Iterator[ast.Dict]:
    """Yield the dictionaries of a statement; one after `|` changes another."""
    unions = [each for each in ast.walk(node) if isinstance(each, ast.BinOp)]
    added = {id(operand) for each in unions for operand in (each.left, each.right)}
    for inner in ast.walk(node):
        if isinstance(inner, ast.Dict) and id(inner) not in added:
            yield inner


def _owner_and_keys(node: ast.Dict) -> tuple[str, list[str]]:
    """Return the name whose attributes are all keys of a dictionary, and the keys."""
    keys = [
        (key.value.id, key.attr)
        for key in node.keys
        if isinstance(key, ast.Attribute) and isinstance(key.value, ast.Name)
    ]
    owners = {owner for owner, _ in keys}
    if len(keys) != len(node.keys) or len(owners) != 1:
        return "", []
    return owners.pop(), [name for _, name in keys]


def _is_ours(enum: type[Enum]) -> bool:
    return enum.__module__.partition(".")[0] in {"indexer", "kb"}


def _name_of(node: ast.stmt) -> str:
    """Return the name of a table of a module, or of the function that has it."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name), *_]):
            return name
        case ast.AnnAssign(target=ast.Name(id=name)):
            return name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case _:
            return ""


def test_a_table_keyed_by_an_enum_has_all_members() -> None:
    """Without its label, icon or reader, a new member would fail at a request."""
    tables = list(_tables())
    assert len(tables) > 100

    incomplete = [
        (table.place, table.name, table.enum.__name__, sorted(table.missing))
        for table in tables
        if table.missing and table.name not in PARTIAL.get(table.enum.__name__, ())
    ]

    assert not incomplete


def test_each_format_of_a_search_has_a_writer() -> None:
    """A table, or references; no format is both."""
    assert set(SearchFormat) == {*TABLE_FORMATS, *CITATION_FORMATS}


def test_the_values_of_fields_and_facets_have_labels() -> None:
    """Forms, pages, filters and exports show them."""
    fields = [
        field for schema in SCHEMAS.values() for field in (*schema.facts, *schema.words)
    ]
    values = {value for field in fields for value in field.values}
    for facet in FacetName:
        values |= {*(facet.declared.values or ())}
    for value in values - {*SCHEMAS}:
        assert value in VALUES[type(value)], value
