"""`gesturectl evaluate`, with a classifier that needs no model."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from gesturectl.cli import main
from gesturectl.gestures.stream import LabelledEvent, write_events
from gesturectl.gestures.take import Take, write_take
from gesturectl.verbs import evaluate

sys.path.insert(0, str(Path(__file__).parents[1] / "evaluation"))
sys.path.insert(0, str(Path(__file__).parents[1] / "training"))
from recorded import ToyClassifier, hand_take, steady


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The verb finds a model that sees fists and swipes."""

    def load(path: Path, threads: int = 1, live: bool = True) -> ToyClassifier:
        classifier = ToyClassifier()
        classifier.sha256 = "0" * 64
        return classifier

    monkeypatch.setattr(evaluate, "classifier_at", load)


def there(start_ms: int, end_ms: int, seconds: float = 8.0, slot: int = 1) -> Take:
    """A hand that stays from `start_ms` to `end_ms`."""
    t_ms = steady(seconds)
    return hand_take(t_ms, (t_ms >= start_ms) & (t_ms < end_ms), slot)


@pytest.fixture
def streams(tmp_path: Path) -> Path:
    """One stream with a fist that is labelled and one that isn't; and one of a minute in which nobody is there."""
    folder = tmp_path / "streams"
    t_ms = steady(12)
    present = ((t_ms >= 1000) & (t_ms < 3000)) | ((t_ms >= 6000) & (t_ms < 8000))
    write_take(folder / "desk.npz", hand_take(t_ms, present))
    write_events(folder / "desk.npz", [LabelledEvent("fist", 1000, 2000), LabelledEvent("salute", 10_000, 11_000)])
    write_take(folder / "empty.npz", there(0, 0, 60))
    return folder


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Two fists, a hand that just passes, and a gesture that the model doesn't know."""
    folder = tmp_path / "library"
    write_take(folder / "fist" / "a.npz", there(0, 2000, 2))
    write_take(folder / "fist" / "b.npz", there(500, 2500, 3))
    write_take(folder / "nothing" / "a.npz", there(500, 800, 2))
    write_take(folder / "salute" / "a.npz", there(0, 2000, 2))
    return folder


def report(capsys: pytest.CaptureFixture[str], *words: str | Path) -> dict:
    assert main(["evaluate", *map(str, words), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_streams_give_the_keys_that_other_programs_read(streams, capsys):
    figures = report(capsys, "--streams", streams)
    keys = (
        "detection_rate false_activations_per_hour false_activations_per_hour_upper95 hours misclassified jaccard "
        "latency_ms_p50 latency_ms_p95 events"
    )
    assert set(keys.split()) <= set(figures)
    assert (figures["events"], figures["detected"], figures["false_activations"]) == (2, 1, 1)
    assert figures["detection_rate"] == 0.5
    assert figures["hours"] == pytest.approx(72 / 3600, abs=1e-4)
    assert figures["false_activations_per_hour"] == pytest.approx(50, abs=0.1)
    assert figures["unknown_gestures"] == ["salute"]
    assert [(m["kind"], m["gesture"]) for m in figures["mistakes"]] == [("false", "fist"), ("missed", "salute")]


def test_takes_give_the_keys_that_other_programs_read(library, capsys):
    figures = report(capsys, library)
    assert {"accuracy", "macro_f1", "confusion", "labels", "ece"} <= set(figures)
    assert figures["accuracy"] == 1.0 and figures["takes"] == 3
    assert figures["left_out"] == {"salute": 1}


def test_streams_without_labels_have_no_detection_rate(streams, capsys):
    (streams / "desk.events.csv").unlink()
    figures = report(capsys, "--streams", streams)
    assert figures["detection_rate"] is None and figures["false_activations"] == 2


def test_people_read_what_fired_wrongly_first(streams, capsys):
    assert main(["evaluate", "--streams", str(streams)]) == 0
    out = capsys.readouterr().out
    assert "1 of 2" in out and "50.00 an hour" in out
    assert out.index("false          fist") < out.index("missed         salute")
    assert "doesn't know" in out


def test_with_arming_only_what_was_armed_counts(streams, capsys):
    free = report(capsys, "--streams", streams)
    armed = report(capsys, "--streams", streams, "--arming", "fist")
    assert (free["false_activations"], free["armings"]) == (1, None)
    assert (armed["false_activations"], armed["detected"], armed["arming"], armed["armings"]) == (0, 0, "fist", 2)
    assert main(["evaluate", "--streams", str(streams), "--arming"]) == 2  # the toy knows no open palm
    assert "open_palm" in capsys.readouterr().err


def test_people_read_who_is_taken_for_whom(library, capsys):
    write_take(library / "swipe_left" / "still.npz", there(0, 2000, 2))
    assert main(["evaluate", str(library)]) == 0
    out = capsys.readouterr().out
    assert "75.0 %   (3 of 4)" in out and "fist (1)" in out and "salute (1)" in out


def test_a_mirror_and_another_rate_change_hands_but_not_what_a_still_hand_shows(streams, capsys):
    usual, other = (
        report(capsys, "--streams", streams),
        report(capsys, "--streams", streams, "--mirror", "--rate", "17"),
    )
    assert other["mirrored"] and other["rate"] == 17.0
    assert other["detected"] == usual["detected"] and other["false_activations"] == usual["false_activations"]
    assert {m["hand"] for m in usual["mistakes"] if "hand" in m} == {"right"}
    assert {m["hand"] for m in other["mistakes"] if "hand" in m} == {"left"}


@pytest.mark.parametrize("labelled", [True, False])
def test_a_picture_shows_what_other_thresholds_would_give(streams, tmp_path, capsys, labelled):
    if not labelled:
        (streams / "desk.events.csv").unlink()
    figures = report(capsys, "--streams", streams, "--plot", tmp_path / "rates.png")
    assert cv2.imread(str(tmp_path / "rates.png")).shape == (570, 900, 3)
    rates = [point["false_activations_per_hour"] for point in figures["sweep"]]
    assert rates == sorted(rates, reverse=True) and rates[0] > rates[-1]


def test_pictures_of_takes_are_the_confusion_and_the_reliability(library, tmp_path, capsys):
    report(capsys, library, "--plot", tmp_path / "seen.png")
    assert cv2.imread(str(tmp_path / "seen.png")) is not None
    assert cv2.imread(str(tmp_path / "seen-reliability.png")) is not None


def test_damaged_files_are_named_and_the_others_counted(streams, capsys):
    (streams / "broken.npz").write_bytes(b"PK\x03\x04 no more")
    assert main(["evaluate", "--streams", str(streams), "--json"]) == 0
    captured = capsys.readouterr()
    assert "broken.npz" in captured.err
    figures = json.loads(captured.out)
    assert figures["streams"] == 2 and figures["problems"][0]["place"].endswith("broken.npz")


def test_a_folder_of_damaged_streams_is_an_error(tmp_path, capsys):
    (tmp_path / "broken.npz").write_bytes(b"")
    assert main(["evaluate", "--streams", str(tmp_path)]) == 1
    assert "broken.npz" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["library", "--streams", "streams"]])
