"""The pages and styles of a brief as DOCX: whoever goes on writing can change them."""

import datetime as dt
from typing import Any

from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor

from indexer.model.ids import Locale
from kb.briefs.brief import Brief
from kb.briefs.docx_elements import (
    ParagraphBox,
    W,
    box_properties,
    field,
    text_run,
    valued,
)
from kb.briefs.rich_text import printable

INK, SOFT, ACCENT, BAND = "14212A", "475862", "00626A", "004C54"
RULE, AMBER, PALE, WHITE = "CCD6D9", "A86B00", "FDF6E6", "FFFFFF"
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
TITLE_FONT, TEXT_FONT, CODE_FONT = "Georgia", "Calibri", "Consolas"
TEXT_WIDTH_CM, SIDEWAYS_WIDTH_CM = 16.2, 24.9
SIDES = ("top", "left", "bottom", "right")
WARNING = ParagraphBox(
    PALE, (("top", PALE), ("left", AMBER), ("bottom", PALE), ("right", PALE))
)

_MARGIN_CM = 2.4
_STYLES = (
    ("Brief site", TITLE_FONT, 19, WHITE, 0, 0),
    ("Brief publisher", TEXT_FONT, 10, WHITE, 0, 0),
    ("Brief rule", TEXT_FONT, 4, ACCENT, 0, 14),
    ("Brief soft", TEXT_FONT, 9, SOFT, 0, 2),
    ("Brief date", TEXT_FONT, 13, INK, 150, 2),
    ("Brief kind", TEXT_FONT, 10, SOFT, 26, 2),
    ("Brief lead", TEXT_FONT, 12.5, INK, 0, 8),
    ("Brief contents", TEXT_FONT, 11, INK, 0, 4),
    ("Brief source", TEXT_FONT, 10, INK, 0, 5),
    ("Brief cell", TEXT_FONT, 10, INK, 2, 2),
    ("Brief small cell", TEXT_FONT, 8.5, INK, 2, 2),
    ("Brief gap", TEXT_FONT, 5, INK, 0, 0),
)
"""Name, font, size, color, and the spaces before and after, in points."""


def set_up(document: Document, brief: Brief, made_at: dt.datetime) -> None:
    """Give a new document the properties, pages and styles of a brief."""
    language = LANGUAGES[brief.locale.value]
    properties = document.core_properties
    # The format allows 255 characters.
    properties.title = printable(brief.title)[:255]
    properties.author = properties.last_modified_by = brief.publisher
    properties.comments = ""
    properties.language = language
    properties.created = properties.modified = made_at.replace(tzinfo=None)
    _use_present_layout(document)
    _set_styles(document, language)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(_MARGIN_CM)
    section.top_margin = section.bottom_margin = Cm(2.2)
    section.different_first_page_header_footer = True
    _set_footer(section, brief, TEXT_WIDTH_CM)


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


def _use_present_layout(document: Document) -> None:
    """Lay out as Word 2013 and later do, which else opens in its compatibility mode."""
    settings = document.settings.element
    for old in settings.findall(qn("w:compat")):
        settings.remove(old)
    mode = {
        qn("w:name"): "compatibilityMode",
        qn("w:uri"): "http://schemas.microsoft.com/office/word",
        qn("w:val"): "15",
    }
    compat = W.compat(W.compatSetting(mode))
    later = ("w:rsids", "m:mathPr", "w:themeFontLang", "w:clrSchemeMapping")
    followers = (settings.find(qn(tag)) for tag in later)
    next(follower for follower in followers if follower is not None).addprevious(compat)


def _set_footer(section: Section, brief: Brief, width_cm: float) -> None:
    footer = section.footer.paragraphs[0]
    footer.style = "Brief soft"
    footer.paragraph_format.tab_stops.add_tab_stop(Cm(width_cm), WD_TAB_ALIGNMENT.RIGHT)
    start = f"{brief.title} · {brief.date}\t{brief.words.page}\u00a0"
    runs = (text_run(start), *field("PAGE"), text_run("\u202f/\u202f"))
    # python-docx has no fields.
    footer._p.extend((*runs, *field("NUMPAGES")))  # noqa: SLF001


def _set_styles(document: Document, language: str) -> None:
    styles = document.styles
    normal: Any = styles["Normal"]
    _set_font(normal, TEXT_FONT, 11, INK)
    normal.paragraph_format.space_after = Pt(6)
    normal.paragraph_format.line_spacing = 1.15
    for default in styles.element.iter(qn("w:lang")):
        default.set(qn("w:val"), language)
    normal.element.get_or_add_rPr().append(valued("lang", language))
    for name, font, size, color, before, after in _STYLES:
        style: Any = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        _set_font(style, font, size, color)
        _space(style, before, after)
    _set_headings(styles)
    for name in ("Brief date", "Brief kind"):
        styles[name].font.bold = True
    styles["Brief kind"].paragraph_format.keep_with_next = True
    contents = styles["Brief contents"].paragraph_format
    contents.tab_stops.add_tab_stop(
        Cm(TEXT_WIDTH_CM), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
    )
    source = styles["Brief source"].paragraph_format
    source.left_indent, source.first_line_indent = Cm(0.8), Cm(-0.8)
    source.keep_together = True
    rule = styles["Brief rule"].paragraph_format
    rule.right_indent = Cm(TEXT_WIDTH_CM - 2.6)
    _frame(styles["Brief rule"], ParagraphBox(sides=(("top", ACCENT),), width=36))
    for name in ("Brief site", "Brief publisher"):
        band = ParagraphBox(BAND, tuple((side, BAND) for side in SIDES), space=12)
        _frame(styles[name], band)


def _set_headings(styles: Any) -> None:
    _set_font(styles["Title"], TITLE_FONT, 32, INK)
    _space(styles["Title"], 150, 18)
    title = styles["Title"].element.get_or_add_pPr()
    for border in title.findall(qn("w:pBdr")):
        title.remove(border)
    for level, size in ((1, 20), (2, 14), (3, 12), (4, 11), (5, 11), (6, 11)):
        heading = styles[f"Heading {level}"]
        _set_font(heading, TITLE_FONT, size, INK)
        heading.font.bold = heading.font.italic = False
        _space(heading, 14 if level > 1 else 6, 6)


def _set_font(style: Any, name: str, size: float, color: str) -> None:
    style.font.name, style.font.size = name, Pt(size)
    style.font.color.rgb = RGBColor.from_string(color)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    for script in ("hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), name)


def _space(style: Any, before: float, after: float) -> None:
    style.paragraph_format.space_before = Pt(before)
    style.paragraph_format.space_after = Pt(after)


def _frame(style: Any, box: ParagraphBox) -> None:
    """Give the paragraphs of a style a box: before what the schema puts after it."""
    properties = style.element.get_or_add_pPr()
    spacing = properties.find(qn("w:spacing"))
    for box_property in box_properties(box):
        spacing.addprevious(box_property)


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
