"""Warnings for unlinked records, unused practices and unused terms."""

from __future__ import annotations

from indexer.corpus.content_warnings import find_warnings
from tests.support.builders import Workspace


def warnings_of(workspace: Workspace) -> list[str]:
    """Return the warnings for the small corpus."""
    return [str(each) for each in find_warnings(workspace.corpus(), root="documents")]


def test_a_record_without_links_is_a_warning(workspace: Workspace) -> None:
    """Visitors reach it only by a search; pages are exempt."""
    lines = warnings_of(workspace)

    assert any(
        line.startswith("documents/events/undated/record.yaml:1: warning: this record")
        for line in lines
    )
    assert not any("events/w9/" in line for line in lines)
    assert not any("pages/" in line for line in lines)


def test_a_practice_without_need_or_recommendation_is_a_warning(
    workspace: Workspace,
) -> None:
    """A practice should answer a need or support a recommendation."""
    lines = [line for line in warnings_of(workspace) if "no need and no" in line]

    assert [line.split("/")[2] for line in lines] == ["half-written"]


def test_a_term_that_no_record_uses_is_a_warning(workspace: Workspace) -> None:
    """A use is a link, or one of its names in a text, plural included."""
    assert not any("this term" in line for line in warnings_of(workspace))
    workspace.replace("glossary/abuse/record.yaml", "related: [cyberbullying]\n", "")
    workspace.replace(
        "practices/newtown-lamps/fr.md", "(glossary/cyberbullying)", "(events/w9)"
    )
    workspace.replace("recommendations/rec-01/fr.md", "cyber-harcèlement", "violence")
    workspace.replace("recommendations/rec-01/en.md", "cyber-bullying", "violence")

    lines = [line for line in warnings_of(workspace) if "this term" in line]

    assert [line.split("/")[2] for line in lines] == ["cyberbullying"]
    workspace.replace("events/w9/en.md", "Everything", "Cyberbullyings")
    assert not any("this term" in line for line in warnings_of(workspace))
