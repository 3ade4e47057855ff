"""References to a record in the styles of ISO 690, APA and Chicago.

A CSL style decides by the type of an item and by the variables that it has, hundreds of
times for each reference: most of Chicago is about laws, films and manuscripts. Which
branches are reached depends on the shape of an item alone, and the items of the site
have few shapes. Reduced once for each shape, a style gives the same references in a
tenth of the time.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import threading
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from cachetools import LRUCache, cached
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON
from lxml import etree

from indexer.corpus.typography import typeset
from indexer.model.ids import Locale
from indexer.model.record import Record
from kb.citations.citation_formats import CslItem, csl_item

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
        numeric = (name for name in names if _NUMERIC.fullmatch(str(item[name])))
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
    yield from (word == shape.type for word in branch.get("type", "").split())
    yield from (word in shape.variables for word in branch.get("variable", "").split())
    yield from (word in shape.numeric for word in branch.get("is-numeric", "").split())
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


_STYLES = Path(__file__).parent / "styles"
_FILES = {
    Locale.FR: {
        "ISO 690": "iso690-fr.csl",
        "APA": "apa.csl",
        "Chicago": "chicago-fr.csl",
    },
    Locale.EN: {
        "ISO 690": "iso690-en.csl",
        "APA": "apa.csl",
        "Chicago": "chicago-en.csl",
    },
}
_CSL_LOCALES = {Locale.FR: "fr-FR", Locale.EN: "en-GB"}
PARTS_OF_A_DAY = 3
"""Year, month and day."""
MAX_CACHED = 2000
MAX_STYLES = 100
"""The items of the present content need 50: ten shapes in five files."""

_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference in a style, as plain text."""

    style: str
    text: str


def references(
    record: Record, locale: Locale, *, day: dt.date | None = None
) -> tuple[Reference, ...]:
    """Return the references to a record in all styles, in the words of a language.

    With `day`, their address is that of the state of the record on that day. They are
    cached: formatting them takes as long as a page.
    """
    item = csl_item(record, locale, day=day)
    # In English, ISO 690 would end with the abstract.
    cited = {key: value for key, value in item.items() if key != "abstract"}
    return _references(json.dumps(cited), locale)


@cached(LRUCache(MAX_CACHED), lock=threading.Lock())
def _references(item: str, locale: Locale) -> tuple[Reference, ...]:
    return tuple(
        Reference(name, _formatted(json.loads(item), name, locale))
        for name in _FILES[locale]
    )


def _formatted(item: CslItem, name: str, locale: Locale) -> str:
    day = None
    if locale is Locale.FR:
        day = _day_of_page(item) if name == "APA" else None
        item |= _french_date(item, name)
    # A style is not safe for threads, and warns of the fields that it does not know.
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        file, shape = _FILES[locale][name], ItemShape.of(item)
        style = _style(file, _CSL_LOCALES[locale], shape)
        bibliography = CitationStylesBibliography(
            style, CiteProcJSON([item]), formatter.plain
        )
        bibliography.register(Citation([CitationItem(item["id"])]))
        text = "".join(str(each) for each in bibliography.bibliography()).strip()
    return typeset(_with_day(text, day) if day else text, locale)


def _with_day(text: str, day: dt.date) -> str:
    """Add day and month after the year of an APA reference in French."""
    month = format_date(day, "MMMM", locale="fr")
    number = "1er" if day.day == 1 else day.day
    return text.replace(f"({day.year})", f"({day.year}, {number} {month})", 1)


def _french_date(item: CslItem, name: str) -> CslItem:
    """Return the date as the French styles need it.

    APA would write « 2026, octobre 3 »: it gets the year alone (`_with_day`). Chicago
    repeats the day of access of what has no date.
    """
    if name == "APA" and "issued" in item:
        return {"issued": {"date-parts": [item["issued"]["date-parts"][0][:1]]}}
    if name == "Chicago" and "issued" not in item:
        return {"issued": {"literal": "s. d."}}
    return {}


def _day_of_page(item: CslItem) -> dt.date | None:
    """Return the day of a page; of a report, APA gives the year alone."""
    parts = item["issued"]["date-parts"][0] if "issued" in item else ()
    if item["type"] != "webpage" or len(parts) < PARTS_OF_A_DAY:
        return None
    return dt.date(*parts)


@lru_cache(MAX_STYLES)
def _style(file: str, language: str, shape: ItemShape) -> CitationStylesStyle:
    reduced = reduced_style(_STYLES / file, shape)
    return CitationStylesStyle(reduced, locale=language, validate=False)
