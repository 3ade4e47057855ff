"""The pages of a brief as DOCX, and the colors of its records.

The styles are those of the template `brief.docx`, so that Word can change them.
"""

import datetime as dt
from pathlib import Path

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm

from indexer.model.ids import Locale
from kb.briefs.brief import Brief
from kb.briefs.docx_elements import ParagraphBox, field, text_run
from kb.briefs.rich_text import printable

INK, SOFT, ACCENT = "14212A", "475862", "00626A"
RULE, AMBER, PALE = "CCD6D9", "A86B00", "FDF6E6"
KIND_COLORS = {
    "recommendation": "97390B",
    "practice": "2C6620",
    "deliverable": "1D4F95",
    "need": "6A379C",
    "event": "715200",
    "theme": ACCENT,
    "term": "455666",
    "page": SOFT,
}
LANGUAGES = {Locale.FR.value: "fr-FR", Locale.EN.value: "en-GB"}
CODE_FONT = "Consolas"
TEXT_WIDTH_CM, SIDEWAYS_WIDTH_CM = 16.2, 24.9
WARNING = ParagraphBox(
    PALE, (("top", PALE), ("left", AMBER), ("bottom", PALE), ("right", PALE))
)

_TEMPLATE = Path(__file__).parent / "brief.docx"
"""An empty brief: its pages, and the styles, which Word or LibreOffice can change."""


def new_document(brief: Brief, made_at: dt.datetime) -> Document:
    """Return an empty document with the properties, pages and styles of a brief."""
    document = docx.Document(str(_TEMPLATE))
    language = LANGUAGES[brief.locale.value]
    properties = document.core_properties
    # The format allows 255 characters.
    properties.title = printable(brief.title)[:255]
    properties.author = properties.last_modified_by = brief.publisher
    properties.language = language
    properties.created = properties.modified = made_at.replace(tzinfo=None)
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), language)
    _set_footer(document.sections[0], brief, TEXT_WIDTH_CM)
    return document


def turn(document: Document, brief: Brief, *, is_sideways: bool) -> None:
    """Begin a section whose pages are upright or sideways."""
    section = document.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    short, long = Cm(21), Cm(29.7)
    section.orientation = WD_ORIENT.LANDSCAPE if is_sideways else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (
        (long, short) if is_sideways else (short, long)
    )
    width = SIDEWAYS_WIDTH_CM if is_sideways else TEXT_WIDTH_CM
    section.footer.is_linked_to_previous = False
    _set_footer(section, brief, width)


def _set_footer(section: Section, brief: Brief, width_cm: float) -> None:
    footer = section.footer.paragraphs[0]
    footer.style = "Brief soft"
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(width_cm), WD_TAB_ALIGNMENT.RIGHT)
    start = f"{brief.title} · {brief.date}\t{brief.words.page}\u00a0"
    runs = (text_run(start), *field("PAGE"), text_run("\u202f/\u202f"))
    # python-docx has no fields.
    footer._p.extend((*runs, *field("NUMPAGES")))  # noqa: SLF001


class ListNumbers:
    """Makes lists that are numbered as the list styles of a document are."""

    def __init__(self, document: Document) -> None:
        self._styles = document.styles.element
        # python-docx has no lists: only the elements of its default template.
        self._numbering = document.part.numbering_part.element

    def new_list(self, style: str) -> int:
        """Return the number of a new list of a style, by its id: it begins with 1."""
        shared = self._numbering.num_having_numId(self._number_of(style))
        number = self._numbering.add_num(shared.abstractNumId.val)
        number.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(number.numId)

    def _number_of(self, style: str) -> int:
        found = self._styles.get_by_id(style)
        return int(found.pPr.numPr.numId.get(qn("w:val")))
