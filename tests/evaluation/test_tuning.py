"""Thresholds for one person: what is allowed where nothing is meant, and what their takes ask for."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn
from toy_model import write_toy_model

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.enrolment import Takes, enrol
from gesturectl.evaluation.performing import Fired, Performed, performances
from gesturectl.evaluation.tuning import STEPS, Evidence, Outcome, _chosen, operating_points, tune
from gesturectl.gestures.library import StoredTake
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.personalised import Personalised
from gesturectl.recognition.tuned import Tuned, read_tuned, with_tuned, write_tuned


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Classifier.load(write_toy_model(tmp_path_factory.mktemp("model") / "toy.onnx"))


def outcome(right=0, quiet=0, synthetic=0, shown=4):
    names = tuple(f"ring/{k}" for k in range(shown))
    return Outcome(
        {}, Performed(names[:right], {}, shown, names), Fired({"ring": quiet}, 1), Fired({"ring": synthetic}, 1)
    )


def chosen(now, before, tried, own=0.0, floor=8.0):
    return _chosen("ring", now, before, dict(zip(STEPS, tried, strict=False)), own, floor)


def test_what_fires_where_nothing_is_meant_is_made_stricter_until_it_doesnt():
    tried = [outcome(right=4, quiet=2), outcome(right=4, quiet=1), outcome(right=3), outcome(right=2)]
    assert chosen(0.5, outcome(right=4, quiet=2), tried) == STEPS[2]


def test_missed_takes_lower_it_as_far_as_the_floor_allows():
    tried = [outcome(right=4, synthetic=20), outcome(right=3, synthetic=7), outcome(right=2), outcome(right=1)]
    assert chosen(0.8, outcome(right=1), tried) == STEPS[1]


def test_without_a_gain_it_stays_as_it_is():
    tried = [outcome(right=3), outcome(right=3), outcome(right=2)]
    assert chosen(0.62, outcome(right=3), tried) == 0.62


def test_a_gesture_without_takes_is_only_made_stricter():
    tried = [outcome(shown=0), outcome(shown=0, quiet=1), outcome(shown=0)]
    assert chosen(0.62, outcome(shown=0), tried) == 0.62
    assert chosen(0.62, outcome(shown=0, quiet=1), tried) == STEPS[2]


def test_where_no_threshold_is_strict_enough_the_strictest_is_taken():
    assert chosen(0.8, outcome(quiet=3), [outcome(quiet=3)] * 3) == STEPS[-1]


def test_on_a_persons_own_takes_detection_rises_and_nothing_fires(toy):
    takes = {w: tuple(StoredTake(w, Path(f"{s}.npz"), drawn(w, s)) for s in range(3)) for w in ("ring", "drop")}
    classifier = Personalised(toy, enrol(toy, Takes(takes, ()), only=True).personal, only=True)
    evidence = Evidence(performances(takes["ring"] + takes["drop"]), [drawn("rest", 5, 8.0)], [drawn("rest", 6, 8.0)])
    done = tune(classifier, evidence, 1.0, {"ring": 1.0, "drop": 1.0})
    assert done.before.shown.right == ()
    assert len(done.after.shown.right) >= 4
    assert done.after.quiet.total == 0
    assert all(0.5 <= value <= 0.97 for value in done.after.thresholds.values())
    points, now = operating_points(done)
    assert points[now] == (0.0, len(done.after.shown.right) / 6)


def test_thresholds_are_kept_for_the_model_they_were_chosen_for(toy, tmp_path, monkeypatch):
    path = tmp_path / "tuned.toml"
    assert read_tuned(path) is None
    write_tuned(Tuned(toy.sha256, {"fist": 0.9}, 0.5), path)
    assert read_tuned(path) == Tuned(toy.sha256, {"fist": 0.9}, 0.5)
    assert read_tuned(path).for_model(toy) == {"fist": 0.9}
    assert Tuned("another", {"fist": 0.9}).for_model(toy) == {}
    monkeypatch.setattr("gesturectl.recognition.tuned.tuned_path", lambda: path)
    again = Classifier(toy._session, toy.card, toy.sha256)
    assert with_tuned(again).card.threshold("fist") == 0.9


@pytest.mark.parametrize("text", ["[", 'model = "x"\n[thresholds]\nfist = 7', "per_day = 1", "model = 1"])
def test_a_file_that_somebody_broke_is_told_with_a_remedy(tmp_path, text):
    (tmp_path / "tuned.toml").write_text(text)
    with pytest.raises(GesturectlError) as told:
        read_tuned(tmp_path / "tuned.toml")
    assert "--reset" in told.value.remedy


@pytest.mark.parametrize("text", ["#" * (1 << 20) + "\n", "model = " + "[" * 100_000], ids=["long", "nested"])
def test_thresholds_that_no_program_wrote_are_refused_at_once(tmp_path, text):
    (tmp_path / "tuned.toml").write_text(text)
    with pytest.raises(GesturectlError, match=r"larger than 1024 KiB|isn't TOML"):
        read_tuned(tmp_path / "tuned.toml")
