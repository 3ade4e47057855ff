"""The process that reads what waits: `python -m kb.publishing.reading_process`.

It takes three arguments, the folders of the content, the index and the instance, reads
all that waits, and ends.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from indexer.pipeline import Locations
from kb.publishing.reading_tasks import read_waiting

NICENESS = 10


def main(arguments: list[str]) -> None:
    """Read what waits in these folders, behind all that visitors ask."""
    documents, index, instance = map(Path, arguments)
    with suppress(OSError):
        os.nice(NICENESS)
    read_waiting(Locations(documents, index, instance))


if __name__ == "__main__":
    main(sys.argv[1:])
