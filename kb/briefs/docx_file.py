"""A brief as a DOCX file, for Word and LibreOffice.

Its text is the template `brief_docx.xml`, that of a comparison `comparison_docx.xml`;
its pages and styles are those of the empty file `brief.docx`, which Word or LibreOffice
can change.
"""

import datetime as dt
import io
import itertools
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Cm
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from indexer.model.ids import Locale
from kb.briefs.brief import Brief
from kb.briefs.rich_text import is_web_address, printable

MAX_LINK = 2000
"""Word refuses a file with a longer address."""

_FOLDER = Path(__file__).parent
_LANGUAGES = {Locale.FR: "fr-FR", Locale.EN: "en-GB"}
_TEXT_CM, _SIDEWAYS_CM = 16.2, 24.9
_TWIPS_PER_CM = 567


def brief_docx(brief: Brief, made_at: dt.datetime) -> bytes:
    """Return a brief as a DOCX file."""
    document = docx.Document(str(_FOLDER / "brief.docx"))
    _set_properties(document, brief, made_at)
    writer = _Writer(document)
    is_comparison = bool(brief.compared.columns)
    name = "comparison_docx.xml" if is_comparison else "brief_docx.xml"
    parts: Any = _template(name).make_module(
        {
            "brief": brief,
            "new_list": writer.new_list,
            "new_number": itertools.count(1).__next__,
            "new_table": itertools.count(1).__next__,
            "relation_to": writer.relation_to,
        }
    )
    if is_comparison:
        is_wide = brief.compared.is_wide
        _turn(document.sections[0], is_sideways=is_wide)
        width_cm = _SIDEWAYS_CM if is_wide else _TEXT_CM
        _set_footer(document.sections[0], parts, width_cm)
        writer.add(parts.comparison(width_cm))
        return _saved(document)
    _set_footer(document.sections[0], parts, _TEXT_CM)
    writer.add(parts.opening())
    if brief.tables:
        _set_footer(_turned(document, is_sideways=True), parts, _SIDEWAYS_CM)
        writer.add(parts.comparison())
        _set_footer(_turned(document, is_sideways=False), parts, _TEXT_CM)
    writer.add(parts.records())
    return _saved(document)


def _saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "printable": printable,
        "type_name": lambda block: type(block).__name__,
        "twips": lambda length_cm: round(length_cm * _TWIPS_PER_CM),
        "text_cm": _TEXT_CM,
        "sideways_cm": _SIDEWAYS_CM,
        "languages": {locale.value: name for locale, name in _LANGUAGES.items()},
    }
    return environment.get_template(name)


def _set_properties(document: Document, brief: Brief, made_at: dt.datetime) -> None:
    language = _LANGUAGES[brief.locale]
    properties = document.core_properties
    # The format allows 255 characters.
    properties.title = printable(brief.title)[:255]
    properties.author = properties.last_modified_by = brief.publisher
    properties.language = language
    properties.created = properties.modified = made_at.replace(tzinfo=None)
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), language)


def _turned(document: Document, *, is_sideways: bool) -> Section:
    """Return a new section whose pages are upright or sideways."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    _turn(section, is_sideways=is_sideways)
    return section


def _turn(section: Section, *, is_sideways: bool) -> None:
    section.different_first_page_header_footer = False
    short, long = Cm(21), Cm(29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if is_sideways else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (
        (long, short) if is_sideways else (short, long)
    )
    section.footer.is_linked_to_previous = False


def _set_footer(section: Section, parts: Any, width_cm: float) -> None:
    footer = section.footer.paragraphs[0]
    footer.style = "Brief soft"
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(width_cm), WD_TAB_ALIGNMENT.RIGHT)
    # python-docx has no fields.
    footer._p.extend(_elements(parts.footer()))  # noqa: SLF001


def _elements(xml: str) -> Iterator[Any]:
    """Return the elements of a text in WordprocessingML."""
    return iter(list(parse_xml(f"<w:body {nsdecls('w', 'r')}>{xml}</w:body>")))


class _Writer:
    """Adds text to a document, with its relations and numbered lists."""

    def __init__(self, document: Document) -> None:
        self._document = document
        # python-docx has no lists: only the elements of its default template.
        self._numbering = document.part.numbering_part.element

    def add(self, xml: str) -> None:
        """Append paragraphs and tables; the last element of the body is its section."""
        section = self._document.element.body[-1]
        for element in _elements(xml):
            section.addprevious(element)

    def new_list(self, style: str) -> int:
        """Return the number of a new list of a style, by its id: it begins with 1."""
        found = self._document.styles.element.get_by_id(style)
        number = int(found.pPr.numPr.numId.get(qn("w:val")))
        shared = self._numbering.num_having_numId(number)
        added = self._numbering.add_num(shared.abstractNumId.val)
        added.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(added.numId)

    def relation_to(self, url: str) -> str:
        """Return the relation that links to an address; "" if Word would refuse it."""
        if not is_web_address(url) or len(url) > MAX_LINK:
            return ""
        kind = RELATIONSHIP_TYPE.HYPERLINK
        return self._document.part.relate_to(printable(url), kind, is_external=True)
