"""What is said once above a list, since nearly all of its records have it.

It comes from the counts of facets: no record is read for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _

from indexer.model.facets import FacetCount, FacetName, Filter
from indexer.model.ids import Kind
from indexer.model.vocabulary import PracticeResult, Readable
from indexer.search.facet_order import selected_values
from kb.web.locale import LazyString
from kb.web.locale import lazy_gettext as _l
from kb.web.records.cards import Card, Mark
from kb.web.records.counts import counted

NEARLY_ALL = 0.8
FEWEST = 4
"""With fewer records, each line says all."""

_SENTENCES: dict[Mark, LazyString] = {
    (FacetName.RESULT, PracticeResult.NOT_MEASURED): _l("the effect was not measured"),
    (FacetName.READABLE, Readable.ELSEWHERE): _l(
        "a text can be read elsewhere, its first pages at least"
    ),
    (FacetName.INFERRED, "audiences"): _l("we inferred the audiences"),
}


@dataclass(frozen=True, slots=True)
class SaidOnce:
    """The marks that lines leave out, and the sentence that says them; "" for none."""

    marks: frozenset[Mark] = frozenset()
    text: str = ""

    def without(self, card: Card) -> Card:
        """Return a card whose facts do not repeat what is said above."""
        facts = tuple(
            replace(fact, text=fact.unmarked) if fact.mark in self.marks else fact
            for fact in card.facts
        )
        return replace(card, facts=tuple(fact for fact in facts if fact.text))


def said_once(
    counts: Mapping[FacetName, Sequence[FacetCount]], filters: Collection[Filter]
) -> SaidOnce:
    """Return what nearly all records of a list have, unless a filter says it."""
    chosen = selected_values(filters)
    kinds = {
        Kind(kind.value): kind.count
        for kind in counts.get(FacetName.KIND, ())
        if kind.value in chosen.get(FacetName.KIND, {kind.value})
    }
    said = {}
    for (facet, value), sentence in _SENTENCES.items():
        of = [kind for kind in facet.declared.kinds if kinds.get(kind)]
        total = sum(kinds[kind] for kind in of)
        number = count_of(counts, facet, value)
        if facet in chosen or total < FEWEST or number < NEARLY_ALL * total:
            continue
        said[facet, value] = str(sentence)
        if number < total or len(kinds) > 1:
            said[facet, value] = _(
                "%(mark)s (%(number)s of %(total)s)",
                mark=sentence,
                number=number,
                total=counted(of[0] if len(of) == 1 else Kind.PAGE, total),
            )
    if not said:
        return SaidOnce()
    text = _("Unless a line says otherwise: %(marks)s.", marks=", ".join(said.values()))
    return SaidOnce(frozenset(said), text)


def count_of(
    counts: Mapping[FacetName, Sequence[FacetCount]], facet: FacetName, value: str
) -> int:
    """Return the number of records with a value of a facet."""
    return next((one.count for one in counts.get(facet, ()) if one.value == value), 0)
