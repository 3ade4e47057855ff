"""The version of an index: only an index of the same version is opened."""

from __future__ import annotations

from pathlib import Path

import Stemmer
import whoosh

from indexer.engines.code_digest import engine_code_digest
from indexer.engines.whoosh import index


def _version() -> str:
    digest = engine_code_digest(Path(index.__file__).parent.glob("*.py"))
    release = ".".join(str(part) for part in whoosh.__version__)
    return f"whoosh-{release} snowball-{Stemmer.version()} code-{digest}"


VERSION = _version()
