"""From folders of takes to personal gestures: what is read, what is warned of, what is learnt."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from gesturectl.catalogue import verified
from gesturectl.errors import GesturectlError
from gesturectl.evaluation.flaws import flaws
from gesturectl.evaluation.variants import mirrored as mirrored_take
from gesturectl.gestures.library import Library, StoredTake
from gesturectl.gestures.names import checked_name
from gesturectl.gestures.take import Take, TakeError, read_take
from gesturectl.paths import data_dir
from gesturectl.recognition.background import FILE, between_takes, own_background, shipped_background
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal import Personal, Rows, Studied, learn, study
from gesturectl.recognition.personal_file import Stored
from gesturectl.recognition.variations import Track, mirrored, track
from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.types import NOTHING

_log = logging.getLogger(__name__)

RECOMMENDED = 3
"""Takes of a gesture from which on it is learnt well."""
_ALIKE = 0.25
"""Share of a gesture's windows that may look more like another before it is said."""
_ODD, _USUALLY_RIGHT = 0.25, 0.5
"""A take is odd if less of it is recognised by the others, where of most takes more is than that."""
_IDLE, _BETWEEN = "your idle", "ways between takes"
_OURS = (NOTHING, _IDLE, _BETWEEN)
"""Origins of background that nobody needs to be told to resemble."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something about a gesture, or one of its takes, that makes it work worse."""

    gesture: str
    take: str
    """Its file; empty where it is about the gesture."""
    kind: str
    """"few", "lost", "short", "long", "outside", "outlier", "resembles" or "known"."""
    text: str

    def __str__(self) -> str:
        place = f"{self.gesture}/{self.take}" if self.take else self.gesture
        return f"{place}: {self.text}"


@dataclass(frozen=True, slots=True, eq=False)
class Takes:
    """The takes to learn from."""

    gestures: Mapping[str, tuple[StoredTake, ...]]
    """Those of each gesture, by name."""
    nothing: tuple[Take, ...]
    """Those of nothing in particular."""
    problems: tuple[GesturectlError, ...] = ()
    """What couldn't be read."""

    def mirrored(self) -> "Takes":
        """All of them as made with the other hand."""
        turned = {
            mirrored_label(name): tuple(
                StoredTake(mirrored_label(name), stored.path, mirrored_take(stored.take)) for stored in made
            )
            for name, made in self.gestures.items()
        }
        return Takes(turned, tuple(mirrored_take(take) for take in self.nothing), self.problems)


