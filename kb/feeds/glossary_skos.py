"""The glossary as SKOS, the vocabulary of the W3C for thesauri.

Rules: https://www.w3.org/TR/skos-reference/. The addresses of the concepts name no
language: each leads to the page of its term in the language of the reader.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from indexer.corpus.corpus import Corpus
from indexer.model.edition import Edition
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import GlossaryTerm
from kb.citations.cited_work import PUBLISHER_URL, SITE_NAMES
from kb.feeds.skos_format import SkosFormat
from kb.web.labels import SECTIONS
from kb.web.licence import LICENCE_URL
from kb.web.page_content import made_once
from kb.web.urls import absolute, address, list_url, script_root

_PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_NOT_IN_ADDRESS = re.compile(r"""[\x00-\x20<>"{}|^`\\]""")
"""The characters that an address in Turtle may not have."""

Links = dict[str, dict[RecordId, None]]
"""The terms to which a term has links, by predicate."""


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a thing."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text, in a language or of a type."""

    text: str
    lang: str = ""
    type: str = ""


Value = Address | Text


@dataclass(frozen=True, slots=True)
class Subject:
    """What is said of a concept, or of the scheme: the values of each predicate."""

    address: str
    type: str
    values: dict[str, dict[Value, None]] = field(default_factory=dict)

    def add(self, predicate: str, value: Value) -> None:
        """Say one thing of the subject; what was said before is not said again."""
        self.values.setdefault(predicate, {})[value] = None


def glossary_text(form: SkosFormat, corpus: Corpus) -> str:
    """Return the glossary in a format."""
    key = ("glossary", form, script_root())
    return made_once(corpus, key, lambda: _serialized(form, corpus))


def _serialized(form: SkosFormat, corpus: Corpus) -> str:
    subjects = glossary_subjects(corpus)
    if form is SkosFormat.TURTLE:
        return "\n".join(_turtle(subjects))
    graph = [_json_object(subject) for subject in subjects]
    body = {"@context": _PREFIXES, "@graph": graph}
    return json.dumps(body, ensure_ascii=False)


def _turtle(subjects: Iterable[Subject]) -> Iterator[str]:
    """Yield the lines of Turtle; a string of JSON is a string of Turtle, too."""
    for prefix, namespace in _PREFIXES.items():
        yield f"@prefix {prefix}: <{namespace}> ."
    for subject in subjects:
        yield f"\n<{_quoted(subject.address)}> a {subject.type}"
        for predicate, values in subject.values.items():
            yield f"  ; {predicate} {', '.join(map(_turtle_value, values))}"
        yield "  ."


def _turtle_value(value: Value) -> str:
    if isinstance(value, Address):
        return f"<{_quoted(value.text)}>"
    text = json.dumps(value.text, ensure_ascii=False)
    return f"{text}@{value.lang}" if value.lang else f"{text}{_type_of(value)}"


def _type_of(value: Text) -> str:
    return f"^^{value.type}" if value.type else ""


def _json_object(subject: Subject) -> dict[str, object]:
    values = {
        predicate: [_json_value(value) for value in values]
        for predicate, values in subject.values.items()
    }
    return {"@id": _quoted(subject.address), "@type": subject.type, **values}


def _json_value(value: Value) -> dict[str, str]:
    if isinstance(value, Address):
        return {"@id": _quoted(value.text)}
    parts = {"@value": value.text, "@language": value.lang, "@type": value.type}
    return {name: text for name, text in parts.items() if text or name == "@value"}


def _quoted(url: str) -> str:
    return _NOT_IN_ADDRESS.sub(lambda match: quote(match[0]), url)


def glossary_subjects(corpus: Corpus) -> Iterator[Subject]:
    """Yield the concept scheme, then a concept for each term."""
    found = corpus.of_kind(Kind.TERM)
    terms = [each for each in found if isinstance(each, GlossaryTerm)]
    links = _links(terms, corpus)
    tops = [term.id for term in terms if "skos:broader" not in links[term.id]]
    yield _scheme(terms, tops)
    for term in terms:
        yield _concept(term, links[term.id])


