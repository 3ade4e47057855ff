"""The glossary as SKOS, the vocabulary of the W3C for thesauri.

Rules: https://www.w3.org/TR/skos-reference/. The addresses of the concepts name no
language: each leads to the page of its term in the language of the reader.
"""

from collections.abc import Mapping, Sequence

from rdflib import Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCTERMS, RDF, RDFS, SKOS, XSD
from rdflib.term import Node

from indexer.corpus.corpus import Corpus
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.records import GlossaryTerm
from kb.citations.cited_work import PUBLISHER_URL, SITE_NAMES
from kb.feeds.skos_format import SkosFormat
from kb.web.labels import SECTIONS
from kb.web.licence import LICENCE_URL
from kb.web.page_content import made_once
from kb.web.urls import absolute, address, list_url, record_url, script_root

_PREFIXES = {"dcterms": DCTERMS, "rdfs": RDFS, "skos": SKOS, "xsd": XSD}

Ancestors = Mapping[RecordId, frozenset[RecordId]]
"""All terms that are broader than a term, directly or not."""


def glossary_text(form: SkosFormat, corpus: Corpus) -> str:
    """Return the glossary in a format."""
    key = ("glossary", form, script_root())
    return made_once(corpus, key, lambda: _serialized(form, corpus))


def _serialized(form: SkosFormat, corpus: Corpus) -> str:
    graph = glossary_graph(corpus)
    if form is SkosFormat.TURTLE:
        return graph.serialize(format="turtle")
    context = {prefix: str(namespace) for prefix, namespace in _PREFIXES.items()}
    return graph.serialize(format="json-ld", context=context, auto_compact=True)


def glossary_graph(corpus: Corpus) -> Graph:
    """Return the concept scheme and a concept for each term."""
    graph = Graph(bind_namespaces="none")
    for prefix, namespace in _PREFIXES.items():
        graph.bind(prefix, namespace)
    graph.bind("term", Namespace(f"{_scheme()}/"))
    found = corpus.of_kind(Kind.TERM)
    terms = [each for each in found if isinstance(each, GlossaryTerm)]
    ancestors = {each.id: _ancestors(each, corpus) for each in terms}
    _add_scheme(graph, terms)
    for term in terms:
        _add_concept(graph, term)
        _add_relations(graph, term, ancestors)
    return graph


def _scheme() -> URIRef:
    return URIRef(absolute(address("feeds.glossary")))


def _concept(term: RecordId) -> URIRef:
    return URIRef(absolute(address("feeds.glossary_term", slug=term.slug)))


def _ancestors(term: GlossaryTerm, corpus: Corpus) -> frozenset[RecordId]:
    found: set[RecordId] = set()
    pending = list(term.broader)
    while pending:
        above = corpus.get(pending.pop())
        if isinstance(above, GlossaryTerm) and above.id not in found:
            found.add(above.id)
            pending += above.broader
    return frozenset(found)


def _add_scheme(graph: Graph, terms: Sequence[GlossaryTerm]) -> None:
    scheme = _scheme()
    facts: list[tuple[URIRef, Node]] = [
        (RDF.type, SKOS.ConceptScheme),
        (DCTERMS.license, URIRef(LICENCE_URL)),
        (DCTERMS.publisher, URIRef(PUBLISHER_URL)),
    ]
    for locale in Locale:
        title = f"{SITE_NAMES[locale]} – {SECTIONS[Kind.TERM].text(locale)}"
        # Editors of thesauri show the label, catalogues the title.
        text = Literal(title, lang=locale.value)
        facts += [(RDFS.label, text), (DCTERMS.title, text)]
        facts.append((RDFS.seeAlso, URIRef(absolute(list_url(Kind.TERM, locale)))))
    if terms:
        newest = max(term.updated for term in terms)
        facts.append((DCTERMS.modified, Literal(newest, datatype=XSD.date)))
    _add(graph, scheme, facts)


def _add_concept(graph: Graph, term: GlossaryTerm) -> None:
    """Add what a term says of itself: its names, definitions, pages and sources."""
    facts: list[tuple[URIRef, Node]] = [
        (RDF.type, SKOS.Concept),
        (SKOS.inScheme, _scheme()),
        (DCTERMS.identifier, Literal(term.id.slug)),
        (DCTERMS.modified, Literal(term.updated, datatype=XSD.date)),
    ]
    for edition in term.editions:
        lang = edition.locale.value
        facts.append((SKOS.prefLabel, Literal(edition.title, lang=lang)))
        facts += [
            (SKOS.altLabel, Literal(name, lang=lang))
            for name in edition.variants
            if name != edition.title
        ]
        facts.append((SKOS.definition, Literal(edition.summary, lang=lang)))
        page = absolute(record_url(term.id, edition.locale))
        facts.append((RDFS.seeAlso, URIRef(page)))
    facts += [
        (DCTERMS.source, URIRef(source.url)) for source in term.sources if source.url
    ]
    _add(graph, _concept(term.id), facts)


def _add_relations(graph: Graph, term: GlossaryTerm, ancestors: Ancestors) -> None:
    """Add the links of a term to others, each with its inverse.

    Left out are links to broader terms that form a circle, and links to related terms
    of which one is broader than the other: SKOS allows one of both (S27).
    """
    concept = _concept(term.id)
    broader = [
        each
        for each in term.broader
        if each in ancestors and term.id not in {each, *ancestors[each]}
    ]
    for target in broader:
        graph.add((concept, SKOS.broader, _concept(target)))
        graph.add((_concept(target), SKOS.narrower, concept))
    if not broader:
        graph.add((concept, SKOS.topConceptOf, _scheme()))
        graph.add((_scheme(), SKOS.hasTopConcept, concept))
    for target in term.related:
        above = {term.id, *ancestors[term.id]}
        if target in ancestors.keys() - above and term.id not in ancestors[target]:
            graph.add((concept, SKOS.related, _concept(target)))
            graph.add((_concept(target), SKOS.related, concept))


def _add(graph: Graph, subject: URIRef, facts: Sequence[tuple[URIRef, Node]]) -> None:
    for predicate, value in facts:
        graph.add((subject, predicate, value))
