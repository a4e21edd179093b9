"""From folders of takes to personal gestures: what is refused, what is warned of."""

from pathlib import Path

import numpy as np
import pytest
from personal_takes import drawn
from toy_model import write_toy_model

from gesturectl.errors import GesturectlError
from gesturectl.evaluation.enrolment import enrol, enrolled_from, read_folders, read_idle
from gesturectl.evaluation.few_shot import few_shot
from gesturectl.gestures.library import Library
from gesturectl.gestures.names import BadNameError
from gesturectl.gestures.take import Take, write_take
from gesturectl.recognition.classifier import Classifier


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    return Classifier.load(write_toy_model(tmp_path_factory.mktemp("model") / "toy.onnx"))


def library(folder: Path, ways=("ring", "drop"), shots=3, **options) -> Path:
    for way in ways:
        for seed in range(shots):
            write_take(folder / way / f"{seed}.npz", drawn(way, seed, **options))
    return folder


def kinds(enrolled):
    return {(warned.gesture, warned.kind) for warned in enrolled.warnings}


def test_a_library_is_enrolled(toy, tmp_path):
    found = enrolled_from(toy, [library(tmp_path)])
    assert found.stored.personal.labels == ("drop", "ring")
    assert found.stored.sources == (str(tmp_path),)
    assert [gesture.takes for gesture in found.stored.personal.gestures] == [3, 3]


def test_a_folder_of_takes_is_one_gesture(toy, tmp_path):
    library(tmp_path)
    assert enrolled_from(toy, [tmp_path / "ring"]).stored.personal.labels == ("ring",)


def test_removed_gestures_are_left_out(toy, tmp_path):
    assert enrolled_from(toy, [library(tmp_path)], left_out=["ring"]).stored.personal.labels == ("drop",)


def test_takes_of_nothing_are_background(toy, tmp_path):
    library(tmp_path, ("ring", "drop"))
    write_take(tmp_path / "nothing" / "0.npz", drawn("rest", 1, 4.0))
    takes = read_folders([tmp_path])
    assert set(takes.gestures) == {"ring", "drop"}
    assert len(takes.nothing) == 1


def test_the_same_gesture_in_two_folders_is_refused(tmp_path):
    first, second = library(tmp_path / "a"), library(tmp_path / "b")
    with pytest.raises(GesturectlError, match="have this gesture"):
        read_folders([first, second])


def test_a_folder_without_takes_is_refused(tmp_path):
    (tmp_path / "ring").mkdir()
    with pytest.raises(GesturectlError, match="no take of a gesture"):
        read_folders([tmp_path])


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(GesturectlError, match="no such folder"):
        read_folders([tmp_path / "none"])


def test_a_name_that_no_folder_may_have_is_refused(tmp_path):
    folder = tmp_path / "a:b"
    write_take(folder / "0.npz", drawn("ring"))
    with pytest.raises(BadNameError, match=":"):
        read_folders([folder])


def test_a_name_with_an_emoji_is_a_name(toy, tmp_path):
    library(tmp_path, ("drop",))
    for seed in range(2):
        write_take(tmp_path / "👋 wink" / f"{seed}.npz", drawn("ring", seed))
    assert "👋 wink" in enrolled_from(toy, [tmp_path]).stored.personal.labels


def test_a_gesture_without_a_hand_is_refused(toy, tmp_path):
    library(tmp_path, ("ring",), hands=())
    with pytest.raises(GesturectlError, match="no take of it shows a hand"):
        enrolled_from(toy, [tmp_path])


def test_a_damaged_take_is_told_and_left_out(toy, tmp_path):
    library(tmp_path)
    (tmp_path / "ring" / "bad.npz").write_bytes(b"bad")
    found = enrolled_from(toy, [tmp_path])
    assert len(found.problems) == 1
    assert [gesture.takes for gesture in found.stored.personal.gestures] == [3, 3]


def test_a_single_take_works_and_is_warned_of(toy, tmp_path):
    found = enrol(toy, read_folders([library(tmp_path, shots=1)]))
    assert kinds(found) >= {("ring", "few"), ("drop", "few")}


