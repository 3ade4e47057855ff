"""Links are taken out and come back, and no other word changes."""

from __future__ import annotations

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
    """Write a need."""
    rows = "\n".join(body).strip("\n")
    return {
        RECORD_FILE: f"id: n1\nevents: [{', '.join(events)}]\n# End.\n",
        "fr.md": f"---\ntitle: Un\nsummary: Deux\n---\n{rows}\n",
    }


def events_in(texts: dict[str, str]) -> list[str]:
    """Read which events a need names."""
    found = read_values(Kind.NEED, texts).facts.get("events", ())
    return [str(each) for each in found]


@given(ids, lines)
def test_what_is_taken_out_comes_back(events: list[str], body: list[str]) -> None:
    """Byte for byte, when nobody wrote since."""
    texts = texts_of(events, body)

    cut = without_links(Kind.NEED, texts, TARGET)

    assert "](events/w1)" not in cut["fr.md"]
    assert "w1" not in events_in(cut)
    assert cut["fr.md"].count("events/w10") == texts["fr.md"].count("events/w10")
    assert with_links_back(Kind.NEED, cut, texts, cut) == texts


@given(ids, lines)
def test_links_come_back_into_what_was_changed_since(
    events: list[str], body: list[str]
) -> None:
    """What was written since stays."""
    texts = texts_of(events, body)
    cut = without_links(Kind.NEED, texts, TARGET)
    now = {**cut, RECORD_FILE: cut[RECORD_FILE] + "updated: 2026-01-01\n"}

    back = with_links_back(Kind.NEED, now, texts, cut)

    assert "updated: 2026-01-01\n" in back[RECORD_FILE]
    assert events_in(back) == events


@given(ids, lines)
def test_links_are_led_to_another(events: list[str], body: list[str]) -> None:
    """Each once."""
    texts = texts_of(events, body)

    led = redirected(Kind.NEED, texts, TARGET, NEW, {})

    assert "](events/w1)" not in led["fr.md"]
    assert led[RECORD_FILE].count("w2") == int(bool({"w1", "w2"} & set(events)))


def test_a_theme_that_is_alone_stays() -> None:
    """A record without a theme would be withdrawn by the check."""
    texts = {RECORD_FILE: "id: n1\nthemes: [streets]\n"}
    theme = RecordId(Kind.THEME, "streets")

    assert without_links(Kind.NEED, texts, theme) == texts
