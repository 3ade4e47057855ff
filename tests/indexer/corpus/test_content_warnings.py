"""Warnings for links, titles, French typography and the names of terms."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from indexer.corpus import content_warnings
from indexer.corpus.content_warnings import CheckedEdition, WarningFinder
from indexer.model.problems import Problem
from indexer.pipeline import open_corpus
from tests.support.builders import Workspace

LAMPS = "practices/newtown-lamps"


def warnings_of(workspace: Workspace) -> list[str]:
    """Return the warnings for the small corpus."""
    found = WarningFinder(workspace.documents, shown_root="documents").find(
        workspace.corpus()
    )
    return [str(each) for each in found]


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


@pytest.mark.parametrize(
    ("evidence", "evaluator", "is_proven"),
    [
        ("comparison", "A university", True),
        ("comparison", "City of Newtown", False),
        ("before-after", "A university", False),
    ],
)
def test_a_practice_that_worked_was_compared_by_another_body(
    workspace: Workspace, evidence: str, evaluator: str, *, is_proven: bool
) -> None:
    """Who did it may not be who says that it worked."""
    workspace.replace(
        f"{LAMPS}/record.yaml",
        "evidence: own-figures\nresult: not-measured",
        f"evidence: {evidence}\nresult: worked",
    )
    for name in ("fr.md", "en.md"):
        workspace.replace(
            f"{LAMPS}/{name}", "\nwho:", f'\nevaluation_by: "{evaluator}"\nwho:'
        )

    assert any("'worked' needs" in line for line in warnings_of(workspace)) != is_proven


@pytest.mark.parametrize(("words", "is_long"), [(14, False), (15, True)])
def test_a_title_over_14_words_is_a_warning(
    workspace: Workspace, words: int, *, is_long: bool
) -> None:
    """Signs are no words, and « l’éclairage » is one."""
    title = "Villeneuve : " + " ".join(["l’éclairage"] * (words - 1))
    workspace.replace(
        f"{LAMPS}/fr.md", "Villeneuve : rallumer l’éclairage des ruelles", title
    )

    lines = [line for line in warnings_of(workspace) if "the title" in line]

    assert bool(lines) is is_long
    if is_long:
        (line,) = lines
        assert line.startswith(f"documents/{LAMPS}/fr.md:2: warning: the title “Vill")
        assert line.endswith("has 15 words: shorten it to 14 words or fewer")


def test_a_french_sign_without_its_space_is_a_warning(workspace: Workspace) -> None:
    """It names the line and the word, once; `checked` accepts it."""
    workspace.replace(f"{LAMPS}/fr.md", "trois ruelles.", "trois ruelles!")
    workspace.replace(f"{LAMPS}/fr.md", "[l’atelier](events/w9) et", '"[x](events/w9)"')
    workspace.replace(f"{LAMPS}/en.md", "three lanes.", "three 'lanes'!")

    found = [line for line in warnings_of(workspace) if "newtown-lamps/fr" in line]
    (space,) = (line for line in found if "a space is missing" in line)
    (quote,) = (line for line in found if "a straight" in line)

    assert space == (
        f"documents/{LAMPS}/fr.md:15: warning: a space is missing in “ruelles!”: "
        "write an ordinary space before : ; ! ? in French; if it is right, add "
        "ruelles! to 'checked'"
    )
    assert quote == (
        f'documents/{LAMPS}/fr.md:20: warning: “"[x](events/w9)"” has a straight '
        "quotation mark or apostrophe: write « and », or ’; if it is right, add "
        "\"[x](events/w9)\" to 'checked'"
    )
    workspace.replace(f"{LAMPS}/record.yaml", "stage:", "checked: [ruelles!]\nstage:")
    assert not any("a space is missing" in line for line in warnings_of(workspace))


def test_a_name_of_two_terms_is_a_warning(workspace: Workspace) -> None:
    """Whatever its case, accents and plural; the title is right, the variant wrong."""
    name = "documents/glossary/{}: warning: “{}” is also a name of glossary/{}: keep it"
    workspace.replace(
        "glossary/abuse/fr.md", "\n---\n", "\nvariants: [Cyberharcelements]\n---\n"
    )
    workspace.replace(
        "glossary/abuse/en.md", "\n---\n", "\nvariants: [Online Bullying]\n---\n"
    )

    lines = [line for line in warnings_of(workspace) if "also a name" in line]

    assert [line.split(" in one of")[0] for line in lines] == [
        name.format("abuse/fr.md:4", "Cyberharcelements", "cyberbullying"),
        name.format("abuse/en.md:4", "Online Bullying", "cyberbullying"),
        name.format("cyberbullying/en.md:4", "online bullying", "abuse"),
    ]


def test_a_name_of_two_terms_may_be_right(workspace: Workspace) -> None:
    """`checked` in one of the two terms is enough; one term may repeat its name."""
    workspace.replace(
        "glossary/abuse/en.md", "\n---\n", "\nvariants: [Online Bullying]\n---\n"
    )
    workspace.replace(
        "glossary/cyberbullying/fr.md", "[cyber-har", "[Cyberharcèlements, cyber-har"
    )
    workspace.replace(
        "glossary/abuse/record.yaml", "themes:", "checked: [Online Bullying]\nthemes:"
    )

    lines = [line for line in warnings_of(workspace) if "also a name" in line]

    assert [line.split(":")[0] for line in lines] == [
        "documents/glossary/cyberbullying/en.md"
    ]


def test_a_variant_with_another_meaning_is_a_warning(workspace: Workspace) -> None:
    """The French « direct » also finds the English `direct`."""
    workspace.replace(
        "glossary/abuse/fr.md", "\n---\n", "\nvariants: [direct, en direct]\n---\n"
    )

    (line,) = (line for line in warnings_of(workspace) if "variant" in line)

    assert line == (
        "documents/glossary/abuse/fr.md:4: warning: a search with the variant “direct” "
        "finds “direct” in the other language, a word with another meaning: remove the "
        "variant, or add a word to it; if it is right, add direct to 'checked'"
    )
    workspace.replace(
        "glossary/abuse/record.yaml", "themes:", "checked: [direct]\nthemes:"
    )
    assert not any("variant" in line for line in warnings_of(workspace))


def test_a_kept_finder_finds_what_a_new_one_finds(workspace: Workspace) -> None:
    """It checks changed records only, whatever changed: text, term, link, record."""
    reader = open_corpus(workspace.locations)
    finder = WarningFinder(workspace.documents, shown_root="documents")

    kept: list[str] = []
    changes: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: workspace.replace(f"{LAMPS}/fr.md", "1 200", "1 300"),
        lambda: workspace.replace(
            "glossary/abuse/record.yaml", "related: [cyberbullying]\n", ""
        ),
        lambda: workspace.replace(
            f"{LAMPS}/fr.md", "(glossary/cyberbullying)", "(events/w9)"
        ),
        lambda: workspace.replace(
            "recommendations/rec-01/fr.md", "cyber-harcèlement", "violence"
        ),
        lambda: workspace.replace(
            "recommendations/rec-01/en.md", "cyber-bullying", "violence"
        ),
        lambda: shutil.rmtree(workspace.path("events/undated")),
    )
    for change in changes:
        change()
        kept = [str(warning) for warning in finder.find(reader.read())]
        assert kept == warnings_of(workspace)
    assert any("this term" in line for line in kept)


def test_a_kept_finder_reads_no_unchanged_text(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The texts of a record are parsed once."""
    reader = open_corpus(workspace.locations)
    finder = WarningFinder(workspace.documents, shown_root="documents")
    first = [str(warning) for warning in finder.find(reader.read())]
    checked: list[str] = []
    compare = content_warnings.compare_editions

    def noted(one: CheckedEdition, *others: Any) -> Iterator[Problem]:
        checked.append(one.path)
        return compare(one, *others)

    monkeypatch.setattr(content_warnings, "compare_editions", noted)
    assert [str(warning) for warning in finder.find(reader.read())] == first
    assert checked == []
    workspace.replace(f"{LAMPS}/fr.md", "1 200", "1 300")
    tuple(finder.find(reader.read()))
    assert set(checked) == {f"documents/{LAMPS}/fr.md", f"documents/{LAMPS}/en.md"}
