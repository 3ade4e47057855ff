"""Readings as JSON: the output of a child process is never unpickled."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from indexer.model.document import Block, BlockLink, BlockType, Document
from indexer.model.ids import Locale
from indexer.model.readings import (
    FilePage,
    FileProperties,
    FileReading,
    FileType,
    TextRepair,
)


def to_json(reading: FileReading) -> bytes:
    """Serialize a reading; empty fields of blocks are omitted."""
    fields = asdict(reading)
    fields["document"] = list(map(_compact, fields["document"]["blocks"]))
    fields["margins"] = list(map(_compact, fields["margins"]))
    # The stored key stays `mended`: readings with OCR are used by later versions too.
    fields["mended"] = fields.pop("repairs")
    text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    # A file name that is not UTF-8 contains surrogates.
    return text.encode("utf-8", "surrogatepass")


def from_json(content: bytes) -> FileReading:
    """Parse what `to_json` returned.

    Raises:
        ValueError: the bytes are not a reading.
    """
    try:
        return _reading(json.loads(content.decode("utf-8", "surrogatepass")))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a reading: {error}") from error


def _compact(block: dict[str, Any]) -> dict[str, Any]:
    block["links"] = [[link["text"], link["address"]] for link in block["links"]]
    return {name: value for name, value in block.items() if value or name == "text"}


def _reading(fields: dict[str, Any]) -> FileReading:
    properties = {
        **fields["properties"],
        "authors": tuple(fields["properties"]["authors"]),
        "labels": tuple(fields["properties"].get("labels", ())),
    }
    return FileReading(
        name=fields["name"],
        sha256=fields["sha256"],
        size_bytes=fields["size_bytes"],
        type=FileType(fields["type"]),
        document=Document(tuple(_block(block) for block in fields["document"])),
        pages=tuple(
            FilePage(**{**page, "locale": _locale(page["locale"])})
            for page in fields["pages"]
        ),
        properties=FileProperties(**properties),
        repairs=TextRepair(**fields["mended"]),
        is_tagged=fields["is_tagged"],
        has_macros=fields["has_macros"],
        locale=_locale(fields["locale"]),
        # Readings with OCR that an earlier version stored have none.
        margins=tuple(map(_block, fields.get("margins", ()))),
    )


def _block(fields: dict[str, Any]) -> Block:
    links = tuple(BlockLink(text, address) for text, address in fields.pop("links", ()))
    cells = tuple(fields.pop("cells", ()))
    lines = tuple(fields.pop("lines", ()))
    kind = BlockType(fields.pop("type"))
    return Block(type=kind, links=links, cells=cells, lines=lines, **fields)


def _locale(value: str | None) -> Locale | None:
    return None if value is None else Locale(value)
