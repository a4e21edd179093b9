"""Every layout, made tiny: it is recognised, listed and read, and what is damaged is named."""

import gzip
import os
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from gesturectl.errors import GesturectlError
from gesturectl.gestures.geometry import LEFT, RIGHT, slot_of
from gesturectl.gestures.importers import LAYOUTS, detect
from gesturectl.gestures.importers.base import Clip, ImportFailedError, KnownTake, Skipped, Wishes, small_text
from gesturectl.gestures.take import Take, objection

RANDOM = np.random.default_rng(1)


def right_hand(frames: int) -> np.ndarray:
    """(frames, 21, 3) in the picture's axes, a fifth of it high, moving down."""
    hand = np.zeros((21, 3), np.float32)
    for finger, across in enumerate((0.05, 0.03, 0.01, -0.01, -0.03)):
        for joint in range(4):
            hand[1 + 4 * finger + joint] = across, -0.08 - 0.02 * joint, -0.01 * joint
    return hand + 0.5 + np.linspace(0, 0.1, frames, dtype=np.float32)[:, None, None] * np.array([0, 1, 0], np.float32)


def imported(source: Path, layout: str, **wishes: Any) -> tuple[dict[tuple[str, str], Take], list[Skipped]]:
    """All takes by gesture and name, and what was skipped, with errors of single takes."""
    assert detect(source)[0] == layout
    takes, skipped = {}, []
    for item in LAYOUTS[layout].items(source, Wishes(**wishes)):
        if isinstance(item, Skipped):
            skipped.append(item)
            continue
        assert isinstance(item, KnownTake)
        try:
            take = item.read()
        except GesturectlError as error:
            skipped.append(Skipped(error.place, error.fact))
            continue
        assert not objection(take)
        assert take.meta["format"]
        takes[item.gesture, item.name] = take
    return takes, skipped


def holistic_row(left: bool = False, right: bool = True) -> np.ndarray:
    row = RANDOM.random(1662).astype(np.float32)
    row[-126:-63] = right_hand(1).ravel() if left else 0
    row[-63:] = right_hand(1).ravel() if right else 0
    return row


def test_holistic_frames_keep_hands_body_and_face(tmp_path: Path) -> None:
    sequence = tmp_path / "hello" / "0"
    sequence.mkdir(parents=True)
    rows = [holistic_row(right=frame != 2) for frame in range(12)]
    rows[5][:132] = 0
    for frame, row in enumerate(rows):
        np.save(sequence / f"{frame}.npy", row)
    takes, skipped = imported(tmp_path, "keypoints", fps=10)
    take = takes["hello", "0"]
    assert not skipped
    assert take.t_ms.tolist() == list(range(0, 1200, 100))
    assert take.present[:, LEFT].sum() == 0
    assert take.present[:, RIGHT].tolist() == [frame != 2 for frame in range(12)]
    np.testing.assert_array_equal(take.image_points[11, RIGHT].ravel(), rows[11][-63:])  # 11 follows 10, not 1
    assert take.pose is not None and take.face is not None
    assert np.isnan(take.pose[5]).all()
    np.testing.assert_array_equal(take.pose[0].ravel(), rows[0][:132])
    np.testing.assert_array_equal(take.face[11].ravel(), rows[11][132:1536])


@pytest.mark.parametrize("width", [258, 126, 63])
def test_arrays_of_fewer_values_and_of_whole_clips(tmp_path: Path, width: int) -> None:
    (tmp_path / "wave").mkdir()
    values = np.concatenate([np.ones((4, 132)), np.zeros((4, 63)), right_hand(4).reshape(4, 63)], axis=1)[:, -width:]
    np.save(tmp_path / "wave" / "clip.npy", values)
    takes, skipped = imported(tmp_path, "keypoints")
    take = takes["wave", "clip"]
    assert not skipped
    assert take.present.tolist() == [[False, True]] * 4
    np.testing.assert_allclose(take.image_points[:, RIGHT], right_hand(4))
    assert (take.pose is not None) == (width == 258)
    assert take.meta["fps_assumed"]


