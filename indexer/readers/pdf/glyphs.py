"""Glyphs of a page, with their position and font, joined into words."""

import ctypes
import math
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from indexer.readers.pdf.word_boxes import FontStyle, WordBox

_SPACES = frozenset((0x09, 0x20, 0xA0, 0x202F, 0x205F, 0x3000, *range(0x2000, 0x200B)))
_BREAKS = frozenset((0x0A, 0x0D, 0x0B, 0x0C, 0x85, 0x2028, 0x2029))
_HYPHENS = frozenset((0x02, 0xFFFE))
"""Code points of PDFium for a hyphen at the end of a line."""

_MAX_GAP_EM = 0.28
_MAX_OVERLAP_EM = 0.4
_SAME_SIZE = 0.12
_SKEW = 0.12
_RISE_EM = 0.2
_SUPERSCRIPT_SIZE = 0.6
_BOLD_WEIGHT = 600
_BOLD_NAMES = ("bold", "black", "heavy", "demi", "gras", "medium")
_ITALIC_NAMES = ("italic", "oblique", "ital")
_NO_STYLE = FontStyle("", False, False)  # noqa: FBT003 - a tuple


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of a page, rotated so that most of its text is upright.

    `sideways` are words in other directions. `quarter` is the rotation in right angles.
    `unmapped` counts words whose font has no character map, `spaces` those that only
    gaps between glyphs show.
    """

    words: tuple[WordBox, ...]
    sideways: tuple[WordBox, ...]
    quarter: int
    characters: int
    unmapped: int
    spaces: int


Box = tuple[float, float, float, float]
"""Left, bottom, right, top in PDF coordinates, y growing upwards."""


def rotated(box: Box, quarter: int) -> Box:
    """Rotate a box; return left, top, right and bottom, y growing downwards."""
    left, bottom, right, top = box
    if quarter == 1:
        return bottom, left, top, right
    if quarter == 2:
        return -right, bottom, -left, top
    if quarter == 3:
        return -top, -right, -bottom, -left
    return left, -top, right, -bottom


def page_words(page: pdfium.PdfPage) -> PageWords:
    """Return the words of a page in the order in which the file draws them."""
    textpage = page.get_textpage()
    scanner = _GlyphScanner(textpage)
    scanner.run()
    textpage.close()
    quarters = scanner.characters_by_quarter
    quarter = quarters.index(max(quarters))
    return PageWords(
        words=tuple(word for direction, word in scanner.words if direction == quarter),
        sideways=tuple(
            word for direction, word in scanner.words if direction != quarter
        ),
        quarter=quarter,
        characters=sum(quarters),
        unmapped=scanner.unmapped,
        spaces=scanner.spaces,
    )


class _GlyphScanner:
    """One pass over the glyphs of a page."""

    def __init__(self, textpage: pdfium.PdfTextPage) -> None:
        self._page = textpage.raw
        self._count = textpage.count_chars()
        self._styles: dict[int, FontStyle] = {}
        self.words: list[tuple[int, WordBox]] = []
        self.characters_by_quarter = [0, 0, 0, 0]
        self.unmapped = 0
        self.spaces = 0
        self._characters: list[str] = []
        self._word_box: list[float] = []
        self._size = 0.0
        self._scale = 1.0
        self._em = 0.0
        self._style = _NO_STYLE
        self._quarter: int | None = 0
        self._is_glued = False
        self._is_superscript = False

    def run(self) -> None:
        """Scan all glyphs."""
        page = self._page
        rect = pdfium_c.FS_RECTF()
        pointer = ctypes.byref(rect)
        for index in range(self._count):
            code = pdfium_c.FPDFText_GetUnicode(page, index)
            if code in _SPACES:
                self._end_word(is_glued=False)
                self.spaces += pdfium_c.FPDFText_IsGenerated(page, index) == 1
            elif code in _BREAKS:
                self._end_word(is_glued=False)
            elif pdfium_c.FPDFText_GetLooseCharBox(page, index, pointer):
                box = (rect.left, rect.bottom, rect.right, rect.top)
                size = pdfium_c.FPDFText_GetFontSize(page, index)
                if not self._extend(code, box, size):
                    self._add_glyph(index, code, box, size)
        self._end_word(is_glued=False)

    def _extend(self, code: int, box: Box, size: float) -> bool:
        """Add a glyph to an upright word of the same size; return whether it fitted.

        Nearly all glyphs take this fast path, where most of the time is spent.
        """
        characters = self._characters
        if not characters or self._quarter != 0 or size != self._size:
            return False
        left, bottom, right, top = box
        word_box = self._word_box
        x1, middle = word_box[2], -0.5 * (word_box[1] + word_box[3])
        if not bottom <= middle <= top or code in _HYPHENS:
            return False
        gap = left - x1
        if not -0.3 * self._em <= gap <= _MAX_GAP_EM * self._em:
            return False
        if (0x30 <= code <= 0x39) != ("0" <= characters[-1] <= "9"):
            return False
        characters.append(chr(code))
        word_box[2] = max(x1, right)
        word_box[1] = min(word_box[1], -top)
        word_box[3] = max(word_box[3], -bottom)
        return True

    def _add_glyph(self, index: int, code: int, box: Box, size: float) -> None:
        if self._characters and not (
            self._belongs_to_word(box, size) and self._is_on_baseline(index, code)
        ):
            # Another word starts without a space glyph before it.
            is_glued = self._touches_word(box)
            self.spaces += not is_glued
            self._end_word(is_glued=is_glued)
        if not self._characters:
            self._start_word(index, code, size)
        self._characters.append("-" if code in _HYPHENS else chr(code))
        if self._quarter is None:
            return
        left, top, right, bottom = rotated(box, self._quarter)
        x0, y0, x1, y1 = self._word_box or (left, top, right, bottom)
        self._word_box = [min(x0, left), min(y0, top), max(x1, right), max(y1, bottom)]

    def _belongs_to_word(self, box: Box, size: float) -> bool:
        """Return whether a glyph belongs to the current word by its position."""
        if self._quarter is None:
            return size == self._size
        left, top, right, bottom = rotated(box, self._quarter)
        _, y0, x1, y1 = self._word_box
        if size != self._size and abs(size - self._size) > _SAME_SIZE * self._size:
            return False
        if not top <= (y0 + y1) / 2 <= bottom:
            return False
        min_left = x1 - _MAX_OVERLAP_EM * self._em - (right - left)
        return min_left <= left <= x1 + _MAX_GAP_EM * self._em

    def _touches_word(self, box: Box) -> bool:
        if self._quarter is None:
            return False
        left, top, _, bottom = rotated(box, self._quarter)
        _, y0, x1, y1 = self._word_box
        overlap = min(bottom, y1) - max(top, y0)
        is_beside = overlap > 0.2 * min(bottom - top, y1 - y0)
        return is_beside and abs(left - x1) < 0.2 * self._em

    def _is_on_baseline(self, index: int, code: int) -> bool:
        """Return whether a glyph has the scale and the baseline of the word.

        Only checked between digits and letters, where note references start and end:
        a file may change the scale alone, and some fonts have superscript digits.
        """
        is_digit = 0x30 <= code <= 0x39
        if is_digit == ("0" <= self._characters[-1] <= "9"):
            return True
        if abs(self._scale_at(index) - self._scale) > _SAME_SIZE * self._scale:
            return False
        is_superscript = (
            self._is_superscript_at(index) if is_digit else self._is_superscript
        )
        return not is_superscript

    def _is_superscript_at(self, index: int) -> bool:
        if self._quarter != 0:
            return False
        edges = [ctypes.c_double() for _ in range(4)]
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDFText_GetCharBox(self._page, index, *edges)
        pdfium_c.FPDFText_GetCharOrigin(self._page, index, x, y)
        return edges[2].value - y.value > _RISE_EM * self._em

    def _start_word(self, index: int, code: int, size: float) -> None:
        page = self._page
        self._size = size
        self._quarter = _quarter_of(pdfium_c.FPDFText_GetCharAngle(page, index))
        text_object = pdfium_c.FPDFText_GetTextObject(page, index)
        self._style = self._style_of(pdfium_c.FPDFTextObj_GetFont(text_object))
        self._scale = self._scale_at(index)
        self._em = size * self._scale
        self._is_superscript = 0x30 <= code <= 0x39 and self._is_superscript_at(index)
        self.unmapped += pdfium_c.FPDFText_HasUnicodeMapError(page, index) == 1

    def _scale_at(self, index: int) -> float:
        matrix = pdfium_c.FS_MATRIX()
        if not pdfium_c.FPDFText_GetMatrix(self._page, index, matrix):
            return 1.0
        return math.hypot(matrix.c, matrix.d) or 1.0

    def _style_of(self, font: Any) -> FontStyle:
        if not font:
            return _NO_STYLE
        address = ctypes.addressof(font.contents)
        if address not in self._styles:
            self._styles[address] = _read_style(font)
        return self._styles[address]

    def _end_word(self, *, is_glued: bool) -> None:
        if self._characters and self._quarter is not None:
            text = "".join(self._characters)
            x0, top, x1, bottom = self._word_box
            size = self._em
            if self._is_superscript:
                size, bottom = _SUPERSCRIPT_SIZE * size, bottom - _RISE_EM * size
            order = len(self.words)
            word = WordBox(
                text, x0, x1, top, bottom, size, self._style, self._is_glued, order
            )
            self.words.append((self._quarter, word))
            self.characters_by_quarter[self._quarter] += len(text)
        self._characters.clear()
        self._word_box.clear()
        self._is_glued = is_glued


def _quarter_of(angle: float) -> int | None:
    """Return the multiple of a right angle that text is rotated by; else None."""
    quarters = round(angle / (math.pi / 2))
    is_straight = abs(angle - quarters * math.pi / 2) < _SKEW
    # PDFium measures angles clockwise.
    return -quarters % 4 if is_straight else None


def _read_style(font: Any) -> FontStyle:
    buffer = ctypes.create_string_buffer(256)
    length = pdfium_c.FPDFFont_GetBaseFontName(font, buffer, 256)
    name = buffer.raw[: max(0, min(length, 256) - 1)].decode("utf-8", "replace")
    # The name of an embedded subset has a prefix: ABCDEF+Arial.
    name = name.rpartition("+")[2]
    low = name.lower()
    weight = pdfium_c.FPDFFont_GetWeight(font)
    is_bold = weight >= _BOLD_WEIGHT or any(part in low for part in _BOLD_NAMES)
    return FontStyle(name, is_bold, any(part in low for part in _ITALIC_NAMES))