def _links(terms: Sequence[GlossaryTerm], corpus: Corpus) -> Mapping[RecordId, Links]:
    """Return the links of each term to others, each with its inverse.

    Left out are links to broader terms that form a circle, and links to related terms
    of which one is broader than the other: SKOS allows one of both (S27).
    """
    ancestors = {each.id: _ancestors(each, corpus) for each in terms}
    links: dict[RecordId, Links] = {term.id: {} for term in terms}

    def add(term: RecordId, predicate: str, target: RecordId, inverse: str) -> None:
        links[term].setdefault(predicate, {})[target] = None
        links[target].setdefault(inverse, {})[term] = None

    for term in terms:
        above = {term.id, *ancestors[term.id]}
        for target in term.broader:
            if target in ancestors and term.id not in {target, *ancestors[target]}:
                add(term.id, "skos:broader", target, "skos:narrower")
        for target in term.related:
            is_beside = target in ancestors and target not in above
            if is_beside and term.id not in ancestors[target]:
                add(term.id, "skos:related", target, "skos:related")
    return links


def _ancestors(term: GlossaryTerm, corpus: Corpus) -> frozenset[RecordId]:
    found: set[RecordId] = set()
    pending = list(term.broader)
    while pending:
        above = corpus.get(pending.pop())
        if isinstance(above, GlossaryTerm) and above.id not in found:
            found.add(above.id)
            pending += above.broader
    return frozenset(found)


def _scheme_url() -> str:
    return absolute(address("feeds.glossary"))


def _concept_address(term: RecordId) -> Address:
    return Address(f"{_scheme_url()}/{term.slug}")


def _scheme(terms: Sequence[GlossaryTerm], tops: Sequence[RecordId]) -> Subject:
    scheme = Subject(_scheme_url(), "skos:ConceptScheme")
    scheme.add("dcterms:license", Address(LICENCE_URL))
    scheme.add("dcterms:publisher", Address(PUBLISHER_URL))
    for locale in Locale:
        title = f"{SITE_NAMES[locale]} – {SECTIONS[Kind.TERM].text(locale)}"
        # Editors of thesauri show the label, catalogues the title.
        for predicate in ("rdfs:label", "dcterms:title"):
            scheme.add(predicate, Text(title, locale.value))
        page = absolute(list_url(Kind.TERM, locale))
        scheme.add("rdfs:seeAlso", Address(page))
    if terms:
        newest = max(term.updated for term in terms)
        scheme.add("dcterms:modified", Text(str(newest), type="xsd:date"))
    for term in tops:
        scheme.add("skos:hasTopConcept", _concept_address(term))
    return scheme


def _concept(term: GlossaryTerm, links: Links) -> Subject:
    """Return what is said of a term: its names, definitions, pages, sources, links."""
    concept = Subject(_concept_address(term.id).text, "skos:Concept")
    concept.add("skos:inScheme", Address(_scheme_url()))
    concept.add("dcterms:identifier", Text(term.id.slug))
    concept.add("dcterms:modified", Text(str(term.updated), type="xsd:date"))
    for edition in term.editions:
        _add_edition(concept, edition, term.id)
    for source in term.sources:
        if source.url:
            concept.add("dcterms:source", Address(source.url))
    if "skos:broader" not in links:
        concept.add("skos:topConceptOf", Address(_scheme_url()))
    for predicate, targets in links.items():
        for target in targets:
            concept.add(predicate, _concept_address(target))
    return concept


def _add_edition(concept: Subject, edition: Edition, term: RecordId) -> None:
    lang = edition.locale.value
    concept.add("skos:prefLabel", Text(edition.title, lang))
    for name in edition.variants:
        if name != edition.title:
            concept.add("skos:altLabel", Text(name, lang))
    concept.add("skos:definition", Text(edition.summary, lang))
    # The list has the address of its terms, without their slugs.
    pages = absolute(list_url(Kind.TERM, edition.locale))
    concept.add("rdfs:seeAlso", Address(f"{pages}{term.slug}"))
