"""`gesturectl sweep` from end to end, on hands that can't be confused."""

import importlib.util
import json

import pytest
from toy_library import write_toy_library

from gesturectl.cli import main
from gesturectl.errors import UsageError
from gesturectl.verbs.sweeping.points import axes_of, fingerprint, identity, points_of, words_of

SMALL = ["--set", "family=lstm", "--set", "steps=16", "--set", "batch=8"]


def test_a_grid_is_every_combination_and_the_command_line_wins(tmp_path):
    grid = tmp_path / "grid.toml"
    grid.write_text('learning_rate = [0.001, 0.002]\nepochs = 5\nbranches = ["cnn_lstm+lstm"]\n')
    points = points_of(axes_of(["dropout=0.1,0.2", "epochs=7"], grid))
    assert len(points) == 4
    assert words_of(points[0]) == [
        "--learning-rate", "0.001", "--epochs", "7", "--branches", "cnn_lstm,lstm", "--set", "dropout=0.1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sets", "fact"),
    [
        ([], "nothing is said to vary"),
        (["colour=red"], "“colour” is no setting"),
        (["dropout="], "dropout has no value"),
        (["dropout=0.1,0.1"], "the same value twice"),
    ],
)
def test_what_can_not_be_varied_is_one_clear_error(sets, fact):
    with pytest.raises(UsageError, match=fact):
        axes_of(sets, None)


def test_far_too_many_combinations_are_refused():
    axes = {key: tuple(str(k) for k in range(100)) for key in ("seed", "epochs", "batch")}
    with pytest.raises(UsageError, match="1,000,000 trainings"):
        points_of(axes)


@pytest.mark.parametrize("text", ["dropout = [", "dropout = [[1]]", "live = true"])
def test_a_grid_that_can_not_be_read_is_named(tmp_path, text):
    grid = tmp_path / "grid.toml"
    grid.write_text(text)
    with pytest.raises(UsageError, match=r"grid\.toml"):
        axes_of([], grid)


def test_a_changed_library_gets_new_results(tmp_path):
    (tmp_path / "wave").mkdir()
    before = fingerprint(tmp_path)
    point = (("dropout", "0.1"), ("epochs", "3"))
    assert identity(before, point, None) == identity(fingerprint(tmp_path), point[::-1], None)
    assert identity(before, point, None) != identity(before, point, "5")
    (tmp_path / "wave" / "a.npz").write_bytes(b"1")
    assert fingerprint(tmp_path) != before


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return write_toy_library(tmp_path_factory.mktemp("library"))


def swept(capsys, library, *words):
    code = main(["sweep", str(library), *SMALL, "--jobs", "1", "--json", *words])
    told = capsys.readouterr()
    return code, json.loads(told.out), told.err


@pytest.mark.train
def test_points_are_ranked_and_those_done_before_are_not_done_again(library, tmp_path, capsys):
    pytest.importorskip("torch")
    words = ("--out", str(tmp_path / "out"), "--folds", "2", "--set", "learning_rate=0.003")
    code, found, _ = swept(capsys, library, *words, "--set", "epochs=12")
    assert (code, len(found["points"]), found["failed"]) == (0, 1, [])
    best = found["points"][0]
    assert len(best["fold_accuracies"]) == 2
    (kept,) = (tmp_path / "out").glob("*/metrics.json")
    assert json.loads(kept.read_text()) == best
    code, found, said = swept(capsys, library, *words, "--set", "epochs=1,12")
    assert "2 trainings, 1 of them done before" in said
    assert [point["settings"]["epochs"] for point in found["points"]] == ["12", "1"]
    assert found["points"][0] == best


@pytest.mark.train
def test_a_training_that_fails_is_named_and_the_others_are_ranked(library, tmp_path, capsys):
    pytest.importorskip("torch")
    words = ("--out", str(tmp_path / "out"), "--set", "epochs=1", "--set", "steps=10,16")
    code, found, _ = swept(capsys, library, *words)
    assert code == 0
    assert [point["settings"]["steps"] for point in found["points"]] == ["16"]
    (failed,) = found["failed"]
    assert failed["settings"]["steps"] == "10"
    assert "isn't a multiple of four" in failed["fact"]
    assert "2 trainings, 1 of them done before" in swept(capsys, library, *words)[2]


@pytest.mark.train
@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["--set", "dropout=0.1,2"], "dropout is from 0 to 0.9"),
        (["--set", "patience=2.5"], "patience is a whole number"),
        (["--set", "family=fused,resnet"], 'no family "resnet"'),
    ],
)
def test_mistakes_are_found_before_the_first_training(library, tmp_path, capsys, words, fact):
    pytest.importorskip("torch")
    assert main(["sweep", str(library), "--out", str(tmp_path / "out"), *words]) == 2
    assert fact in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.train
def test_a_sweep_on_ray_finds_what_one_here_finds(library, tmp_path, capsys):
    pytest.importorskip("torch")
    if importlib.util.find_spec("ray") is None:
        pytest.skip("needs ray")
    words = ("--set", "epochs=1,2")
    _, here, _ = swept(capsys, library, "--out", str(tmp_path / "here"), *words)
    code, there, _ = swept(capsys, library, "--out", str(tmp_path / "there"), *words, "--ray", "local")
    assert code == 0
    timeless = [[{**point, "train_seconds": 0} for point in found["points"]] for found in (here, there)]
    assert timeless[0] == timeless[1]


@pytest.mark.train
def test_a_fine_setting_reaches_the_training(library, tmp_path, capsys):
    pytest.importorskip("torch")
    words = ["--family", "lstm", "--steps", "16", "--epochs", "1", "--threads", "1", "--set", "dropout=0.35", "--json"]
    assert main(["train", str(library), "--out", str(tmp_path / "out"), *words]) == 0
    assert json.loads(capsys.readouterr().out)["settings"]["dropout"] == 0.35
