"""Measuring several things against each other in one run: in turn, again and again, so that a busy machine is fair."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from textwrap import fill
from typing import Any

from gesturectl.errors import UsageError


class UnmeasurableError(UsageError):
    """This can't be measured on this machine."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One of the things that are compared."""

    name: str
    """What people call it."""
    block: Callable[[], float]
    """Does a piece of work and returns its figure."""
    ours: bool = False
    """Whether it is this program, rather than what one would use instead."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one contender, one for each round."""

    name: str
    values: tuple[float, ...]
    ours: bool = False

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.values)

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        return {
            "name": self.name,
            "ours": self.ours,
            "median": _rounded(self.median),
            "low": _rounded(min(self.values)),
            "high": _rounded(max(self.values)),
            "values": [_rounded(value) for value in self.values],
        }


@dataclass(frozen=True, slots=True)
class Ratio:
    """How many times as much another one takes, over the rounds: each against its neighbour in the same round."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of one benchmark."""

    key: str
    """Its name on the command line."""
    title: str
    """What was measured."""
    unit: str
    rows: tuple[Measured, ...]
    """The first is what the others are set against."""
    note: str = ""
    """What has to be known to read the figures."""

    def ratio(self, row: Measured) -> Ratio:
        """How many times as much as the first row `row` takes."""
        shares = [other / own for other, own in zip(row.values, self.rows[0].values, strict=True) if own > 0]
        return Ratio(median(shares), min(shares), max(shares)) if shares else Ratio(*[float("nan")] * 3)

    def as_json(self) -> dict[str, Any]:
        """Everything, ready for JSON."""
        rows = []
        for row in self.rows:
            ratio = self.ratio(row)
            entry = {**row.as_json(), "ratio": _rounded(ratio.median)}
            rows.append({**entry, "ratio_low": _rounded(ratio.low), "ratio_high": _rounded(ratio.high)})
        return {"benchmark": self.key, "title": self.title, "unit": self.unit, "note": self.note, "rows": rows}

    def lines(self) -> list[str]:
        """A table for people."""
        width = max(len(row.name) for row in self.rows)
        rounds = len(self.rows[0].values)
        counted = f"median, lowest to highest of {rounds} rounds" if rounds > 1 else "one round"
        lines = [f"{self.title} ({self.unit}; {counted})"]
        for row in self.rows:
            line = f"  {row.name:<{width}}  {number(row.median):>8}"
            if rounds > 1:
                line += f"  {number(min(row.values)):>8} to {number(max(row.values)):<8}"
            if row is not self.rows[0]:
                ratio = self.ratio(row)
                spread = f" ({number(ratio.low)} to {number(ratio.high)})" if rounds > 1 else ""
                line += f"  {number(ratio.median):>6} × the first{spread}"
            lines.append(line.rstrip())
        return [*lines, *fill(self.note, 118, initial_indent="  ", subsequent_indent="  ").splitlines()]


def interleave(
    contenders: Sequence[Contender], rounds: int, heed: Callable[[str], None] = lambda _: None, warm: bool = True
) -> tuple[Measured, ...]:
    """Let each have its turn in each round, in the order given, after one turn each that doesn't count.

    `heed` is told before each turn whose it is. Without `warm` the first turn counts, too: for what takes long.
    """
    values: list[list[float]] = [[] for _ in contenders]
    for turn in range(0 if warm else 1, rounds + 1):
        for contender, found in zip(contenders, values, strict=True):
            heed(f"{contender.name}, {f'round {turn} of {rounds}' if turn else 'warming up'}")
            value = contender.block()
            if turn:
                found.append(value)
    return tuple(
        Measured(contender.name, tuple(found), contender.ours)
        for contender, found in zip(contenders, values, strict=True)
    )


def timed_us(call: Callable[[], object], calls: int) -> float:
    """Microseconds of processor time that one of `calls` calls takes."""
    started_ns = time.process_time_ns()
    for _ in range(calls):
        call()
    return (time.process_time_ns() - started_ns) / calls / 1000


def number(value: float) -> str:
    """Three digits that mean something."""
    if value != value:
        return "-"
    if abs(value) >= 100:
        return f"{value:.0f}"
    if abs(value) < 0.1:
        return f"{value:.2g}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _rounded(value: float) -> float | None:
    return None if value != value else float(f"{value:.5g}")
