"""The full retrain, on few takes and with little effort, and what keeps a worse model out."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn

from gesturectl.errors import UsageError
from gesturectl.evaluation.enrolment import Takes
from gesturectl.evaluation.performing import Fired, Performed
from gesturectl.gestures.library import StoredTake
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.model_history import bytes_in_use
from gesturectl.recognition.variations import track
from gesturectl.recognition.vocabulary import STARTER
from gesturectl.recognition.window import WindowSpec
from gesturectl.training.plan import Watchers
from gesturectl.training.retrain import Effort, objection, retrain, split_takes
from gesturectl.training.retrain_set import OwnTakes, own_windows
from gesturectl.training.side_by_side import one_after_the_other, side_by_side
from gesturectl.training.standing import Side
from gesturectl.types import NOTHING

pytestmark = pytest.mark.train

LITTLE = Effort(episodes=16, validation=6, quiet=3, shown=4, epochs=1)


def stored(way, count=3, hands=(1,)):
    return tuple(StoredTake(way, Path(f"{way}/{seed}.npz"), drawn(way, seed, hands=hands)) for seed in range(count))


def takes(*ways, nothing=1):
    return Takes({way: stored(way) for way in ways}, tuple(drawn("rest", 50 + k, 4.0) for k in range(nothing)))


@pytest.fixture(scope="module")
def retrained(tmp_path_factory):
    folder, said = tmp_path_factory.mktemp("retrained"), []
    done = retrain(
        *bytes_in_use(), takes("ring", "drop"), (), folder,
        beside=one_after_the_other, effort=LITTLE, watch=Watchers(line=said.append),
    )  # fmt: skip
    return folder, done, said


def test_it_knows_the_starters_gestures_and_the_persons(retrained):
    folder, done, _ = retrained
    classifier = Classifier.load(folder / "model.onnx")
    assert classifier.card.labels == (NOTHING, *STARTER, "drop", "ring")
    assert done.gestures == ("drop", "ring")
    assert done.personal.model_sha256 == classifier.sha256
    assert set(classifier.card.thresholds) >= {"ring", "swipe_left"}
    assert [path.name for path in folder.iterdir()] == ["model.onnx"]


def test_both_sides_are_judged_on_takes_the_probe_never_saw(retrained):
    _, done, said = retrained
    assert done.present.takes.shown == done.candidate.takes.shown == 2
    assert done.present.starter.shown == done.candidate.starter.shown > 0
    assert done.candidate.quiet.hours == done.present.quiet.hours > 0
    assert [line.split()[0] for line in said if not line.startswith("epoch")] == ["learning", "choosing", "comparing"]


def test_half_the_work_can_be_done_in_a_process_of_its_own(retrained, tmp_path):
    done = retrain(
        *bytes_in_use(), takes("ring", "drop"), (), tmp_path, beside=side_by_side, effort=LITTLE, watch=Watchers()
    )  # fmt: skip
    # Trainings differ in the last digits from one to the next; what is in use is judged alike wherever that is done.
    assert done.present.as_json() == retrained[1].present.as_json()
    assert done.candidate.takes.names == retrained[1].candidate.takes.names
    assert [path.name for path in tmp_path.iterdir()] == ["model.onnx"]


def test_gestures_of_both_hands_stay_with_the_instant_head(tmp_path):
    both = Takes({"ring": stored("ring", hands=(0, 1))}, ())
    with pytest.raises(UsageError, match="both hands"):
        retrain(
            *bytes_in_use(), both, (), tmp_path, beside=one_after_the_other, effort=LITTLE, watch=Watchers()
        )  # fmt: skip


def test_some_takes_of_each_gesture_are_kept_out_and_one_alone_is_not():
    few = Takes({"ring": stored("ring", 5), "drop": stored("drop", 1)}, tuple(drawn("rest", k) for k in range(3)))
    split = split_takes(few, seed=1)
    assert sorted(take.gesture for take in split.held) == ["ring", "ring"]
    assert {name: len(made) for name, made in split.kept.gestures.items()} == {"drop": 1, "ring": 3}
    assert (len(split.kept.nothing), len(split.held_nothing)) == (2, 1)


def test_own_windows_hold_gestures_ways_between_and_nothing():
    spec, labels = WindowSpec(), (NOTHING, "ring", "drop")
    tracks = {way: [track(drawn(way, seed)) for seed in range(2)] for way in ("ring", "drop")}
    windows = own_windows(OwnTakes(tracks, [track(drawn("rest", 9, 5.0))]), labels, spec)
    counts = np.bincount(windows.label)
    assert (counts > 50).all()
    assert windows.points.shape[1:] == (40, 21, 2)
    twice = own_windows(OwnTakes(tracks, [], either_hand=True), labels, spec)
    assert np.bincount(twice.label)[1] == 2 * counts[1]


def side(right=4, wrong=0, false=0, quiet=5, starter=60):
    names = tuple(f"ring/{k}" for k in range(right))
    takes = Performed(names, {f"ring/{10 + k}": "drop" for k in range(wrong)}, 6)
    shown = Performed(tuple(f"swipe_left/{k}" for k in range(starter)), {}, 100)
    return Side(takes, shown, Fired({"ring": false}, 0.1), Fired({"swipe_left": quiet}, 0.2))


@pytest.mark.parametrize(
    ("after", "fact"),
    [
        (side(), ""),
        (side(right=5), ""),
        (side(right=3), "of 6 takes it hadn't seen it recognises 3, and what is in use 4"),
        (side(false=1), "fires 1 times where you meant nothing, instead of 0"),
        (side(starter=59), ""),
        (side(starter=40), "it loses 20 and gains 0"),
        (side(quiet=8), ""),
        (side(quiet=25), "fires 25 times in synthetic work, instead of 5"),
    ],
)
def test_it_is_kept_aside_when_it_is_worse_beyond_chance(after, fact):
    told = objection(side(), after)
    assert (fact in told) if fact else not told


def test_several_objections_are_all_told():
    worse = replace(side(right=2), nothing=Fired({"ring": 3}, 0.1))
    assert objection(side(), worse).count(";") == 1