def test_damaged_arrays_are_named_and_the_rest_imported(tmp_path: Path) -> None:
    good, bad, cut, odd, mixed, text = (
        tmp_path / "a" / name for name in ("good", "bad", "cut", "odd", "mixed", "text")
    )
    for folder in (good, bad, cut, odd, mixed, text, tmp_path / "empty"):
        folder.mkdir(parents=True)
    np.save(good / "0.npy", holistic_row())
    (bad / "0.npy").write_bytes(b"junk")
    np.save(cut / "0.npy", holistic_row())
    (cut / "0.npy").write_bytes((cut / "0.npy").read_bytes()[:500])
    np.save(odd / "0.npy", np.zeros(100))
    np.save(mixed / "0.npy", holistic_row())
    np.save(mixed / "1.npy", np.zeros(126))
    np.save(text / "0.npy", np.array(["no", "numbers"]))
    (tmp_path / "a" / "zero.npy").touch()
    takes, skipped = imported(tmp_path, "keypoints")
    assert list(takes) == [("a", "good")]
    facts = {Path(problem.place).relative_to(tmp_path).as_posix(): problem.fact for problem in skipped}
    assert facts["a/zero.npy"] == "the file is empty"
    assert facts["a/bad/0.npy"] == facts["a/cut/0.npy"] == "no .npy array, or a damaged one"
    assert "100 values" in facts["a/odd"]
    assert "different numbers" in facts["a/mixed"]
    assert "no array of numbers" in facts["a/text/0.npy"]
    assert facts["empty"] == "a class without .npy arrays"


def test_clips_and_sequences_are_listed_and_empty_classes_named(tmp_path: Path) -> None:
    (tmp_path / "wave" / "seq").mkdir(parents=True)
    (tmp_path / "empty").mkdir()
    for frame in range(2):
        cv2.imwrite(str(tmp_path / "wave" / "seq" / f"{frame}.jpg"), np.zeros((8, 8, 3), np.uint8))
    cv2.imwrite(str(tmp_path / "wave" / "alone.png"), np.zeros((8, 8, 3), np.uint8))
    (tmp_path / "wave" / "clip.MP4").touch()
    (tmp_path / "wave" / "notes.txt").touch()
    assert detect(tmp_path)[0] == "pictures"
    items = list(LAYOUTS["pictures"].items(tmp_path, Wishes()))
    clips = {(item.gesture, item.name, item.fps) for item in items if isinstance(item, Clip)}
    assert clips == {("wave", "clip", None), ("wave", "seq", 30.0)}
    assert {Path(item.place).name for item in items if isinstance(item, Skipped)} == {"empty", "alone.png"}


def test_key_point_tables_are_unmirrored_and_named(tmp_path: Path) -> None:
    row = [0.0] * 42
    row[2 * 8], row[2 * 8 + 1] = 1.0, -0.5
    lines = [",".join(map(str, [1, *row])), "1,2,3", "x" + ",0" * 42, ",".join(map(str, [7, *row])), '1,"']
    (tmp_path / "keypoint.csv").write_text("\ufeff" + "\n".join(lines))
    (tmp_path / "keypoint_classifier_label.csv").write_text("\ufeffOpen\nPointer\n", encoding="utf-8")
    history = [0.0] * 30 + [0.1, 0.2]
    with gzip.open(tmp_path / "point_history.csv.gz", "wt") as file:
        file.write(",".join(map(str, [2, *history])) + "\n")
    takes, skipped = imported(tmp_path, "csv")
    assert [problem.place for problem in skipped] == [f"keypoint.csv, line {line}" for line in (2, 3, 5)]
    pose = takes["Pointer", "keypoint_000001"]
    np.testing.assert_allclose(pose.image_points[0, RIGHT, 8], [0.25, 0.375, 0])
    assert ("class_7", "keypoint_000004") in takes
    track = takes["class_2", "point_history_000001"]
    np.testing.assert_allclose(track.image_points[15, RIGHT, 8], [0.4, 0.7, 0], atol=1e-6)
    assert np.isfinite(track.image_points[:, RIGHT]).all(axis=-1).sum(axis=1).tolist() == [1] * 16
    assert pose.has_whole_hands and not track.has_whole_hands


