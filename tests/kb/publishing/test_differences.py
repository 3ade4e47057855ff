"""What differs is told by field and by paragraph, and nothing else is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, Locale
from kb.publishing.history.differences import compare_texts, merge_difference
from kb.publishing.records.form_fields import fields_of
from kb.publishing.records.form_values import read_values

BEFORE = {
    RECORD_FILE: "id: n1\nevents: [w1, w2]\nsources:\n  - https://example.org/\n",
    "fr.md": "---\ntitle: Un titre\n---\nPremier.\n\nDeuxième mot.\n\nTroisième.\n",
}


def told(after: dict[str, str]) -> list[tuple[str, str, str, str]]:
    """Say in short what differs."""
    return [
        (each.file, each.field, each.old_text, each.new_text)
        for each in compare_texts(Kind.NEED, BEFORE, after)
    ]


def test_a_paragraph_is_told_with_its_words_marked() -> None:
    """The others are not shown."""
    after = {**BEFORE, "fr.md": BEFORE["fr.md"].replace("mot", "autre mot")}

    (difference,) = compare_texts(Kind.NEED, BEFORE, after)

    assert [(piece.text, piece.is_marked) for piece in difference.new] == [
        ("Deuxième", False),
        (" autre", True),
        (" mot.", False),
    ]
    assert not any(piece.is_marked for piece in difference.old)


def test_what_is_added_and_removed_is_told() -> None:
    """Entries of lists, paragraphs, whole languages."""
    after = {
        RECORD_FILE: BEFORE[RECORD_FILE].replace("w1, w2", "w2, w3"),
        "fr.md": BEFORE["fr.md"].replace("Premier.\n\n", ""),
        "en.md": "---\ntitle: A title\n---\n",
    }

    assert told(after) == [
        (RECORD_FILE, "events", "w1", ""),
        (RECORD_FILE, "events", "", "w3"),
        ("fr.md", "body", "Premier.", ""),
        ("en.md", "title", "", "A title"),
    ]


def test_what_no_form_shows_is_told_by_line() -> None:
    """Remarks, slips, what can't be read."""
    after = {**BEFORE, RECORD_FILE: "# A remark.\n" + BEFORE[RECORD_FILE]}

    assert told(after) == [(RECORD_FILE, "", "", "# A remark.")]
    assert told({**BEFORE, "fr.md": "Nothing"})
    assert told(dict(BEFORE)) == []


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_give_the_texts(old: str, new: str) -> None:
    """No letter is lost on the way to the page, whatever was typed."""
    before, after = ({RECORD_FILE: f"# {text}"} for text in (old, new))

    differences = compare_texts(Kind.PAGE, before, after)

    for difference in differences:
        assert difference.old_text in before[RECORD_FILE]
        assert difference.new_text in after[RECORD_FILE]
    assert bool(differences) == (old != new)


def test_one_paragraph_is_taken_over_and_the_others_stay() -> None:
    """Two people who wrote in one text each keep their words."""
    theirs = {**BEFORE, "fr.md": BEFORE["fr.md"].replace("Troisième.", "Le troisième.")}
    mine = {**BEFORE, "fr.md": BEFORE["fr.md"].replace("Premier.", "Mon premier.")}
    _, third = compare_texts(Kind.NEED, theirs, mine)
    body = next(each for each in fields_of(Kind.NEED, "fr.md") if each.name == "body")
    was, now = (
        read_values(Kind.NEED, texts).words[Locale.FR]["body"]
        for texts in (theirs, mine)
    )

    taken = merge_difference(body, was, now, third.key)

    assert taken == "Mon premier.\n\nDeuxième mot.\n\nLe troisième."
    kept = merge_difference(body, was, now, "no such difference")
    assert kept == "Mon premier.\n\nDeuxième mot.\n\nTroisième."


def test_one_entry_of_a_list_is_taken_over() -> None:
    """Added by them, or removed by them; the rest stays."""
    theirs = {RECORD_FILE: "id: n1\nevents: [w1, w3]\n"}
    mine = {RECORD_FILE: "id: n1\nevents: [w0, w1, w2]\n"}
    added, changed = compare_texts(Kind.NEED, theirs, mine)
    events = next(
        each for each in fields_of(Kind.NEED, RECORD_FILE) if each.name == "events"
    )
    was, now = (
        read_values(Kind.NEED, texts).facts["events"] for texts in (theirs, mine)
    )

    assert merge_difference(events, was, now, added.key) == ("w1", "w2")
    assert merge_difference(events, was, now, changed.key) == ("w0", "w1", "w3")
