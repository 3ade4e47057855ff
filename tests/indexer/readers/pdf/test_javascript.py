"""PDF files that may run scripts are detected."""

import zlib

import pytest

from indexer.readers.pdf.javascript import may_run_scripts
from tests.support.reports import a_report

ALERT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def in_objects(content: bytes, *, more: bytes = b"", name: bytes = b"/ObjStm") -> bytes:
    """Return a compressed object stream."""
    head = b"%PDF-1.7\n7 0 obj\n<< /Type " + name + b" /N 1 /First 4" + more
    return head + b" /Filter /FlateDecode >>\nstream\r\n" + content + b"\nendstream"


@pytest.mark.parametrize(
    "content",
    [
        a_report() + ALERT,
        b"%PDF-1.7 " + ALERT.replace(b"JavaScript", b"Java#53cript"),
        b"%PDF-1.7 << /S /Rendition /OP 0 >>",
        in_objects(zlib.compress(b"1 0 " + ALERT)),
        in_objects(zlib.compress(b"1 0 " + ALERT), name=b"/Obj#53tm"),
        in_objects(
            zlib.compress(b"\x021 0"), more=b" /DecodeParms << /Predictor 12 >>"
        ),
        in_objects(b"enciphered, or packed in another way"),
        in_objects(zlib.compress(b" " * 20_000_000)),
    ],
)
def test_scripts_are_detected(content: bytes) -> None:
    """Plain or escaped names, object streams, and streams that can't be read."""
    assert may_run_scripts(content)


@pytest.mark.parametrize(
    "content",
    [
        a_report(),
        b"",
        in_objects(zlib.compress(b"1 0 << /Type /Page /Contents 4 0 R >>")),
        b"%PDF-1.7 (a text that names /ObjStm and no stream)",
    ],
)
def test_files_without_scripts_are_not_flagged(content: bytes) -> None:
    """Links and texts with such words are harmless."""
    assert not may_run_scripts(content)
