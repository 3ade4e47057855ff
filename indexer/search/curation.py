"""Curation: the records that staff put first, or leave out, for a query.

A query names them (`Query.promoted`, `Query.hidden`). They change which records match,
so that counts, facets, exports and feeds follow; words, marks and reasons stay those of
the query.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from indexer.analysis.normalization import query_key
from indexer.model.curations import Curations
from indexer.model.ids import RecordId
from indexer.model.query import And, Node, Not, Or, Query, RecordsNode


def with_curations(query: Query, curations: Curations) -> Query:
    """Return a query with the records that staff put first, or leave out, for it.

    A query that is exact, or not expandable (“Only my words”), is returned unchanged.
    """
    if query.is_exact or not query.is_expandable:
        return query
    key = query_key(query.text)
    return replace(
        query,
        promoted=curations.promoted_for(key),
        hidden=frozenset(curations.hidden_for(key)),
    )


def curated_tree(root: Node, query: Query) -> Node:
    """Return a tree that also matches promoted records, and no hidden one.

    It is `root` itself if the query has neither.
    """
    tree = root
    if query.promoted:
        tree = Or((tree, RecordsNode(frozenset(query.promoted))))
    if query.hidden:
        tree = And((tree, Not(RecordsNode(query.hidden))))
    return tree


def named_records(query: Query, named: Sequence[RecordId]) -> tuple[RecordId, ...]:
    """Return the records that come first: those promoted, then those named, in order.

    Args:
        query: the query.
        named: the records whose titles, other names or codes are the query.
    """
    return tuple(dict.fromkeys((*query.promoted, *named)))