@pytest.mark.parametrize("what", ["missing", "huge", "no text", "a folder", "a pipe"])
def test_a_list_of_names_that_is_none_is_left_out(tmp_path: Path, what: str) -> None:
    path = tmp_path / "labels.txt"
    assert small_text(path) is None
    if what == "huge":
        path.write_text("open\n" * 300_000)
    elif what == "no text":
        path.write_bytes(b"\xff\xfe\x00")
    elif what == "a folder":
        path.mkdir()
    elif what == "a pipe" and sys.platform != "win32":
        os.mkfifo(path)
    assert small_text(path) is None


def test_hdf5_in_swapped_pixels(tmp_path: Path) -> None:
    h5py = pytest.importorskip("h5py")
    hand = right_hand(5)[..., :2]
    pixels = np.stack([hand * [480, 640]] * 3).astype(np.int32)
    pixels[0, 0] = 0
    pixels[1, 0, 20] = 470, 630
    with h5py.File(tmp_path / "set.h5", "w") as file:
        file["gesture_position"] = pixels
        file["gesture_label"] = np.array([0, 1, 5])
    (tmp_path / "labels.txt").write_text("open\nclose\n")
    takes, skipped = imported(tmp_path / "set.h5", "hdf5")
    assert not skipped
    assert list(takes) == [("open", "set_000000"), ("close", "set_000001"), ("class_5", "set_000002")]
    take = takes["open", "set_000000"]
    assert take.present.tolist() == [[False, False]] + [[False, True]] * 4
    np.testing.assert_allclose(take.image_points[1:, RIGHT, :, :2], hand[1:], atol=0.01)
    assert "x by its height" in take.meta["pixels"]
    assert take.aspect == 4 / 3


@pytest.mark.parametrize("how", ["link", "raw", "virtual"])
def test_hdf5_doesnt_read_other_files(tmp_path: Path, how: str) -> None:
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "other.h5", "w") as other:
        other["secret"] = np.full((1, 2, 21, 2), 0.5)
    (tmp_path / "other.bin").write_bytes(np.full((1, 2, 21, 2), 0.5).tobytes())
    with h5py.File(tmp_path / "set.h5", "w") as file:
        if how == "link":
            file["gesture_position"] = h5py.ExternalLink(tmp_path / "other.h5", "secret")
        elif how == "raw":
            place = [(tmp_path / "other.bin", 0, 1 << 12)]
            file.create_dataset("gesture_position", (1, 2, 21, 2), "f8", external=place)
        else:
            layout = h5py.VirtualLayout((1, 2, 21, 2), "f8")
            layout[:] = h5py.VirtualSource(tmp_path / "other.h5", "secret", (1, 2, 21, 2))
            file.create_virtual_dataset("gesture_position", layout)
        file["gesture_label"] = np.array([0])
        assert float(np.asarray(file["gesture_position"]).max()) == 0.5, "HDF5 itself would"
    with pytest.raises(ImportFailedError, match="has no gesture_position"):
        list(LAYOUTS["hdf5"].items(tmp_path / "set.h5", Wishes()))


def test_hdf5_without_its_arrays_or_its_library_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "set.h5"
    source.write_bytes(b"\x89HDF\r\n\x1a\njunk")
    assert detect(source)[0] == "hdf5"
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "h5py", None)
        with pytest.raises(ImportFailedError, match=r"gesturectl\[import\]"):
            list(LAYOUTS["hdf5"].items(source, Wishes()))
    h5py = pytest.importorskip("h5py")
    with pytest.raises(ImportFailedError, match="damaged"):
        list(LAYOUTS["hdf5"].items(source, Wishes()))
    with h5py.File(source, "w") as file:
        file["other"] = 1
    with pytest.raises(ImportFailedError, match="no gesture_position and no gesture_label, but other"):
        list(LAYOUTS["hdf5"].items(source, Wishes()))
    with h5py.File(source, "w") as file:
        file["gesture_position"] = np.zeros((2, 3, 20, 2))
        file["gesture_label"] = np.zeros(2)
    with pytest.raises(ImportFailedError, match="instead of"):
        list(LAYOUTS["hdf5"].items(source, Wishes()))


