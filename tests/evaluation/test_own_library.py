"""A person's own gestures: used or not, taken away, and back again."""

import shutil

import pytest
from personal_takes import drawn
from toy_model import write_toy_model

from gesturectl.errors import UsageError
from gesturectl.evaluation.own_library import OwnLibrary
from gesturectl.gestures.library import Library
from gesturectl.gestures.names import BadNameError
from gesturectl.gestures.take import write_take
from gesturectl.recognition.classifier import Classifier


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Classifier.load(write_toy_model(tmp_path_factory.mktemp("model") / "toy.onnx"))


@pytest.fixture
def own(tmp_path):
    for way in ("ring", "drop"):
        for seed in range(3):
            write_take(tmp_path / "library" / way / f"{seed}.npz", drawn(way, seed))
    return OwnLibrary(tmp_path / "library", tmp_path / "personal.npz")


def test_nothing_is_used_until_somebody_says_so(own):
    assert own.gestures == {"drop": 3, "ring": 3}
    assert own.used == ()


def test_just_what_is_wanted_is_used(own, toy):
    own.use(toy, ["ring", "drop"])
    assert own.used == ("drop", "ring")
    own.use(toy, ["ring"])
    assert own.used == ("ring",)
    own.use(toy, ["ring", "drop"])
    assert own.used == ("drop", "ring")
    own.use(toy, [])
    assert own.used == ()


def test_a_gesture_without_takes_cant_be_used_and_the_others_stay(own, toy):
    own.use(toy, ["ring"])
    with pytest.raises(UsageError, match="ring"):
        own.use(toy, ["rimg"])
    assert own.used == ("ring",)


def test_what_is_removed_comes_back_take_by_take(own, toy):
    before = {path.name: path.read_bytes() for path in Library(own.folder).paths("ring")}
    ticket = own.remove("ring")
    assert own.gestures == {"drop": 3}
    own.use(toy, ["drop"])
    assert own.restore(ticket) == "ring"
    assert {path.name: path.read_bytes() for path in Library(own.folder).paths("ring")} == before


def test_a_gesture_recorded_meanwhile_under_the_name_is_not_overwritten(own):
    ticket = own.remove("ring")
    write_take(own.folder / "ring" / "new.npz", drawn("ring", 9))
    with pytest.raises(UsageError, match="another gesture"):
        own.restore(ticket)
    assert own.gestures["ring"] == 1


@pytest.mark.parametrize("ticket", ["", "ring", "ring.", "ring.1", "../ring.1", "ring.1/../../x", "..", ".removed.1"])
def test_a_made_up_ticket_restores_nothing(own, ticket):
    with pytest.raises((UsageError, BadNameError)):
        own.restore(ticket)


def test_what_was_removed_long_ago_is_deleted(own):
    kept = own.remove("ring")
    own.forget_removed()
    assert own.restore(kept) == "ring"
    gone = own.remove("ring")
    own.forget_removed(older_than_s=-1)
    with pytest.raises(UsageError):
        own.restore(gone)


def test_a_library_that_was_deleted_under_it_is_empty_and_whatever_was_learnt_stays(own, toy):
    own.use(toy, ["ring"])
    shutil.rmtree(own.folder)
    assert own.gestures == {}
    assert own.used == ("ring",)
    with pytest.raises(UsageError):
        own.remove("ring")
