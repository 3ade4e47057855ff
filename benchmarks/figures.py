"""Figures of a measurement: centiles, memory, and tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path


def centile(values: Sequence[float], share: float) -> float:
    """Give the smallest value that no less than such a share of all lie at or under."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def milliseconds(seconds: float) -> float:
    """Round a time for a table."""
    return round(seconds * 1000, 3)


def centiles_ms(
    times: Sequence[float], prefix: str = "", *, shares: Sequence[int] = (50, 95, 99)
) -> dict[str, float]:
    """Give the centiles of some times, named: `p50_ms`."""
    return {
        f"{prefix}p{share}_ms": milliseconds(centile(times, share / 100))
        for share in shares
    }


def memory_mb(name: str, pid: int | str = "self") -> float:
    """Give a figure of a process that Linux keeps: VmHWM, its peak, or VmRSS, it now.

    The peak that `getrusage` gives would be that of the process that started it, when
    that one was larger.
    """
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith(f"{name}:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise KeyError(name)


def folder_mb(folder: Path) -> float:
    """Add up the sizes of the files of a folder."""
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return round(sum(sizes) / 1024**2, 1)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Make a table in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
