"""Detection of a file's type by its content; its extension must agree."""

import io
import re
import zipfile
from pathlib import PurePath

from indexer.errors import FileUnreadableError
from indexer.model.document import FileType, Unreadable

EXTENSIONS: dict[str, FileType] = {
    ".pdf": FileType.PDF,
    ".docx": FileType.DOCX,
    ".docm": FileType.DOCX,
    ".dotx": FileType.DOCX,
    ".odt": FileType.ODT,
    ".ott": FileType.ODT,
    ".pptx": FileType.PPTX,
    ".pptm": FileType.PPTX,
    ".ppsx": FileType.PPTX,
    ".html": FileType.HTML,
    ".htm": FileType.HTML,
    ".xhtml": FileType.HTML,
    ".md": FileType.MARKDOWN,
    ".markdown": FileType.MARKDOWN,
    ".txt": FileType.TEXT,
    ".text": FileType.TEXT,
}
"""File name extensions, and the type that each calls for."""

_HEAD_BYTES = 4096
_PDF_HEAD_BYTES = 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_HTML = re.compile(
    rb"^(?:<\?xml[^>]*\?>|(?><!--.*?-->)|\s)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_OTHER_MARKUP = re.compile(
    rb"\s*(?P<xml><\?xml|<svg\b)|(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?"
    rb"(?:Content-Type:\s*multipart/|MIME-Version:\s*1|Message-ID:\s*<)",
    re.IGNORECASE,
)
"""The start of unsupported text formats: XML, e-mails, MHTML."""

_ZIP_MEMBERS = {
    "word/document.xml": FileType.DOCX,
    "ppt/presentation.xml": FileType.PPTX,
}
_ODT_MIME_TYPES = {
    b"application/vnd.oasis.opendocument.text",
    b"application/vnd.oasis.opendocument.text-template",
}
_MAGIC_NUMBERS: tuple[tuple[bytes, str], ...] = (
    (b"{\\rtf", "RTF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"\x7fELF", "ELF"),
    (b"MZ", "Windows program"),
    (b"%!PS", "PostScript"),
    (b"SQLite format 3", "SQLite"),
)
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x1b\x85\x1a\x0b")


def expected_type(name: str) -> FileType | None:
    """Return the type that the extension of a name calls for; None if unknown."""
    return EXTENSIONS.get(PurePath(name).suffix.lower())


def detect_type(name: str, content: bytes) -> FileType:
    """Return the type of a file.

    Raises:
        FileUnreadableError: it is empty, encrypted as a whole, of an unsupported type,
            or of another type than its extension calls for.
    """
    if not content.strip(b"\0 \t\r\n"):
        raise FileUnreadableError(name, Unreadable.EMPTY)
    detected = _type_of(name, content)
    expected = expected_type(name)
    if detected is FileType.TEXT and expected in {FileType.MARKDOWN, FileType.HTML}:
        return expected
    if expected is not None and expected is not detected:
        raise FileUnreadableError(name, Unreadable.WRONG_EXTENSION, detected.value)
    return detected


def _type_of(name: str, content: bytes) -> FileType:
    if b"%PDF-" in content[:_PDF_HEAD_BYTES]:
        return FileType.PDF
    if content.startswith(b"PK"):
        return _zip_type(name, content)
    if content.startswith(_OLE):
        raise _ole_error(name, content)
    type_name = _unsupported_type(content)
    if type_name is not None or not _is_text(content):
        raise FileUnreadableError(name, Unreadable.UNKNOWN_TYPE, type_name or "")
    return FileType.HTML if _is_html(content) else FileType.TEXT


def _unsupported_type(content: bytes) -> str | None:
    """Return the name of an unsupported format that is recognised."""
    for magic, type_name in _MAGIC_NUMBERS:
        if content.startswith(magic):
            return type_name
    other = _OTHER_MARKUP.match(
        content[:_HEAD_BYTES].removeprefix(_BYTE_ORDER_MARKS[0])
    )
    if other is None or _is_html(content):
        return None
    return "XML" if other["xml"] else "MHTML"


def _zip_type(name: str, content: bytes) -> FileType:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = set(archive.namelist())
            if "mimetype" in members:
                with archive.open("mimetype") as member:
                    mime = member.read(200).strip()
                if mime in _ODT_MIME_TYPES:
                    return FileType.ODT
                type_name = mime.decode("ascii", "replace")
                raise FileUnreadableError(name, Unreadable.UNKNOWN_TYPE, type_name)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError) as error:
        raise FileUnreadableError(name, Unreadable.DAMAGED, str(error)) from error
    for part, type_name in _ZIP_MEMBERS.items():
        if part in members:
            return type_name
    raise FileUnreadableError(name, Unreadable.UNKNOWN_TYPE, "ZIP")


def _ole_error(name: str, content: bytes) -> FileUnreadableError:
    # An office file with a password is an OLE container around the encrypted package.
    if _ENCRYPTED_OFFICE in content:
        return FileUnreadableError(name, Unreadable.ENCRYPTED)
    return FileUnreadableError(name, Unreadable.UNKNOWN_TYPE, "Office 97-2003")


def _is_html(content: bytes) -> bool:
    head = content[:_HEAD_BYTES]
    for bom in _BYTE_ORDER_MARKS:
        head = head.removeprefix(bom)
    return _HTML.match(head.replace(b"\0", b"")) is not None


def _is_text(content: bytes) -> bool:
    """Return whether bytes may be text: hardly any are control characters."""
    if content.startswith(_BYTE_ORDER_MARKS):
        return True
    sample = content[:65536]
    zeros = sample.count(0)
    if zeros:
        # UTF-16 without a BOM: in French and English every other byte is zero.
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        return max(even, odd) > 0.4 * len(sample) / 2 and min(even, odd) == 0
    controls = sum(1 for byte in sample if byte < 32 and byte not in _TEXT_CONTROLS)
    return controls <= len(sample) // 1000
