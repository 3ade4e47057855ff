"""Markdown to HTML by cmark: its memory, and its limits."""

from pathlib import Path

from indexer.commonmark import convert
from tests.support.hostile_texts import hostile_text

PAGE_BYTES = 4096
GROWTH_BYTES = 30_000_000


def memory_bytes() -> int:
    """Return the resident memory of this process."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE_BYTES


def test_the_memory_of_a_text_is_freed() -> None:
    """A service converts texts for months; 200 of 20 kB took 100 MB for ever."""
    texts = [hostile_text(seed, 20_000) for seed in range(50)]
    for text in texts:
        convert(text)
    before = memory_bytes()

    for text in texts * 4:
        convert(text)

    assert memory_bytes() - before < GROWTH_BYTES


def test_missing_cells_of_a_table_are_limited() -> None:
    """Each row is filled up to the width of the table: 80 kB could become 230 MB."""
    table = "|a" * 20_000 + "\n" + "|-" * 20_000 + "\n" + "|b\n" * 300

    assert len(convert(table)) < 10_000_000


def test_tables_footnotes_and_raw_html_are_converted() -> None:
    """Raw HTML is sanitised afterwards."""
    html = convert("a[^1]<b>c</b>\n\n|d|\n|-|\n|e|\n\n[^1]: f\n")

    assert "<b>c</b>" in html
    assert "<td>e</td>" in html
    assert 'class="footnote-ref"' in html
