"""A folder of gestures, read lazily; what is damaged is named and left out."""

from pathlib import Path

import numpy as np
import pytest

from gesturectl.errors import GesturectlError
from gesturectl.gestures.library import Library, LibraryError
from gesturectl.gestures.names import BadNameError, checked_name, is_name, name_like
from gesturectl.gestures.take import Take, absent, write_take


def put(folder: Path, name: str, subject: str = "") -> None:
    image = absent(2)
    image[:, 0] = 0.5
    present = np.array([[True, False]] * 2)
    write_take(folder / f"{name}.npz", Take(np.array([0, 33]), image, absent(2), present, {"subject": subject}))


def test_a_library_lists_gestures_takes_and_people(tmp_path: Path) -> None:
    put(tmp_path / "wave", "b", "ben")
    put(tmp_path / "wave", "a", "anna")
    put(tmp_path / "nothing", "x")
    put(tmp_path / "über 👍🏽", "y")
    (tmp_path / "empty").mkdir()
    (tmp_path / "wave" / "a.frames").mkdir()
    (tmp_path / "wave" / ".c.npz.12.partial").touch()
    (tmp_path / "notes.txt").touch()
    library = Library(tmp_path)
    assert library.gestures == ("empty", "nothing", "wave", "über 👍🏽")
    assert library.counts() == {"empty": 0, "nothing": 1, "wave": 2, "über 👍🏽": 1}
    problems: list[GesturectlError] = []
    takes = [(stored.gesture, stored.name, stored.take.subject) for stored in library.takes(problems)]
    assert takes == [("nothing", "x", ""), ("wave", "a", "anna"), ("wave", "b", "ben"), ("über 👍🏽", "y", "")]
    assert not problems + library.problems()
    assert [path.name for path in library.negatives] == ["x.npz"]


def test_damaged_takes_are_named_and_the_others_read(tmp_path: Path) -> None:
    for name in "abc":
        put(tmp_path / "wave", name)
    (tmp_path / "wave" / "b.npz").write_bytes(b"junk")
    (tmp_path / "wave" / "d.npz").touch()
    (tmp_path / "wave" / "e.npz").mkdir()
    problems: list[GesturectlError] = []
    takes = [stored.name for stored in Library(tmp_path).takes(problems, "wave")]
    assert takes == ["a", "c"]
    assert [Path(problem.place).name for problem in problems] == ["b.npz", "d.npz", "e.npz"]


def test_takes_are_read_one_at_a_time(tmp_path: Path) -> None:
    put(tmp_path / "wave", "a")
    put(tmp_path / "wave", "b")
    takes = Library(tmp_path).takes([])
    assert next(takes).name == "a"
    put(tmp_path / "wave", "b", "changed since")
    assert next(takes).take.subject == "changed since"


def test_folders_that_cant_be_gestures_are_left_out_and_named(tmp_path: Path) -> None:
    put(tmp_path / "a.b", "x")
    put(tmp_path / "wave", "x")
    library = Library(tmp_path)
    assert library.gestures == ("wave",)
    assert [Path(problem.place).name for problem in library.problems()] == ["a.b"]


def test_no_library_is_said_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="no such folder"):
        Library(tmp_path / "none")
    (tmp_path / "file").touch()
    with pytest.raises(LibraryError, match="can't be listed"):
        Library(tmp_path / "file")
    assert Library(tmp_path).paths("none") == []


@pytest.mark.parametrize("name", ["swipe_left", "Thank you", "👩‍🚀", "höher", "手", "a-b", "(x)", "c++"])
def test_names_of_all_languages_will_do(name: str, tmp_path: Path) -> None:
    assert checked_name(name) == name == name_like(name)
    assert Library(tmp_path).path_of(name, "take 1") == tmp_path / name / "take 1.npz"


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("", ""), ("  ", ""), ("..", ""), ("a/b", "a_b"), ("a\\b", "a_b"), ("../../etc", "______etc"),
        (".hidden", "_hidden"), ("what?", "what_"),
        ("tab\there", "tab_here"), ("\u202eevil", "_evil"), (" wave", "wave"), ("CON", "CON_"),
        ("e\u0301", "é"), ("x" * 61, "x" * 60), ("bad\ud800", "bad_"),
    ],
)  # fmt: skip
def test_names_that_could_do_harm_are_refused_and_mended(name: str, near: str) -> None:
    assert not is_name(name)
    with pytest.raises(BadNameError):
        checked_name(name)
    assert name_like(name) == near
    assert not near or is_name(near)
