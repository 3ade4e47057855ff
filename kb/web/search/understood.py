"""What a query says in plain words: for whom, of what kind, where, when, which record.

“practices for schools in Trieste” has three readings: each gives more weight to the
records that have the value, and excludes none. The words are searched as ever. The
parameter `literal` names the readings that a reader took back.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from itertools import chain

from indexer.analysis.record_codes import record_code
from indexer.analysis.text_dates import date_in_words, dates_in
from indexer.analysis.tokens import fold, normalize, phrase_words
from indexer.corpus.corpus import Corpus
from indexer.model.dates import PartialDate
from indexer.model.facets import FacetName
from indexer.model.ids import Kind, Locale
from indexer.model.query import And, Node, Not, Or, Query, Sort, Word
from indexer.model.readings import LAST, Preferences, Reading, ReadingName
from indexer.model.record import Record
from indexer.model.records import Deliverable, Event
from indexer.model.vocabulary import Audience, Availability
from indexer.search.query_parts import is_common, typed_leaves
from indexer.search.query_rewriting import filter_nodes

FACTORS = {
    ReadingName.AUDIENCE: 1.25,
    ReadingName.KIND: 1.6,
    ReadingName.PLACE: 1.2,
    ReadingName.YEAR: 1.2,
    ReadingName.DATE: 2.5,
    ReadingName.CODE: 1.5,
}
"""What the score of a record is multiplied by, if it has the value of a reading."""

_AUDIENCES = {
    Audience.LAW_ENFORCEMENT: (
        r"polic(?:e|es|iers?|ieres?)|gendarm(?:es?|erie)|forces de l'ordre"
        r"|law enforcement|(?:police )?officers"
    ),
    Audience.LOCAL: (
        r"(?:local )?authorities|municipalit(?:y|ies|es?)|mayors?|councils?"
        r"|cit(?:y|ies)|towns?|communes?|collectivites?|mairies?|maires?|villes?|elus?"
    ),
    Audience.NATIONAL: (
        r"governments?|ministr(?:y|ies)|ministeres?|gouvernements?|etats?"
    ),
    Audience.EU: r"european union|union europeenne|eu|ue",
    Audience.INDUSTRY: (
        r"compan(?:y|ies)|business(?:es)?|industr(?:y|ies?|iels?)|entreprises?"
    ),
    Audience.PLATFORMS: r"(?:online )?platforms?|plateformes?",
    Audience.CIVIL: (
        r"residents?|citizens?|civil society|neighbours|ngos?|habitants?|citoyens?"
        r"|riverains?|voisins?|associations?|societe civile"
    ),
    Audience.SCHOOLS: (
        r"schools?|teachers?|parents?|pupils?|ecoles?|colleges?|lycees?|enseignants?"
        r"|professeurs?|eleves?"
    ),
    Audience.RESEARCH: r"researchers?|universit(?:y|ies|es?)|chercheu(?:rs?|ses?)",
}
_KINDS = (
    (Kind.PRACTICE, "practices|pratiques"),
    (Kind.RECOMMENDATION, "recommendations|recommandations"),
    (Kind.NEED, "besoins"),
    (Kind.DELIVERABLE, "deliverables|livrables"),
    (Kind.EVENT, "workshops|ateliers"),
    (Kind.TERM, "definition"),
)
_FOR = re.compile(
    r"\b(?:(?:pour|for|(?:intended|meant) for|aimed at|addressed to"
    r"|a (?:l'(?:intention|usage|attention)|destination) d(?:e|es|u)"
    r"|(?:destinee?s?|adressee?s?) a(?:ux?)?)"
    r" (?:(?:the|our|my|la|les?|des?|du|nos|notre|une?|an?) |l')?"
    r"|a (?:l'(?:intention|usage|attention)|destination) de l'"
    r"|a (?:l'(?:intention|usage|attention)|destination) d')"
    r"(?:(?:local|small|municipal|national|petite?s|grande?s) )?(?:"
    + "|".join(f"(?P<{name.name}>{words})" for name, words in _AUDIENCES.items())
    + r")\b"
)
_OF_KIND = re.compile(
    r"\b(?:(?:good|best|bonnes) )?(?:"
    + "|".join(f"(?P<{kind.name}>{words})" for kind, words in _KINDS)
    + r")(?= (?:about|on|for|in|of|from|against|since)\b"
    r"| (?:sur|pour|en|aux?|a|des?|du|contre|dans|depuis)\b| d')"
)
_WHERE = (
    r"(?P<before>\b(?:in|at|from|near|a|aux?|en|de|du|dans) (?:the |la |les )?|\bd')?"
)
_WHEN = re.compile(
    r"\b(?:in|en|of|de|annee|year) "
    r"(?P<year>(?:19|20)\d\d)\b(?![-/.]\d)"
)
_CODE = re.compile(
    r"\b(?:(?:livrable|deliverable|recommandation|recommendation|besoin|atelier|workshop)"
    r" (?:n[o°] ?)?)?(?:(?:d|n|w|rec)[ .-]?)?\d{1,3}(?:[.-]\d{1,2})?\b(?![.-]\d)"
)
_CONNECTIVES = re.compile(
    r"intention|attention|usage|destination|destinee?s?|adressee?s?|intended|meant|aimed"
    r"|addressed|definition"
)
"""The words of a reading that name nothing: records need not contain them."""

_ALSO_WORDS = {"nice"}
"""Towns that are words too: these are read after a preposition, or with a capital."""


class Understanding:
    """Reads queries by the places and the records of a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._slugs = {
            _plain(name): slug
            for slug, place in corpus.gazetteer.places.items()
            for name in place.names.values()
        }
        names = sorted(map(re.escape, self._slugs), key=len, reverse=True)
        self._where = re.compile(rf"{_WHERE}\b(?P<place>{'|'.join(names) or '(?!)'})\b")
        self._codes = {
            code: record
            for record in corpus.records.values()
            if record.id.kind not in {Kind.TERM, Kind.PAGE}
            for code in _codes(record)
        }
        not_found = frozenset(
            str(record.id)
            for record in corpus.of_kind(Kind.DELIVERABLE)
            if isinstance(record, Deliverable)
            and record.availability is Availability.NOT_FOUND
        )
        self._last = ((not_found, LAST),) if not_found else ()
        self._chosen: dict[str, frozenset[str]] = {}

    def applied(self, query: Query, literal: Collection[str]) -> Query:
        """Return a query with its readings, and the weights of records by them.

        Without the order by relevance, or with “only my words”, nothing is read.
        Readings that are filters or fields too, that `literal` names, or whose words
        are excluded, are left out.
        """
        query = replace(query, literal=tuple(dict.fromkeys(literal)))
        is_wide = query.is_expandable and query.sort is Sort.RELEVANCE
        if query.root is None or not is_wide:
            return query
        filtered = {node.filter.facet.value for node in filter_nodes(query)}
        excluded = {*_excluded(query.root)}
        found = {
            reading.key: reading
            for reading in self._readings(query.text, query.locale)
            if reading.name.value not in filtered
            and reading.key not in literal
            and excluded.isdisjoint(phrase_words(reading.text))
        }
        readings = tuple(found.values())
        said = _CONNECTIVES.findall(_plain(" ".join(r.text for r in readings)))
        parts = ((self._with(reading), FACTORS[reading.name]) for reading in readings)
        return replace(
            query,
            root=_without(query.root, said),
            readings=readings,
            preferences=Preferences(
                (self._corpus.stamp, *found), (*parts, *self._last)
            ),
        )

    def _readings(self, typed: str, locale: Locale) -> Iterator[Reading]:
        # Each character stays where it was typed: œ is not two.
        plain = "".join(p if len(p := _plain(c)) == 1 else c for c in typed)
        for name, value, match in self._matches(typed, plain):
            yield Reading(name, value, typed[match.start() : match.end()])
        for date in dates_in(typed):
            yield Reading(ReadingName.DATE, str(date), date_in_words(date, locale))
        for match in _CODE.finditer(plain):
            code = record_code(match.group())
            if code in self._codes and code != record_code(typed):
                text = typed[match.start() : match.end()]
                yield Reading(ReadingName.CODE, code, text)

    def _matches(
        self, typed: str, plain: str
    ) -> Iterator[tuple[ReadingName, str, re.Match[str]]]:
        """Yield the audiences, kinds, places and years that a text names."""
        for match in _FOR.finditer(plain):
            audience = Audience[str(match.lastgroup)]
            yield ReadingName.AUDIENCE, audience.value, match
        for match in _OF_KIND.finditer(plain):
            yield ReadingName.KIND, Kind[str(match.lastgroup)].value, match
        for match in self._where.finditer(plain):
            name = match["place"]
            is_after = match["before"] and not typed[match.start() :].startswith("a ")
            is_name = is_after or typed[match.start("place")].isupper()
            if is_name or name not in _ALSO_WORDS:
                yield ReadingName.PLACE, self._slugs[name], match
        for match in _WHEN.finditer(plain):
            yield ReadingName.YEAR, match["year"], match

    def _with(self, reading: Reading) -> frozenset[str]:
        """Return the records that have the value of a reading."""
        if reading.key not in self._chosen:
            has_value = self._test(reading)
            records = self._corpus.records.values()
            chosen = frozenset(str(each.id) for each in records if has_value(each))
            if reading.name is ReadingName.DATE:  # anybody can type thousands
                return chosen
            self._chosen[reading.key] = chosen
        return self._chosen[reading.key]

    def _test(self, reading: Reading) -> Callable[[Record], bool]:
        value, around = reading.value, self._corpus.gazetteer.around
        match reading.name:
            case ReadingName.PLACE:
                return lambda record: any(
                    place.slug == value
                    for slug in record.place_slugs
                    for place in around(slug)
                )
            case ReadingName.DATE:
                date = PartialDate.parse(value)
                return lambda record: date is not None and _is_on(record, date)
            case ReadingName.CODE:
                named = self._codes[value]
                return lambda record: (
                    record is named
                    or named.id in self._corpus.answered_needs(record.id)
                )
            case _:
                facet = next(each for each in FacetName if each == reading.name.value)
                return lambda record: value in facet.stated(record)


