"""The rules by which validators of SKOS judge a thesaurus, each a SPARQL query.

They are the integrity conditions of the SKOS Reference (S9, S13, S14, S27), and what
the validators qSKOS and Skosify report beside them.
"""

from rdflib import Graph

_LABELS = "skos:prefLabel|skos:altLabel|skos:hiddenLabel"
_RELATIONS = "skos:broader|skos:narrower|skos:related"

RULES = {
    "S9: a scheme is a concept": "?x a skos:ConceptScheme, skos:Concept",
    "S13: a label is of two kinds": """
        ?x ?a ?label. ?x ?b ?label. FILTER(STR(?a) < STR(?b))
        VALUES ?a { skos:prefLabel skos:altLabel skos:hiddenLabel }
        VALUES ?b { skos:prefLabel skos:altLabel skos:hiddenLabel }""",
    "S14: two preferred labels in a language": """
        ?x skos:prefLabel ?a, ?b. FILTER(LANG(?a) = LANG(?b) && STR(?a) < STR(?b))""",
    "S27: related, and broader or narrower": """
        ?x skos:related ?y. { ?x skos:broader+ ?y } UNION { ?y skos:broader+ ?x }""",
    "broader than itself": "?x skos:broader+ ?x",
    "related to itself": "?x skos:related ?x",
    "no preferred label": """
        ?x a skos:Concept. FILTER NOT EXISTS { ?x skos:prefLabel ?label }""",
    "a scheme has no label": """
        ?x a skos:ConceptScheme. FILTER NOT EXISTS { ?x rdfs:label ?label }""",
    "no definition": """
        ?x a skos:Concept. FILTER NOT EXISTS { ?x skos:definition ?text }""",
    "a label is empty, or without a language": f"""
        ?x {_LABELS} ?label.
        FILTER(LANG(?label) = "" || !REGEX(STR(?label), "[^ ]"))""",
    "two concepts have a preferred label": """
        ?x skos:prefLabel ?label. ?y skos:prefLabel ?label.
        FILTER(STR(?x) < STR(?y))""",
    "a relation to an unknown concept": f"""
        ?x {_RELATIONS} ?y. FILTER NOT EXISTS {{ ?y a skos:Concept }}""",
    "broader without narrower": """
        ?x skos:broader ?y. FILTER NOT EXISTS { ?y skos:narrower ?x }""",
    "narrower without broader": """
        ?x skos:narrower ?y. FILTER NOT EXISTS { ?y skos:broader ?x }""",
    "related in one direction only": """
        ?x skos:related ?y. FILTER NOT EXISTS { ?y skos:related ?x }""",
    "in no scheme": """
        ?x a skos:Concept.
        FILTER NOT EXISTS { ?x skos:inScheme ?s. ?s a skos:ConceptScheme }""",
    "on top of the scheme and below a concept": """
        ?x skos:topConceptOf ?s; skos:broader ?y""",
    "neither on top of the scheme nor below a concept": """
        ?x a skos:Concept.
        FILTER NOT EXISTS { { ?x skos:broader ?y } UNION { ?s skos:hasTopConcept ?x } }
        """,
    "a scheme without a title": """
        ?x a skos:ConceptScheme. FILTER NOT EXISTS { ?x dcterms:title ?title }""",
}
_PREFIXES = """
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""


def skos_faults(graph: Graph) -> list[str]:
    """Return the faults of a thesaurus: the rule, and what breaks it."""
    return [
        f"{rule}: {row}"
        for rule, pattern in RULES.items()
        for row in graph.query(f"{_PREFIXES} SELECT DISTINCT ?x WHERE {{ {pattern} }}")
    ]
