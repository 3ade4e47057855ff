"""Figures of a measurement: percentiles, memory and tables."""

import math
from collections.abc import Sequence
from pathlib import Path


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value such that a share of all values are at most it."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def milliseconds(seconds: float) -> float:
    """Return a time in milliseconds, rounded."""
    return round(seconds * 1000, 3)


def percentiles_ms(
    times: Sequence[float], prefix: str = "", *, shares: Sequence[int] = (50, 95, 99)
) -> dict[str, float]:
    """Return the percentiles of times by name, such as `p50_ms`."""
    return {
        f"{prefix}p{share}_ms": milliseconds(percentile(times, share / 100))
        for share in shares
    }


def memory_mb(name: str, pid: int | str = "self") -> float:
    """Return a memory figure of a process from Linux: VmHWM (peak) or VmRSS (now).

    The peak of `getrusage` may be that of the parent process, if it was larger.
    """
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith(f"{name}:"):
            return round(int(line.split()[1]) / 1024, 1)
    raise KeyError(name)


def folder_mb(folder: Path) -> float:
    """Return the total size of the files of a folder."""
    sizes = (path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return round(sum(sizes) / 1024**2, 1)


def table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
