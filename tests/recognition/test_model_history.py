"""Which gesture model is in use, and how to go back."""

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from toy_model import TOY_CARD, write_toy_model

from gesturectl.atomic import whole_file
from gesturectl.errors import GesturectlError, ModelError
from gesturectl.recognition.model_history import SHIPPED, ModelHistory


@pytest.fixture
def history(tmp_path):
    return ModelHistory(tmp_path / "models")


def kept(history, name, state="promoted", damaged=False):
    build = history.build_folder(name)
    model = write_toy_model(build / "model.onnx", replace(TOY_CARD, name=name))
    if damaged:
        model.write_bytes(b"damaged")
    about = {"state": state, "reason": "for a test", "gestures": ["ring"], "figures": {}}
    return history.keep(name, build, {**about, "sha256": hashlib.sha256(model.read_bytes()).hexdigest()})


def test_at_first_the_one_that_ships_is_in_use(history):
    assert (history.current(), history.models()) == (SHIPPED, ())


def test_what_was_in_use_can_be_rolled_back_to_step_by_step(history):
    for name in ("first", "second"):
        kept(history, name)
        history.use(name)
    assert history.current() == "second"
    assert [history.roll_back() for _ in range(2)] == ["first", SHIPPED]
    assert history.current() == SHIPPED
    with pytest.raises(GesturectlError, match="no other model was in use"):
        history.roll_back()


def test_rolling_back_and_using_again_forgets_nothing(history):
    kept(history, "first")
    history.use("first")
    history.roll_back()
    history.use("first")
    assert history.roll_back() == SHIPPED
    assert [model.name for model in history.models()] == ["first"]


def test_a_model_that_doesnt_fit_is_refused_and_the_one_before_stays(history):
    kept(history, "good")
    history.use("good")
    kept(history, "bad", damaged=True)
    before = history.in_use.read_bytes()
    with pytest.raises(ModelError):
        history.use("bad")
    with pytest.raises(ModelError, match="no such model"):
        history.use("missing")
    assert history.in_use.read_bytes() == before
    assert history.current() == "good"


def test_a_model_that_loads_but_isnt_what_was_written_is_refused_and_named(history, tmp_path):
    kept(history, "good")
    changed = kept(history, "changed")
    write_toy_model(changed.model, replace(TOY_CARD, name="another"))
    with pytest.raises(ModelError, match="isn't what was written"):
        history.use("changed")
    assert history.current() == SHIPPED
    assert [problem.place for problem in history.problems()] == [str(changed.model)]


def test_what_an_interrupted_training_left_is_no_model_and_goes(history):
    left = history.build_folder("20261125-120000")
    write_toy_model(left / "model.onnx")
    assert history.models() == ()
    history.build_folder("20261125-130000")
    assert not left.exists()


def test_a_full_disk_leaves_the_model_in_use(history, monkeypatch):
    kept(history, "first")
    history.use("first")
    kept(history, "second")
    before = history.in_use.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gesturectl.atomic.os.fsync", full)
    with pytest.raises(GesturectlError, match="No space left"):
        history.use("second")
    monkeypatch.undo()
    assert history.in_use.read_bytes() == before
    assert sorted(path.name for path in history.folder.iterdir()) == ["history", "in-use.onnx", "used.json"]


def test_a_promotion_that_fails_at_the_last_step_is_not_called_one(history, monkeypatch):
    build = history.build_folder("20261125-120000")
    total = hashlib.sha256(write_toy_model(build / "model.onnx").read_bytes()).hexdigest()
    about = {"reason": "It is no worse in anything.", "gestures": ["ring"], "figures": {}, "sha256": total}

    def full(path):
        if path.parent == history.folder:
            raise OSError(28, "No space left on device")
        return whole_file(path)

    monkeypatch.setattr("gesturectl.recognition.model_history.whole_file", full)
    with pytest.raises(GesturectlError, match="No space left"):
        history.promote("20261125-120000", build, about)
    monkeypatch.undo()
    (model,) = history.models()
    assert (history.current(), model.state) == (SHIPPED, "kept aside")
    assert "couldn't be taken into use" in model.reason


def test_a_promotion_says_so_once_it_is_in_use(history):
    build = history.build_folder("20261125-120000")
    total = hashlib.sha256(write_toy_model(build / "model.onnx").read_bytes()).hexdigest()
    about = {"reason": "It is no worse in anything.", "gestures": ["ring"], "figures": {}, "sha256": total}
    model = history.promote("20261125-120000", build, about)
    assert (model.state, model.reason) == ("promoted", "It is no worse in anything.")
    assert history.current() == model.name
    assert {path.name for path in model.folder.iterdir()} == {"model.onnx", "about.json"}
    assert history.roll_back() == SHIPPED


def test_where_the_model_cant_be_put_what_was_used_before_stays_known(history, monkeypatch):
    for name in ("first", "second"):
        kept(history, name)
        history.use(name)
    kept(history, "third")
    put = Path.replace

    def full(path, target):
        if Path(target) == history.in_use:
            raise OSError(28, "No space left on device")
        return put(path, target)

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(GesturectlError, match="No space left"):
        history.use("third")
    monkeypatch.undo()
    assert history.current() == "second"
    assert history.roll_back() == "first"
