"""From folders of takes to personal gestures: what is read, what is warned of, what is learnt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from gesturectl import paths
from gesturectl.errors import GesturectlError
from gesturectl.evaluation.variants import mirrored as mirrored_take
from gesturectl.gestures.library import Library, StoredTake
from gesturectl.gestures.names import checked_name
from gesturectl.gestures.take import Take, read_take
from gesturectl.recognition.background import FILE, between_takes, own_background, shipped_background
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal import Personal, Rows, Studied, learn, study
from gesturectl.recognition.personal_file import Stored
from gesturectl.recognition.variations import Track, mirrored, track
from gesturectl.recognition.vocabulary import mirrored_label
from gesturectl.types import NOTHING

RECOMMENDED = 3
"""Takes of a gesture from which on it is learnt well."""
SHORTEST_MS, LONGEST_MS = 200, 6000
"""Of a take; what lasts longer than a window twice over is learnt only in part."""
_LOST = 0.2
_OUTSIDE = 0.1
"""Share of a hand's joints out of the picture, over a take."""
_ALIKE = 0.25
"""Share of a gesture's windows that may look more like another before it is said."""


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
    """Learn the gestures in `folders`, but those `left_out`, for use beside the model's own. Raises GesturectlError."""
    takes = read_folders(folders, left_out)
    enrolled = enrol(classifier, takes, read_idle(idle), either_hand=either_hand)
    stored = Stored(
        enrolled.personal,
        tuple(str(folder.resolve()) for folder in folders),
        tuple(str(folder.resolve()) for folder in idle),
        tuple(left_out),
        either_hand,
    )
    return EnrolledFolders(stored, enrolled.warnings, takes.problems)


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
        raise GesturectlError(place, "it holds no take of a gesture", "A library has <gesture>/<take>.npz") from (
            problems[0] if problems else None
        )
    return Takes(gestures, tuple(nothing), tuple(problems))


def read_idle(folders: Sequence[Path]) -> list[Take]:
    """All takes in and below `folders`: a person doing nothing in particular. Raises GesturectlError."""
    found = []
    for folder in folders:
        files = sorted(folder.rglob("*.npz")) if folder.is_dir() else []
        if not files:
            raise GesturectlError(str(folder), "there is no take in it", "Give a folder with takes of nothing (*.npz)")
        found += [read_take(path) for path in files]
    return found


