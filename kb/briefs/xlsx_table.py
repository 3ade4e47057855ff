"""XLSX for spreadsheets: cells that are no formulas, and a comparison as a workbook."""

import datetime as dt
import io
from collections.abc import Iterable

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from kb.briefs.brief import Brief
from kb.briefs.rich_text import plain_text

MAX_CELL_CHARACTERS = 32_767
"""The longest text of an XLSX cell (ECMA-376); the writer drops a longer one."""

_WIDTH, _A4 = 44, 9


def comparison_xlsx(brief: Brief, made_at: dt.datetime) -> bytes:
    """Return the comparison of a brief as a sheet: its table, then what it is."""
    file, compared = io.BytesIO(), brief.compared
    with Workbook(file, {"in_memory": True}) as workbook:
        workbook.set_properties(
            {"title": brief.title, "author": brief.publisher, "created": made_at}
        )
        wrapped = {"text_wrap": True, "valign": "top"}
        style = workbook.add_format(wrapped)
        head = workbook.add_format({**wrapped, "bold": True, "bottom": 1})
        sheet = workbook.add_worksheet(brief.words.comparison)
        sheet.set_column(0, 0, _WIDTH // 2)
        sheet.set_column(1, len(compared.columns), _WIDTH)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.set_paper(_A4)
        sheet.fit_to_pages(1, 0)
        if compared.is_wide:
            sheet.set_landscape()
        titles = (column.label for column in compared.columns)
        write_cells(sheet, 0, (brief.words.facts, *titles), head)
        lines = [(name, *map(plain_text, cells)) for name, cells in compared.rows]
        lines.append((brief.words.url, *(column.url for column in compared.columns)))
        lines.append(())
        about = (plain_text(compared.shared), *brief.notes, *brief.about, brief.url)
        lines += [("", text) for text in about]
        for row, cells in enumerate(lines, 1):
            write_cells(sheet, row, cells, style)
    return file.getvalue()


def write_cells(
    sheet: Worksheet, row: int, cells: Iterable[str], style: Format | None = None
) -> None:
    """Write texts as the cells of a row; no cell is read as a formula."""
    for column, text in enumerate(cells):
        shown = text
        if len(text) > MAX_CELL_CHARACTERS:
            shown = f"{text[: MAX_CELL_CHARACTERS - 1]}…"
        if shown:
            sheet.write_string(row, column, shown, style)
