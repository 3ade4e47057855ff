"""Tests of the differences between two states of a record."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale
from indexer.model.schema.kinds import SCHEMAS
from kb.publishing.history.differences import compare_texts, merge_difference
from kb.publishing.records.form_values import read_values

BEFORE = {
    RECORD_FILE: "id: n1\nevents: [w1, w2]\nsources:\n  - https://example.org/\n",
    "fr.md": "---\ntitle: Un titre\n---\nPremier.\n\nDeuxième mot.\n\nTroisième.\n",
}


def described(after: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """Return the differences as (file, field, old, new) with marks."""
    return [
        (each.file, each.field, each.old_text, each.new_text)
        for each in compare_texts(Kind.NEED, BEFORE, after)
    ]


def test_changed_words_of_a_paragraph_are_marked() -> None:
    """Unchanged paragraphs are not part of the result."""
    after = {**BEFORE, "fr.md": BEFORE["fr.md"].replace("mot", "autre mot")}

    (difference,) = compare_texts(Kind.NEED, BEFORE, after)

    assert [(piece.text, piece.is_marked) for piece in difference.new] == [
        ("Deuxième", False),
        (" autre", True),
        (" mot.", False),
    ]
    assert not any(piece.is_marked for piece in difference.old)


def test_additions_and_removals() -> None:
    """List items, paragraphs and whole languages are reported."""
    after = {
        RECORD_FILE: BEFORE[RECORD_FILE].replace("w1, w2", "w2, w3"),
        "fr.md": BEFORE["fr.md"].replace("Premier.\n\n", ""),
        "en.md": "---\ntitle: A title\n---\n",
    }

    assert described(after) == [
        (RECORD_FILE, "events", "w1", ""),
        (RECORD_FILE, "events", "", "w3"),
        ("fr.md", "body", "Premier.", ""),
        ("en.md", "title", "", "A title"),
    ]


def test_comments_and_invalid_yaml_are_compared_by_line() -> None:
    """Text outside form fields is compared line by line."""
    after = {**BEFORE, RECORD_FILE: "# A remark.\n" + BEFORE[RECORD_FILE]}

    assert described(after) == [(RECORD_FILE, "", "", "# A remark.")]
    assert described({**BEFORE, "fr.md": "Nothing"})
    assert described(dict(BEFORE)) == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_joined_pieces_equal_the_texts(old: str, new: str) -> None:
    """The pieces of a difference contain every character of both texts."""
    before, after = ({RECORD_FILE: f"# {text}"} for text in (old, new))

    differences = compare_texts(Kind.PAGE, before, after)

    for difference in differences:
        assert difference.old_text in before[RECORD_FILE]
        assert difference.new_text in after[RECORD_FILE]
    assert bool(differences) == (old != new)


def test_merge_of_one_paragraph_keeps_the_others() -> None:
    """Two editors of one text each keep their other paragraphs."""
    theirs = {**BEFORE, "fr.md": BEFORE["fr.md"].replace("Troisième.", "Le troisième.")}
    mine = {**BEFORE, "fr.md": BEFORE["fr.md"].replace("Premier.", "Mon premier.")}
    _, third = compare_texts(Kind.NEED, theirs, mine)
    body = next(each for each in SCHEMAS[Kind.NEED].words if each.name == "body")
    was, now = (
        read_values(Kind.NEED, texts).words[Locale.FR]["body"]
        for texts in (theirs, mine)
    )

    taken = merge_difference(body, was, now, third.key)

    assert taken == "Mon premier.\n\nDeuxième mot.\n\nLe troisième."
    unchanged = merge_difference(body, was, now, "no such difference")
    assert unchanged == "Mon premier.\n\nDeuxième mot.\n\nTroisième."


def test_merge_of_one_list_item_keeps_the_others() -> None:
    """An item added or removed by the other editor is merged alone."""
    theirs = {RECORD_FILE: "id: n1\nevents: [w1, w3]\n"}
    mine = {RECORD_FILE: "id: n1\nevents: [w0, w1, w2]\n"}
    added, changed = compare_texts(Kind.NEED, theirs, mine)
    events = next(each for each in SCHEMAS[Kind.NEED].facts if each.name == "events")
    was, now = (
        read_values(Kind.NEED, texts).facts["events"] for texts in (theirs, mine)
    )

    assert merge_difference(events, was, now, added.key) == ("w1", "w2")
    assert merge_difference(events, was, now, changed.key) == ("w0", "w1", "w3")
