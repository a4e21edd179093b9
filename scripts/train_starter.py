"""Trains the gesture model that ships.

    python scripts/train_starter.py --gestura gestura.npz --key-points keypoint_csv/ [--out models/starter.onnx]

It takes some half an hour on one core. The real sets (gesturectl/training/starter.py has their origins and licences)
aren't part of this repository; without them only synthetic takes are used. With `--choose MODEL` nothing
is trained: only the thresholds in the model's card are chosen anew.
"""

import argparse
import dataclasses
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import onnx
import torch

from gesturectl.evaluation.thresholds import false_activations, within_budget
from gesturectl.gestures.take import Take
from gesturectl.recognition.card import METADATA_KEY
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.vocabulary import HELD
from gesturectl.recognition.window import WindowSpec
from gesturectl.synthesis.strokes import SWIPES
from gesturectl.training.dataset import LabelledTake, Windows, windows_of
from gesturectl.training.export import describe, export
from gesturectl.training.fit import FitConfig, fit
from gesturectl.training.starter import LABELS, SIGNS_GROUP, pose_takes, sign_takes, synthetic_takes

SPEC = WindowSpec()
VALIDATION_SEED, NEGATIVE_SEED = 999, 777
PER_HOUR = dict.fromkeys(LABELS, 8.0) | dict.fromkeys(SWIPES, 15.0)
"""How often each gesture may fire in an hour of synthetic work, which is far busier than anybody's day.

Swipes may fire more often: they vary most from person to person, and what they do by default the opposite one undoes.
"""

LEAST = dict.fromkeys(HELD, 0.88) | dict.fromkeys(("pinch", "spread", "grab", "release"), 0.85)
"""Hands take poses, open and close all day: these must be surer than synthetic work alone asks for."""


def main() -> None:
    """Train, choose the thresholds, write the model."""
    parser = argparse.ArgumentParser(description="Train the gesture model that ships.")
    parser.add_argument("--out", type=Path, default=Path("models/starter.onnx"))
    parser.add_argument("--gestura", type=Path, help="gestura.npz")
    parser.add_argument("--key-points", type=Path, help="folder of the key point sets")
    parser.add_argument("--episodes", type=int, default=130_000)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--choose", type=Path, metavar="MODEL", help="only choose this model's thresholds anew")
    args = parser.parse_args()
    if args.choose is None:
        train(args)
    choose_thresholds(args.choose or args.out, args.gestura)


def train(args: argparse.Namespace) -> None:
    """Fit the three branches and their fusion, and write them without thresholds."""
    parts = [windows(synthetic_takes(args.seed, args.episodes), args.seed, 3)]
    parts += [windows(sign_takes(args.gestura), args.seed, 4)] if args.gestura else []
    parts += [windows(pose_takes(args.key_points), args.seed, 1)] if args.key_points else []
    held_out = windows(synthetic_takes(VALIDATION_SEED, 1500), VALIDATION_SEED, 3)
    print(f"{sum(map(len, parts)):,} windows to train on, {len(held_out):,} held out", flush=True)
    config = FitConfig(epochs=args.epochs, seed=args.seed, bfloat16=True)
    checkpoint = args.out.with_suffix(".checkpoint")
    result = fit(
        Windows.joined(parts), LABELS, SPEC, config, held_out, checkpoint, lambda line: print(line, flush=True)
    )
    sets = ["gestura (MIT)"] * bool(args.gestura) + ["two key point sets (Apache-2.0, MIT)"] * bool(args.key_points)
    data = f"{args.episodes:,} synthetic takes of the project's own generator" + "".join(f"; {name}" for name in sets)
    export(result.model, describe(result.model, "starter", data, result.metrics), args.out)
    checkpoint.unlink(missing_ok=True)


def windows(takes: Iterable[LabelledTake], seed: int, per_interval: int) -> Windows:
    """The windows of some takes, without z."""
    r = np.random.default_rng(seed)
    cut = (windows_of(take, LABELS, SPEC, r, per_interval) for take in takes)
    return Windows.joined(dataclasses.replace(w, points=w.points[..., :2]) for w in cut)


def choose_thresholds(path: Path, gestura: Path | None) -> None:
    """Write into the card of the model at `path` the thresholds that keep it quiet, and say what they are."""
    classifier = Classifier.load(path)
    takes = [one_handed(take) for take in synthetic_takes(NEGATIVE_SEED, 1500, negatives=1.0)]
    if gestura is not None:
        takes += [one_handed(take) for take in sign_takes(gestura, NEGATIVE_SEED) if take.group >= SIGNS_GROUP]
    hours = sum(float(take.t_ms[-1] - take.t_ms[0]) for take in takes) / 3.6e6
    counts = false_activations(classifier, takes)
    chosen = within_budget(counts, {gesture: PER_HOUR[gesture] * hours for gesture in counts}, least=0.7)
    chosen |= {gesture: max(chosen[gesture], LEAST[gesture]) for gesture in LEAST}
    for gesture, values in counts.items():
        print(f"{gesture:12s} {chosen[gesture]:.2f}   false activations by threshold in {hours:.1f} h: {values}")
    model = onnx.load(path)
    entry = next(item for item in model.metadata_props if item.key == METADATA_KEY)
    entry.value = json.dumps(json.loads(entry.value) | {"thresholds": chosen})
    part = path.with_name(path.name + ".part")
    onnx.save(model, part)
    Classifier.load(part)
    part.replace(path)


def one_handed(take: LabelledTake) -> Take:
    """A training take as the recogniser sees takes: the hand in the right slot of its picture."""
    frames = len(take.t_ms)
    points = np.full((frames, 2, 21, 3), np.nan, np.float32)
    seen = take.present
    points[seen, 1] = take.points[seen] / np.array([take.aspect, 1, take.aspect], np.float32)
    present = np.stack([np.zeros(frames, bool), seen], 1)
    once = np.concatenate([[True], np.diff(take.t_ms) > 0])  # two frames of a jittery camera may fall into one ms
    return Take(
        take.t_ms[once], points[once], np.full_like(points, np.nan)[once], present[once], {"aspect": take.aspect}
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    main()
