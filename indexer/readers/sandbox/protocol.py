"""Requests to a worker, one line of JSON each with limits, and its answers.

A reading comes back as JSON: the output of a child process is never unpickled.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from indexer.errors import FileUnreadableError
from indexer.model.document import (
    Block,
    BlockLink,
    BlockType,
    Document,
    FilePage,
    FileProperties,
    FileReading,
    FileType,
    TextRepair,
)
from indexer.model.ids import Locale
from indexer.model.page_pictures import PagePicture, PlacedWord
from indexer.model.tables import SentTable


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
        language=fields.get("language", ""),
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


MEBIBYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one file; a file that exceeds one of them is refused.

    `memory_bytes` counts from what the process has mapped before it opens the file.
    OCR is slow: `ocr_time_s` replaces `time_s` where it runs.
    """

    time_s: float = 120.0
    ocr_time_s: float = 1800.0
    memory_bytes: int = 1024 * MEBIBYTE
    output_bytes: int = 64 * MEBIBYTE
    file_bytes: int = 512 * MEBIBYTE
    expanded_bytes: int = 400 * MEBIBYTE
    expanded_ratio: int = 200
    pages: int = 5000


DEFAULT_LIMITS = Limits()


_READING_PREFIX = b"+"
_TABLE_PREFIX = b"="
_ERROR_PREFIX = b"-"
_PICTURES_PREFIX = b"#"


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read; `tesseract` is the path of the OCR program, "" without OCR.

    With `is_table`, it is read as the rows of a table. With `pictures`, the pages with
    these numbers are drawn, and nothing is read.
    """

    path: Path
    limits: Limits
    tesseract: str = ""
    is_table: bool = False
    pictures: tuple[int, ...] = ()

    @property
    def time_s(self) -> float:
        """The time limit that applies, with or without OCR."""
        return self.limits.ocr_time_s if self.tesseract else self.limits.time_s

    def line(self) -> bytes:
        """Serialize the request; a path that is not UTF-8 survives the round trip."""
        fields = {**asdict(self), "path": os.fspath(self.path)}
        return json.dumps(fields).encode("ascii") + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> "Request":
        """Parse what `line` returned."""
        fields = json.loads(line)
        limits = Limits(**fields["limits"])
        return cls(
            Path(fields["path"]),
            limits,
            fields["tesseract"],
            fields["is_table"],
            tuple(fields["pictures"]),
        )


ReadingAnswer = FileReading | FileUnreadableError
"""The reading of a file, or the reason why it failed."""

Answer = ReadingAnswer | SentTable


def pack(answer: Answer) -> bytes:
    """Serialize an answer."""
    if isinstance(answer, FileReading):
        return _READING_PREFIX + to_json(answer)
    if isinstance(answer, SentTable):
        return _TABLE_PREFIX + answer.to_json()
    error = [answer.name, str(answer.reason), answer.detail]
    return _ERROR_PREFIX + json.dumps(error).encode("ascii")


def unpack(content: bytes) -> Answer:
    """Parse what `pack` returned.

    Raises:
        ValueError: the bytes are truncated, or are not an answer.
    """
    if content[:1] == _READING_PREFIX:
        return from_json(content[1:])
    if content[:1] == _TABLE_PREFIX:
        return SentTable.of_json(content[1:])
    if content[:1] != _ERROR_PREFIX:
        raise ValueError("not an answer")
    name, reason, detail = json.loads(content[1:])
    return FileUnreadableError(name, reason, detail)


def pack_pictures(pictures: Iterable[PagePicture]) -> bytes:
    """Serialize pictures of pages."""
    text = json.dumps(list(map(asdict, pictures)), ensure_ascii=False)
    return _PICTURES_PREFIX + text.encode("utf-8", "replace")


def unpack_pictures(content: bytes) -> list[PagePicture]:
    """Parse what `pack_pictures` returned.

    Raises:
        FileUnreadableError: the answer is an error.
        ValueError: the bytes are truncated, or are not pictures.
    """
    if content[:1] != _PICTURES_PREFIX:
        answer = unpack(content)
        raise answer if isinstance(answer, FileUnreadableError) else ValueError
    try:
        return [
            PagePicture(**{**fields, "words": tuple(map(_word, fields["words"]))})
            for fields in json.loads(content[1:])
        ]
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a picture: {error}") from error


def _word(fields: list[Any]) -> PlacedWord:
    text, *box = fields
    return PlacedWord(str(text), *map(int, box))
