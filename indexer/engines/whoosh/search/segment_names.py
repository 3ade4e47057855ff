"""The names of the records of one segment, shared by all snapshots that have it."""

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from indexer.analysis.tokens import fold, normalize
from indexer.engines.stored_json import entry_of_head
from indexer.engines.whoosh.index.doc_values import LOCALES, DocValues
from indexer.lexicon.expansion import TermName
from indexer.model.arrays import Ids
from indexer.model.facets import FacetName, Filter
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import RecordEntry
from indexer.search.relaxation import term_names
from indexer.search.suggester import NamePart, NameSet


class SegmentNames:
    """What the names of a segment are sorted and looked up by, made at first use.

    A change of one record adds a segment: what is made of the others stays.
    """

    def __init__(self, doc_values: DocValues) -> None:
        self._doc_values = doc_values

    def _entries(self) -> Iterator[RecordEntry]:
        return map(entry_of_head, self._doc_values.ids, self._doc_values.heads)

    @cached_property
    def title_keys(self) -> Mapping[Locale, tuple[str, ...]]:
        """The title of each record as it is sorted, for readers of a language."""
        keys: dict[Locale, list[str]] = {locale: [] for locale in LOCALES}
        for entry in self._entries():
            for locale, titles in keys.items():
                titles.append(fold(normalize(entry.edition(locale)[1].title)))
        return {locale: tuple(titles) for locale, titles in keys.items()}

    @cached_property
    def terms(self) -> Mapping[int, tuple[TermName, ...]]:
        """The names of each glossary term, by the index of its record."""
        prefix, values = f"{Kind.TERM.folder}/", self._doc_values
        return {
            index: tuple(term_names(entry_of_head(record_id, values.heads[index])))
            for index, record_id in enumerate(values.ids)
            if record_id.startswith(prefix)
        }

    @cached_property
    def _names(self) -> NameSet:
        return NameSet(self._entries())

    def part(self, alive: Ids) -> NamePart:
        """Return the names for suggestions; `alive` are the records not deleted."""
        values = self._doc_values
        if len(alive) == len(values.ids):
            return NamePart(self._names)
        is_alive = np.zeros(len(values.ids), np.bool_)
        is_alive[alive] = True
        deleted = (values.ids[index] for index in np.flatnonzero(~is_alive).tolist())
        gone: set[RecordId | Filter] = {
            record for name in deleted if (record := RecordId.parse(name)) is not None
        }
        places = values.columns[FacetName.PLACE]
        used = np.unique(places.codes[is_alive[places.records]]).tolist()
        named = {*places.values} - {places.values[code] for code in used}
        gone |= {Filter(FacetName.PLACE, place) for place in named}
        return NamePart(self._names, frozenset(gone))
