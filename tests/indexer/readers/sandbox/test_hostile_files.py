"""Hostile and damaged files are read or refused, and never stop the service."""

import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from indexer.errors import FileUnreadableError
from indexer.model.document import FileReading, Unreadable
from indexer.readers.sandbox.protocol import MEBIBYTE, Limits
from indexer.readers.sandbox.sandbox import (
    IDLE_WORKERS,
    IsolatedReader,
    read_file,
    read_files,
)
from tests.support.archives import save_zip, word_document, word_paragraph
from tests.support.pdfs import lines, save_pdf

pytestmark = pytest.mark.load

ENTITIES = (
    '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
)
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def reason_of(path: Path, limits: Limits) -> str:
    """Read a file that is refused, and return the reason."""
    with pytest.raises(FileUnreadableError) as refused:
        read_file(path, limits=limits)
    assert refused.value.name == path.name
    return refused.value.reason


def refusal_by(reader: IsolatedReader, path: Path) -> str:
    """Read a file that is refused, with a shared worker; return the reason."""
    with pytest.raises(FileUnreadableError) as refused:
        reader.read(path)
    assert refused.value.name == path.name
    return refused.value.reason


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    """Return one worker for many files."""
    with IsolatedReader() as opened:
        yield opened


def a_pdf(path: Path, pages: int = 1) -> Path:
    """Save a PDF with some text on each page."""
    texts = ["The city answers people within the day, as it said."] * 3

    def draw(canvas: Canvas) -> None:
        lines(canvas, texts)

    return save_pdf(path, [draw] * pages)


def a_docx(path: Path) -> Path:
    """Save a DOCX with a text."""
    body = word_paragraph("La ville répond aux habitants chaque jour.")
    return save_zip(path, {"word/document.xml": word_document(body)})


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.pdf", b"", Unreadable.EMPTY),
        ("blank.txt", b"\n \n", Unreadable.EMPTY),
        ("noise.bin", bytes(range(256)) * 8, Unreadable.UNKNOWN_TYPE),
        ("picture.pdf", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, Unreadable.UNKNOWN_TYPE),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "unknown-type"),
        ("rich.rtf", b"{\\rtf1 text}", Unreadable.UNKNOWN_TYPE),
        ("data.txt", b"<?xml version='1.0'?><data/>", Unreadable.UNKNOWN_TYPE),
        (
            "page.mhtml",
            b"From: <Saved>\nContent-Type: multipart/related;\n\n<html>",
            Unreadable.UNKNOWN_TYPE,
        ),
        (
            "message.eml",
            b"From: a@example.org\nSubject: lamps\nMIME-Version: 1.0\n\nHello.",
            Unreadable.UNKNOWN_TYPE,
        ),
        ("head-only.pdf", b"%PDF-1.7\n", Unreadable.DAMAGED),
        ("cut.docx", b"PK\x03\x04" + b"\0" * 60, Unreadable.DAMAGED),
        ("text.pdf", b"Only a text, in fact.", Unreadable.WRONG_EXTENSION),
    ],
)
def test_unsupported_and_damaged_files_are_refused(
    tmp_path: Path, reader: IsolatedReader, name: str, content: bytes, reason: str
) -> None:
    """The content of a file decides, and its name must agree."""
    path = tmp_path / name
    path.write_bytes(content)

    assert refusal_by(reader, path) == reason


def test_a_pdf_named_docx_is_refused(tmp_path: Path, reader: IsolatedReader) -> None:
    """The extension would mislead whoever downloads the file."""
    assert (
        refusal_by(reader, a_pdf(tmp_path / "report.docx"))
        == Unreadable.WRONG_EXTENSION
    )


def test_a_password_protected_word_file_is_refused_as_encrypted(
    tmp_path: Path, reader: IsolatedReader
) -> None:
    """Word stores such a file as an OLE container around the package."""
    path = tmp_path / "secret.docx"
    inner = "EncryptedPackage".encode("utf-16-le")
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + inner)

    assert refusal_by(reader, path) == Unreadable.ENCRYPTED


def test_a_zip_bomb_is_refused(tmp_path: Path, reader: IsolatedReader) -> None:
    """The declared size is far above the packed size."""
    body = b"<x>" + b" " * (80 * MEBIBYTE) + b"</x>"
    path = save_zip(tmp_path / "bomb.docx", {"word/document.xml": body})

    assert refusal_by(reader, path) == Unreadable.EXPANDS_TOO_MUCH


