"""Readings are kept, and found by what the file holds."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from indexer.errors import FileUnreadableError
from indexer.model.document import Block, BlockLink, BlockType, Document
from indexer.model.ids import Locale
from indexer.model.readings import (
    FilePage,
    FileProperties,
    FileReading,
    FileType,
    TextRepair,
    Unreadable,
)
from indexer.readers.sandbox.protocol import pack, unpack
from indexer.readers.sandbox.reading_cache import ReadingCache, digest_of
from indexer.readers.sandbox.sandbox import read_file, read_files

READING = FileReading(
    name=os.fsdecode(b"\xe9t\xe9.pdf"),
    sha256="ab" * 32,
    size_bytes=12,
    type=FileType.PDF,
    document=Document(
        (
            Block(BlockType.HEADING, "Été", page=3, page_label="iii", level=2),
            Block(
                BlockType.TABLE_ROW,
                "a | b",
                cells=("a", "b"),
                links=(BlockLink("a", "https://example.org/"),),
            ),
        )
    ),
    pages=(FilePage(3, "iii", 4, is_scanned=True, locale=Locale.FR), FilePage(4)),
    properties=FileProperties("Titre", ("A", "B"), "fr", "2016"),
    mended=TextRepair(1, 2, 3, 4),
    is_tagged=True,
    locale=Locale.FR,
)


def a_text(path: Path, text: str = "La ville répond aux habitants.") -> Path:
    """Save a text."""
    path.write_text(text, "utf-8")
    return path


def test_a_reading_comes_back_as_it_was() -> None:
    """Nothing is lost between processes, nor on disk."""
    assert unpack(pack(READING)) == READING


def test_a_refusal_comes_back_as_it_was() -> None:
    """With its reason and its detail."""
    answer = unpack(pack(FileUnreadableError("é", Unreadable.DAMAGED, "why")))

    assert isinstance(answer, FileUnreadableError)
    assert (answer.name, answer.reason, answer.detail) == ("é", "damaged", "why")


@pytest.mark.parametrize("content", [b"", b"x", b"+", b"+{}", b"-[1]", b'+{"name":1}'])
def test_what_is_no_answer_is_an_error(content: bytes) -> None:
    """A child that was ended may have said half of it."""
    with pytest.raises(ValueError, match=r".*"):
        unpack(content)


def test_an_unchanged_file_is_not_read_again(tmp_path: Path) -> None:
    """Whatever it is called: what is in it counts."""
    store = ReadingCache(tmp_path / "readings")
    first = read_file(a_text(tmp_path / "one.txt"), store=store)
    kept = replace(first, document=Document((Block(BlockType.PARAGRAPH, "kept"),)))
    store.put(first.sha256, kept)

    again = read_file(a_text(tmp_path / "two.txt"), store=store)
    other = read_file(a_text(tmp_path / "one.txt", "Autre chose."), store=store)

    assert (again.name, again.document) == ("two.txt", kept.document)
    assert other.document.blocks[0].text == "Autre chose."


def test_a_refusal_is_kept_too(tmp_path: Path) -> None:
    """A damaged file stays so; one that took too long may be read tomorrow."""
    store = ReadingCache(tmp_path / "readings")
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.4 broken")
    (first,) = read_files([path], store=store)
    slow = FileUnreadableError("slow.pdf", Unreadable.TOO_SLOW)

    store.put("cd" * 32, slow)

    kept = store.get("broken.pdf", digest_of(path))
    assert isinstance(first, FileUnreadableError)
    assert isinstance(kept, FileUnreadableError)
    assert kept.reason == first.reason
    assert store.get("slow.pdf", "cd" * 32) is None


A_PAGE = "<!doctype html><title>Une page</title><p>La ville répond aux habitants.</p>"


def test_a_file_that_was_renamed_as_told_is_read(tmp_path: Path) -> None:
    """It was refused for its name, which is not in its bytes."""
    store = ReadingCache(tmp_path / "readings")
    wrong, right = (tmp_path / name for name in ("page.pdf", "page.html"))
    (refused,) = read_files([a_text(wrong, A_PAGE)], store=store)
    store.refuse(digest_of(wrong), refused)  # type: ignore[arg-type]  # seen below

    read = read_file(a_text(right, A_PAGE), store=store)

    assert isinstance(refused, FileUnreadableError)
    assert refused.reason == Unreadable.WRONG_EXTENSION
    assert (read.name, read.type) == ("page.html", FileType.HTML)
    assert store.refusal("page.pdf", digest_of(wrong)) is not None
    assert store.refusal("page.html", digest_of(right)) is None


def test_bytes_that_were_read_are_refused_under_a_false_name(tmp_path: Path) -> None:
    """Known or not: a page must not come in as a PDF."""
    store = ReadingCache(tmp_path / "readings")
    read_file(a_text(tmp_path / "page.html", A_PAGE), store=store)

    (answer,) = read_files([a_text(tmp_path / "page.pdf", A_PAGE)], store=store)

    assert isinstance(answer, FileUnreadableError)
    assert answer.reason == Unreadable.WRONG_EXTENSION
    assert store.get("", digest_of(tmp_path / "page.html")) is not None


def test_a_reading_that_was_cut_is_not_believed(tmp_path: Path) -> None:
    """The disk may be full: the file is read again."""
    store = ReadingCache(tmp_path)
    store.put(READING.sha256, READING)
    (path,) = tmp_path.glob("??/*")
    path.write_bytes(path.read_bytes()[:-20])

    assert store.get("any.pdf", READING.sha256) is None


def test_readings_of_files_that_are_gone_are_deleted(tmp_path: Path) -> None:
    """The folder stays as small as what it is of."""
    store = ReadingCache(tmp_path)
    store.put(READING.sha256, READING)
    other = replace(READING, sha256="ef" * 32)
    store.put(other.sha256, other)

    dropped = store.keep_only([other.sha256])

    assert dropped == 1
    assert store.get("a", READING.sha256) is None
    assert store.get("b", other.sha256) == replace(other, name="b")
    assert store.get("b", other.sha256, ocr=True) is None
