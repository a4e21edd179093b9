"""What a person's own takes of the starter's gestures gain, told by takes that were left out."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn
from toy_model import TOY_CARD, write_toy_model

from gesturectl.evaluation.adapting import gain, starter_takes
from gesturectl.evaluation.enrolment import Takes
from gesturectl.gestures.library import StoredTake
from gesturectl.recognition.card import Card
from gesturectl.recognition.classifier import Classifier


@pytest.fixture(scope="module")
def deaf(tmp_path_factory):
    """A model that knows fist, but whose threshold no take reaches: the person's hands are never long enough there."""
    card = {name: getattr(TOY_CARD, name) for name in Card.__slots__}
    path = tmp_path_factory.mktemp("model") / "toy.onnx"
    return Classifier.load(write_toy_model(path, Card(**{**card, "labels": ("fist", "nothing")})))


def takes(**counts):
    ways = {"fist": "ring", "ring": "drop"}
    made = {
        name: tuple(StoredTake(name, Path(f"{name}/{seed}.npz"), drawn(ways[name], seed)) for seed in range(count))
        for name, count in counts.items()
    }
    return Takes(made, ())


def test_each_take_is_judged_without_having_been_learnt(deaf):
    found = gain(deaf, takes(fist=2, ring=3), [drawn("rest", 7, 6.0)], [drawn("rest", 8, 6.0)])
    figures = found.as_json()
    assert figures["per_gesture"].keys() == {"fist"}
    assert figures["before"]["left_out_takes"]["takes"] == figures["after"]["left_out_takes"]["takes"] == 2
    assert figures["after"]["left_out_takes"]["right"] >= figures["before"]["left_out_takes"]["right"]
    assert figures["before"]["nothing"]["hours"] > 0


def test_a_single_take_is_learnt_but_nothing_is_said_of_it(deaf):
    found = gain(deaf, takes(fist=1), [], [])
    assert found.single == ("fist",)
    assert found.per_gesture() == {}


def test_only_the_starters_gestures_count():
    assert starter_takes(takes(fist=1, ring=1)).keys() == {"fist"}
