"""Benchmark of the readers: pages per second and memory by file format.

    python -m benchmarks.readers DIR [--peers] [--copies N]

Each file is read in its own process, as in the service; the time includes the start of
Python. With `--peers`, pypdf and pdfminer.six also read the PDF files, each in its own
process. They extract the text of pages, without headings, columns or tables.
"""

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
_WORDS_PER_PAGE = 400
"""For files without pages."""

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
reader = pypdf.PdfReader(path)
texts = [page.extract_text() for page in reader.pages]
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
peaks = [resource.getrusage(target).ru_maxrss
    for target in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(json.dumps([kind, pages, words, max(peaks) / 1024]))
"""


@dataclass(frozen=True, slots=True)
class FileMeasurement:
    """The time and memory of reading one file."""

    name: str
    kind: str
    pages: int
    words: int
    seconds: float
    peak_mb: float

    @property
    def counted_pages(self) -> float:
        """The pages, estimated from the words for files without pages."""
        return self.pages or max(1.0, self.words / _WORDS_PER_PAGE)


def measure_file(reader: str, path: Path) -> FileMeasurement | None:
    """Measure a reader on a file in a new process; return None when it fails."""
    code = _FRAME.format(script=_SCRIPTS[reader])
    started = time.perf_counter()
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and code
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
    return FileMeasurement(path.name, kind, pages, words, seconds, peak_mb)


def format_table(measured: Sequence[FileMeasurement], failed: int) -> str:
    """Return a table by format, and the number of failed files."""
    by_kind: defaultdict[str, list[FileMeasurement]] = defaultdict(list)
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
    heads = ("format", "files", "pages", "pages per second", "slowest, s", "peak, MB")
    return f"{table(heads, rows)}\n\nnot read: {failed}"


def _time_folder(paths: Sequence[Path], copies: int) -> str:
    started = time.perf_counter()
    readings = list(read_files(list(paths) * copies))
    seconds = time.perf_counter() - started
    failed = sum(isinstance(each, FileUnreadableError) for each in readings)
    return (
        f"{len(readings)} files on all cores: {seconds:.1f} s, "
        f"{len(readings) / seconds:.1f} per second, {failed} not read"
    )


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--peers", is_flag=True, help="Also measure other PDF libraries.")
@click.option("--copies", default=1, help="Copies of the folder to read on all cores.")
def main(folder: Path, copies: int, *, peers: bool) -> None:
    """Measure and print."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    for reader in (_OURS, *_PEERS) if peers else (_OURS,):
        chosen = [path for path in paths if reader == _OURS or path.suffix == ".pdf"]
        results = [measure_file(reader, path) for path in chosen]
        measured = [one for one in results if one is not None]
        click.echo(
            f"\n{reader}\n\n{format_table(measured, len(results) - len(measured))}"
        )
    click.echo(f"\n{_time_folder(paths, copies)}")


if __name__ == "__main__":
    main()
