"""The stamp of an index: its version and its last change, signed with our key.

It is in the metadata of the index, which all nodes have and which change at once.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path

import Stemmer

from indexer.engines.code_digest import engine_code_digest
from indexer.engines.index_key import IndexKey
from indexer.engines.opensearch.index_fields import Json

_CONTENT_MODULES = ("documents", "index_fields")
"""The modules that decide the content of an index."""

_CODE = engine_code_digest(
    Path(__file__).with_name(f"{m}.py") for m in _CONTENT_MODULES
)

VERSION = f"opensearch-2 snowball-{Stemmer.version()} code-{_CODE}"


@dataclass(frozen=True, slots=True)
class IndexStamp:
    """What an index contains after a change.

    Attributes:
        version: that of the code that made the index.
        change: the number of the change, from 1.
        written_at: the time of the change, in Unix time.
        records: the number of records.
        passages: the number of their passages.
    """

    version: str
    change: int
    written_at: float
    records: int
    passages: int

    def sealed(self, index: str, key: IndexKey) -> Json:
        """Return the metadata of an index with this stamp.

        Raises:
            OSError: the key can't be read or created.
        """
        text = json.dumps([index, dataclasses.asdict(self)], sort_keys=True)
        return {"stamp": text, "signature": key.sign(text)}

    @classmethod
    def opened(cls, index: str, meta: Json, key: IndexKey) -> IndexStamp:
        """Return the stamp in the metadata of an index.

        Raises:
            ValueError: another key made the signature, or it is that of another index.
            OSError: the key can't be read.
        """
        text, signature = str(meta.get("stamp")), str(meta.get("signature"))
        if not key.is_ours(text, signature):
            raise ValueError("the signature is not ours")
        name, fields = json.loads(text)
        if name != index:
            raise ValueError("the stamp is that of another index")
        return cls(**fields)
