"""The tools of agents: functions whose signatures and docstrings programs read.

Each runs in a context of a request, and returns an object of JSON. A record in it has
its permanent address, the strength of its source and its dates. Text of a file is under
`quoted_from_file`: it is material, whatever it asks for.
"""

from typing import Annotated, Any, Literal

from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field
from werkzeug.datastructures import MultiDict

from indexer.corpus.corpus import Corpus
from indexer.errors import QueryError
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.record import Record
from kb.api.serializers import record_body, search_body
from kb.citations.citation_formats import bibtex, csl_item
from kb.citations.references import references
from kb.public.brief.comparison import compared_records
from kb.public.brief.comparison_rows import comparison_rows
from kb.public.brief.comparison_table import comparison_table
from kb.services import services
from kb.web.labels import FIRMNESS
from kb.web.locale import choose_locale, page_locale
from kb.web.page_content import page_content
from kb.web.records.record_groups import source_strength
from kb.web.records.record_state import find_tombstone
from kb.web.search.facet_values import vocabulary_of
from kb.web.search.request_query import query_from
from kb.web.urls import absolute, record_url

Body = dict[str, Any]

MAX_CHARACTERS = 300
LEAST_COMPARED = 2
CLOSEST = 3

Question = Annotated[
    str, Field(description="A question or a few words.", max_length=MAX_CHARACTERS)
]
Language = Annotated[
    Literal["en", "fr"],
    Field(description="The language of the question, and of what is returned."),
]
KindName = Literal[
    "deliverable", "practice", "recommendation", "need", "event", "theme", "term"
]
RecordName = Annotated[
    str,
    Field(
        description="The id of a record: practices/milan-stolen-bikes.",
        max_length=MAX_CHARACTERS,
    ),
]


def search(
    question: Question,
    language: Language = "en",
    kind: Annotated[
        KindName | None, Field(description="Only the records of this kind.")
    ] = None,
    page: Annotated[int, Field(ge=1, le=1000)] = 1,
) -> Body:
    """Search practices, recommendations, needs, reports, events and terms.

    Returns ten records a page, the best first, each with its permanent address, the
    strength of its source, its dates and passages. `off_topic` says that the base has
    nothing on the subject, and `missing` the words that no record has.
    """
    choose_locale(Locale(language))
    pairs = [("q", question), ("page", str(page)), *([("kind", kind)] if kind else [])]
    body, corpus = _searched(pairs), services().corpus
    return {
        "total": body["total"],
        "page": body["page"],
        "pages": body["pages"],
        "off_topic": body["off_topic"],
        "missing": list(body["missing"]),
        "results": [_hit(hit, corpus) for hit in body["hits"]],
    }


def answer(question: Question, language: Language = "en") -> Body:
    """Answer a question in sentences of records, each with its address and strength.

    Nothing is written for the question: `answer` is null where the records that match
    it agree on no need. `closest` are the three records that match it best.
    """
    choose_locale(Locale(language))
    body, corpus = _searched([("q", question)]), services().corpus
    found = body["answer"]
    return {
        "answer": _answered(found, corpus) if found else None,
        "off_topic": body["off_topic"],
        "missing": list(body["missing"]),
        "closest": [_hit(hit, corpus) for hit in body["hits"][:CLOSEST]],
    }


def record(record_id: RecordName, language: Language = "en") -> Body:
    """Return all that a record says in a language: facts, text, sources and links."""
    choose_locale(Locale(language))
    found, corpus = _record(record_id), services().corpus
    body = record_body(found, corpus)
    edition = found.edition(Locale(language))
    return _named(found) | {
        "facts": {
            name: value
            for name, value in body.items()
            if value and name not in {"kind", "id", "url", "editions", "linked_from"}
        },
        "edition": {
            name: value
            for name, value in body["editions"][edition.locale].items()
            if value
        },
        "linked_from": sorted(
            {
                f"{Kind(link['kind']).folder}/{link['id']}"
                for link in body["linked_from"]
            }
        ),
    }


def need(
    record_id: Annotated[
        str, Field(description="needs/n14; empty for all needs.", max_length=50)
    ] = "",
    language: Language = "en",
) -> Body:
    """List the needs of towns, or what answers one need and what nobody documents."""
    choose_locale(Locale(language))
    corpus = services().corpus
    if not record_id:
        return {"needs": [_named(each) for each in corpus.of_kind(Kind.NEED)]}
    found = _record(record_id)
    if found.id.kind is not Kind.NEED:
        raise ToolError(f"{found.id} is not a need")
    edition = found.edition(Locale(language))
    return _named(found) | {
        "practices": [_named(each) for each in corpus.linked(found, Kind.PRACTICE)],
        "recommendations": [
            _named(each) for each in corpus.linked(found, Kind.RECOMMENDATION)
        ],
        "without_answer": list(getattr(edition, "gaps", ())),
    }