@dataclass(frozen=True, slots=True, eq=False)
class Enrolled:
    """What was learnt."""

    personal: Personal
    warnings: tuple[Warned, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class EnrolledFolders:
    """What was learnt from folders."""

    stored: Stored
    """As it goes into the file."""
    warnings: tuple[Warned, ...]
    problems: tuple[GesturectlError, ...]
    """Takes that couldn't be read, and were left out."""


def enrolled_from(
    classifier: Classifier,
    folders: Sequence[Path],
    idle: Sequence[Path] = (),
    *,
    left_out: Sequence[str] = (),
    either_hand: bool = False,
) -> EnrolledFolders:
    """Learn the gestures in `folders`, but those `left_out`, for use beside the model's own. Raises GesturectlError.

    What the person recorded of nothing (`own_nothing`) is background whatever the folders.
    """
    takes = read_folders(folders, left_out)
    problems = list(takes.problems)
    still = [*read_idle(idle, problems), *own_nothing(folders, problems)]
    for problem in problems:
        _log.info("left out: %s", problem)
    enrolled = enrol(classifier, takes, still, either_hand=either_hand)
    stored = Stored(
        enrolled.personal,
        tuple(str(folder.resolve()) for folder in folders),
        tuple(str(folder.resolve()) for folder in idle),
        tuple(left_out),
        either_hand,
    )
    return EnrolledFolders(stored, enrolled.warnings, tuple(problems))


def read_folders(folders: Sequence[Path], left_out: Sequence[str] = ()) -> Takes:
    """The takes in `folders`, each a library or the folder of one gesture. Raises GesturectlError, BadNameError.

    Two folders may not hold the same gesture.
    """
    gestures: dict[str, tuple[StoredTake, ...]] = {}
    origin: dict[str, Path] = {}
    nothing: list[Take] = []
    problems: list[GesturectlError] = []
    for folder in folders:
        single = folder.is_dir() and any(folder.glob("*.npz"))
        if single:
            checked_name(folder.resolve().name)
        library = Library(folder.resolve().parent if single else folder)
        problems += [] if single else library.problems()
        for name in (folder.resolve().name,) if single else library.gestures:
            takes = tuple(library.takes(problems, name))
            if name == NOTHING:
                nothing += [stored.take for stored in takes]
            elif name in left_out or not takes:
                continue
            elif name in origin:
                remedy = "Give only one of them, or give one of the gestures another name"
                raise GesturectlError(name, f"both {origin[name]} and {folder} have this gesture", remedy)
            else:
                gestures[name], origin[name] = takes, folder
    if not gestures:
        place = ", ".join(str(folder) for folder in folders)
        if not problems:
            raise GesturectlError(place, "it holds no take of a gesture", "A library has <gesture>/<take>.npz")
        first = "; ".join(f"{problem.place}: {problem.fact}" for problem in problems[:3])
        raise GesturectlError(place, f"no take of a gesture in it can be read ({first})", problems[0].remedy)
    return Takes(gestures, tuple(nothing), tuple(problems))


def read_idle(folders: Sequence[Path], problems: list[GesturectlError]) -> list[Take]:
    """All takes in and below `folders`: a person doing nothing in particular. Damaged ones are added to `problems`.

    Raises GesturectlError for a folder without any.
    """
    found = []
    for folder in folders:
        files = sorted(path for path in folder.rglob("*.npz") if not _is_hidden(path, folder))
        if not files:
            raise GesturectlError(str(folder), "there is no take in it", "Give a folder with takes of nothing (*.npz)")
        for path in files:
            try:
                found.append(read_take(path))
            except TakeError as error:
                problems.append(error)
    return found


def own_nothing(folders: Sequence[Path], problems: list[GesturectlError]) -> list[Take]:
    """The takes of nothing in the user's library, if that is none of `folders`, from which they would be read anyway.

    Those that can't be read are told in `problems`.
    """
    own = data_dir() / "library"
    read = {folder.resolve() for folder in folders}
    if not (own / NOTHING).is_dir() or {own.resolve(), (own / NOTHING).resolve()} & read:
        return []
    return [stored.take for stored in Library(own).takes(problems, NOTHING)]


def enrol(
    classifier: Classifier,
    takes: Takes,
    idle: Sequence[Take] = (),
    *,
    only: bool = False,
    either_hand: bool = False,
    study: Callable[[Classifier, Track], Studied] = study,
) -> Enrolled:
    """Learn the gestures of `takes`. Raises GesturectlError where a gesture has no take with a hand.

    `only` is for when nothing but these gestures is looked for; else the model's own gestures are background.
    `either_hand` learns each take in a mirror, too. `study` may remember what it studied before.
    """
    tracks: dict[str, list[Track]] = {}
    studied: dict[str, list[Studied]] = {}
    names: dict[str, list[str]] = {}
    warnings: list[Warned] = []
    for name, stored in takes.gestures.items():
        for one in stored:
            whole = track(one.take)
            seen = study(classifier, whole)
            if not len(seen.plain.one):
                warnings.append(Warned(name, one.name, "lost", "no whole hand is in it for long enough; left out"))
                continue
            found = flaws(one.take, whole, seen.hand, seen.length_ms)
            warnings += [Warned(name, one.name, flaw.kind, flaw.text) for flaw in found]
            tracks.setdefault(name, []).append(whole)
            studied.setdefault(name, []).append(seen)
            names.setdefault(name, []).append(one.name)
        if name not in studied:
            raise GesturectlError(name, "no take of it shows a hand", "Record it again, with the hand in the picture")
    known = set(classifier.card.labels)
    shipped = shipped_rows(classifier, known if only else set(studied))
    own = own_background(classifier, [track(take) for take in (*takes.nothing, *idle)])
    background = {**shipped, _IDLE: own, _BETWEEN: between_takes(classifier, tracks)}
    counts = {name: len(made) for name, made in studied.items()}
    if either_hand:
        for name, made in tracks.items():
            studied[name] += [study(classifier, mirrored(take)) for take in made]
    personal = learn(classifier.sha256, studied, background)
    gestures = tuple(replace(gesture, takes=counts[gesture.name]) for gesture in personal.gestures)
    personal = replace(personal, gestures=gestures)
    warnings += _about_gestures(personal, names, set() if only else known)
    return Enrolled(personal, tuple(warnings))


def _is_hidden(path: Path, folder: Path) -> bool:
    """Whether `path` is in a folder below `folder` that holds no takes: what was removed, set aside, isn't whole."""
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def shipped_rows(classifier: Classifier, but: set[str]) -> dict[str, Rows]:
    """The background that ships, by what it shows."""
    return shipped_background(classifier, verified(FILE), but - {NOTHING})


def _about_gestures(personal: Personal, names: Mapping[str, Sequence[str]], known: set[str]) -> list[Warned]:
    found = []
    doubts = personal.doubts
    for name, takes in names.items():
        count = len(takes)
        if count < RECOMMENDED:
            text = f"{count} take{'s' if count > 1 else ''} of it; {RECOMMENDED} to 5 make it surer"
            found.append(Warned(name, "", "few", text))
        if name in known:
            text = "the model knows a gesture of this name; your takes are added to it"
            found.append(Warned(name, "", "known", text))
        resembling = {other: share for other, share in doubts.resembling.get(name, {}).items() if other not in _OURS}
        for other, share in sorted(resembling.items(), key=lambda pair: -pair[1])[:3]:
            if share >= _ALIKE:
                text = f"resembles {other}: learnt without it, {share:.0%} of a take was taken for that"
                found.append(Warned(name, "", "resembles", text))
        right = {k: share for k, share in doubts.right.get(name, {}).items() if k < count}
        if count >= RECOMMENDED and right and np.median(list(right.values())) >= _USUALLY_RIGHT:
            text = "it is unlike the other takes of it; record it again, or make it a gesture of its own"
            found += [Warned(name, takes[k], "outlier", text) for k, share in right.items() if share < _ODD]
    return found
