""" "That was no gesture": what fired wrongly becomes a head that holds the gesture back when it is seen again.

The same mechanism as personal gestures, the other way round: examples of what was no `swipe_left` are learnt like a
gesture, told from real swipes, and what looks like them gives its score to nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.enrolment import enrolled_from
from gesturectl.gestures.library import Library
from gesturectl.gestures.take import Take, TakeError, read_take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal import Personal, Rows, Studied, learn, study
from gesturectl.recognition.personal_file import REFUSED, Stored, read_personal, write_personal
from gesturectl.recognition.sight import one_hand
from gesturectl.recognition.variations import mirrored, track
from gesturectl.recognition.vocabulary import STARTER, mirrored_label
from gesturectl.recognition.window import resample
from gesturectl.types import NOTHING

FIRED = "fired"
"""In the meta of a take of nothing: the gesture that fired in it, at four fifths of its length."""
_MEANT = 48
"""Synthetic takes of a gesture that it must still be told from."""
_WINDOWS = 3
"""Of each of them."""
_MOST = 40
"""Takes of one gesture that are learnt from, the newest."""


def refused_from(classifier: Classifier, libraries: Sequence[Path]) -> Stored:
    """The head of all takes of nothing in `libraries` that say what fired. Raises GesturectlError if there is none."""
    wrong: dict[str, list[Take]] = {}
    meant: dict[str, list[Take]] = {}
    for folder in libraries:
        library = Library(folder)
        for take in _readable(library.negatives):
            gesture = str(take.meta.get(FIRED, ""))
            if gesture in classifier.card.labels or gesture in library.gestures:
                wrong.setdefault(gesture, []).append(take)
        for gesture in wrong:
            meant.setdefault(gesture, []).extend(_readable(library.paths(gesture)))
    if not wrong:
        place = ", ".join(str(folder / NOTHING) for folder in libraries)
        raise GesturectlError(place, "no take in it says what fired", "Mark one: gesturectl not-this")
    personal = refuse(classifier, wrong, meant)
    return Stored(personal, tuple(str(folder.resolve()) for folder in libraries), ())


def refuse(
    classifier: Classifier, wrong: Mapping[str, Sequence[Take]], meant: Mapping[str, Sequence[Take]]
) -> Personal:
    """A head of what was `wrong` for each gesture, told from takes in which it was `meant`, and from synthetic ones.

    Both hands are held back alike. Raises GesturectlError where no take shows a hand for long enough.
    """
    studied: dict[str, list[Studied]] = {}
    for gesture, takes in wrong.items():
        for take in takes[-_MOST:]:
            whole = track(take)
            for name, one in ((gesture, whole), (mirrored_label(gesture), mirrored(whole))):
                seen = study(classifier, one)
                if len(seen.rows.one):
                    studied.setdefault(name, []).append(seen)
    if not studied:
        raise GesturectlError("not this", "no take of it shows a hand for long enough", "Mark another")
    rows: dict[str, Rows] = {}
    for gesture in studied:
        own = [study(classifier, track(take)).rows for take in meant.get(gesture, ())]
        every = [*own, *([_synthetic(classifier, gesture)] if gesture in STARTER else [])]
        ones, twos = ([part[k] for part in every if len(part[k])] for k in range(2))
        empty = np.zeros((0, 0), np.float32)
        name = f"{gesture}, meant"  # a group of its own beside what was wrong
        rows[name] = Rows(np.concatenate(ones) if ones else empty, np.concatenate(twos) if twos else empty)
    return learn(classifier.sha256, studied, rows)


def _synthetic(classifier: Classifier, gesture: str) -> Rows:
    """Rows of synthetic takes of one of the starter's gestures; the same each time."""
    # Drawing hands is half of what the daemon would load, for what it seldom does.
    from gesturectl.synthesis.handshapes import GESTURES
    from gesturectl.synthesis.takes import animate

    random = np.random.default_rng(sum(gesture.encode()))
    takes = animate(random, [GESTURES[gesture](random) for _ in range(2 * _MEANT)])
    spec = classifier.card.window
    windows = []
    for k, label in enumerate(takes.labels):
        if label == gesture:  # half are left hands, whose swipes go the other way
            first, last = takes.ready[k].tolist()
            ends = 1000 * np.linspace(first, last, _WINDOWS)
            points = takes.points[k].astype(np.float32)
            windows.append(resample(takes.t_s[k] * 1000, points, takes.present[k], ends, spec))
    rows, valid = one_hand(classifier, np.concatenate(windows), "right")
    return Rows(rows[valid], np.zeros((0, 0), np.float32))


def _readable(paths: Iterable[Path], problems: list[GesturectlError] | None = None) -> list[Take]:
    """The takes at `paths`, without those that can't be read: `problems` of them, or what enrolment says of them."""
    found = []
    for path in paths:
        try:
            found.append(read_take(path))
        except TakeError as error:
            if problems is not None:
                problems.append(error)
    return found


def learn_again(classifier: Classifier, path: Path, problems: list[GesturectlError]) -> Stored | None:
    """Learn anew what is enrolled in the file `path`, and what holds gestures back beside it, from the takes now.

    Takes of nothing in the user's own library count, wherever the gestures are. What is enrolled; None if nothing is.
    Takes that can't be read are left out and added to `problems`. Raises GesturectlError.
    """
    library = path.parent / "library"
    refused = path.with_name(REFUSED)
    if (library / NOTHING).is_dir():
        if any(take.meta.get(FIRED) for take in _readable(Library(library).negatives, problems)):
            write_personal(refused, refused_from(classifier, [library]))
        else:
            refused.unlink(missing_ok=True)
    stored = read_personal(path)
    if stored is None:
        return None
    folders, idle = ([Path(folder) for folder in listed] for listed in (stored.sources, stored.idle))
    quiet = library / NOTHING
    if library.resolve() not in folders and quiet.is_dir() and quiet.resolve() not in idle and any(quiet.glob("*.npz")):
        idle.append(quiet)
    learnt = enrolled_from(classifier, folders, idle, left_out=stored.left_out, either_hand=stored.either_hand)
    told = {str(problem) for problem in problems}
    problems += [problem for problem in learnt.problems if str(problem) not in told]
    write_personal(path, learnt.stored)
    return learnt.stored