def shrec_joints(frames: int) -> np.ndarray:
    """(frames, 22, 3) of a right hand as the sensor gives it: x to the user's right, y up, with the palm joint."""
    sensor = right_hand(frames) * np.array([-1, -1, 1], np.float32)
    return np.insert(sensor, 1, 99, axis=1)


def test_shrec_text_folders(tmp_path: Path) -> None:
    essai = tmp_path / "gesture_10" / "finger_2" / "subject_3" / "essai_1"
    essai.mkdir(parents=True)
    np.savetxt(essai / "skeletons_world.txt", shrec_joints(6).reshape(6, 66))
    for number, content in ((2, ""), (3, "1 2 3\n"), (4, "1 x\n"), (5, None)):
        other = essai.with_name(f"essai_{number}")
        other.mkdir()
        if content is not None:
            (other / "skeletons_world.txt").write_text(content)
    flat = essai.with_name("essai_6")
    flat.mkdir()
    np.savetxt(flat / "skeletons_image.txt", np.full((2, 44), 240.0))
    takes, skipped = imported(tmp_path, "shrec-text")
    take = takes["Swipe_Down", "g10_f2_s03_e01"]
    assert take.subject == "shrec03"
    assert (np.diff(take.image_points[:, RIGHT, 0, 1]) > 0).all()  # down is down
    assert slot_of(take.world_points[:, RIGHT]) == RIGHT
    np.testing.assert_allclose(take.world_points[:, RIGHT], right_hand(6), atol=1e-5)
    np.testing.assert_allclose(takes["Swipe_Down", "g10_f2_s03_e06"].image_points[0, RIGHT, 0], [0.375, 0.5, 0])
    assert len(skipped) == 4


def test_shrec_as_one_file(tmp_path: Path) -> None:
    columns = {name: np.array([9, 9]) for name in ("label14", "finger", "subject")} | {"essai": np.array([1, 2])}
    frames = shrec_joints(6)
    np.savez(tmp_path / "s.npz", frames=frames, offsets=np.array([0, 4, 6]), **columns)
    takes, _ = imported(tmp_path / "s.npz", "shrec17")
    lengths = {name: len(take.t_ms) for name, take in takes.items()}
    assert lengths == {("Swipe_Down", "g10_f9_s09_e01"): 4, ("Swipe_Down", "g10_f9_s09_e02"): 2}
    np.savez(tmp_path / "s.npz", frames=frames, offsets=np.array([0, 4, 60]), **columns)
    with pytest.raises(ImportFailedError, match="offsets"):
        imported(tmp_path, "shrec17")
    np.savez(tmp_path / "s.npz", frames=frames, offsets=np.array([0, 6]), **columns)
    with pytest.raises(ImportFailedError, match="2 rows for 1 sequences"):
        imported(tmp_path, "shrec17")


def test_sfinge_takes_and_streams(tmp_path: Path) -> None:
    hand = right_hand(40)
    sensor = np.concatenate([np.delete(hand, 1, axis=1) * -1, np.ones((40, 20, 4), np.float32)], axis=-1)
    np.savez(
        tmp_path / "s.npz", dict_frames=sensor, dict_offsets=np.array([0, 40]), dict_label=np.array([2]),
        dict_name=np.array(["7"]), seq_frames=sensor, seq_offsets=np.array([0, 40]),
        annotations=np.array([[0, 1, 10, 20], [0, 2, 30, 60]]), class_names=np.array(["", "ONE", "TWO"]),
    )  # fmt: skip
    takes, _ = imported(tmp_path, "sfinge3d")
    take = takes["TWO", "dict_07"]
    np.testing.assert_allclose(np.delete(take.world_points[:, RIGHT], 1, axis=1), np.delete(hand, 1, axis=1), atol=1e-6)
    assert slot_of(take.world_points[:, RIGHT]) == RIGHT
    stream = next(item for item in LAYOUTS["sfinge3d"].items(tmp_path, Wishes()) if item.name == "seq_00")
    assert [(e.gesture, e.start_ms, e.end_ms) for e in stream.events] == [("ONE", 500, 1000), ("TWO", 1500, 1950)]


