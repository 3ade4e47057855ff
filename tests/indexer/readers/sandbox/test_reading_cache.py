"""Readings are cached by the digest of the file, and serialized as JSON."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

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
    Unreadable,
)
from indexer.model.ids import Locale
from indexer.readers.sandbox import reading_cache
from indexer.readers.sandbox.protocol import ReadingAnswer, pack, unpack
from indexer.readers.sandbox.reading_cache import ReadingCache, digest_of
from indexer.readers.sandbox.sandbox import IsolatedReader, read_file

READING = FileReading(
    name=os.fsdecode(b"\xe9t\xe9.pdf"),
    sha256="ab" * 32,
    size_bytes=12,
    type=FileType.PDF,
    document=Document(
        (
            Block(BlockType.HEADING, "Été", page=3, page_label="iii", level=2),
            Block(BlockType.PARAGRAPH, "Été à Riga", lines=("Été", "à Riga")),
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
    repairs=TextRepair(1, 2, 3, 4),
    is_tagged=True,
    locale=Locale.FR,
)


def a_text(path: Path, text: str = "La ville répond aux habitants.") -> Path:
    """Save a text."""
    path.write_text(text, "utf-8")
    return path


def answer_of(path: Path, cache: ReadingCache) -> ReadingAnswer:
    """Read a file, or return the error."""
    with IsolatedReader(cache=cache) as reader:
        return reader.answer(path)


def test_a_reading_survives_serialization() -> None:
    """Every field is equal after a round trip."""
    assert unpack(pack(READING)) == READING
    # Readings with OCR are kept from version to version.
    assert json.loads(pack(READING)[1:])["mended"]["spaces"] == 1


def test_an_error_survives_serialization() -> None:
    """Name, reason and detail are equal after a round trip."""
    answer = unpack(pack(FileUnreadableError("é", Unreadable.DAMAGED, "why")))

    assert isinstance(answer, FileUnreadableError)
    assert (answer.name, answer.reason, answer.detail) == ("é", "damaged", "why")


@pytest.mark.parametrize("content", [b"", b"x", b"+", b"+{}", b"-[1]", b'+{"name":1}'])
def test_invalid_answers_raise_value_error(content: bytes) -> None:
    """A killed child may have written half an answer."""
    with pytest.raises(ValueError, match=r".*"):
        unpack(content)


def test_a_file_with_the_same_content_comes_from_the_cache(tmp_path: Path) -> None:
    """The name of the file does not matter."""
    cache = ReadingCache(tmp_path / "readings")
    first = read_file(a_text(tmp_path / "one.txt"), cache=cache)
    cached = replace(first, document=Document((Block(BlockType.PARAGRAPH, "cached"),)))
    cache.put(first.sha256, cached)

    again = read_file(a_text(tmp_path / "two.txt"), cache=cache)
    other = read_file(a_text(tmp_path / "one.txt", "Autre chose."), cache=cache)

    assert (again.name, again.document) == ("two.txt", cached.document)
    assert other.document.blocks[0].text == "Autre chose."


def test_permanent_errors_are_cached(tmp_path: Path) -> None:
    """A damaged file stays damaged; a slow one may be read tomorrow."""
    cache = ReadingCache(tmp_path / "readings")
    path = tmp_path / "broken.pdf"
    path.write_bytes(b"%PDF-1.4 broken")
    first = answer_of(path, cache)
    slow = FileUnreadableError("slow.pdf", Unreadable.TOO_SLOW)

    cache.put("cd" * 32, slow)

    cached = cache.get("broken.pdf", digest_of(path))
    assert isinstance(first, FileUnreadableError)
    assert isinstance(cached, FileUnreadableError)
    assert cached.reason == first.reason
    assert cache.get("slow.pdf", "cd" * 32) is None


A_PAGE = "<!doctype html><title>Une page</title><p>La ville répond aux habitants.</p>"


def test_a_file_renamed_to_its_true_extension_is_read(tmp_path: Path) -> None:
    """The cached error was due to the old name."""
    cache = ReadingCache(tmp_path / "readings")
    wrong, right = (tmp_path / name for name in ("page.pdf", "page.html"))
    refused = answer_of(a_text(wrong, A_PAGE), cache)
    cache.put_refusal(digest_of(wrong), refused)  # type: ignore[arg-type]  # seen below

    read = read_file(a_text(right, A_PAGE), cache=cache)

    assert isinstance(refused, FileUnreadableError)
    assert refused.reason == Unreadable.WRONG_EXTENSION
    assert (read.name, read.type) == ("page.html", FileType.HTML)
    assert cache.get_refusal("page.pdf", digest_of(wrong)) is not None
    assert cache.get_refusal("page.html", digest_of(right)) is None


def test_a_cached_file_under_a_wrong_extension_is_refused(tmp_path: Path) -> None:
    """A cached HTML page is still refused as a PDF."""
    cache = ReadingCache(tmp_path / "readings")
    read_file(a_text(tmp_path / "page.html", A_PAGE), cache=cache)

    answer = answer_of(a_text(tmp_path / "page.pdf", A_PAGE), cache)

    assert isinstance(answer, FileUnreadableError)
    assert answer.reason == Unreadable.WRONG_EXTENSION
    assert cache.get("", digest_of(tmp_path / "page.html")) is not None


def test_a_truncated_cache_file_is_ignored(tmp_path: Path) -> None:
    """The file is read again."""
    cache = ReadingCache(tmp_path)
    cache.put(READING.sha256, READING)
    (path,) = tmp_path.glob("??/*")
    path.write_bytes(path.read_bytes()[:-20])

    assert cache.get("any.pdf", READING.sha256) is None


def test_readings_of_other_versions_are_pruned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new version of the readers never asks for them again."""
    cache = ReadingCache(tmp_path)
    error = FileUnreadableError("a.pdf", Unreadable.CRASHED)
    with monkeypatch.context() as older:
        older.setattr(reading_cache, "readers_version", lambda: "older")
        cache.put(READING.sha256, READING)
        cache.put_refusal(READING.sha256, error)
        cache.put(READING.sha256, READING, ocr=True)
    age_by_days(tmp_path, 2)
    cache.put(READING.sha256, READING)
    (tmp_path / "ab" / ".x.part").write_bytes(b"a process was killed")

    assert cache.prune() == 2
    assert cache.prune() == 0
    assert cache.get("a.pdf", READING.sha256) is not None
    assert cache.get("a.pdf", READING.sha256, ocr=True) is not None
    assert (tmp_path / "ab" / ".x.part").exists()


def test_recent_readings_of_other_versions_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process of that version may still be running."""
    cache = ReadingCache(tmp_path)
    with monkeypatch.context() as newer:
        newer.setattr(reading_cache, "readers_version", lambda: "newer")
        cache.put(READING.sha256, READING)

    assert cache.prune() == 0
    assert len(list(tmp_path.glob("??/*"))) == 1


def test_readings_of_the_future_are_pruned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock was ahead when they were stored."""
    cache = ReadingCache(tmp_path)
    with monkeypatch.context() as newer:
        newer.setattr(reading_cache, "readers_version", lambda: "newer")
        cache.put(READING.sha256, READING)
    age_by_days(tmp_path, -2)

    assert cache.prune() == 1


def age_by_days(folder: Path, days: int) -> None:
    """Set back the mtime of all files of a cache."""
    for path in folder.glob("??/*"):
        mtime = path.stat().st_mtime - days * 24 * 3600
        os.utime(path, (mtime, mtime))