def _plain(text: str) -> str:
    return fold(normalize(text)).replace("’", "'")


def _excluded(node: Node) -> Iterator[str]:
    """Yield the words, stop words apart, of what a tree excludes."""
    if isinstance(node, Not):
        text = " ".join(leaf.text for leaf in typed_leaves(node.node))
        yield from (word for word in phrase_words(text) if not is_common(word))
    elif isinstance(node, And | Or):
        yield from chain.from_iterable(map(_excluded, node.nodes))


def _codes(record: Record) -> Iterator[str]:
    """Yield the codes of a record, in their usual spelling."""
    texts = [record.id.slug, str(getattr(record, "code", ""))]
    if isinstance(record, Event) and record.number is not None:
        texts.append(f"w{record.number}")
    yield from filter(None, map(record_code, texts))


def _is_on(record: Record, date: PartialDate) -> bool:
    """Return whether a record is dated, as exactly, on a day or in a month."""
    start, end = record.period
    if start is None or (date.day is not None and start.day is None):
        return False
    last = end or start
    return start.first_day <= date.last_day and date.first_day <= last.last_day


def _without(root: Node, said: Collection[str]) -> Node:
    """Remove the words of readings that name nothing from words typed side by side."""
    if not isinstance(root, And) or not root.is_implicit:
        return root
    nodes = tuple(
        node
        for node in root.nodes
        if not (isinstance(node, Word) and fold(node.text) in said)
    )
    return replace(root, nodes=nodes) if len(nodes) > 1 else root