def test_a_zip_bomb_with_a_false_size_is_refused(
    tmp_path: Path, reader: IsolatedReader
) -> None:
    """Bytes are counted while members are decompressed."""
    path = a_docx(tmp_path / "liar.docx")
    body = b"<x>" + b" " * (80 * MEBIBYTE) + b"</x>"
    save_zip(path, {"word/document.xml": body})
    content = path.read_bytes()
    size = (len(body)).to_bytes(4, "little")
    path.write_bytes(content.replace(size, (1000).to_bytes(4, "little")))

    assert refusal_by(reader, path) in {Unreadable.EXPANDS_TOO_MUCH, Unreadable.DAMAGED}


@pytest.mark.parametrize("before", [ENTITIES, OUTSIDE], ids=["bomb", "outside"])
@pytest.mark.parametrize("kind", ["docx", "odt", "pptx"])
def test_xml_with_entities_is_refused(
    tmp_path: Path, reader: IsolatedReader, before: str, kind: str
) -> None:
    """Entities expand to gigabytes, or read files of the server."""
    root = word_document(word_paragraph("&d;"), before=before)
    members: dict[str, dict[str, str | bytes]] = {
        "docx": {"word/document.xml": root},
        "odt": {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": root,
        },
        "pptx": {"ppt/presentation.xml": root},
    }
    path = save_zip(tmp_path / f"bomb.{kind}", members[kind])

    assert refusal_by(reader, path) == Unreadable.DANGEROUS_XML


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    """The number of pages is checked before any page is read."""
    path = a_pdf(tmp_path / "long.pdf", pages=9)

    assert reason_of(path, Limits(pages=8)) == Unreadable.TOO_MANY_PAGES


def test_a_file_above_the_size_limit_is_refused(tmp_path: Path) -> None:
    """The size is checked before the file is opened."""
    path = a_pdf(tmp_path / "large.pdf")

    assert reason_of(path, Limits(file_bytes=100)) == Unreadable.TOO_LARGE


@pytest.mark.kill
def test_a_child_above_the_time_limit_is_killed(tmp_path: Path) -> None:
    """The reason is `TOO_SLOW`."""
    path = a_pdf(tmp_path / "slow.pdf", pages=200)

    assert reason_of(path, Limits(time_s=0.001)) == Unreadable.TOO_SLOW


@pytest.mark.kill
def test_a_child_above_the_memory_limit_is_killed(tmp_path: Path) -> None:
    """The reason is `TOO_MUCH_MEMORY`."""
    path = tmp_path / "much.txt"
    path.write_text("La ville répond aux habitants. " * 400_000, "utf-8")

    limits = Limits(memory_bytes=16 * MEBIBYTE)

    assert reason_of(path, limits) == Unreadable.TOO_MUCH_MEMORY


def test_an_output_above_the_limit_is_refused(tmp_path: Path) -> None:
    """The output of a child is limited too."""
    path = tmp_path / "long.txt"
    path.write_text("La ville répond. " * 1000, "utf-8")

    assert reason_of(path, Limits(output_bytes=1000)) == Unreadable.TOO_LARGE


def test_missing_files_folders_and_pipes_are_refused(
    tmp_path: Path, reader: IsolatedReader
) -> None:
    """Opening the pipe would block the worker."""
    os.mkfifo(tmp_path / "pipe.pdf")

    assert refusal_by(reader, tmp_path / "nothing.pdf") == Unreadable.MISSING
    assert refusal_by(reader, tmp_path) == Unreadable.UNKNOWN_TYPE
    assert refusal_by(reader, tmp_path / "pipe.pdf") == Unreadable.UNKNOWN_TYPE


@pytest.mark.parametrize(
    "name",
    ["été d’ici.pdf", "-rf.pdf", "a\nb.pdf", "%s{0}.pdf", os.fsdecode(b"\xff\xfe.pdf")],
)
def test_a_file_name_may_have_any_character(
    tmp_path: Path, reader: IsolatedReader, name: str
) -> None:
    """A name may have quotes, line breaks, or bytes that are not UTF-8."""
    assert reader.read(a_pdf(tmp_path / name)).name == name


def test_read_files_returns_answers_in_order(tmp_path: Path) -> None:
    """A damaged file is an error among the readings of the others."""
    paths = []
    for number in range(12):
        if number % 3 == 1:
            path = tmp_path / f"{number}.pdf"
            path.write_bytes(b"%PDF-1.4 broken")
        elif number % 3 == 2:
            path = a_docx(tmp_path / f"{number}.docx")
        else:
            path = a_pdf(tmp_path / f"{number}.pdf")
        paths.append(path)

    answers = list(read_files(paths, processes=2))

    assert [answer.name for answer in answers] == [path.name for path in paths]
    read = [isinstance(answer, FileReading) for answer in answers]
    assert read == [number % 3 != 1 for number in range(12)]