def enrol(
    classifier: Classifier, takes: Takes, idle: Sequence[Take] = (), *, only: bool = False, either_hand: bool = False
) -> Enrolled:
    """Learn the gestures of `takes`. Raises GesturectlError where a gesture has no take with a hand.

    `only` is for when nothing but these gestures is looked for; else the model's own gestures are background.
    `either_hand` learns each take in a mirror, too.
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
            warnings += _about_take(one, whole, seen)
            tracks.setdefault(name, []).append(whole)
            studied.setdefault(name, []).append(seen)
            names.setdefault(name, []).append(one.name)
        if name not in studied:
            raise GesturectlError(name, "no take of it shows a hand", "Record it again, with the hand in the picture")
    known = set(classifier.card.labels)
    shipped = shipped_rows(classifier, known if only else set(studied))
    own = own_background(classifier, [track(take) for take in (*takes.nothing, *idle)])
    background = [*shipped.values(), own, between_takes(classifier, tracks)]
    if either_hand:
        for name, made in tracks.items():
            studied[name] += [study(classifier, mirrored(take)) for take in made]
    personal = learn(classifier.sha256, studied, [rows for rows in background if len(rows.one)])
    warnings += _about_gestures(personal, studied, names, {} if only else shipped, known if not only else set())
    return Enrolled(personal, tuple(warnings))


def shipped_rows(classifier: Classifier, but: set[str]) -> dict[str, Rows]:
    """The background that ships, by what it shows."""
    return shipped_background(classifier, paths.bundled("models") / FILE, but - {NOTHING})


def _about_take(stored: StoredTake, whole: Track, seen: Studied) -> list[Warned]:
    found = []

    def warn(kind: str, text: str) -> None:
        found.append(Warned(stored.gesture, stored.name, kind, text))

    slot = 0 if seen.hand == "left" else 1
    lost = 1 - float(whole.present[:, slot].mean())
    if lost > _LOST:
        warn("lost", f"the hand is lost in {lost:.0%} of it; record it again")
    if seen.length_ms < SHORTEST_MS:
        warn("short", f"it lasts only {seen.length_ms} ms")
    elif seen.length_ms > LONGEST_MS:
        warn("long", f"it lasts {seen.length_ms / 1000:.1f} s; only gestures of up to two seconds are learnt whole")
    xy = whole.points[whole.present[:, slot], slot, :, :2]
    outside = float(((xy < 0) | (xy > np.array([stored.take.aspect, 1.0]))).any(axis=-1).mean()) if len(xy) else 0.0
    if outside > _OUTSIDE:
        warn("outside", f"{outside:.0%} of the hand is out of the picture")
    return found


def _about_gestures(
    personal: Personal,
    studied: Mapping[str, Sequence[Studied]],
    names: Mapping[str, Sequence[str]],
    shipped: Mapping[str, Rows],
    known: set[str],
) -> list[Warned]:
    found = []
    for name, made in studied.items():
        count = len(names[name])
        if count < RECOMMENDED:
            text = f"{count} take{'s' if count > 1 else ''} of it; {RECOMMENDED} to 5 make it surer"
            found.append(Warned(name, "", "few", text))
        if name in known:
            found.append(
                Warned(name, "", "known", "the model knows a gesture of this name; your takes are added to it")
            )
        found += _outliers(name, made[:count], names[name])
        for other, share in _look_alikes(name, made, studied, shipped):
            found.append(Warned(name, "", "resembles", f"resembles {other} ({share:.0%} of it looks more like that)"))
    return found


def _outliers(name: str, made: Sequence[Studied], names: Sequence[str]) -> list[Warned]:
    """Takes further from all others than these are from each other."""
    if len(made) < 3:
        return []
    centres = np.stack([take.plain.one.mean(axis=0) for take in made])
    centres /= np.maximum(np.concatenate([take.plain.one for take in made]).std(axis=0), 1e-3)
    apart = np.sqrt(((centres[:, None] - centres[None]) ** 2).mean(axis=2))
    nearest = np.where(np.eye(len(made), dtype=bool), np.inf, apart).min(axis=1)
    usual = float(np.median(nearest))
    text = "it is unlike the other takes of it; record it again, or make it a gesture of its own"
    return [Warned(name, names[k], "outlier", text) for k in np.flatnonzero(nearest > 1.8 * usual).tolist()]


def _look_alikes(
    name: str, made: Sequence[Studied], studied: Mapping[str, Sequence[Studied]], shipped: Mapping[str, Rows]
) -> list[tuple[str, float]]:
    """The other gestures whose examples are nearer to this one's than its other takes are, and for what share."""
    groups = {
        other: np.concatenate([take.plain.one for take in takes]) for other, takes in studied.items() if other != name
    }
    groups |= {label: rows.one for label, rows in shipped.items() if label not in (NOTHING, name) and len(rows.one)}
    if not groups:
        return []
    own = np.concatenate([take.rows.one for take in made])
    whose = np.concatenate([np.full(len(take.rows.one), k) for k, take in enumerate(made)])
    plain = np.concatenate([take.plain.one for take in made])
    owner = np.concatenate([np.full(len(take.plain.one), k) for k, take in enumerate(made)])
    rest = np.concatenate(list(groups.values()))
    scale = np.maximum(np.concatenate([plain, rest]).std(axis=0), 1e-3)
    self_apart = _apart(plain / scale, own / scale)
    if len(made) > 1:
        self_apart[owner[:, None] == whose[None]] = np.inf
    nearest = self_apart.min(axis=1)
    shares = {
        other: float((_apart(plain / scale, rows / scale).min(axis=1) < nearest).mean())
        for other, rows in groups.items()
    }
    return sorted(((o, s) for o, s in shares.items() if s >= _ALIKE), key=lambda pair: -pair[1])[:3]


def _apart(rows: np.ndarray, others: np.ndarray) -> np.ndarray:
    squares: np.ndarray = (rows**2).sum(axis=1)[:, None] + (others**2).sum(axis=1) - 2 * rows @ others.T
    return squares
