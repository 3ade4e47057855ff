"""The records of a table as references: BibTeX, RIS or CSL-JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kb.citations.citation_formats import CITATION_FORMATS
from kb.open_data.table_files import ExportTable, batches


def citation_chunks(table: ExportTable, extension: str) -> Iterator[bytes]:
    """Yield the bytes of the references to all records of a table, a part at a time.

    A remark is a comment in BibTeX. The other formats have no comments: there it is a
    last reference, of which it is the title.
    """
    records = (row.record for row in table.rows)
    texts = CITATION_FORMATS[extension].write(records, table.locale)
    end = ""
    for some in batches(texts):
        yield (end + "".join(some[:-1])).encode()
        end = some[-1]
    yield _with_remark(end, table.last_line(), extension).encode()


def _with_remark(end: str, remark: str, extension: str) -> str:
    """Return the last piece of a file, followed by the remark if there is one."""
    match extension:
        case _ if not remark:
            return end
        case "bib":
            return f"{end}@comment{{{remark}}}\n"
        case "ris":
            return f"{end}TY  - GEN\r\nTI  - {remark}\r\nER  - \r\n"
        case _:
            item = {"id": "notice", "type": "document", "title": remark}
            text = json.dumps(item, ensure_ascii=False)
            return f"[\n{text}\n]\n" if end == "[]\n" else f",\n{text}\n]\n"
