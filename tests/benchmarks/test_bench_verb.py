"""`gesturectl bench` from the command line; what it measures is replaced by something quick."""

import json

import pytest

from gesturectl import cli
from gesturectl.benchmarks.measure import Comparison, Measured
from gesturectl.verbs import bench


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, float]]:
    """Benchmarks that take no time; the list tells what was asked of them."""
    asked = []

    def measure(args, name, clip, heed):
        asked.append((name, args.rounds, args.seconds))
        rows = (Measured("gesturectl", (1.0,) * args.rounds, ours=True), Measured("MediaPipe", (2.0,) * args.rounds))
        return [Comparison(name, f"what {name} is", "%", rows)]

    monkeypatch.setattr(bench, "BENCHMARKS", dict.fromkeys(bench.BENCHMARKS, measure))
    return asked


def test_it_measures_what_was_asked_once_each(quick, capsys):
    assert cli.main(["bench", "person", "idle", "person", "--rounds", "3", "--seconds", "1"]) == 0
    assert quick == [("person", 3, 1.0), ("idle", 3, 1.0)]
    assert "what person is" in capsys.readouterr().out


def test_all_are_all(quick, capsys):
    assert cli.main(["bench", "all"]) == 0
    assert [name for name, *_ in quick] == list(bench.BENCHMARKS)


def test_programs_get_one_object(quick, capsys):
    assert cli.main(["bench", "idle", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["benchmarks"][0]["rows"][1]["ratio"] == 2.0


def test_the_picture_is_written(quick, tmp_path):
    picture = tmp_path / "cost.png"
    assert cli.main(["bench", "idle", "person", "--plot", str(picture)]) == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["nonsense"], "there is no benchmark 'nonsense'"),
        (["idle", "--plot", "cost.txt"], "the picture is a .png"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_measured(quick, capsys, words, fact):
    assert cli.main(["bench", *words]) == 2
    assert fact in capsys.readouterr().err
    assert quick == []
