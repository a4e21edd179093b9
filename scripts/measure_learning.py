"""Measures what learning from a person gains and costs, with the model that ships.

    python scripts/measure_learning.py not-this                      synthetic work: half is marked, half judged
    python scripts/measure_learning.py not-this --streams fpha       ... or streams in which nothing is meant
    python scripts/measure_learning.py retrain sfinge3d --gestures SWIPE_V,SWIPE_O,GRAB,EXPAND,THREE
    python scripts/measure_learning.py adapt sfinge3d --as SWIPE_LEFT=swipe_left,SWIPE_RIGHT=swipe_right,OK=ok

Libraries and streams come from `gesturectl import` and `scripts/negatives_to_streams.py`; none is part of this
repository.
"""

import argparse
import json
import tempfile
import time
from pathlib import Path

import numpy as np

from gesturectl.evaluation.enrolment import Takes, enrol, read_folders
from gesturectl.evaluation.performing import fired, perform, performances
from gesturectl.evaluation.refusing import refuse
from gesturectl.evaluation.replay import replay
from gesturectl.evaluation.streams import read_streams
from gesturectl.gestures.library import StoredTake
from gesturectl.gestures.take import Take
from gesturectl.recognition.personalised import Personalised, personalised
from gesturectl.recognition.shipped import classifier_at
from gesturectl.training.starter_streams import synthetic_performances, synthetic_quiet


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description="Measure what learning from a person gains and costs.")
    verbs = parser.add_subparsers(required=True)
    verb = verbs.add_parser("not-this")
    verb.add_argument("--streams", type=Path)
    verb.add_argument("--most", type=int, default=160, help="streams that are used")
    verb.set_defaults(run=not_this)
    verb = verbs.add_parser("retrain")
    verb.add_argument("library", type=Path)
    verb.add_argument("--gestures", required=True)
    verb.add_argument("--shots", type=int, default=5)
    verb.add_argument("--seed", type=int, default=0)
    verb.set_defaults(run=retrain)
    verb = verbs.add_parser("adapt")
    verb.add_argument("library", type=Path)
    verb.add_argument("--as", dest="names", required=True)
    verb.add_argument("--repeats", type=int, default=3)
    verb.set_defaults(run=adapt)
    args = parser.parse_args()
    args.run(args)


def not_this(args: argparse.Namespace) -> None:
    """Mark all that fires in half of the streams, and see what fires in the other half then, and what is detected."""
    base = classifier_at(None)
    if args.streams:
        takes = [stream.take for stream in list(read_streams(args.streams, []))[: args.most]]
        marked, judged = takes[::2], takes[1::2]
    else:
        takes = synthetic_quiet(5, 400)
        marked, judged = takes[:200], takes[200:]
    wrong: dict[str, list[Take]] = {}
    for take in marked:
        for event in replay(base, take).begun:
            kept = (take.t_ms >= event.t_ms - 2000) & (take.t_ms <= event.t_ms + 500)
            parts = (take.t_ms, take.image_points, take.world_points, take.present)
            wrong.setdefault(event.gesture, []).append(Take(*(part[kept] for part in parts), take.meta))
    held = personalised(base, None, refuse(base, wrong, {}))
    shown = synthetic_performances(6, 150, base.card.labels)
    print(f"marked: { ({name: len(made) for name, made in wrong.items()}) }")
    print(f"again in the marked half: {fired(held, marked).total}")
    print(f"in the other half: {fired(base, judged).as_json()} before, {fired(held, judged).total} after")
    print(f"synthetic gestures: {perform(base, shown).as_json()} before, {perform(held, shown).as_json()} after")


def retrain(args: argparse.Namespace) -> None:
    """A whole retraining, its comparison, and the processor time of the longer of its two processes."""
    from gesturectl.recognition.model_history import bytes_in_use
    from gesturectl.training.plan import Watchers
    from gesturectl.training.retrain import retrain as whole
    from gesturectl.training.side_by_side import side_by_side

    takes = _some(read_folders([args.library]), args.gestures.split(","), args.shots, args.seed)
    started_s = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        done = whole(
            *bytes_in_use(), takes, (), Path(folder), beside=side_by_side, watch=Watchers(line=print)
        )  # fmt: skip
    print(json.dumps(done.as_json(), indent=1))
    print(f"{time.process_time() - started_s:.0f} s of processor time; objection: {done.objection or 'none'}")


def adapt(args: argparse.Namespace) -> None:
    """Two takes of each gesture are learnt, twenty others performed."""
    base = classifier_at(None)
    names = dict(pair.split("=") for pair in args.names.split(","))
    every = read_folders([args.library]).gestures
    takes = {ours: [StoredTake(ours, one.path, one.take) for one in every[theirs]] for theirs, ours in names.items()}
    quiet, shown = synthetic_quiet(46, 60), synthetic_performances(47, 80, base.card.labels)
    print(f"alone: fires {fired(base, quiet).total} times; synthetic {perform(base, shown).as_json()}")
    for seed in range(args.repeats):
        random = np.random.default_rng(seed)
        order = {name: random.permutation(len(made)) for name, made in takes.items()}
        learnt = {name: tuple(made[k] for k in order[name][:2]) for name, made in takes.items()}
        made = performances(takes[name][k] for name in takes for k in order[name][2:22])
        adapted = Personalised(base, enrol(base, Takes(learnt, ())).personal)
        print(f"{seed}: alone {perform(base, made).as_json()}, adapted {perform(adapted, made).as_json()}")
        if seed == 0:
            print(f"   fires {fired(adapted, quiet).total} times; synthetic {perform(adapted, shown).as_json()}")


def _some(takes: Takes, names: list[str], shots: int, seed: int) -> Takes:
    random = np.random.default_rng(seed)
    chosen = {
        name: tuple(takes.gestures[name][k] for k in random.permutation(len(takes.gestures[name]))[:shots])
        for name in names
    }
    return Takes(chosen, ())


if __name__ == "__main__":
    main()
