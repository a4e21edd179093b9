"""Soaks: long recordings of landmarks, never of pictures, of a person at ordinary work, and what fired meanwhile.

soak/20261125-140000-01.npz      what the tracker saw, a quarter of an hour each
soak/20261125-140000-01.json     what fired, and whether the person says it was a gesture all the same
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from gesturectl.atomic import made_folder, whole_file
from gesturectl.errors import GesturectlError, UsageError
from gesturectl.evaluation.performing import Fired
from gesturectl.evaluation.refusing import FIRED
from gesturectl.gestures.take import Take, TakeError, read_take

MEANT_BEFORE_MS, MEANT_AFTER_MS = 2500, 1500
"""Around an event that was a gesture after all: not part of what was nothing."""
_SUFFIX = ".json"
_LONGEST_TOLD = 1 << 24
"""Bytes: a hundred thousand events."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What would have fired."""

    gesture: str
    hand: str
    t_ms: int
    """On the clock of its file, which begins at 0."""
    score: float
    meant: bool = False
    """Whether it was a gesture after all; by definition of a soak none is, until somebody says so."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a soak."""

    path: Path
    """Of the take."""
    seconds: float
    """How long was watched."""
    heard: tuple[Heard, ...]

    @property
    def false(self) -> tuple[Heard, ...]:
        """What fired and was none."""
        return tuple(one for one in self.heard if not one.meant)


def write_part(part: Part) -> None:
    """Write what fired in `part` beside its take, whole or not at all. Raises TakeError."""
    told = {"seconds": round(part.seconds, 3), "heard": [asdict(one) for one in part.heard]}
    path = part.path.with_suffix(_SUFFIX)
    try:
        made_folder(path.parent)
        with whole_file(path) as file:
            file.write(json.dumps(told, indent=1).encode())
    except OSError as error:
        remedy = "Check its permissions, and the space left on the disk"
        raise TakeError(str(path), f"can't be written ({error.strerror or error})", remedy) from error


def read_soaks(folder: Path, problems: list[GesturectlError]) -> list[Part]:
    """All parts in `folder`, oldest first; none if there is no such folder. Damaged ones are added to `problems`."""
    parts = []
    for path in sorted(folder.glob("*.npz")) if folder.is_dir() else []:
        try:
            with path.with_suffix(_SUFFIX).open("rb") as file:
                told = json.loads(file.read(_LONGEST_TOLD))  # one that is cut off is no JSON
            heard = tuple(
                Heard(str(h["gesture"]), str(h["hand"]), int(h["t_ms"]), float(h["score"]), bool(h.get("meant")))
                for h in told["heard"]
            )
            parts.append(Part(path, float(told["seconds"]), heard))
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            remedy = "Remove both files of this part; the others are whole"
            problems.append(GesturectlError(str(path.with_suffix(_SUFFIX)), f"it can't be read ({error})", remedy))
    return parts


def mark(parts: Sequence[Part], numbers: Iterable[int], meant: bool) -> None:
    """Say of events, numbered from 1 over all `parts`, whether they were gestures. Raises GesturectlError."""
    wanted = set(numbers)
    total = sum(len(part.heard) for part in parts)
    if unknown := sorted(number for number in wanted if not 1 <= number <= total):
        raise UsageError("soak", f"there is no event {unknown[0]}; there are {total}", "See gesturectl soak --review.")
    number = 0
    for part in parts:
        heard = []
        for one in part.heard:
            number += 1
            heard.append(replace(one, meant=meant) if number in wanted else one)
        if tuple(heard) != part.heard:
            write_part(replace(part, heard=tuple(heard)))


def fired_in(parts: Sequence[Part]) -> Fired:
    """What fired and was no gesture."""
    counts = Counter(one.gesture for part in parts for one in part.false)
    return Fired(dict(counts), sum(part.seconds for part in parts) / 3600)


def quiet_takes(parts: Sequence[Part], problems: list[GesturectlError]) -> list[Take]:
    """What of the soaks shows nothing: all but what is around events that were gestures after all."""
    found = []
    for part in parts:
        try:
            take = read_take(part.path)
        except TakeError as error:
            problems.append(error)
            continue
        meant = np.zeros(len(take.t_ms), bool)
        for one in part.heard:
            if one.meant:
                meant |= (take.t_ms >= one.t_ms - MEANT_BEFORE_MS) & (take.t_ms <= one.t_ms + MEANT_AFTER_MS)
        edges = np.flatnonzero(np.diff(np.concatenate([[True], meant, [True]]).astype(np.int8)))
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            if stop - start > 1:
                found.append(_between(take, int(start), int(stop)))
    return found


def scene_of(part: Part, one: Heard) -> Take:
    """The hands around an event, with what fired in the meta, as `gesturectl not-this` files it. Raises TakeError."""
    take = read_take(part.path)
    first = int(np.searchsorted(take.t_ms, one.t_ms - 2000))
    last = int(np.searchsorted(take.t_ms, one.t_ms + 500, side="right"))
    cut = _between(take, first, last)
    return replace(cut, meta={**take.meta, "source": "soak", FIRED: one.gesture, "hand": one.hand, "score": one.score})


def _between(take: Take, start: int, stop: int) -> Take:
    kept = slice(start, stop)
    return Take(
        take.t_ms[kept] - take.t_ms[start], take.image_points[kept], take.world_points[kept], take.present[kept],
        take.meta,
    )  # fmt: skip


def as_json(parts: Sequence[Part]) -> dict[str, Any]:
    """The figures, and every event by its number."""
    numbered = [(part, one) for part in parts for one in part.heard]
    return {
        **fired_in(parts).as_json(),
        "events": [{"number": k, "part": part.path.stem, **asdict(one)} for k, (part, one) in enumerate(numbered, 1)],
    }