def compare(
    record_ids: Annotated[
        list[RecordName],
        Field(
            description="Two to four practices, or two to four recommendations.",
            min_length=2,
            max_length=4,
        ),
    ],
    language: Language = "en",
) -> Body:
    """Compare practices or recommendations, criterion by criterion."""
    choose_locale(Locale(language))
    records, notes = compared_records(map(_canonical, record_ids), page_content())
    if len(records) < LEAST_COMPARED:
        raise ToolError(" ".join(notes) or "name two records of one kind")
    rows = comparison_rows(records[0].id.kind, records, page_content())
    table = comparison_table("", [str(each.id) for each in records], rows)
    return {
        "records": [_named(each) for each in records],
        "criteria": [
            {
                "criterion": title,
                "values": dict(zip(table.head[1:], values, strict=True)),
            }
            for title, *values in table.rows
        ],
        "not_said_by_any": table.note,
        "notes": list(notes),
    }


def cite(record_id: RecordName, language: Language = "en") -> Body:
    """Return references to a record in ISO 690, APA and Chicago, and its BibTeX."""
    choose_locale(Locale(language))
    found = _record(record_id)
    locale = Locale(language)
    return _named(found) | {
        "references": {each.style: each.text for each in references(found, locale)},
        "bibtex": "".join(bibtex([found], locale)),
        "csl": csl_item(found, locale),
    }


TOOLS = (search, answer, record, need, compare, cite)


def _searched(pairs: list[tuple[str, str]]) -> Body:
    """Return the body of a page of results in the language of the request."""
    corpus = services().corpus
    vocabulary = vocabulary_of(corpus)
    try:
        query = query_from(MultiDict(pairs), vocabulary, locale=page_locale())
        results = services().searches.search(query)
    except QueryError as error:
        raise ToolError(str(error)) from error
    return search_body(query, results, vocabulary, corpus)


def _hit(hit: Body, corpus: Corpus) -> Body:
    found = corpus.records[RecordId(Kind(hit["kind"]), hit["id"])]
    return _named(found) | {
        "in_part": hit["partial"],
        "passages": [_passage(passage) for passage in hit["passages"]],
    }


def _passage(passage: Body) -> Body:
    is_of_file = "/text/" in passage["url"]
    return {
        "quoted_from_file" if is_of_file else "text": passage["text"],
        "heading": passage["heading"],
        "page": passage["page"],
        "address": absolute(passage["url"]),
    }


def _answered(found: Body, corpus: Corpus) -> Body:
    """Return an answer whose records have their address, strength and date."""

    def named(part: Body) -> Body:
        return _named(corpus.records[RecordId(Kind(part["kind"]), part["id"])])

    return {
        "sentence": found["sentence"],
        "sentence_from": found["from"],
        "need": named(found["need"]),
        "practices": [named(part) for part in found["practices"]],
        "recommendations": [named(part) for part in found["recommendations"]],
        "did_not_work": found["did_not_work"],
        "nobody_documents": found["gaps"],
        "words_without_answer": found["absent"],
    }


def _named(found: Record) -> Body:
    locale = page_locale()
    edition = found.edition(locale)
    firmness = found.firmness
    start, end = found.period
    return {
        "id": str(found.id),
        "title": edition.title,
        "summary": edition.summary,
        "language": edition.locale.value,
        "address": absolute(record_url(found.id, locale)),
        "strength": {
            "of_4": source_strength(found),
            "name": str(FIRMNESS[firmness].label) if firmness is not None else None,
        },
        "from": str(start) if start is not None else None,
        "to": str(end) if end is not None else None,
        "facts_checked": str(found.facts_checked) if found.facts_checked else None,
    }


def _canonical(text: str) -> str:
    """Return an id as addresses have it, of a whole address or the kind’s own name."""
    *_before, kind, slug = f"/{text.strip().strip('/')}".split("/")
    known = next((each for each in Kind if kind in {each.value, each.folder}), None)
    return f"{known.folder}/{slug}" if known else text


def _record(text: str) -> Record:
    """Return the record of an id, or of an id that it had before.

    Raises:
        ToolError: there is none.
    """
    asked = RecordId.parse(_canonical(text))
    found = services().corpus.get(asked) if asked else None
    if found is None and asked is not None:
        tombstone = find_tombstone(asked)
        into = tombstone.into if tombstone else None
        found = services().corpus.get(into) if into else None
    if found is None:
        raise ToolError(f"There is no record {text!r}: search for it first.")
    return found
