"""Agents: questions over HTTP and standard input, and what they may not do."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest
from flask import Flask
from flask.testing import FlaskClient
from mcp.client.session import ClientSession
from mcp.client.stdio import StdioServerParameters, stdio_client

from indexer.model.judged_queries import QueryType
from indexer.pipeline import open_stored_engine, open_texts, rebuild
from kb.app import create_app
from kb.core.settings import Settings
from tests.relevance.judged_content import QUERIES
from tests.support.builders import Workspace, a_workspace

HEADERS = {"Accept": "application/json, text/event-stream"}
QUESTIONS = [query for query in QUERIES if query.type is QueryType.SENTENCE][:30]
LEAST_RIGHT = 28
GOOD_GRADE = 2
READ = 3
"""An agent reads the first three results."""


def called(client: FlaskClient, tool: str, **arguments: Any) -> dict[str, Any]:
    """Return the result of a tool, as the protocol has it."""
    params = {"name": tool, "arguments": arguments}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    answer = client.post("/mcp", json=body, headers=HEADERS)
    assert answer.status_code == 200, answer.text
    return dict(answer.get_json()["result"])


def test_judged_questions_lead_to_a_right_address(real_app: Flask) -> None:
    """Of thirty, at least 28: a record of grade 2 or 3 among the first three."""
    client, right = real_app.test_client(), []
    for query in QUESTIONS:
        arguments = {"question": query.text, "language": query.locale.value}
        body = called(client, "search", **arguments)["structuredContent"]
        good = {f"{key}" for key, grade in query.grades.items() if grade >= GOOD_GRADE}
        addresses = [result["address"] for result in body["results"][:READ]]
        if any(address.split("/", 4)[-1] in good for address in addresses):
            right.append(query.text)

    assert len(right) >= LEAST_RIGHT, {query.text for query in QUESTIONS} - {*right}


def test_each_record_has_its_address_strength_and_dates(real_app: Flask) -> None:
    """In results, answers, comparisons and references, in the language asked for."""
    client = real_app.test_client()
    question = "des photos intimes d'une élève circulent, que faire ?"
    answer = called(client, "answer", question=question, language="fr")
    practices = answer["structuredContent"]["answer"]["practices"]
    assert practices[0]["address"].endswith("/fr/practices/almendralejo-ai-nudes")
    assert practices[0]["strength"]["of_4"] == 2
    assert practices[0]["facts_checked"]

    ids = ["practice/milan-stolen-bikes", "/en/practices/tilburg-whatsapp"]
    table = called(client, "compare", record_ids=ids)["structuredContent"]
    names = {"practices/milan-stolen-bikes", "practices/tilburg-whatsapp"}
    assert {*table["criteria"][0]["values"]} == names

    cited = called(client, "cite", record_id=ids[0])["structuredContent"]
    assert all(cited["address"] in text for text in cited["references"].values())
    whole = called(client, "record", record_id=ids[0])["structuredContent"]
    assert whole["edition"]["body"]
    assert whole["facts"]["sources"]
    need = called(client, "need", record_id="needs/n14")["structuredContent"]
    assert need["without_answer"]
    assert need["practices"]
    assert len(called(client, "need")["structuredContent"]["needs"]) > 20


def test_text_of_files_is_marked_as_quoted(tmp_path: Path) -> None:
    """So that an agent follows no instruction in a document."""
    place = a_workspace(tmp_path)
    place.add_file(b"# Tools\n\nThe periscope reads the messages of the crowd.\n")
    texts = open_texts(place.locations)
    rebuild(open_stored_engine(place.locations), place.corpus(), texts=texts)
    client = create_app(Settings(place.locations)).test_client()

    found = called(client, "search", question="periscope", kind="deliverable")
    passage = found["structuredContent"]["results"][0]["passages"][0]

    assert "periscope" in passage["quoted_from_file"]
    assert "/text/" in passage["address"]


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        ("record", {"record_id": "nope"}, "There is no record 'nope'"),
        ("record", {}, "record_id: Field required"),
        ("search", {"question": "a", "language": "de"}, "language: "),
        ("search", {"question": "a" * 400}, "question: "),
        ("compare", {"record_ids": ["needs/n14", "needs/n01"]}, "can’t be compared"),
        ("need", {"record_id": "practices/milan-stolen-bikes"}, "is not a need"),
        ("delete", {}, "There is no tool"),
    ],
)
def test_a_wrong_call_gets_a_reason(
    real_app: Flask, tool: str, arguments: dict[str, Any], reason: str
) -> None:
    """An agent can correct its call by it."""
    result = called(real_app.test_client(), tool, **arguments)

    assert result["isError"]
    assert reason in result["content"][0]["text"]


def test_other_sites_and_long_requests_are_refused(real_app: Flask) -> None:
    """A page of another site could reach a service on the reader’s own machine."""
    client = real_app.test_client()
    other = {"Origin": "https://other.example"}

    assert client.post("/mcp", json={}, headers=HEADERS | other).status_code == 403
    assert client.post("/mcp", data=b" " * 70_000, headers=HEADERS).status_code == 413
    assert client.get("/mcp").status_code == 405
    broken = client.post("/mcp", data=b"{", headers=HEADERS, content_type="text/json")
    assert broken.status_code == 400


def test_an_agent_calls_over_standard_input(shared_workspace: Workspace) -> None:
    """The client of the SDK: it lists the tools and calls one."""
    folders = shared_workspace.locations
    command = StdioServerParameters(
        command=sys.executable,
        args=["-m", "kb.cli.main", "mcp"],
        env=os.environ
        | {"KB_DOCUMENTS": f"{folders.documents}", "KB_INDEX": f"{folders.index}"}
        | {"KB_INSTANCE": f"{folders.instance}", "KB_MEANING": "off"},
    )

    async def talk() -> tuple[set[str], dict[str, Any]]:
        async with (
            stdio_client(command) as (answers, requests),
            ClientSession(answers, requests) as session,
        ):
            await session.initialize()
            tools = await session.list_tools()
            result = await session.call_tool("search", {"question": "lamps"})
            return {tool.name for tool in tools.tools}, json.loads(
                result.content[0].text  # type: ignore[union-attr]  # it is a text
            )

    names, found = anyio.run(talk)

    assert names == {"search", "answer", "record", "need", "compare", "cite"}
    assert found["results"][0]["id"] == "practices/newtown-lamps"
