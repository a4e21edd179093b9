"""Takes on disk: what goes in comes out, and what isn't a take says so."""

import errno
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gesturectl import npz
from gesturectl.gestures.take import Take, TakeError, absent, read_take, write_take


def a_take(frames: int = 5, **meta: Any) -> Take:
    """The right hand in all frames but the last."""
    random = np.random.default_rng(0)
    image = absent(frames)
    image[:-1, 1] = random.random((frames - 1, 21, 3), np.float32)
    world = absent(frames)
    world[:-1, 1] = 0.1 * random.random((frames - 1, 21, 3), np.float32)
    present = np.zeros((frames, 2), bool)
    present[:-1, 1] = True
    return Take(np.arange(frames, dtype=np.int64) * 33, image, world, present, {"aspect": 4 / 3, **meta})


def arrays_of(take: Take) -> dict[str, Any]:
    return {
        "t_ms": take.t_ms,
        "image_points": take.image_points,
        "world_points": take.world_points,
        "present": take.present,
        "meta": np.array(json.dumps(take.meta)),
    }


def written(path: Path, **changes: Any) -> Path:
    """A take's file as another tool could write it, with some arrays changed, or left out where None."""
    arrays = {name: array for name, array in (arrays_of(a_take()) | changes).items() if array is not None}
    np.savez(path, **arrays)
    return path


VALID = io.BytesIO()
np.savez_compressed(VALID, **arrays_of(a_take()))


def test_a_take_comes_back_as_it_went(tmp_path: Path) -> None:
    pose = np.full((5, 33, 4), 0.5, np.float32)
    take = a_take(subject="anna 👋", licence="MIT")
    path = tmp_path / "new folder" / "one.npz"
    write_take(path, Take(take.t_ms, take.image_points, take.world_points, take.present, take.meta, pose))
    back = read_take(path)
    for name in ("t_ms", "image_points", "world_points", "present"):
        np.testing.assert_array_equal(getattr(back, name), getattr(take, name))
        assert getattr(back, name).dtype == getattr(take, name).dtype
    np.testing.assert_array_equal(back.pose, pose)
    assert back.face is None
    assert (back.meta, back.subject, back.aspect) == (take.meta, "anna 👋", 4 / 3)
    assert back.has_whole_hands
    assert [entry.name for entry in path.parent.iterdir()] == ["one.npz"]


def test_other_tools_may_write_other_widths_of_numbers(tmp_path: Path) -> None:
    take = a_take()
    path = written(
        tmp_path / "a.npz",
        t_ms=take.t_ms.astype(">i4"),
        image_points=np.asfortranarray(take.image_points.astype(np.float64)),
        meta=np.array(b'{"aspect": 2}'),
    )
    back = read_take(path)
    np.testing.assert_array_equal(back.t_ms, take.t_ms)
    np.testing.assert_allclose(back.image_points, take.image_points)
    assert back.aspect == 2


ZEROS = np.zeros((5, 2, 21, 3), np.float32)


@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({"present": None}, "it holds no present"),
        ({"image_points": ZEROS[..., :2]}, "image_points has the shape (5, 2, 21, 2) instead of (5, 2, 21, 3)"),
        ({"image_points": ZEROS}, "image_points has values where the hand is absent"),
        ({"world_points": ZEROS}, "world_points has values where the hand is absent"),
        ({"image_points": ZEROS * np.nan}, "image_points has no joint where the hand is present"),
        ({"image_points": a_take().image_points * 1e6}, "image_points has values that no hand has"),
        ({"image_points": a_take().image_points * np.float32(np.inf)}, "image_points has values that no hand has"),
        ({"t_ms": np.arange(5.0)}, "t_ms holds float64 instead of whole numbers"),
        ({"t_ms": np.array([0, 33, 33, 66, 99])}, "t_ms doesn't grow"),
        ({"t_ms": np.arange(4)}, "image_points has the shape (5, 2, 21, 3) instead of (4, 2, 21, 3)"),
        ({"meta": np.array("[1]")}, "meta is no JSON object"),
        ({"meta": np.array("{")}, "meta is no JSON"),
        ({"meta": np.array('{"aspect": 0}')}, "meta.aspect is 0"),
        ({"meta": np.array('{"aspect": NaN}')}, "meta.aspect is no number"),
        ({"pose": np.zeros((5, 32, 4), np.float32)}, "pose has the shape (5, 32, 4)"),
    ],
)
def test_what_is_no_take_says_what_is_wrong(tmp_path: Path, changes: dict[str, Any], fact: str) -> None:
    path = written(tmp_path / "a.npz", **changes)
    with pytest.raises(TakeError) as caught:
        read_take(path)
    assert caught.value.place == str(path)
    assert fact in caught.value.fact
    assert caught.value.remedy


