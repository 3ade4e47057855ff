"""Tests of the lexicon and the places, whose files are also edited by hand."""

import threading
from pathlib import Path

import pytest

from indexer.corpus.shared_files import read_corrections, read_gazetteer
from indexer.model.ids import Locale
from indexer.model.problems import Problem
from indexer.model.word_links import WordPair
from indexer.pipeline import Locations
from kb.publishing.changes.repository import Repository
from kb.publishing.records.yaml_blocks import with_items, without_items
from kb.publishing.shared_files import (
    HEADING,
    LexiconSection,
    PairError,
    PairFault,
    PlaceError,
    PlaceFault,
    TypedPlace,
    add_pair,
    add_place,
    correct_place,
    remove_pair,
)
from tests.support.builders import PROJECT

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


def test_an_item_goes_to_the_end_of_its_list() -> None:
    """It has the indentation of the list; comments and other lists stay in place."""
    before, after = HAND_WRITTEN.split("    # - {fr: vélo")

    text = with_items(HAND_WRITTEN, "always", ["{fr: a, en: b}", "{fr: c, en: d}"])

    added = "    - {fr: a, en: b}\n    - {fr: c, en: d}\n"
    assert text == f"{before}{added}    # - {{fr: vélo{after}"
    assert with_items("# c\nnever: [] # d\n", "never", ["a"]) == (
        "# c\nnever: # d\n  - a\n"
    )
    assert with_items("always: []\n", "never", ["a"]) == "always: []\nnever:\n  - a\n"


@pytest.mark.parametrize("section", list(LexiconSection))
def test_each_pair_of_our_lexicon_is_one_line(section: LexiconSection) -> None:
    """Removing a pair removes its line; adding it again writes the same line."""
    text = (PROJECT / "documents/lexicon.yaml").read_text("utf-8")
    lines = text.splitlines()
    corrections = read_corrections(PROJECT / "documents/lexicon.yaml", "", [])
    pairs: tuple[WordPair, ...] = getattr(corrections, section)
    assert pairs
    for pair in pairs[::5]:
        words = {"fr": pair.french, "en": pair.english}

        remaining = without_items(text, section, words.__eq__)
        flow = f"{{fr: {pair.french}, en: {pair.english}}}"
        added = with_items(remaining, section, [flow])

        assert len(remaining.splitlines()) == len(lines) - 1
        assert sorted(added.splitlines()) == sorted(lines)


def test_each_place_of_ours_is_corrected_in_its_line(repository: Repository) -> None:
    """The other lines keep their bytes, and so do the blank lines around it."""
    text = (PROJECT / "documents/places.yaml").read_text("utf-8")
    path = repository.locations.documents / "places.yaml"
    for place in [
        *read_gazetteer(PROJECT / "documents/places.yaml", "", []).places.values()
    ][::9]:
        path.write_text(text, "utf-8")
        name = f"{place.names['fr']} bis"

        typed = a_town(name, place.names["en"], place.within, (1.0, 2.5))
        correct_place(repository.locations, place.slug, typed)

        after = path.read_text("utf-8")
        old, new = text.split("\n"), after.split("\n")
        changed = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
        ((was, now),) = changed
        assert was.startswith(f"{place.slug}:")
        assert now.startswith(f"{place.slug}: {{fr: {name}, ")


def test_only_the_lines_of_an_item_are_removed() -> None:
    """Comments around it stay, and so does an item that reads otherwise."""
    text = without_items(HAND_WRITTEN, "never", lambda item: item["fr"] == "ligne")

    assert text == HAND_WRITTEN.replace("- fr: ligne\n  en: rank\n", "")
    assert without_items(HAND_WRITTEN, "always", lambda item: "x" in item) == (
        HAND_WRITTEN
    )
    listed = "# c\n- id: one\n  of:\n    a: 1\n# d\n- id: two\n"
    assert without_items(listed, "", lambda item: item["id"] == "one") == (
        "# c\n# d\n- id: two\n"
    )


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


def a_town(
    fr: str = "Bordeaux",
    en: str = "Bordeaux",
    within: str | None = "no-country",
    at: tuple[float | None, float | None] = (44.84, -0.58),
) -> TypedPlace:
    """Return a typed place."""
    return TypedPlace({Locale.FR: fr, Locale.EN: en}, within, *at)


