""" "That was no gesture": what fired wrongly holds the gesture back, and real gestures fire on."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn
from toy_model import write_toy_model

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.enrolment import Takes, enrol, enrolled_from
from gesturectl.evaluation.lookahead import foresee
from gesturectl.evaluation.performing import performances
from gesturectl.evaluation.refusing import FIRED, learn_again, refuse, refused_from
from gesturectl.gestures.library import StoredTake
from gesturectl.gestures.take import Take, write_take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal_file import REFUSED, read_personal, write_personal
from gesturectl.recognition.personalised import Personalised


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Classifier.load(write_toy_model(tmp_path_factory.mktemp("model") / "toy.onnx"))


def stored(way, seeds):
    return tuple(StoredTake(way, Path(f"{way}/{seed}.npz"), drawn(way, seed)) for seed in seeds)


def marked(take, gesture="ring"):
    return Take(take.t_ms, take.image_points, take.world_points, take.present, {**take.meta, FIRED: gesture})


def test_what_looks_like_it_no_longer_counts_and_the_gesture_does(toy):
    """A ring that is drawn where it isn't meant, told from real ones by what comes with it."""
    meant, others = stored("ring", range(3)), stored("drop", range(3))
    head = enrol(toy, Takes({"ring": meant, "drop": others}, ())).personal
    refused = refuse(
        toy, {"drop": [drawn("zigzag", seed) for seed in range(3)]}, {"drop": [one.take for one in others]}
    )
    scores = {}
    for name, classifier in (("before", Personalised(toy, head)), ("held", Personalised(toy, head, refused=refused))):
        column = classifier.card.labels.index("drop")
        for way in ("zigzag", "drop"):
            seen = foresee(classifier, performances(stored(way, [40]))[0].stream)
            scores[name, way] = float(seen.scores[1][:, column].max())
    assert scores["held", "zigzag"] < 0.5 * scores["before", "zigzag"] or scores["before", "zigzag"] < 0.05
    assert scores["held", "drop"] > 0.7 * scores["before", "drop"] > 0.3


def test_scores_still_add_up_to_one(toy):
    head = enrol(toy, Takes({"ring": stored("ring", range(3))}, ()), only=True).personal
    held = Personalised(toy, head, refused=refuse(toy, {"ring": [drawn("zigzag", 1)]}, {}))
    windows = np.full((1, 16, 21, 3), np.nan, np.float32)
    windows[0] = drawn("zigzag", 5).image_points[-16:, 1]
    scores = held.look(windows, None, "right").scores
    assert scores.sum() == pytest.approx(1.0, abs=1e-5)


@pytest.fixture
def library(tmp_path):
    for seed in range(2):
        write_take(tmp_path / "library" / "ring" / f"{seed}.npz", drawn("ring", seed))
    write_take(tmp_path / "library" / "nothing" / "idle.npz", drawn("rest", 9, 3.0))
    return tmp_path / "library"


def test_only_takes_that_say_what_fired_count(toy, library):
    with pytest.raises(GesturectlError, match="no take in it says what fired"):
        refused_from(toy, [library])
    write_take(library / "nothing" / "not-ring.npz", marked(drawn("zigzag", 1)))
    write_take(library / "nothing" / "not-gone.npz", marked(drawn("zigzag", 2), "a gesture that is gone"))
    assert refused_from(toy, [library]).personal.labels == ("ring",)


def test_learning_again_takes_up_what_came_and_forgets_what_went(toy, library):
    path = library.parent / "personal.npz"
    assert learn_again(toy, path, []) is None
    write_personal(path, enrolled_from(toy, [library]).stored)
    no_ring = library / "nothing" / "not-ring.npz"
    write_take(no_ring, marked(drawn("zigzag", 1)))
    learn_again(toy, path, [])
    assert read_personal(path.with_name(REFUSED)).personal.labels == ("ring",)
    no_ring.unlink()
    assert learn_again(toy, path, []).personal.labels == ("ring",)
    assert read_personal(path.with_name(REFUSED)) is None


def test_a_take_without_a_hand_is_told(toy):
    empty = drawn("rest", 1)
    gone = replace(empty, present=np.zeros_like(empty.present), image_points=np.full_like(empty.image_points, np.nan))
    with pytest.raises(GesturectlError, match="no take of it shows a hand"):
        refuse(toy, {"ring": [gone]}, {})
