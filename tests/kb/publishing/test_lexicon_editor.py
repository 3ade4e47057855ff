"""Tests of the lexicon editor, whose file is also edited by hand."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from indexer.corpus.shared_files import read_corrections
from indexer.model.problems import Problem
from indexer.model.word_links import WordPair
from indexer.pipeline import Locations
from kb.publishing.lexicon_editor import (
    LexiconSection,
    PairError,
    PairFault,
    add_pair,
    remove_pair,
    with_pair,
)

PAIR = WordPair("trottinette", "scooter")
HAND_WRITTEN = """\
# Words of the two languages.
always:
    - {fr: plainte, en: complaint}   # asked by the police
    # - {fr: vélo, en: bike}

# And these never.
never:
- fr: ligne
  en: rank
"""


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    """Return locations with empty folders."""
    (tmp_path / "documents").mkdir()
    return Locations(tmp_path / "documents", tmp_path / "index", tmp_path / "instance")


@pytest.mark.parametrize("section", list(LexiconSection))
@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing yet\n",
        "always: []\nnever: []\n",
        "never:\n  - {fr: a, en: b}\n",
        HAND_WRITTEN,
        HAND_WRITTEN.rstrip("\n"),
        HAND_WRITTEN.replace("\n", "\r\n"),
    ],
)
def test_adding_a_pair_keeps_the_other_lines(
    locations: Locations, section: LexiconSection, text: str
) -> None:
    """Comments and order are kept."""
    path = locations.documents / "lexicon.yaml"
    path.write_text(text, "utf-8", newline="")

    add_pair(locations, section, PAIR)

    problems: list[Problem] = []
    parsed = read_corrections(path, "lexicon.yaml", problems)
    assert problems == []
    assert PAIR in getattr(parsed, section.value)
    new_lines = path.read_text("utf-8").splitlines()
    assert [
        line for line in text.splitlines() if line not in new_lines and "[]" not in line
    ] == []
    assert [each.name for each in locations.documents.iterdir()] == ["lexicon.yaml"]


@pytest.mark.parametrize(
    "pair", [WordPair("plainte", "complaint"), WordPair("ligne", "rank"), PAIR]
)
def test_removing_a_pair_keeps_the_other_lines(
    locations: Locations, pair: WordPair
) -> None:
    """Any YAML style of the pair is removed."""
    path = locations.documents / "lexicon.yaml"
    path.write_text(HAND_WRITTEN, "utf-8")
    add_pair(locations, LexiconSection.ALWAYS, PAIR)
    problems: list[Problem] = []
    before = read_corrections(path, "lexicon.yaml", problems)

    remove_pair(locations, pair)

    after = read_corrections(path, "lexicon.yaml", problems)
    assert problems == []
    assert {*before.always, *before.never} - {*after.always, *after.never} == {pair}
    assert "# Words of the two languages." in path.read_text("utf-8")
    with pytest.raises(PairError) as caught:
        remove_pair(locations, pair)
    assert caught.value.fault is PairFault.UNKNOWN


def test_a_pair_is_appended_to_its_section() -> None:
    """The other section is unchanged."""
    text = with_pair(HAND_WRITTEN, LexiconSection.ALWAYS, PAIR)

    lines = text.splitlines()
    index = lines.index("    - {fr: trottinette, en: scooter}")
    assert lines[index - 1].startswith("    - {fr: plainte")


@pytest.mark.parametrize(
    ("french", "english", "field"),
    [
        ("deux mots", "bike", "fr"),
        ("vélo", "two words", "en"),
        ("", "bike", "fr"),
        ("vélo", "!!!", "en"),
        ("x" * 61, "bike", "fr"),
        ("vélo\nnever:", "bike", "fr"),
        ("vélo\t", "bike", "fr"),
    ],
)
def test_texts_of_several_words_are_rejected(
    locations: Locations, french: str, english: str, field: str
) -> None:
    """The file is not written."""
    with pytest.raises(PairError) as caught:
        add_pair(locations, LexiconSection.ALWAYS, WordPair(french, english))

    assert (caught.value.fault, caught.value.field) == (PairFault.NOT_ONE_WORD, field)
    assert list(locations.documents.iterdir()) == []


@pytest.mark.parametrize(
    "word", ["a}", "{a", "#a", "a:", "*a", "&a", "'a", '"a', "[a", "yes", "1", "l’a"]
)
def test_yaml_syntax_in_words_is_quoted(locations: Locations, word: str) -> None:
    """A word can't change other lines of the file."""
    pair = WordPair(word, "bike")

    add_pair(locations, LexiconSection.NEVER, pair)

    path = locations.documents / "lexicon.yaml"
    assert read_corrections(path, "lexicon.yaml", []).never == (pair,)


def test_a_pair_is_not_added_twice(locations: Locations) -> None:
    """It can't be in both sections either."""
    add_pair(locations, LexiconSection.ALWAYS, PAIR)

    for section in LexiconSection:
        with pytest.raises(PairError) as caught:
            add_pair(locations, section, PAIR)
        assert caught.value.fault is PairFault.KNOWN


@pytest.mark.parametrize("text", ["always: {", "- a\n- b\n", "always: yes\n", "x: 1\n"])
def test_a_damaged_file_is_not_written(locations: Locations, text: str) -> None:
    """An edit could lose what the parser does not understand."""
    path = locations.documents / "lexicon.yaml"
    path.write_text(text)

    with pytest.raises(PairError) as caught:
        add_pair(locations, LexiconSection.ALWAYS, PAIR)

    assert caught.value.fault is PairFault.UNREADABLE
    assert path.read_text() == text


def test_concurrent_additions_are_all_stored(locations: Locations) -> None:
    """The editor holds a lock."""
    words = [f"{first}{second}mot" for first in "abc" for second in "abcd"]
    threads = [
        threading.Thread(
            target=add_pair,
            args=(locations, LexiconSection.ALWAYS, WordPair(word, "word")),
        )
        for word in words
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    path = locations.documents / "lexicon.yaml"
    parsed = read_corrections(path, "lexicon.yaml", []).always
    assert {each.french for each in parsed} == set(words)
