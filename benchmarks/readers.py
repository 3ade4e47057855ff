"""Reads the files of a folder, and tells pages per second and memory by format.

    python -m benchmarks.readers DIR [--peers] [--folder-copies N]

Each file is read in a process of its own, as it is in the service, and its time is all
of it: starting Python, too. With `--peers`, the PDF are read by pypdf and pdfminer.six
in the same run, each in a process that starts as ours does; they only give the text of
pages, without titles, columns or tables.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from benchmarks.figures import table
from indexer.errors import FileUnreadableError
from indexer.readers.sandbox.sandbox import read_files

_PROJECT = Path(__file__).resolve().parent.parent
_LIMIT_S = 180.0
_OURS = "ours"
_PEERS = ("pypdf", "pdfminer")
_WORDS_A_PAGE = 400
"""What has no pages is counted by its words."""

_SCRIPTS = {
    _OURS: """
from indexer.readers.sandbox.sandbox import read_file
reading = read_file(path)
words = sum(len(block.text.split()) for block in reading.document.blocks)
pages = len(reading.pages)
kind = reading.type.value
""",
    "pypdf": """
import pypdf
made = pypdf.PdfReader(path)
texts = [page.extract_text() for page in made.pages]
pages, words, kind = len(texts), sum(len(text.split()) for text in texts), "pdf"
""",
    "pdfminer": """
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTTextContainer
pages = words = 0
for page in extract_pages(path):
    pages += 1
    texts = (item.get_text() for item in page if isinstance(item, LTTextContainer))
    words += sum(len(text.split()) for text in texts)
kind = "pdf"
""",
}
_FRAME = """
import json, resource, sys
from pathlib import Path
path = Path(sys.argv[1])
{script}
peaks = [resource.getrusage(who).ru_maxrss
    for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps([kind, pages, words, max(peaks) / 1024]))
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the reading of a file took."""

    name: str
    kind: str
    pages: int
    words: int
    seconds: float
    peak_mb: float

    @property
    def counted_pages(self) -> float:
        """Its pages, or what its words would fill."""
        return self.pages or max(1.0, self.words / _WORDS_A_PAGE)


def measure(reader: str, path: Path) -> Measured | None:
    """Read a file in a process of its own; None when it can't be read."""
    code = _FRAME.format(script=_SCRIPTS[reader])
    started = time.perf_counter()
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code, str(path)],
            cwd=_PROJECT,
            capture_output=True,
            timeout=_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    seconds = time.perf_counter() - started
    if done.returncode:
        return None
    kind, pages, words, peak_mb = json.loads(done.stdout)
    return Measured(path.name, kind, pages, words, seconds, peak_mb)


def report(measured: Sequence[Measured], refused: int) -> str:
    """Write a table of formats, and what could not be read."""
    by_kind: defaultdict[str, list[Measured]] = defaultdict(list)
    for one in measured:
        by_kind[one.kind].append(one)
    rows = []
    for kind, group in sorted(by_kind.items()):
        pages = sum(one.counted_pages for one in group)
        seconds = sum(one.seconds for one in group)
        slowest = max(group, key=lambda one: one.seconds)
        rows.append(
            (
                kind,
                len(group),
                round(pages),
                f"{pages / seconds:.0f}",
                f"{slowest.seconds:.2f} ({slowest.name})",
                f"{max(one.peak_mb for one in group):.0f}",
            )
        )
    heads = ("format", "files", "pages", "pages a second", "slowest, s", "peak, MB")
    return f"{table(heads, rows)}\n\nnot read: {refused}"


def _folder(paths: Sequence[Path], copies: int) -> str:
    started = time.perf_counter()
    answers = list(read_files(list(paths) * copies))
    seconds = time.perf_counter() - started
    bad = sum(isinstance(answer, FileUnreadableError) for answer in answers)
    return (
        f"{len(answers)} files on all cores: {seconds:.1f} s, "
        f"{len(answers) / seconds:.1f} a second, {bad} refused"
    )


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--peers", is_flag=True, help="Read the PDF by other libraries too.")
@click.option("--copies", default=1, help="Read the folder so often on all cores.")
def main(folder: Path, copies: int, *, peers: bool) -> None:
    """Measure, and print."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for reader in (_OURS, *_PEERS) if peers else (_OURS,):
        chosen = [path for path in paths if reader == _OURS or path.suffix == ".pdf"]
        results = [measure(reader, path) for path in chosen]
        measured = [one for one in results if one is not None]
        click.echo(f"\n{reader}\n\n{report(measured, len(results) - len(measured))}")
    click.echo(f"\n{_folder(paths, copies)}")


if __name__ == "__main__":
    main()
