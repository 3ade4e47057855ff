"""What made an index: this schema, this analysis, this code. No other is opened.

The version is a digest of the code that decides what stands in an index: who changes
it need not think of raising a number, for the index is then rebuilt by itself.
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

_ONLY_READ_WITH = {"prefix_filter.py", "highlighting.py"}
"""Analysis of what is shown: it leaves no trace in an index."""


def _sources() -> Iterator[Path]:
    for path in sorted(Path(indexer.analysis.__file__).parent.glob("*.py")):
        if path.name not in _ONLY_READ_WITH:
            yield path
    yield from sorted(Path(index.__file__).parent.glob("*.py"))
    yield from (Path(table.__file__), table.SHIPPED_FILE)


def _version() -> str:
    digest = hashlib.blake2b(digest_size=8)
    for path in _sources():
        digest.update(path.name.encode() + path.read_bytes())
    release = ".".join(str(part) for part in whoosh.__version__)
    return f"whoosh-{release} snowball-{Stemmer.version()} code-{digest.hexdigest()}"


VERSION = _version()
