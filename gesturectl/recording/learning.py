"""From recorded takes to a gesture that works: compare them with everything else, write them, learn, and take back."""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gesturectl.atomic import whole_file
from gesturectl.errors import GesturectlError
from gesturectl.evaluation.enrolment import Enrolled, Takes, enrol, read_folders, read_idle
from gesturectl.gestures.library import StoredTake
from gesturectl.gestures.take import Take
from gesturectl.paths import data_dir
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal import Personal, Studied, study
from gesturectl.recognition.personal_file import NAME, Stored, read_personal, write_personal
from gesturectl.recognition.recogniser import Recogniser
from gesturectl.recognition.variations import Track, track
from gesturectl.recording.shelf import Shelf, vanished
from gesturectl.recording.states import Caution
from gesturectl.types import NOTHING, Float32, Hands, Phase

_TOLD = ("resembles", "known", "few")
"""Kinds of warnings about a gesture as a whole; those about single takes are said when they are cut."""
_OFTEN = 0.4
"""Share of the takes that must be taken for another gesture before it is said."""
_STILL_MS, _STEP_MS = 600, 60
"""A take is shown to the recogniser between two rests, at no more than 16 pictures a second."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How new takes look beside each other and beside all other gestures."""

    unlike: Mapping[int, str]
    """Takes that the others don't recognise, by their place in the order, and a sentence about each."""
    cautions: tuple[Caution, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What was written, so that it can be taken back."""

    takes: tuple[Path, ...]
    before: bytes | None
    """The file of personal gestures as it was; None if there was none."""
    after: bytes | None


class Learning:
    """Learns a person's gestures from their library, for one thread at a time. Remembers what it has studied."""

    def __init__(self, classifier: Callable[[], Classifier], shelf: Shelf, file: Path) -> None:
        """`classifier` gives the model in use, `file` is that of the personal gestures."""
        self._classifier, self.shelf, self._file = classifier, shelf, file
        self._studied: dict[bytes, Studied] = {}
        self._last: tuple[bytes, Personal] | None = None

    def enrolled(self) -> tuple[str, ...]:
        """The person's gestures that are in use. Raises PersonalFileError."""
        stored = read_personal(self._file)
        return stored.personal.labels if stored else ()

    def prepare(self) -> None:
        """Study the takes that are there, so that `compare` needn't. Raises GesturectlError."""
        for made in self._read(read_personal(self._file), "").gestures.values():
            for stored in made:
                self._study(self._classifier(), track(stored.take))

    def compare(self, name: str, takes: Sequence[Take]) -> Comparison:
        """Look at `takes` of `name`, which aren't in the library yet. Raises GesturectlError."""
        stored = read_personal(self._file)
        known = self._read(stored, name)
        there = known.gestures.get(name, ())
        new = tuple(StoredTake(name, Path(f"new {k}.npz"), take) for k, take in enumerate(takes))
        merged = Takes({**known.gestures, name: (*there, *new)}, known.nothing)
        enrolled = self._enrol(merged, stored)
        numbers = {one.name: k for k, one in enumerate(new)}
        warnings = [warned for warned in enrolled.warnings if warned.gesture == name]
        unlike = {
            numbers[warned.take]: "The others don't recognise it: make it again, or make it a gesture of its own."
            for warned in warnings
            if warned.kind == "outlier" and warned.take in numbers
        }
        cautions = [
            Caution(warned.kind, warned.text) for warned in warnings if not warned.take and warned.kind in _TOLD
        ]
        damaged = [Caution("damaged", f"left out: {problem}") for problem in known.problems]
        return Comparison(unlike, (*damaged, *cautions, *self._taken_for(name, takes, stored)))

    def _taken_for(self, name: str, takes: Sequence[Take], stored: Stored | None) -> list[Caution]:
        """Gestures in use that fire while `takes` are shown."""
        personal = stored.personal if stored and stored.personal.model_sha256 == self._classifier().sha256 else None
        count: Counter[str] = Counter()
        for take in takes:
            count.update(_fired(Recogniser(self._classifier(), personal=personal), take) - {name})
        return [
            Caution("resembles", f"resembles {other}: {often} of {len(takes)} takes were taken for that; both may act")
            for other, often in count.most_common(3)
            if often >= _OFTEN * len(takes)
        ]

    def keep(self, name: str, takes: Sequence[Take]) -> Kept:
        """Write `takes` of `name` to the library and learn them. Raises GesturectlError; then nothing has changed."""
        before = self._file.read_bytes() if self._file.exists() else None
        written = tuple(self.shelf.write(name, takes))
        try:
            if name != NOTHING or before is not None:
                self._learn(name)
        except GesturectlError:
            self.shelf.remove(written)
            raise
        return Kept(written, before, self._file.read_bytes() if self._file.exists() else None)

    def take_back(self, kept: Kept) -> None:
        """Undo `keep`. Raises GesturectlError if what is left can't be learnt again."""
        self.shelf.remove(kept.takes)
        now = self._file.read_bytes() if self._file.exists() else None
        if now != kept.after:  # somebody learnt something else meanwhile
            self._learn("")
        elif kept.before is None:
            self._file.unlink(missing_ok=True)
        else:
            with whole_file(self._file) as file:
                file.write(kept.before)

    def _learn(self, name: str) -> None:
        """Learn everything that is enrolled, and `name`."""
        stored = read_personal(self._file)
        takes = self._read(stored, name)
        if error := vanished(self.shelf, stored.personal.labels if stored else (), takes.gestures, takes.problems):
            raise error
        if self._last is not None and self._last[0] == self._print(takes, stored):
            personal = self._last[1]  # as it was just compared
        else:
            personal = self._enrol(takes, stored).personal
        sources = tuple(str(folder.resolve()) for folder in self._sources(stored))
        left_out = tuple(left for left in stored.left_out if left != name) if stored else ()
        idle, either_hand = (stored.idle, stored.either_hand) if stored else ((), False)
        write_personal(self._file, Stored(personal, sources, idle, left_out, either_hand))

    def _enrol(self, takes: Takes, stored: Stored | None) -> Enrolled:
        either_hand = stored is not None and stored.either_hand
        enrolled = enrol(
            self._classifier(), takes, self._idle(stored), either_hand=either_hand, study=self._study
        )  # fmt: skip
        self._last = self._print(takes, stored), enrolled.personal
        return enrolled

    def _study(self, classifier: Classifier, take: Track) -> Studied:
        key = classifier.sha256.encode() + _sum(take.t_ms, take.points)
        if key not in self._studied:
            self._studied[key] = study(classifier, take)
        return self._studied[key]

    def _print(self, takes: Takes, stored: Stored | None) -> bytes:
        """The same for the same takes, wherever they are, that are to be learnt in the same way."""
        digest = hashlib.sha256(self._classifier().sha256.encode())
        for name in sorted(takes.gestures):
            digest.update(name.encode() + b"\0")
            for one in sorted(_sum(made.take.t_ms, made.take.image_points) for made in takes.gestures[name]):
                digest.update(one)
        for take in (*takes.nothing, *self._idle(stored)):
            digest.update(_sum(take.t_ms, take.image_points))
        digest.update(bytes([stored is not None and stored.either_hand]))
        return digest.digest()

    def _read(self, stored: Stored | None, name: str) -> Takes:
        """The takes of all gestures that are in use, and of `name`; none at all without any."""
        folders = [folder for folder in self._sources(stored) if any(folder.rglob("*.npz"))]
        if not any(path.parent.name != NOTHING for folder in folders for path in folder.rglob("*.npz")):
            return Takes({}, ())
        left_out = [left for left in stored.left_out if left != name] if stored else []
        return read_folders(folders, left_out)

    def _sources(self, stored: Stored | None) -> list[Path]:
        """Where takes are: what was enrolled from and is still there, and the library."""
        listed = [Path(source) for source in stored.sources] if stored else []
        own = self.shelf.folder.resolve()
        inside = [folder for folder in listed if folder.resolve() != own]
        return [folder for folder in (*inside, own) if folder.is_dir()]

    def _idle(self, stored: Stored | None) -> list[Take]:
        folders = [Path(folder) for folder in stored.idle if Path(folder).is_dir()] if stored else []
        return read_idle([folder for folder in folders if any(folder.rglob("*.npz"))], [])


def learning_with(classifier: Callable[[], Classifier]) -> Learning:
    """With the person's own library and file; `classifier` gives the model in use."""
    return Learning(classifier, Shelf(data_dir() / "library"), data_dir() / NAME)


def _sum(t_ms: NDArray[Any], points: Float32) -> bytes:
    return hashlib.sha256(t_ms.tobytes() + points.tobytes()).digest()


def _fired(recogniser: Recogniser, take: Take) -> set[str]:
    """The gestures that begin while `take` is shown, its hands still before and after."""
    last = int(take.t_ms[-1])
    kept = [k for k in range(len(take.t_ms)) if not k or take.t_ms[k] // _STEP_MS > take.t_ms[k - 1] // _STEP_MS]
    still = range(_STEP_MS, _STILL_MS + 1, _STEP_MS)
    shown = [(-t_ms, 0) for t_ms in reversed(still)] + [(int(take.t_ms[k]), k) for k in kept]
    shown += [(last + t_ms, len(take.t_ms) - 1) for t_ms in still]
    events = [event for t_ms, k in shown for event in recogniser.update(_frame(take, k, t_ms + _STILL_MS))]
    return {event.gesture for event in events if event.phase is Phase.BEGIN}


def _frame(take: Take, k: int, t_ms: int) -> Hands:
    present = take.present[k]
    return Hands(
        t_ms, take.image_points[k], take.world_points[k], present, present.astype(np.float32), take.aspect
    )  # fmt: skip