def test_it_wants_takes_or_streams(words, capsys):
    assert main(["evaluate", *words]) == 2
    assert "--streams" in capsys.readouterr().err


def test_labels_that_are_no_csv_are_an_error_with_a_place(streams, capsys):
    (streams / "desk.events.csv").write_text("gesture,start_ms,end_ms\nfist,soon,later\n")
    assert main(["evaluate", "--streams", str(streams)]) == 0
    assert "desk.events.csv, event 1" in capsys.readouterr().err


def test_an_empty_library_says_what_a_library_is(tmp_path, capsys):
    assert main(["evaluate", str(tmp_path)]) == 1
    assert "<gesture>/<take>.npz" in capsys.readouterr().err


def test_hands_that_are_not_numbers_are_survived(streams, capsys):
    t_ms = steady(4)
    take = hand_take(t_ms, np.ones(len(t_ms), bool))
    take.image_points[40:60, 1, 3] = np.nan  # a tracker that loses one joint for a while
    write_take(streams / "burst.npz", take)
    assert report(capsys, "--streams", streams)["streams"] == 3


@pytest.mark.train
@pytest.mark.parametrize("how", ["subject", "2"])
def test_folds_train_a_model_for_each_and_name_the_worst(tmp_path, capsys, monkeypatch, how):
    from toy_library import write_toy_library

    from gesturectl.training import session

    usual = session.usual_config
    monkeypatch.setattr(session, "usual_config", lambda *given: replace(usual(*given), epochs=2, fine_tune=0))
    folder = write_toy_library(tmp_path / "toy")
    figures = report(capsys, folder, "--folds", how, "--threads", "1", "--plot", tmp_path / "folds.png")
    names = ["p0", "p1", "p2"] if how == "subject" else ["1", "2"]
    assert [fold["fold"] for fold in figures["folds"]] == names
    assert figures["takes"] == 18 and np.sum(figures["confusion"]) == 18
    assert figures["worst_fold"]["accuracy"] == min(fold["accuracy"] for fold in figures["folds"])
    assert (tmp_path / "folds.png").exists()


def test_folds_without_torch_say_what_to_install(library, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["evaluate", str(library), "--folds", "2"]) == 2
    assert "pip install 'gesturectl[train]'" in capsys.readouterr().err


def test_folds_are_of_takes(streams, capsys):
    assert main(["evaluate", "--streams", str(streams), "--folds", "2"]) == 2
    assert "--folds" in capsys.readouterr().err
