"""`gesturectl bench` from the command line; what it measures is replaced by something quick."""

import json

import pytest

from gesturectl import cli
from gesturectl.benchmarks.measure import Comparison, Measured, UnmeasurableError
from gesturectl.errors import GesturectlError
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
        (["idle", "--plot", "no/such/folder/cost.png"], "there is no folder"),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_measured(quick, capsys, words, fact):
    assert cli.main(["bench", *words]) == 2
    assert fact in capsys.readouterr().err
    assert quick == []


def _nowhere(args, name, clip, heed):
    raise UnmeasurableError("bench", "only another system has that", "Measure something else.")


def test_what_cannot_be_measured_here_is_told_and_left_out_of_all(quick, monkeypatch, capsys):
    monkeypatch.setitem(bench.BENCHMARKS, "memory", _nowhere)
    assert cli.main(["bench", "all"]) == 0
    told = capsys.readouterr().out
    assert "memory isn't measured here: only another system has that" in told
    assert "what scale is" in told
    assert cli.main(["bench", "all", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["skipped"] == ["only another system has that"]


def test_what_cannot_be_measured_here_is_an_error_where_it_was_asked_for(quick, monkeypatch, capsys):
    monkeypatch.setitem(bench.BENCHMARKS, "memory", _nowhere)
    assert cli.main(["bench", "memory"]) == 2
    assert "only another system has that" in capsys.readouterr().err


def test_one_that_fails_takes_nothing_from_the_others(quick, monkeypatch, capsys, tmp_path):
    def fail(args, name, clip, heed):
        raise GesturectlError("bench", "the daemon didn't come to see a hand", "See the doctor.")

    monkeypatch.setitem(bench.BENCHMARKS, "latency", fail)
    picture = tmp_path / "cost.png"
    assert cli.main(["bench", "all", "--plot", str(picture)]) == 1
    told = capsys.readouterr().out
    assert "latency failed: the daemon didn't come to see a hand" in told
    assert "what scale is" in told
    assert picture.exists()
