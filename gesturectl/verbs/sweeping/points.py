"""The points of a sweep: every combination of the values that settings are given."""

import argparse
import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NoReturn

from gesturectl.errors import UsageError
from gesturectl.gestures.library import TAKE_SUFFIX
from gesturectl.verbs import train
from gesturectl.verbs.training.choices import FINE_SETTINGS

COARSE_SETTINGS = (
    "family", "branches", "input", "size", "steps", "window_ms", "epochs", "batch", "learning_rate", "mirror", "seed",
)  # fmt: skip
"""Those that are options of `gesturectl train`; FINE_SETTINGS are told to its --set."""
_MOST_POINTS = 10_000

Axes = dict[str, tuple[str, ...]]
"""The values of each setting, as words."""
Point = tuple[tuple[str, str], ...]
"""A value for each setting."""


def axes_of(sets: Iterable[str], grid: Path | None) -> Axes:
    """What `--set KEY=V1,V2` and the file of `--grid` say together; the former wins. Raises UsageError."""
    axes = _read(grid) if grid is not None else {}
    for text in sets:
        key, _, listed = text.partition("=")
        axes[key.strip()] = tuple(value.strip() for value in listed.split(",") if value.strip())
    known = (*COARSE_SETTINGS, *FINE_SETTINGS)
    for key, values in axes.items():
        if key not in known:
            raise UsageError("sweep", f"“{key}” is no setting", f"There are {', '.join(known)}")
        if not values or len(set(values)) < len(values):
            fact = "has the same value twice" if values else "has no value"
            raise UsageError("sweep", f"{key} {fact}", f"Give {key} its values with commas between them")
    if not axes:
        raise UsageError("sweep", "nothing is said to vary", "Give --set learning_rate=0.001,0.002 or a file to --grid")
    return axes


def points_of(axes: Mapping[str, Sequence[str]]) -> list[Point]:
    """Every combination, the last setting varying fastest. Raises UsageError where they are far too many."""
    count = 1
    for values in axes.values():
        count *= len(values)
    if count > _MOST_POINTS:
        raise UsageError("sweep", f"these are {count:,} trainings", f"Give values for {_MOST_POINTS:,} at most")
    return [tuple(zip(axes, values, strict=True)) for values in product(*axes.values())]


def words_of(point: Point) -> list[str]:
    """What `gesturectl train` is told to train so; the branches of a fusion have a + between them in a sweep."""
    words: list[str] = []
    for key, value in point:
        if key in FINE_SETTINGS:
            words += ["--set", f"{key}={value}"]
        else:
            words += [f"--{key.replace('_', '-')}", value.replace("+", ",") if key == "branches" else value]
    return words


def training_args(library: Path, words: Sequence[str]) -> argparse.Namespace:
    """The arguments of `gesturectl train LIBRARY` with `words`. Raises UsageError."""
    parser = _Parser()
    train.add_arguments(parser)
    return parser.parse_args([*words, "--threads", "1", "--out", ".", "--", str(library)])


def fingerprint(library: Path) -> str:
    """What changes when takes in `library` do."""
    takes = sorted(
        (path.relative_to(library).as_posix(), path.stat().st_size, path.stat().st_mtime_ns)
        for path in library.glob(f"*/*{TAKE_SUFFIX}")
    )
    return _short(takes)


def identity(library: str, point: Point, folds: str | None) -> str:
    """A name for the result of `point` with a library of this fingerprint."""
    return _short([library, sorted(point), folds])


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError("sweep", message, "See gesturectl sweep --help and gesturectl train --help")


def _short(told: Any) -> str:
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def _read(grid: Path) -> Axes:
    """The settings in a TOML file: `dropout = [0.1, 0.2]`, `epochs = 20`."""
    try:
        told = tomllib.loads(grid.read_text("utf-8"))
    except OSError as error:
        raise UsageError(str(grid), f"it can't be read ({error.strerror})", "Give another file to --grid") from error
    except ValueError as error:
        raise UsageError(str(grid), f"it is no TOML: {error}", "Write lines such as dropout = [0.1, 0.2]") from error
    axes: Axes = {}
    for key, value in told.items():
        values = value if isinstance(value, list) else [value]
        if any(isinstance(one, bool) or not isinstance(one, str | int | float) for one in values):
            raise UsageError(f"{grid}: {key}", "its values are no numbers or names", f"Write {key} = [value, value]")
        axes[key] = tuple(str(one) for one in values)
    return axes
