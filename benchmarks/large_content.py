"""Writes documents of any size: the real records, and copies of them.

A copy has its own ids, titles, dates and words; its links lead to records of the same
copy. Needs list the answers of every copy, up to a limit of each.

    python -m benchmarks.large_content FOLDER 10000
"""

import random
import re
import shutil
from pathlib import Path

import click

from indexer.model.ids import Kind

PROJECT = Path(__file__).resolve().parent.parent
COPIED = (
    Kind.PRACTICE,
    Kind.RECOMMENDATION,
    Kind.EVENT,
    Kind.DELIVERABLE,
    Kind.TERM,
)
_SYLLABLES = ("ba", "co", "di", "fel", "gar", "lin", "mo", "nes", "pra", "ti", "vu")
_TITLE = re.compile(r'^(title: "?)(.*?)("?)$', re.MULTILINE)
_VARIANTS = re.compile(r"^variants:\n(?:  - .*\n)+", re.MULTILINE)
_YEAR = re.compile(r"^(date|end_date): (\d{4})", re.MULTILINE)
_SECTION = re.compile(r"^(#+ .*)\n+(.*)(?:\n(?!#).*)*", re.MULTILINE)
"""A heading, the line after it, and the rest before the next heading."""

_YAML_LIST = re.compile(
    r"^(practices|recommendations|events|deliverables|related): \[(.*)\]$", re.MULTILINE
)
ANSWERS_PER_NEED = 400


def write_large_content(
    documents: Path, folder: Path, count: int, *, has_short_texts: bool = False
) -> int:
    """Write `count` records or a few less to a new folder; return how many there are.

    With `has_short_texts`, a text of a copy has only the first line of each section.

    Raises:
        OSError: a file can't be read or written.
    """
    shutil.copytree(documents, folder)
    originals = [
        entry
        for kind in COPIED
        for entry in sorted((documents / kind.folder).iterdir())
        if entry.is_dir()
    ]
    slugs = {entry.name for entry in originals}
    total = sum(1 for kind in Kind for _ in (folder / kind.folder).iterdir())
    copies = max(0, count - total) // len(originals)
    for copy in range(2, copies + 2):
        words = random.Random(copy)  # noqa: S311  # the same content each time
        for source in originals:
            target = folder / source.parent.name / f"{source.name}-{copy}"
            target.mkdir()
            for file in source.glob("*.*"):
                text = _copied(file.read_text("utf-8"), slugs, copy, words)
                if has_short_texts and file.suffix == ".md":
                    text = _SECTION.sub(r"\1\n\n\2\n", text)
                (target / file.name).write_text(text, "utf-8")
    for need in (folder / Kind.NEED.folder).iterdir():
        _add_answers(need / "record.yaml", slugs, copies)
    return total + copies * len(originals)


def _copied(text: str, slugs: set[str], copy: int, words: random.Random) -> str:
    """Return the text of a file in which ids, title and dates are those of a copy."""

    def with_copies(match: re.Match[str]) -> str:
        names = [name.strip() for name in match[2].split(",")]
        own = [f"{name}-{copy}" if name in slugs else name for name in names]
        return f"{match[1]}: [{', '.join(own)}]"

    text = re.sub(r"^id: (.+)$", rf"id: \1-{copy}", text, flags=re.MULTILINE)
    text = re.sub(r"^former_ids: .*\n", "", text, flags=re.MULTILINE)
    text = _YAML_LIST.sub(with_copies, text)
    text = _TITLE.sub(rf"\1\2 ({_word(words)} {copy})\3", text, count=1)
    text = _YEAR.sub(lambda match: f"{match[1]}: {int(match[2]) - copy % 4}", text)
    if text.startswith("---"):
        text = _VARIANTS.sub(
            lambda match: re.sub(
                r'^(  - "?.*?)("?)$',
                rf"\1 {_word(words)}{copy}\2",
                match[0],
                flags=re.MULTILINE,
            ),
            text,
        )
        text += f"\n\n{' '.join(_word(words) for _ in range(12)).capitalize()}.\n"
    return text


def _word(words: random.Random) -> str:
    return "".join(words.choices(_SYLLABLES, k=words.randint(2, 4)))


def _add_answers(path: Path, slugs: set[str], copies: int) -> None:
    def with_all_copies(match: re.Match[str]) -> str:
        names = [name.strip() for name in match[2].split(",")]
        own = [
            f"{name}-{copy}"
            for copy in range(2, copies + 2)
            for name in names
            if name in slugs
        ]
        return f"{match[1]}: [{', '.join(names + own[:ANSWERS_PER_NEED])}]"

    path.write_text(_YAML_LIST.sub(with_all_copies, path.read_text("utf-8")), "utf-8")


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("count", type=int, default=10_000)
def main(folder: Path, count: int) -> None:
    """Write the content, and print how many records it has."""
    click.echo(write_large_content(PROJECT / "documents", folder, count))


if __name__ == "__main__":
    main()
