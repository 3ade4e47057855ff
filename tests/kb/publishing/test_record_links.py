"""Tests of edits of the links of a record."""

from hypothesis import given
from hypothesis import strategies as st

from indexer.corpus.record_reader import RECORD_FILE
from indexer.model.ids import Kind, RecordId
from kb.publishing.records.form_values import read_values
from kb.publishing.records.record_links import (
    redirected,
    with_links_back,
    without_links,
)

TARGET = RecordId(Kind.EVENT, "w1")
NEW = RecordId(Kind.EVENT, "w2")

lines = st.lists(
    st.sampled_from(
        [
            "[Un atelier](events/w1) et [un autre](events/w2).",
            "[Le [même]](events/w1#suite), [ici]( events/w1 ).",
            "Voir [w10](events/w10) (events/w1).",
            "Rien.",
            "",
        ]
    ),
    max_size=6,
)
ids = st.lists(st.sampled_from(["w1", "w2", "w10"]), unique=True, max_size=3)


def texts_of(events: list[str], body: list[str]) -> dict[str, str]:
    """Return the texts of a need with links."""
    rows = "\n".join(body).strip("\n")
    return {
        RECORD_FILE: f"id: n1\nevents: [{', '.join(events)}]\n# End.\n",
        "fr.md": f"---\ntitle: Un\nsummary: Deux\n---\n{rows}\n",
    }


def events_in(texts: dict[str, str]) -> list[str]:
    """Return the events that a need names."""
    events = read_values(Kind.NEED, texts).facts.get("events", ())
    return [str(each) for each in events]


@given(ids, lines)
def test_removed_links_are_restored_byte_for_byte(
    events: list[str], body: list[str]
) -> None:
    """The texts were not edited in between."""
    texts = texts_of(events, body)

    cut = without_links(Kind.NEED, texts, TARGET)

    assert "](events/w1)" not in cut["fr.md"]
    assert "w1" not in events_in(cut)
    assert cut["fr.md"].count("events/w10") == texts["fr.md"].count("events/w10")
    assert with_links_back(Kind.NEED, cut, texts, cut) == texts


@given(ids, lines)
def test_links_are_restored_into_edited_texts(
    events: list[str], body: list[str]
) -> None:
    """Later edits are kept."""
    texts = texts_of(events, body)
    cut = without_links(Kind.NEED, texts, TARGET)
    now = {**cut, RECORD_FILE: cut[RECORD_FILE] + "updated: 2026-01-01\n"}

    back = with_links_back(Kind.NEED, now, texts, cut)

    assert "updated: 2026-01-01\n" in back[RECORD_FILE]
    assert events_in(back) == events


@given(ids, lines)
def test_redirected_links_have_no_duplicates(
    events: list[str], body: list[str]
) -> None:
    """A record that linked to both has one link."""
    texts = texts_of(events, body)

    led = redirected(Kind.NEED, texts, TARGET, NEW, {})

    assert "](events/w1)" not in led["fr.md"]
    assert led[RECORD_FILE].count("w2") == int(bool({"w1", "w2"} & set(events)))


def test_the_only_theme_is_kept() -> None:
    """A record without a theme would be invalid."""
    texts = {RECORD_FILE: "id: n1\nthemes: [streets]\n"}
    theme = RecordId(Kind.THEME, "streets")

    assert without_links(Kind.NEED, texts, theme) == texts
