"""Numbered lists of a DOCX file: each begins with 1."""

from __future__ import annotations

from docx.document import Document
from docx.oxml.ns import qn


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