def test_a_new_place_is_known_at_once(repository: Repository) -> None:
    """Comments and order of the file stay; the place has a line under a heading."""
    path = repository.locations.documents / "places.yaml"
    before = path.read_text("utf-8")

    country = add_place(repository.locations, a_town("Norvège", "Norway", None))
    town = add_place(repository.locations, a_town("Oslo", "Oslo", country.slug))

    gazetteer = repository.reader.read().gazetteer
    assert [each.slug for each in gazetteer.around("oslo")] == ["oslo", "norway"]
    assert gazetteer["oslo"] == town
    text = path.read_text("utf-8")
    assert text.startswith(before.rstrip())
    assert text.count(HEADING) == 1


@pytest.mark.parametrize(
    "name", ["No", "L’Aquila: centre", "# not a comment", "Ål {1}", "'s-Hertogenbosch"]
)
def test_any_name_can_be_written(name: str, repository: Repository) -> None:
    """Characters that mean something in YAML are quoted."""
    add_place(repository.locations, a_town("Norvège", "Norway", None))

    place = add_place(repository.locations, a_town(name, name, "norway"))

    assert repository.reader.read().gazetteer[place.slug].names["fr"] == name


def test_all_faults_are_told_at_once(repository: Repository) -> None:
    """Nothing is written."""
    path = repository.locations.documents / "places.yaml"
    before = path.read_bytes()

    with pytest.raises(PlaceError) as caught:
        add_place(repository.locations, a_town(" ", "x" * 81, "", (None, float("nan"))))

    assert caught.value.faults == {
        "fr": PlaceFault.NO_NAME,
        "en": PlaceFault.LONG_NAME,
        "within": PlaceFault.NO_WITHIN,
        "latitude": PlaceFault.NO_COORDINATE,
        "longitude": PlaceFault.NO_COORDINATE,
    }
    assert path.read_bytes() == before


def test_two_towns_of_one_country_have_two_names(repository: Repository) -> None:
    """The same name in another country is another place, with an id of its own."""
    locations = repository.locations
    add_place(locations, a_town("Norvège", "Norway", None))
    add_place(locations, a_town("Suède", "Sweden", None))
    add_place(locations, a_town("Kil", "Kil", "norway"))

    other = add_place(locations, a_town("Kil", "Kil", "sweden"))

    assert other.slug == "kil-sweden"
    with pytest.raises(PlaceError) as caught:
        add_place(locations, a_town("kil", "KIL", "norway"))
    assert set(caught.value.faults.values()) == {PlaceFault.KNOWN}


def test_a_place_is_corrected_in_its_line(repository: Repository) -> None:
    """Its id stays; it cannot lie in itself, or in a place that it contains."""
    locations = repository.locations
    add_place(locations, a_town("Norvège", "Norway", None))
    add_place(locations, a_town("Olso", "Olso", "norway"))

    correct_place(locations, "olso", a_town("Oslo", "Oslo", "norway", (59.9, 10.7)))

    gazetteer = repository.reader.read().gazetteer
    assert gazetteer["olso"].names == {"fr": "Oslo", "en": "Oslo"}
    assert gazetteer["olso"].latitude == pytest.approx(59.9)
    for within in ("norway", "olso", "nowhere"):
        with pytest.raises(PlaceError):
            correct_place(locations, "norway", a_town("Norvège", "Norway", within))


def test_a_damaged_file_of_places_is_left_as_it_is(repository: Repository) -> None:
    """The content check names the line that a person must correct."""
    path = repository.locations.documents / "places.yaml"
    path.write_text("here: {fr: Ici}\n", "utf-8")

    with pytest.raises(PlaceError) as caught:
        add_place(repository.locations, a_town(within=None))

    assert caught.value.faults == {"": PlaceFault.UNREADABLE}
    assert path.read_text("utf-8") == "here: {fr: Ici}\n"


def test_only_the_line_of_a_place_is_replaced(repository: Repository) -> None:
    """The lines around it stay; a place on several lines is left to a person."""
    path = repository.locations.documents / "places.yaml"
    line = "oslo: {fr: Oslo, en: Oslo, latitude: 1.000, longitude: 2.000}"
    written = "norway:\n  fr: a\n  en: b\n  latitude: 1\n  longitude: 2\n"
    path.write_text(f"# Towns\n{line}\n\n# Countries\n{written}", "utf-8")

    correct_place(repository.locations, "oslo", a_town("Ålo", "Alo", None, (3, 4)))

    new = "oslo: {fr: Ålo, en: Alo, latitude: 3.000, longitude: 4.000}"
    text = f"# Towns\n{new}\n\n# Countries\n{written}"
    assert path.read_text("utf-8") == text
    with pytest.raises(PlaceError) as caught:
        correct_place(repository.locations, "norway", a_town("c", "d", None))
    assert caught.value.faults == {"": PlaceFault.UNREADABLE}
    assert path.read_text("utf-8") == text
