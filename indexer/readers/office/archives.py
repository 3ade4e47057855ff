"""Opens office files: archives that may hide bombs, and XML that may hide others."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from indexer.model.readings import Unreadable
from indexer.readers.reader_input import ReaderInput

_CHUNK_BYTES = 1 << 20
_MOST_MEMBERS = 20_000
_ENCRYPTED_FLAG = 0x1
_SMALL_BYTES = 50 * 1024 * 1024
"""What expands to less is read however well it was packed: tables pack well."""


class Archive:
    """An archive whose members are read within limits.

    What its directory says of sizes is checked first, and is not believed: bytes are
    counted again while they are unpacked.
    """

    def __init__(self, source: ReaderInput) -> None:
        self._source = source
        self._expanded = 0
        with self._as_damage():
            self._file = zipfile.ZipFile(io.BytesIO(source.content))
        members = self._file.infolist()
        self.names = frozenset(member.filename for member in members)
        if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
            raise source.refused(Unreadable.ENCRYPTED)
        declared = sum(member.file_size for member in members)
        if len(members) > _MOST_MEMBERS or self._is_too_much(declared):
            raise source.refused(Unreadable.EXPANDS_TOO_MUCH)

    @property
    def has_macros(self) -> bool:
        """Whether it holds programs."""
        return any(
            name.endswith("vbaProject.bin") or name.startswith(("Basic/", "Scripts/"))
            for name in self.names
        )

    def read(self, name: str) -> bytes:
        """Read a member.

        Raises:
            FileUnreadableError: it is damaged, or expands to too much.
        """
        parts: list[bytes] = []
        with self._as_damage(), self._file.open(name) as member:
            while part := member.read(_CHUNK_BYTES):
                self._expanded += len(part)
                if self._is_too_much(self._expanded):
                    raise self._source.refused(Unreadable.EXPANDS_TOO_MUCH)
                parts.append(part)
        return b"".join(parts)

    def check(self) -> None:
        """Unpack all members, for a library that would do it without counting.

        Raises:
            FileUnreadableError: one is damaged, or they expand to too much, or an XML
                file declares entities.
        """
        for name in sorted(self.names):
            content = self.read(name)
            if name.endswith((".xml", ".rels")) and b"<!ENTITY" in content:
                raise self._source.refused(Unreadable.DANGEROUS_XML, name)
        self._expanded = 0

    def xml(self, name: str) -> Element | None:
        """Read a member as XML; None when there is no such member.

        Raises:
            FileUnreadableError: it is damaged, or declares entities.
        """
        if name not in self.names:
            return None
        content = self.read(name)
        try:
            return fromstring(content)
        except DefusedXmlException as error:
            raise self._source.refused(Unreadable.DANGEROUS_XML, name) from error
        except (ParseError, ValueError, LookupError) as error:
            raise self._source.refused(Unreadable.DAMAGED, name) from error

    def needed(self, name: str) -> Element:
        """Read a member without which there is no text.

        Raises:
            FileUnreadableError: it is not there, or can't be read.
        """
        found = self.xml(name)
        if found is None:
            raise self._source.refused(Unreadable.DAMAGED, name)
        return found

    def _is_too_much(self, expanded: int) -> bool:
        limits, packed = self._source.limits, len(self._source.content)
        return expanded > limits.expanded_bytes or (
            expanded > _SMALL_BYTES and expanded > limits.expanded_ratio * packed
        )

    @contextmanager
    def _as_damage(self) -> Iterator[None]:
        """Turn what the library says of a damaged archive into a refusal."""
        try:
            yield
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            EOFError,
            KeyError,
            NotImplementedError,
            RuntimeError,
            ValueError,
        ) as error:
            reason = type(error).__name__
            raise self._source.refused(Unreadable.DAMAGED, reason) from error
