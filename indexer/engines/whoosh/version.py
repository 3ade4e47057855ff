"""The version of an index: only an index of the same version is opened.

It is a digest of the code that decides the content of an index, so that a change of
this code rebuilds the index without a version number to raise.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import Stemmer
import whoosh

import indexer.analysis
from indexer.engines.whoosh import index
from indexer.lexicon import shipped_table as table
from indexer.model import facets

_NOT_INDEXED_WITH = {"prefix_filter.py", "highlighting.py"}
"""Analysis of results, which does not change the content of an index."""


def _sources() -> Iterator[Path]:
    for path in sorted(Path(indexer.analysis.__file__).parent.glob("*.py")):
        if path.name not in _NOT_INDEXED_WITH:
            yield path
    yield from sorted(Path(index.__file__).parent.glob("*.py"))
    # Each facet is a column of the index.
    yield from (Path(facets.__file__), Path(table.__file__), table.SHIPPED_FILE)


def _version() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in _sources():
        digest.update(path.name.encode() + path.read_bytes())
    release = ".".join(str(part) for part in whoosh.__version__)
    return f"whoosh-{release} snowball-{Stemmer.version()} code-{digest.hexdigest()}"


VERSION = _version()
