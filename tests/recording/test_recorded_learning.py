"""Takes become a gesture in use, all of it or nothing; and what was there before is never lost."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn
from toy_model import write_toy_model

from gesturectl.errors import GesturectlError, UsageError
from gesturectl.gestures.library import Library
from gesturectl.gestures.names import BadNameError
from gesturectl.gestures.take import TakeError
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personal_file import read_personal
from gesturectl.recording import shelf as shelf_module
from gesturectl.recording.learning import Learning
from gesturectl.recording.shelf import Shelf
from gesturectl.types import NOTHING


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Classifier.load(write_toy_model(tmp_path_factory.mktemp("model") / "toy.onnx"))


@pytest.fixture
def learning(toy, tmp_path):
    return Learning(lambda: toy, Shelf(tmp_path / "library"), tmp_path / "personal.npz")


def takes(way, count=3, seed=0):
    return [drawn(way, seed + k) for k in range(count)]


def everything(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_takes_are_written_and_learnt(learning, tmp_path):
    learning.keep("ring", takes("ring"))
    assert Library(tmp_path / "library").counts() == {"ring": 3}
    assert learning.enrolled() == ("ring",)
    learning.keep("snap 👍", takes("zigzag"))
    assert learning.enrolled() == ("ring", "snap 👍")
    assert read_personal(tmp_path / "personal.npz").sources == (str((tmp_path / "library").resolve()),)


def test_more_takes_go_beside_those_that_are_there(learning, tmp_path):
    learning.keep("ring", takes("ring", 2))
    learning.keep("ring", takes("ring", 2, seed=5))
    assert [path.name for path in Library(tmp_path / "library").paths("ring")] == ["1.npz", "2.npz", "3.npz", "4.npz"]
    assert read_personal(tmp_path / "personal.npz").personal.gestures[0].takes == 4


def test_what_was_kept_can_be_taken_back_to_the_byte(learning, tmp_path):
    learning.keep("ring", takes("ring"))
    before = everything(tmp_path)
    kept = learning.keep("zigzag", takes("zigzag"))
    learning.take_back(kept)
    assert everything(tmp_path) == before
    assert not (tmp_path / "library" / "zigzag").exists()


def test_the_first_gesture_taken_back_leaves_nothing(learning, tmp_path):
    learning.take_back(learning.keep("ring", takes("ring")))
    assert everything(tmp_path) == {}


def test_a_take_unlike_the_others_is_told(learning):
    found = learning.compare("ring", [*takes("ring", 4), drawn("drop", 9)])
    assert set(found.unlike) == {4}


def test_a_gesture_like_another_of_ones_own_is_told(learning):
    learning.keep("ring", takes("ring"))
    found = learning.compare("another ring", takes("ring", 3, seed=7))
    assert any(caution.kind == "resembles" and "ring" in caution.text for caution in found.cautions)
    assert learning.enrolled() == ("ring",)


def test_comparing_then_keeping_learns_once(learning, monkeypatch):
    made = takes("ring")
    learning.compare("ring", made)
    monkeypatch.setattr("gesturectl.recording.learning.enrol", None)
    learning.keep("ring", made)
    assert learning.enrolled() == ("ring",)


def test_a_full_disk_while_takes_are_written_leaves_all_as_it_was(learning, tmp_path, monkeypatch):
    learning.keep("ring", takes("ring"))
    before = everything(tmp_path)
    real, left = shelf_module.write_take, [2]

    def write(path, take):
        left[0] -= 1
        if left[0] < 0:
            raise TakeError(str(path), "can't be written (No space left on device)")
        real(path, take)

    monkeypatch.setattr(shelf_module, "write_take", write)
    with pytest.raises(TakeError, match="No space"):
        learning.keep("zigzag", takes("zigzag"))
    assert everything(tmp_path) == before


def test_a_full_disk_while_it_is_learnt_leaves_all_as_it_was(learning, tmp_path, monkeypatch):
    learning.keep("ring", takes("ring"))
    before = everything(tmp_path)

    def full(*_):
        raise GesturectlError("personal.npz", "can't be written (No space left on device)")

    monkeypatch.setattr("gesturectl.recording.learning.write_personal", full)
    with pytest.raises(GesturectlError, match="No space"):
        learning.keep("zigzag", takes("zigzag"))
    assert everything(tmp_path) == before


def test_with_the_library_deleted_under_it_nothing_that_works_is_forgotten(learning, tmp_path):
    learning.keep("ring", takes("ring"))
    for path in Library(tmp_path / "library").paths("ring"):
        path.unlink()
    (tmp_path / "library" / "ring").rmdir()
    (tmp_path / "library").rmdir()
    with pytest.raises(GesturectlError, match=r'takes of "ring" are gone.*enrol --remove ring'):
        learning.keep("zigzag", takes("zigzag"))
    assert learning.enrolled() == ("ring",)


def test_half_a_minute_of_nothing_counts_from_the_first_gesture_on(learning, tmp_path):
    learning.keep(NOTHING, [drawn("rest", 1, seconds=5)])
    assert not (tmp_path / "personal.npz").exists()
    learning.keep("ring", takes("ring"))
    assert learning.enrolled() == ("ring",)
    learning.keep(NOTHING, [drawn("rest", 2, seconds=5)])
    assert Library(tmp_path / "library").counts() == {NOTHING: 2, "ring": 3}


def test_a_gesture_that_was_left_out_is_used_again_once_it_is_recorded(learning, tmp_path, toy):
    from gesturectl.evaluation.enrolment import enrolled_from
    from gesturectl.recognition.personal_file import write_personal

    learning.keep("ring", takes("ring"))
    learning.keep("zigzag", takes("zigzag"))
    left = enrolled_from(toy, [tmp_path / "library"], left_out=["ring"]).stored
    write_personal(tmp_path / "personal.npz", left)
    learning.keep("ring", takes("ring", 1, seed=8))
    assert learning.enrolled() == ("ring", "zigzag")


@pytest.mark.parametrize("name", ["a/b", "..", "con", "a\\b", ""])
def test_names_that_cant_be_folders_are_refused(name, tmp_path):
    with pytest.raises(BadNameError):
        Shelf(tmp_path).check(name, adds=False)


def test_a_name_in_use_is_refused_with_both_ways_out(learning, tmp_path):
    shelf = learning.shelf
    shelf.check("ring", adds=False)
    learning.keep("ring", takes("ring"))
    with pytest.raises(UsageError, match=r'there is a gesture "ring" already, with 3 takes. Add takes to it: .*--add'):
        shelf.check("Ring", adds=False)
    shelf.check("ring", adds=True)
    with pytest.raises(UsageError, match="no takes of it to add to"):
        shelf.check("rong", adds=True)
    with pytest.raises(UsageError, match="enrolled from another folder"):
        shelf.check("snap", adds=False, enrolled=["snap"])
    shelf.check(NOTHING, adds=False)
