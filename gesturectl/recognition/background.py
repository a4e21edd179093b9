"""What isn't a personal gesture: the windows that ship, and those of a person doing nothing in particular."""

import io
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np

from gesturectl.atomic import whole_file
from gesturectl.errors import ModelError
from gesturectl.npz import DAMAGE
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.normalise import normalise
from gesturectl.recognition.personal import Rows
from gesturectl.recognition.sight import both_hands, one_hand
from gesturectl.recognition.variations import Track, between, seed_of, windows
from gesturectl.types import HANDS, NOTHING, Float32

FILE = "background.npz"
"""In the folder of models."""
STRIDE_MS = 200
"""From one window of a person's own idle to the next."""
MOST_OWN = 600
"""Windows of a person's own idle: two minutes; more is thinned out."""
_GRAIN = 64
"""Steps a palm length in the file: a fiftieth of a finger's length."""


def write_background(path: Path, shown: Float32, labels: Sequence[str]) -> None:
    """Write windows (N, T, 21, 3) and what each shows to `path`, whole or not at all."""
    ready = normalise(shown)
    whole = np.round(ready.points[..., :2] * _GRAIN).astype(np.int16)
    # Differences along time are small numbers, which pack well.
    steps = np.diff(whole, axis=1, prepend=np.zeros_like(whole[:, :1]))
    with whole_file(path) as file:
        np.savez_compressed(file, steps=steps, mask=ready.mask.astype(bool), labels=np.array(labels))


def read_background(content: bytes) -> dict[str, Float32]:
    """The windows (N, T, 21, 3), NaN where absent, of each label in the `content` of a file. Raises ModelError."""
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            points = np.cumsum(stored["steps"], axis=1, dtype=np.int32).astype(np.float32) / _GRAIN
            mask, labels = stored["mask"].astype(bool), stored["labels"].astype(str)
        shown = np.concatenate([points, np.zeros_like(points[..., :1])], axis=-1)
        shown[~mask] = np.nan
        return {str(label): shown[labels == label] for label in np.unique(labels)}
    except DAMAGE as error:
        raise ModelError(FILE, f"the background can't be read ({error})", "Install gesturectl again") from error


def shipped_background(classifier: Classifier, content: bytes, but: Collection[str] = ()) -> dict[str, Rows]:
    """Rows of the windows in `content`, the bytes of FILE, by what they show; the gestures in `but` are left out.

    So are gestures that the model doesn't know, and everything for a model of other windows.
    """
    rows = {}
    for label, shown in read_background(content).items():
        if label in but or shown.shape[1] != classifier.card.steps:
            continue
        if label != NOTHING and label not in classifier.card.labels:
            continue
        one, valid = one_hand(classifier, shown, "right")
        rows[label] = Rows(one[valid], np.zeros((0, 0), np.float32))
    return rows


def own_background(classifier: Classifier, idle: Sequence[Track], most: int = MOST_OWN) -> Rows:
    """Rows of a person doing nothing in particular, with either hand."""
    spec = classifier.card.window
    ends = [np.arange(take.t_ms[0] + 600, take.t_ms[-1] + 1, STRIDE_MS) for take in idle if len(take.t_ms)]
    total = sum(len(end) for end in ends)
    thin = max(1, -(-total // most))
    tracks = [take for take in idle if len(take.t_ms)]
    return _rows_of(classifier, [windows(take, spec, end[::thin]) for take, end in zip(tracks, ends, strict=True)])


def between_takes(classifier: Classifier, takes: Mapping[str, Sequence[Track]], most: int = 240) -> Rows:
    """Rows of hands on their way between the takes of different gestures, `most` ways at most."""
    random = np.random.default_rng(len(takes))
    made = [(name, take) for name in sorted(takes) for take in takes[name] if len(take.t_ms) > 1]
    made.sort(key=lambda pair: seed_of(pair[1]))  # by something that a mirror doesn't change, as it does names
    pairs = [
        (a, b)
        for a, (name, _) in enumerate(made)
        for b, (other, _) in enumerate(made)
        if name != other or len(takes) == 1
    ]
    chosen = random.permutation(len(pairs))[:most]
    spec = classifier.card.window
    cut = [between(random, made[pairs[k][0]][1], made[pairs[k][1]][1], spec) for k in chosen]
    return _rows_of(classifier, cut)


def _rows_of(classifier: Classifier, cuts: Sequence[Float32]) -> Rows:
    """Rows of all windows of each hand in `cuts` (M, 2, T, 21, 3)."""
    ones = [np.zeros((0, 0), np.float32)]
    twos = [np.zeros((0, 0), np.float32)]
    shown = np.concatenate([cut for cut in cuts if len(cut)]) if any(len(cut) for cut in cuts) else None
    for slot, hand in enumerate(HANDS):
        if shown is None:
            break
        one, valid = one_hand(classifier, shown[:, slot], hand)
        two, beside = both_hands(one, shown[:, slot], shown[:, 1 - slot], hand)
        ones.append(one[valid])
        twos.append(two[valid & beside])
    return Rows(_stacked(ones), _stacked(twos))


def _stacked(parts: Sequence[Float32]) -> Float32:
    full = [part for part in parts if len(part)]
    return np.concatenate(full) if full else parts[0]