def test_closing_read_files_ends_all_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted command leaves no process behind."""
    monkeypatch.setattr(IDLE_WORKERS, "limit", 0)
    paths = [a_pdf(tmp_path / f"{number}.pdf") for number in range(9)]
    read_file(paths[0])  # takes the idle worker that an earlier test may have left
    before = worker_processes()
    answers = read_files(paths, processes=2)

    next(answers)
    answers.close()

    assert worker_processes() == before


def worker_processes() -> set[int]:
    """Return the ids of the worker processes of this process."""
    workers = set()
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text()
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        parent = int(stat.rpartition(")")[2].split()[1])
        if parent == os.getpid() and b"indexer.readers.sandbox.worker" in command:
            workers.add(int(entry.name))
    return workers


def test_a_dead_worker_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is refused, and the next one is read."""
    path = a_pdf(tmp_path / "one.pdf")
    with IsolatedReader() as reader:
        with monkeypatch.context() as broken:
            broken.setattr(sys, "executable", "/bin/false")
            first = reader.answer(path)

        second = reader.answer(path)

    assert isinstance(first, FileUnreadableError)
    assert first.reason == Unreadable.CRASHED
    assert isinstance(second, FileReading)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the bytes of a PDF, a DOCX and an HTML file."""
    folder = tmp_path_factory.mktemp("samples")
    paths = [a_pdf(folder / "a.pdf", pages=2), a_docx(folder / "a.docx")]
    page = folder / "a.html"
    page.write_text("<html><body><h1>Riga</h1><p>La ville répond.</p></body></html>")
    return {path.suffix: path.read_bytes() for path in [*paths, page]}


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".html"])
def test_truncated_files_do_not_crash_the_reader(
    tmp_path: Path, reader: IsolatedReader, samples: dict[str, bytes], suffix: str
) -> None:
    """A truncated file is read as far as possible, or refused."""
    content = samples[suffix]
    for part in range(20):
        path = tmp_path / f"cut{suffix}"
        path.write_bytes(content[: len(content) * part // 20])

        answer = reader.answer(path)

        assert isinstance(answer, FileReading) or answer.reason != Unreadable.CRASHED


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    suffix=st.sampled_from([".pdf", ".docx", ".html"]),
    changes=st.lists(
        st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=30
    ),
)
def test_random_bytes_do_not_crash_the_worker(
    tmp_path: Path,
    reader: IsolatedReader,
    samples: dict[str, bytes],
    suffix: str,
    changes: list[tuple[float, int]],
) -> None:
    """A damaged file is read or refused, and the worker survives."""
    content = bytearray(samples[suffix])
    for place, byte in changes:
        content[int(place * len(content))] = byte
    path = tmp_path / f"fuzzed{suffix}"
    path.write_bytes(content)

    answer = reader.answer(path)

    assert answer.name == path.name


def test_deeply_nested_html_does_not_crash_the_reader(
    tmp_path: Path, reader: IsolatedReader
) -> None:
    """A page of 5,000 nested elements is read or refused."""
    path = tmp_path / "deep.html"
    path.write_text("<html><body>" + "<div>" * 5_000 + "La ville répond.")

    answer = reader.answer(path)

    assert isinstance(answer, FileReading) or answer.reason != Unreadable.CRASHED


def test_duplicate_archive_members_do_not_crash_the_reader(
    tmp_path: Path, reader: IsolatedReader
) -> None:
    """A ZIP archive may have two members of one name."""
    path = a_docx(tmp_path / "twice.docx")
    with (
        pytest.warns(UserWarning, match="Duplicate name"),
        zipfile.ZipFile(path, "a") as archive,
    ):
        archive.writestr("word/document.xml", "<broken")

    answer = reader.answer(path)

    assert isinstance(answer, FileReading) or answer.reason == Unreadable.DAMAGED


def test_an_idle_worker_reads_for_the_next_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that reads many files starts one worker, not one for each file."""
    monkeypatch.setattr(IDLE_WORKERS, "limit", 1)
    read_file(a_pdf(tmp_path / "one.pdf"))
    before = worker_processes()

    read_file(a_pdf(tmp_path / "two.pdf"))

    assert before
    assert worker_processes() == before
