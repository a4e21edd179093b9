"""A running recogniser takes up personal gestures, and works on without them."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn
from toy_model import TOY_CARD, write_toy_model

from gesturectl.daemon.own_gestures import OwnGestures
from gesturectl.evaluation.enrolment import enrolled_from
from gesturectl.gestures.take import write_take
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal_file import write_personal
from gesturectl.types import Hands


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Classifier.load(write_toy_model(tmp_path_factory.mktemp("model") / "toy.onnx"))


@pytest.fixture
def library(tmp_path):
    for way in ("ring", "drop"):
        for seed in range(2):
            write_take(tmp_path / "library" / way / f"{seed}.npz", drawn(way, seed))
    return tmp_path / "library"


def enrol(toy, library, path):
    write_personal(path, enrolled_from(toy, [library]).stored)


def test_without_a_file_there_are_the_models_gestures(toy, tmp_path):
    said = []
    assert OwnGestures(toy, said.append, tmp_path / "personal.npz").gestures == ("fist",)
    assert said == []


def test_gestures_enrolled_while_it_runs_are_taken_up_within_a_second_and_told(toy, library, tmp_path):
    path, told = tmp_path / "personal.npz", []
    own = OwnGestures(toy, lambda text: None, path)
    own.tell(told.append)
    own.update(Hands.none(0, 1.0))
    enrol(toy, library, path)
    own.update(Hands.none(1100, 1.0))
    assert own.gestures == ("fist", "drop", "ring")
    assert told == [("fist", "drop", "ring")]
    path.unlink()
    own.update(Hands.none(2200, 1.0))
    assert own.gestures == ("fist",)


def test_a_damaged_file_is_told_and_the_models_gestures_work_on(toy, tmp_path):
    path, said = tmp_path / "personal.npz", []
    path.write_bytes(b"damaged")
    assert OwnGestures(toy, said.append, path).gestures == ("fist",)
    assert len(said) == 1
    assert "damaged" in said[0]


def test_a_file_damaged_while_it_runs_leaves_what_was_read_before(toy, library, tmp_path):
    path, said = tmp_path / "personal.npz", []
    enrol(toy, library, path)
    own = OwnGestures(toy, said.append, path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    own.update(Hands.none(1100, 1.0))
    assert own.gestures == ("fist", "drop", "ring")
    assert len(said) == 1 and "what was read before stays in use" in said[0]
    own.update(Hands.none(2200, 1.0))
    assert len(said) == 1
    path.write_bytes(whole)
    own.update(Hands.none(3300, 1.0))
    assert own.gestures == ("fist", "drop", "ring")


def test_with_another_model_they_are_learnt_again_from_their_takes(toy, library, tmp_path):
    path, said = tmp_path / "personal.npz", []
    enrol(toy, library, path)
    card = TOY_CARD.__class__(**{**{f: getattr(TOY_CARD, f) for f in TOY_CARD.__slots__}, "name": "newer"})
    newer = Classifier.load(write_toy_model(tmp_path / "newer.onnx", card=card))
    outdated = []
    before = path.read_bytes()
    own = OwnGestures(newer, said.append, path, outdated=lambda: outdated.append(1))
    assert own.gestures == ("fist", "drop", "ring")
    assert "learnt again" in said[0]
    assert outdated == [1]
    assert path.read_bytes() == before, "to write is somebody else's affair"


def test_with_another_model_and_the_takes_gone_the_models_gestures_work_on(toy, library, tmp_path):
    path, said = tmp_path / "personal.npz", []
    enrol(toy, library, path)
    for take in library.rglob("*.npz"):
        take.unlink()
    newer = Classifier.load(write_toy_model(tmp_path / "newer.onnx", domain=""))
    newer.sha256 = "another"
    assert OwnGestures(newer, said.append, path).gestures == ("fist",)
    assert "can't be used" in said[0]
    assert path.exists()