def test_pickled_code_in_a_take_is_never_run(tmp_path: Path) -> None:
    ran = []

    class Payload:
        def __reduce__(self) -> tuple[Any, ...]:
            return ran.append, (1,)

    path = tmp_path / "a.npz"
    np.savez(path, **(arrays_of(a_take()) | {"meta": np.array(Payload(), dtype=object)}), allow_pickle=True)
    with pytest.raises(TakeError, match="meta"):
        read_take(path)
    assert not ran


def test_a_header_that_claims_terabytes_allocates_nothing(tmp_path: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {"descr": "<i8", "fortran_order": False, "shape": (1 << 40,)})
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("t_ms.npy", header.getvalue())
    with pytest.raises(TakeError, match="claims to hold"):
        read_take(path)


def test_a_missing_take_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(TakeError, match="no such file"):
        read_take(tmp_path / "none.npz")
    with pytest.raises(TakeError, match="can't be read"):
        read_take(tmp_path)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_take_or_our_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "a.npz"
    path.write_bytes(content)
    with pytest.raises(TakeError):
        read_take(path)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(VALID.getvalue()) - 1), st.integers(0, 255)), min_size=1, max_size=6),
    st.integers(0, len(VALID.getvalue())),
)
def test_a_damaged_take_is_a_take_or_our_error(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]], length: int
) -> None:
    content = bytearray(VALID.getvalue())
    for place, value in changes:
        content[place] = value
    path = tmp_path_factory.mktemp("damaged") / "a.npz"
    for damaged in (content, content[:length]):
        path.write_bytes(damaged)
        try:
            assert len(read_take(path).t_ms) == 5
        except TakeError as error:
            assert error.fact


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(["t_ms", "image_points", "present", "meta"]), st.data())
def test_a_damaged_array_header_is_our_error(tmp_path_factory: pytest.TempPathFactory, name: str, data: Any) -> None:
    """Damage inside the archive, which its checksums would otherwise hide from us."""
    member = io.BytesIO()
    np.save(member, arrays_of(a_take())[name])
    content = bytearray(member.getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, 90))] = data.draw(st.integers(0, 255))
    path = written(tmp_path_factory.mktemp("header") / "a.npz", **{name: None})
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(f"{name}.npy", bytes(content))
    try:
        read_take(path)
    except TakeError as error:
        assert error.fact


def test_a_full_disk_leaves_the_old_take_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.npz"
    write_take(path, a_take(subject="old"))

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(TakeError, match="No space left"):
        write_take(path, a_take(subject="new"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.npz"]
    assert read_take(path).subject == "old"


def test_what_is_no_take_is_not_written(tmp_path: Path) -> None:
    take = a_take()
    with pytest.raises(TakeError, match="absent"):
        write_take(tmp_path / "a.npz", Take(take.t_ms, ZEROS, take.world_points, take.present))
    assert not list(tmp_path.iterdir())


def test_a_take_larger_than_memory_allows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.npz")
    monkeypatch.setattr(npz, "LARGEST", path.stat().st_size - 1)
    with pytest.raises(TakeError, match="it has 0 MB, more than"):
        read_take(path)