def test_a_lost_hand_is_warned_of(toy, tmp_path):
    take = drawn("ring", 7)
    image, present = take.image_points.copy(), take.present.copy()
    image[10:22], present[10:22] = np.nan, False
    library(tmp_path)
    write_take(tmp_path / "ring" / "7.npz", Take(take.t_ms, image, take.world_points, present, take.meta))
    assert ("ring", "lost") in kinds(enrol(toy, read_folders([tmp_path])))


def test_takes_too_short_or_too_long_are_warned_of(toy, tmp_path):
    library(tmp_path, ("ring",), seconds=7.0)
    library(tmp_path, ("drop",))
    assert ("ring", "long") in kinds(enrol(toy, read_folders([tmp_path])))


def test_a_hand_out_of_the_picture_is_warned_of(toy, tmp_path):
    library(tmp_path)
    take = drawn("ring", 8)
    aside = take.image_points + np.array([0.75, 0, 0], np.float32)
    write_take(tmp_path / "ring" / "8.npz", Take(take.t_ms, aside, take.world_points, take.present, take.meta))
    assert ("ring", "outside") in kinds(enrol(toy, read_folders([tmp_path])))


def test_a_take_unlike_the_others_is_warned_of(toy, tmp_path):
    library(tmp_path, ("ring", "drop", "zigzag"), shots=4)
    write_take(tmp_path / "ring" / "odd.npz", drawn("zigzag", 5))
    found = enrol(toy, read_folders([tmp_path]))
    assert [(w.gesture, w.take) for w in found.warnings if w.kind == "outlier"] == [("ring", "odd")]


def test_gestures_that_look_alike_are_warned_of(toy, tmp_path):
    library(tmp_path)
    for seed in range(10, 13):
        write_take(tmp_path / "hoop" / f"{seed}.npz", drawn("ring", seed))
    found = enrol(toy, read_folders([tmp_path]))
    texts = [warned.text for warned in found.warnings if (warned.gesture, warned.kind) == ("hoop", "resembles")]
    assert [text.split(":")[0] for text in texts] == ["resembles ring"]
    assert ("drop", "resembles") not in kinds(found)


def test_a_name_of_the_models_is_warned_of(toy, tmp_path):
    library(tmp_path)
    for seed in range(3):
        write_take(tmp_path / "fist" / f"{seed}.npz", drawn("zigzag", seed))
    assert ("fist", "known") in kinds(enrol(toy, read_folders([tmp_path])))


def test_either_hand_learns_the_other_by_mirroring(toy, tmp_path):
    found = enrolled_from(toy, [library(tmp_path)], either_hand=True)
    assert {gesture.hands for gesture in found.stored.personal.gestures} == {("left", "right")}
    assert {gesture.takes for gesture in found.stored.personal.gestures} == {3}


def test_idle_is_read_from_all_below_a_folder(tmp_path):
    write_take(tmp_path / "deep" / "0.npz", drawn("rest"))
    assert len(read_idle([tmp_path], [])) == 1
    with pytest.raises(GesturectlError, match="no take"):
        read_idle([tmp_path / "none"], [])


def test_few_takes_are_measured_on_the_others(toy, tmp_path):
    takes = list(Library(library(tmp_path, ("ring", "drop", "zigzag"), 5)).takes([]))
    figures = few_shot(toy, takes, 2, 3).as_json()
    assert (figures["shots"], figures["repeats"], figures["accuracy_std"] >= 0) == (2, 3, True)
    assert figures["accuracy_mean"] > 0.9
    assert np.sum(figures["confusion"]) == 3 * 3 * 3
    assert few_shot(toy, takes, 2, 3).as_json() == figures


def test_few_takes_need_some_to_test_on(toy, tmp_path):
    takes = list(Library(library(tmp_path, shots=2)).takes([]))
    with pytest.raises(GesturectlError, match="fewer than two gestures"):
        few_shot(toy, takes, 2, 3)
