"""The documents that are sent to the server. No cluster is needed."""

import json

import pytest

from indexer.analysis.analyzer import analyze
from indexer.engines.opensearch import bulk_sender, documents
from indexer.engines.opensearch.bulk_sender import BulkSender
from indexer.engines.opensearch.cluster_client import ClusterClient
from indexer.engines.opensearch.documents import RecordAnalyzer, ServerDocument
from indexer.model.document import Passage
from indexer.model.ids import Kind, Locale, RecordId
from indexer.model.indexed_record import IndexedEdition, IndexedRecord

TEXTS = (
    "L’accessibilité des abris-vélos, d'après le D2.6 : 1 250 réponses.",
    "Lost\x1eand found: U.S. cities' e-mails \x1e",
    "",
    "Cyber-harcèlement\u00a0; peut-on l’éviter ?\nOui — « jamais » seul…",
    "rock'n'roll half\ud800pair 東京 naïveté İstanbul",
)


def records() -> list[IndexedRecord]:
    """Return records whose texts have all that the analyzer treats apart."""
    return [
        IndexedRecord(
            RecordId(Kind.PRACTICE, f"r{number}"),
            tuple(
                IndexedEdition(
                    locale,
                    title=TEXTS[number],
                    summary=TEXTS[number - 1],
                    keywords=TEXTS[number - 2],
                    questions=TEXTS[number - 1],
                    passages=tuple(
                        Passage(locale, text, heading=TEXTS[number - 1])
                        for text in TEXTS[: number + 1]
                    ),
                )
                for locale in list(Locale)[: 1 + number % 2]
            ),
        )
        for number in range(len(TEXTS))
    ]


def stems(text: str, locale: Locale) -> list[str]:
    """Return the stems of a text, as queries are analysed."""
    return [
        form
        for part in text.split("\x1e")
        for term in analyze(part, locale)
        if not term.is_stop_word
        for form in term.forms
    ]


def exact(text: str, locale: Locale) -> tuple[str, ...]:
    """Return the words of each part of a text, without their accents."""
    parts = (
        " ".join(term.exact for term in analyze(part, locale))
        for part in text.split("\x1e")
    )
    return tuple(part for part in parts if part)


@pytest.mark.parametrize(
    "limits", [["BATCH_CHUNKS"], ["BATCH_CHUNKS", "MAX_VOCABULARY"]]
)
def test_fields_have_the_terms_by_which_queries_search(
    limits: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many records are analysed together, and again in small batches."""
    whole = [*RecordAnalyzer().documents(records())]
    for each in limits:
        monkeypatch.setattr(documents, each, 3)

    assert [*RecordAnalyzer().documents(records())] == whole
    by_id = {each.id: each.fields for each in whole}
    for record in records():
        fields = by_id[str(record.id)]
        number = 0
        for edition in record.editions:
            locale = edition.locale
            title = stems(edition.title, locale)
            assert fields[f"title_words_{locale}"].split() == title
            assert fields[f"words_{locale}"].split()[: 3 * len(title)] == 3 * title
            assert fields[f"exact_title_{locale}"] == exact(edition.title, locale)
            for passage in edition.passages:
                of_passage = by_id[f"{record.id}#{number}"]
                assert of_passage[f"passage_words_{locale}"].split() == [
                    *stems(passage.heading, locale),
                    *stems(passage.text, locale),
                ]
                assert of_passage[f"passage_exact_{locale}"] == [
                    *exact(passage.heading, locale),
                    *exact(passage.text, locale),
                ]
                number += 1


def test_long_words_of_all_texts_may_correct_others() -> None:
    """Words of titles, keywords and passages; neither codes nor short words."""
    analyzer = RecordAnalyzer()
    list(analyzer.documents(records()))

    assert {"accessibilite", "cities", "naivete", "harcelement"} <= analyzer.spellings
    assert not {"d2.6", "1250", "l", "东京"} & analyzer.spellings


class _NodeThatNotes(ClusterClient):
    """Accepts each request, and keeps its lines."""

    def __init__(self) -> None:
        self.requests: list[list[bytes]] = []

    def write(self, *_: object, lines: object = (), **__: object) -> dict[str, object]:
        assert isinstance(lines, list)
        self.requests.append(lines)
        return {"errors": False}


def test_a_request_is_neither_too_long_nor_of_too_many_documents(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server refuses requests of 100 MB; a longer document goes alone."""
    monkeypatch.setattr(bulk_sender, "BULK_DOCUMENTS", 3)
    monkeypatch.setattr(bulk_sender, "BULK_BYTES", 1_000)
    sizes = [10, 10, 10, 10, 400, 400, 5_000, 10]
    node = _NodeThatNotes()
    BulkSender(node).send(
        "kb",
        7,
        (
            ServerDocument(f"d{n}", "r", {"type": "passage", "text": "x" * size})
            for n, size in enumerate(sizes)
        ),
    )

    sent = [
        [json.loads(each.split(b"\n")[0])["index"]["_id"] for each in lines]
        for lines in node.requests
    ]
    assert sent == [["d0", "d1", "d2"], ["d3", "d4"], ["d5"], ["d6"], ["d7"]]
