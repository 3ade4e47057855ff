"""The documentation agrees with the code: commands, settings, paths and links."""

import re
from pathlib import Path

import click
import pytest
import yaml

from indexer.analysis.tokens import fold
from indexer.model.facets import FacetName
from indexer.model.ids import Kind
from indexer.model.vocabulary import Availability, DeliverableType, EventType, Firmness
from indexer.query_language.query_reader import FIELDS
from kb.cli.main import main
from kb.core.settings import VARIABLES
from tests.support.builders import PROJECT

DOCUMENTS = sorted(
    path.relative_to(PROJECT).as_posix()
    for path in (
        *PROJECT.glob("*.md"),
        *PROJECT.glob("docs/**/*.md"),
        PROJECT / "documents" / "README.md",
    )
)
"""The pages of the documentation; editions of records are content."""

_CODE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_PATH = re.compile(
    r"`((?:benchmarks|docs|documents|indexer|kb|templates|tests)/[^`\s]*)`"
)
_PLACEHOLDERS = "<*{…"


def text_of(name: str) -> str:
    """Return the text of a file."""
    return (PROJECT / name).read_text("utf-8")


def headings(page: Path) -> set[str]:
    """Return the anchors of the headings of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def commands(group: click.Group, prefix: str = "kb") -> list[str]:
    """Return the names of the commands of a group, subgroups included."""
    names = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            names += commands(command, f"{prefix} {name}")
        else:
            names.append(f"{prefix} {name}")
    return names


def test_every_command_is_documented() -> None:
    """Each command and subcommand is in the README."""
    readme = text_of("README.md")

    for command in commands(main):
        assert f"`{command}" in readme, command


def test_settings_in_the_documentation_exist() -> None:
    """Each `KB_…` name in a page is a setting."""
    for name in DOCUMENTS:
        for variable in re.findall(r"\bKB_[A-Z_]+", text_of(name)):
            assert variable in VARIABLES, (name, variable)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_between_pages_resolve(name: str) -> None:
    """The file of a relative link exists, and so does the heading of its fragment."""
    for target, fragment in _LINK.findall(_CODE.sub("", text_of(name))):
        page = (PROJECT / name).parent / target if target else PROJECT / name
        assert page.exists(), target
        assert not fragment or fragment in headings(page), (target, fragment)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_paths_in_backticks_exist(name: str) -> None:
    """A folder, a file or a module (without its suffix) that a page names exists."""
    for path in _PATH.findall(_CODE.sub("", text_of(name))):
        if not any(sign in path for sign in _PLACEHOLDERS):
            place = PROJECT / path
            assert place.exists() or place.with_suffix(".py").exists(), path


@pytest.mark.parametrize("package", ["indexer", "kb"])
def test_folders_are_in_the_architecture(package: str) -> None:
    """Each folder of the first level of a package is in ARCHITECTURE.md."""
    architecture = text_of("ARCHITECTURE.md")

    for folder in (PROJECT / package).iterdir():
        if folder.is_dir() and folder.name != "__pycache__":
            assert f"`{package}/{folder.name}" in architecture, folder.name


def test_decisions_are_listed_in_their_index() -> None:
    """Each page of a decision has a row in the index."""
    index = text_of("docs/decisions/README.md")

    for path in PROJECT.glob("docs/decisions/[0-9]*.md"):
        assert f"({path.name})" in index, path.name


def test_buttons_of_the_staff_guide_exist() -> None:
    """Each text in italics in the staff guide is a text of the interface."""
    catalog = text_of("kb/translations/fr/LC_MESSAGES/messages.po")

    for label in re.findall(r"\*([A-Z][^*]+)\*", text_of("docs/staff.md")):
        assert f'msgid "{" ".join(label.split())}"' in catalog, label


def test_buttons_of_the_french_staff_guide_exist() -> None:
    """Each text in italics in it is a text of the interface in French."""
    catalog = text_of("kb/translations/fr/LC_MESSAGES/messages.po")

    for label in re.findall(r"\*([A-ZÀÉ][^*]+)\*", text_of("docs/staff.fr.md")):
        assert f'msgstr "{" ".join(label.split())}"' in catalog, label


def test_make_targets_of_the_documentation_exist() -> None:
    """Each `make` command in a code block is a target of the Makefile."""
    makefile = text_of("Makefile")

    for name in DOCUMENTS:
        for target in re.findall(r"^make ([a-z-]+)", text_of(name), re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE), (name, target)


def test_every_value_that_staff_may_choose_is_listed() -> None:
    """The guide to the content lists each value of the choice fields."""
    guide = text_of("documents/README.md")

    for values in (DeliverableType, Availability, EventType, Firmness):
        for value in values:
            assert f"`{value.value}`" in guide, value


def test_the_compose_file_starts_three_nodes_of_the_tested_server() -> None:
    """Its nodes listen on this machine only, since they have no sign-in."""
    text = (PROJECT / "docs/cluster/compose.yaml").read_text("utf-8")
    services = yaml.safe_load(text)["services"]
    tested = re.search(
        "<opensearch.version>(.+)</", (PROJECT / "tests/cluster/pom.xml").read_text()
    )

    assert len(services) == 3
    for service in services.values():
        assert tested is not None
        assert service["image"].endswith(f":{tested.group(1)}")
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def test_every_target_of_make_is_explained() -> None:
    """Each phony target has a description for `make help`."""
    makefile = text_of("Makefile")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)

    assert phony is not None
    for target in phony.group(1).split():
        assert re.search(rf"^{target}:.*## ", makefile, re.MULTILINE), target


def test_the_fields_of_a_query_are_in_the_help_of_both_languages() -> None:
    """The help pages list each facet by its name, those of the same kinds together."""
    by_kinds: dict[tuple[Kind, ...], set[FacetName]] = {}
    for facet in FacetName:
        by_kinds.setdefault(facet.declared.kinds, set()).add(facet)
    names = {
        "fr": {facet.declared.french[0]: facet for facet in FacetName},
        "en": {facet.value: facet for facet in FacetName},
    }
    for locale, facets in names.items():
        page = text_of(f"documents/pages/help/{locale}.md")
        items = [
            {facets[name] for name in re.findall(r"`(\w+)`", line) if name in facets}
            for line in page.splitlines()
            if line.startswith("- ")
        ]
        for together in by_kinds.values():
            assert together in items, (locale, together)


def test_each_name_of_a_query_means_one_facet() -> None:
    """Of two facets with the same name, a query would reach one only."""
    names = {facet: map(fold, facet.query_names) for facet in FacetName}

    for facet, of_facet in names.items():
        assert {FIELDS[name] for name in of_facet} == {facet}
