"""Office files as ZIP archives and XML, with guards against bombs and entities."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from indexer.model.document import Unreadable
from indexer.readers.reader_input import ReaderInput

_CHUNK_BYTES = 1 << 20
_MAX_MEMBERS = 20_000
_ENCRYPTED_FLAG = 0x1
_SMALL_BYTES = 50 * 1024 * 1024
"""Below this size any compression ratio is accepted: tables compress well."""


class Archive:
    """An archive whose members are read within the limits on expanded size.

    The sizes in its directory are checked first, and may be false: so bytes are counted
    again while they are decompressed.
    """

    def __init__(self, reader_input: ReaderInput) -> None:
        self._input = reader_input
        self._expanded = 0
        with self._errors_as_damaged():
            self._file = zipfile.ZipFile(io.BytesIO(reader_input.content))
        members = self._file.infolist()
        self.names = frozenset(member.filename for member in members)
        if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
            raise reader_input.error(Unreadable.ENCRYPTED)
        declared = sum(member.file_size for member in members)
        if len(members) > _MAX_MEMBERS or self._is_too_much(declared):
            raise reader_input.error(Unreadable.EXPANDS_TOO_MUCH)

    @property
    def has_macros(self) -> bool:
        """Whether a member is a macro."""
        return any(
            name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/"))
            for name in self.names
        )

    def read(self, name: str) -> bytes:
        """Decompress a member.

        Raises:
            FileUnreadableError: the member is damaged, or expands too much.
        """
        parts: list[bytes] = []
        with self._errors_as_damaged(), self._file.open(name) as member:
            while part := member.read(_CHUNK_BYTES):
                self._expanded += len(part)
                if self._is_too_much(self._expanded):
                    raise self._input.error(Unreadable.EXPANDS_TOO_MUCH)
                parts.append(part)
        return b"".join(parts)

    def check(self) -> None:
        """Decompress all members, before a library does it without limits.

        Raises:
            FileUnreadableError: a member is damaged or declares XML entities, or all of
                them expand too much.
        """
        for name in sorted(self.names):
            content = self.read(name)
            if name.endswith((".xml", ".rels")) and b"<!ENTITY" in content:
                raise self._input.error(Unreadable.DANGEROUS_XML, name)
        self._expanded = 0

    def xml(self, name: str, *, is_required: bool = False) -> Element:
        """Parse a member as XML; return an empty element if an optional one is missing.

        Raises:
            FileUnreadableError: the member is required and missing, is damaged, or
                declares entities.
        """
        if name not in self.names:
            if is_required:
                raise self._input.error(Unreadable.DAMAGED, name)
            return Element("missing")
        content = self.read(name)
        try:
            return fromstring(content)
        except DefusedXmlException as error:
            raise self._input.error(Unreadable.DANGEROUS_XML, name) from error
        except (ParseError, ValueError, LookupError) as error:
            raise self._input.error(Unreadable.DAMAGED, name) from error

    def _is_too_much(self, expanded: int) -> bool:
        limits, packed = self._input.limits, len(self._input.content)
        return expanded > limits.expanded_bytes or (
            expanded > _SMALL_BYTES and expanded > limits.expanded_ratio * packed
        )

    @contextmanager
    def _errors_as_damaged(self) -> Iterator[None]:
        """Turn the errors of a damaged archive into `FileUnreadableError`."""
        try:
            yield
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            KeyError,
            RuntimeError,
            ValueError,
        ) as error:
            reason = type(error).__name__
            raise self._input.error(Unreadable.DAMAGED, reason) from error
