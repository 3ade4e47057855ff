"""Reads files in the process of a test, without the sandbox."""

from pathlib import Path

from indexer.model.document import FileReading
from indexer.readers import dispatch
from indexer.readers.sandbox.protocol import DEFAULT_LIMITS, Limits


def read(
    path: Path, *, limits: Limits = DEFAULT_LIMITS, tesseract: str = ""
) -> FileReading:
    """Read a file of any supported type."""
    content = dispatch.load(path, limits)
    return dispatch.read_content(path.name, content, limits=limits, tesseract=tesseract)
