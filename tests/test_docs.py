"""What the documentation says is true."""

from __future__ import annotations

import re

import click

from indexer.model.facets import FacetName
from indexer.model.records import Availability, DeliverableType, EventType, Firmness
from indexer.query_language.parser import FIELDS
from kb.cli.main import main
from kb.core.settings import VARIABLES
from tests.support.builders import PROJECT

DOCUMENTS = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/running.md",
    "documents/README.md",
)


def text_of(name: str) -> str:
    """Read a document."""
    return (PROJECT / name).read_text("utf-8")


def commands(group: click.Group, prefix: str = "kb") -> list[str]:
    """List the commands of a group and of those inside it."""
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, f"{prefix} {name}")
        else:
            found.append(f"{prefix} {name}")
    return found


def test_every_command_is_documented() -> None:
    """And none that there is not."""
    readme = text_of("README.md")

    for command in commands(main):
        assert f"`{command}" in readme, command


def test_every_variable_that_is_named_exists() -> None:
    """A setting of a document that nothing reads is worse than none."""
    for name in DOCUMENTS:
        for variable in re.findall(r"\bKB_[A-Z_]+", text_of(name)):
            assert variable in VARIABLES, (name, variable)


def test_links_between_documents_lead_somewhere() -> None:
    """A document moves, its links with it."""
    for name in DOCUMENTS:
        folder = (PROJECT / name).parent
        text = text_of(name) if name != "documents/README.md" else ""
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (folder / target).exists(), (name, target)


def test_every_value_that_staff_may_choose_is_listed() -> None:
    """The guide to the content is all that staff have."""
    guide = text_of("documents/README.md")

    for values in (DeliverableType, Availability, EventType, Firmness):
        for value in values:
            assert f"`{value.value}`" in guide, value


def test_every_target_of_make_is_explained() -> None:
    """`make help` lists them."""
    makefile = text_of("Makefile")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)

    assert phony is not None
    for target in phony.group(1).split():
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target


def test_the_fields_of_a_query_are_in_the_help_of_both_languages() -> None:
    """Visitors learn of them there."""
    for locale in ("fr", "en"):
        page = text_of(f"documents/pages/help/{locale}.md")
        for facet in FacetName:
            assert f"`{facet.value}`" in page, (locale, facet)
    assert set(FacetName) == {facet for facet in FIELDS.values() if facet is not None}