def test_holistic_clips_of_many_people(tmp_path: Path) -> None:
    hands = np.zeros((3, 4, 2, 21, 3), np.float32)
    hands[:, :, 1] = right_hand(4)
    text = np.array(["x", "y", "z"])
    np.savez(
        tmp_path / "h.npz", hands=hands, pose7=np.ones((3, 4, 7, 3), np.float32), repo=np.array([0, 0, 1]), folder=text,
        label=np.array([0, 1, 2]), canonical=np.array(["hello", "other", "none"]), seq=text,
        repo_names=np.array(["ann/a", "ben/b"]), repo_licence=np.array(["none", "MIT"]),
        class_names=np.array(["HELLO", "cat", "idle"]),
    )  # fmt: skip
    takes, _ = imported(tmp_path, "holistic")
    assert [gesture for gesture, _ in takes] == ["hello", "cat", "nothing"]
    last = list(takes.values())[2]
    assert (last.subject, last.meta["licence"]) == ("ben/b", "MIT")
    assert last.pose is not None
    assert np.flatnonzero(np.isfinite(last.pose[0, :, 0])).tolist() == [0, 11, 12, 13, 14, 15, 16]


def test_negatives_of_one_hand(tmp_path: Path) -> None:
    left = right_hand(6) * np.array([-1, 1, 1], np.float32) + np.array([1, 0, 0], np.float32)
    left[3] = 0
    np.savez(tmp_path / "a.npz", frames=left, offsets=np.array([0, 6]), video=np.array(["9"]), class_names=text_array())
    takes, _ = imported(tmp_path, "assembly")
    take = takes["nothing", "assembly_9"]
    assert take.present[:, LEFT].tolist() == [True, True, True, False, True, True]
    assert not take.present[:, RIGHT].any()


def test_fpha_joints_come_into_our_order(tmp_path: Path) -> None:
    frames = np.zeros((2, 21, 3), np.float16)
    frames[..., 2] = 400 + np.arange(21)
    ones = np.array([1])
    np.savez(tmp_path / "f.npz", frames=frames, offsets=np.array([0, 2]), label=ones, subject=ones, trial=ones)
    takes, _ = imported(tmp_path, "fpha")
    take = takes["nothing", "a01_s1_t1"]
    order = np.round(take.world_points[0, RIGHT, :, 2] * 1000 - 400).astype(int).tolist()
    assert order == [0, 1, 6, 7, 8, 2, 9, 10, 11, 3, 12, 13, 14, 4, 15, 16, 17, 5, 18, 19, 20]


def test_gestura_is_unmirrored(tmp_path: Path) -> None:
    frames = np.zeros((5, 2, 21, 3), np.float32)
    frames[:, 1] = right_hand(5) * np.array([-1, 1, 1], np.float32) + np.array([1, 0, 0], np.float32)
    classes = np.array(["Yes", "This isn't a hand sign"])
    np.savez(
        tmp_path / "g.npz", frames=frames, offsets=np.array([0, 3, 5]), label=np.array([0, 1]), class_names=classes
    )
    takes, _ = imported(tmp_path, "gestura")
    assert [gesture for gesture, _ in takes] == ["Yes", "nothing"]
    take = takes["Yes", "gestura_0000"]
    assert take.present.tolist() == [[False, True]] * 3
    np.testing.assert_allclose(take.image_points[:, RIGHT], right_hand(5)[:3], atol=1e-6)
    assert slot_of(take.image_points[:, RIGHT]) == RIGHT


def test_what_is_no_layout_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImportFailedError, match="no such file"):
        detect(tmp_path / "none")
    with pytest.raises(ImportFailedError, match="layout"):
        detect(tmp_path)
    (tmp_path / "a.npz").write_bytes(b"junk")
    (tmp_path / "b.csv").write_bytes(bytes(range(256)))
    with pytest.raises(ImportFailedError, match="layout"):
        detect(tmp_path)


def text_array() -> np.ndarray:
    return np.array(["Grasp", "Move"])
