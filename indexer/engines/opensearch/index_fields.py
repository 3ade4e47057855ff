"""The fields of an index, its settings and mapping, and its stamp.

The stamp has the version of an index and its last change, signed with our key. It is in
the metadata of the index, which all nodes have and which change at once.

A score is BM25F: each word of a title is in the field of words three times, so that
frequency and length are the weighted sums of the formula in `indexer.search.ranking`.
"""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import Stemmer

from indexer.engines.base import ClusterAccess
from indexer.engines.signatures import IndexKey, engine_code_digest
from indexer.model.facets import FacetName
from indexer.model.ids import Locale
from indexer.search.facet_order import SORT_SCALES
from indexer.search.ranking import K1, B

Json = dict[str, Any]

WORDS = "words"
"""The stems of a record, repeated by the weight of their field."""
TITLE_WORDS = "title_words"
EXACT = "exact"
"""The folded words of a record in order: for phrases and prefixes."""
TEXT_WORDS = "text_words"
TEXT_EXACT = "text_exact"
"""Those of `WORDS` and `EXACT` that are not in questions: for operators."""
EXACT_TITLE = "exact_title"
EXACT_HEAD = "exact_head"
"""The folded words of title, summary, keywords and questions."""
PASSAGE_WORDS = "passage_words"
PASSAGE_EXACT = "passage_exact"

RECORD, PASSAGE, PLACE, SPELLING, LINKS = "record", "passage", "place", "word", "links"
"""The types of documents."""

POSITION_GAP = 100
"""Positions between two texts of a field: no phrase crosses from one to the other."""

DURABLE: Json = {"translog.durability": "request"}
"""The settings of an index in use: a change that was accepted outlives its node."""

_SIMILARITY = "bm25f"


def facet_field(facet: FacetName) -> str:
    """Return the field of the values of a facet."""
    return f"facet_{facet.value}"


def index_body(access: ClusterAccess, meta: Json) -> Json:
    """Return the settings and the mapping of a new index."""
    return {
        "settings": {
            "number_of_shards": access.shards,
            # Copies are made of the whole index, once it is written.
            "number_of_replicas": 0,
            # A change becomes visible by one refresh, after all of it was written.
            "refresh_interval": -1,
            # A new index is worth nothing until it is whole: no request waits for a
            # disk. `DURABLE` ends that.
            "translog.durability": "async",
            "similarity": {_SIMILARITY: {"type": "BM25", "k1": K1, "b": B}},
        },
        "mappings": {"dynamic": "strict", "_meta": meta, "properties": _properties()},
    }


def _properties() -> Json:
    properties: Json = {
        "type": _keyword(doc_values=False),
        "record": {"type": "keyword"},
        "kind": _keyword(doc_values=False),
        "locale": _keyword(doc_values=False),
        "number": {"type": "integer", "index": False},
        "date": _sort_key(),
        "fingerprint": _sort_key(),
        "change": {"type": "long", "index": False},
        "places": {"type": "keyword"},
        "codes": _keyword(doc_values=False),
        "called": _keyword(doc_values=False),
        "name_parts": _keyword(doc_values=False),
        "name_length": {"type": "integer", "index": False},
        "spelling": _keyword(doc_values=False),
        "bigrams": _terms(index_options="docs", norms=False),
        # What is shown is neither indexed nor read by the server.
        "stored": {"type": "object", "enabled": False},
    }
    # Facets are counted by ordinals, which a refresh makes instead of a visitor.
    facet = {"type": "keyword", "eager_global_ordinals": True}
    properties |= {facet_field(name): facet for name in FacetName}
    properties |= {
        f"rank_{sort.value}": {"type": "integer", "index": False}
        for sort in SORT_SCALES
    }
    for locale in Locale:
        properties |= {
            f"{WORDS}_{locale}": _terms(),
            f"{TITLE_WORDS}_{locale}": _terms(),
            f"{EXACT}_{locale}": _terms(index_options="positions"),
            f"{TEXT_WORDS}_{locale}": _terms(),
            f"{TEXT_EXACT}_{locale}": _terms(index_options="positions"),
            f"{EXACT_TITLE}_{locale}": _terms(index_options="positions"),
            f"{EXACT_HEAD}_{locale}": _terms(index_options="docs", norms=False),
            f"{PASSAGE_WORDS}_{locale}": _terms(),
            f"{PASSAGE_EXACT}_{locale}": _terms(index_options="positions"),
            f"title_{locale}": _sort_key(),
            f"names_{locale}": _keyword(doc_values=False),
        }
    return properties


def _terms(index_options: str = "freqs", *, norms: bool = True) -> Json:
    field: Json = {
        "type": "text",
        "analyzer": "whitespace",
        "similarity": _SIMILARITY,
        "index_options": index_options,
        "norms": norms,
    }
    if index_options == "positions":
        field["position_increment_gap"] = POSITION_GAP
    return field


def _keyword(*, doc_values: bool) -> Json:
    return {"type": "keyword", "doc_values": doc_values}


def _sort_key() -> Json:
    return {"type": "keyword", "index": False}


_CONTENT_MODULES = ("documents", "index_fields")
"""The modules that decide the content of an index."""

_CODE = engine_code_digest(
    Path(__file__).with_name(f"{m}.py") for m in _CONTENT_MODULES
)

VERSION = f"opensearch-3 snowball-{Stemmer.version()} code-{_CODE}"


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
    def opened(cls, index: str, meta: Json, key: IndexKey) -> "IndexStamp":
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
