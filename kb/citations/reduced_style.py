"""A CSL style without the branches that no item of a shape reaches.

A style decides by the type of an item and by the variables that it has, hundreds of
times for each reference: most of Chicago is about laws, films and manuscripts. Which
branches are reached depends on the shape of an item alone, and the items of the site
have few shapes. Reduced once for each, a style gives the same references in a tenth of
the time.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from citeproc import CitationStylesStyle
from lxml import etree

_CSL = "{http://purl.org/net/xbiblio/csl}"
_NUMERIC = re.compile(r"[A-Z]*\d+[A-Z]*", re.IGNORECASE)
_FALSE_CONDITIONS = ("position", "locator", "is-uncertain-date", "disambiguate")
"""No item has a locator or an uncertain date, and a bibliography has no position."""


@dataclass(frozen=True, slots=True)
class ItemShape:
    """All that the conditions of a style can ask of an item.

    Attributes:
        type: its type in CSL.
        variables: the names of the variables that it has.
        numeric: those whose value is a number.
    """

    type: str
    variables: frozenset[str]
    numeric: frozenset[str]

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> ItemShape:
        """Return the shape of an item of CSL-JSON."""
        names = frozenset(item) - {"id", "type"}
        numeric = (each for each in names if _NUMERIC.fullmatch(str(item[each])))
        return cls(str(item["type"]), names, frozenset(numeric))


def reduced_style(path: Path, shape: ItemShape) -> io.BytesIO:
    """Return the file of a style that gives items of a shape the same references."""
    root = CitationStylesStyle(str(path), validate=False).root
    # Asked of all before the first is changed: those inside others decide for them.
    chooses = [(each, each.calls_variable()) for each in root.iter(f"{_CSL}choose")]
    for choose, calls_variable in chooses:
        _reduce(choose, shape, calls_variable=calls_variable)
    _remove_unused_macros(root)
    return io.BytesIO(etree.tostring(root))


def _reduce(choose: Any, shape: ItemShape, *, calls_variable: bool) -> None:
    """Leave the branch that is reached, as the first `else`.

    If any branch had a variable, a second `else`, never reached, has one too: a group
    counts the variables of all branches when it decides whether it is omitted.
    """
    branch = next((each for each in choose if _is_reached(each, shape)), None)
    kept = etree.Element(f"{_CSL}else")
    if branch is not None:
        kept.extend(list(branch))
    choose[:] = [kept]
    if calls_variable:
        unreached = etree.SubElement(choose, f"{_CSL}else")
        etree.SubElement(unreached, f"{_CSL}text", variable="title")


def _is_reached(branch: Any, shape: ItemShape) -> bool:
    if branch.tag == f"{_CSL}else":
        return True
    tests = list(_tests(branch, shape))
    match branch.get("match"):
        case "any":
            return any(tests)
        case "none":
            return not any(tests)
        case _:
            return all(tests)


def _tests(branch: Any, shape: ItemShape) -> Iterator[bool]:
    yield from (each == shape.type for each in branch.get("type", "").split())
    yield from (each in shape.variables for each in branch.get("variable", "").split())
    yield from (each in shape.numeric for each in branch.get("is-numeric", "").split())
    for condition in _FALSE_CONDITIONS:
        yield from (False for _ in branch.get(condition, "").split())


def _remove_unused_macros(root: Any) -> None:
    macros = {each.get("name"): each for each in root.findall(f"{_CSL}macro")}
    bibliography = root.find(f"{_CSL}bibliography")
    waiting, used = [bibliography], set()
    while waiting:
        for element in waiting.pop().iter():
            name = element.get("macro")
            if name is not None and name not in used:
                used.add(name)
                waiting.append(macros[name])
    for name, macro in macros.items():
        if name not in used:
            root.remove(macro)
    citation = root.find(f"{_CSL}citation")
    if citation is not None:
        root.remove(citation)
