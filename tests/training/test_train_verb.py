"""`gesturectl train` from end to end, on hands that can't be confused."""

import json
import os
import signal
import subprocess
import sys

import numpy as np
import pytest
from toy_library import toy_take, write_toy_library

from gesturectl.cli import main
from gesturectl.recognition.classifier import Classifier
from gesturectl.recognition.whole_take import whole_take

SMALL = ["--threads", "1", "--steps", "16", "--batch", "8"]


def test_without_torch_the_remedy_is_named(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["train", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "pip install 'gesturectl[train]'" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    return write_toy_library(tmp_path_factory.mktemp("library"))


@pytest.mark.train
def test_a_library_becomes_a_model_with_figures_pictures_and_a_page(library, tmp_path, capsys):
    pytest.importorskip("torch")
    out = tmp_path / "out"
    assert main(["train", str(library), "--out", str(out), "--epochs", "12", "--folds", "3", "--json", *SMALL]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == json.loads((out / "metrics.json").read_text())
    assert sorted(path.name for path in out.iterdir()) == [
        "confusion.png", "curves.png", "metrics.json", "model.onnx", "report.md",
    ]  # fmt: skip
    assert found["accuracy"] > 0.9
    assert np.sum(found["confusion"]) == 18
    assert len(found["fold_accuracies"]) == 3
    assert found["onnx_difference"] < 1e-4
    classifier = Classifier.load(out / "model.onnx", live=False)
    values, mask = whole_take(toy_take("swipe_left", 99), classifier.card.input, classifier.card.steps)
    scores = classifier.scores(values[None], mask[None])[0]
    assert classifier.card.labels[int(scores.argmax())] == "swipe_left"
    page = (out / "report.md").read_text()
    assert "| swipe_left | 6 |" in page
    assert "curves.png" in page


@pytest.mark.train
def test_a_library_with_nothing_becomes_a_live_model(tmp_path, capsys):
    pytest.importorskip("torch")
    library = write_toy_library(tmp_path / "library", ("swipe_left", "fist", "nothing"))
    assert main(["train", str(library), "--out", str(tmp_path / "mine.onnx"), "--epochs", "2", *SMALL]) == 0
    assert Classifier.load(tmp_path / "mine.onnx").card.labels == ("nothing", "fist", "swipe_left")
    assert (tmp_path / "mine-training" / "report.md").exists()
    assert "mine.onnx" in capsys.readouterr().out


@pytest.mark.train
@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["--family", "resnet"], 'no family "resnet"'),
        (["--branches", "cnn_lstm,lrcn"], "don't read the same input"),
        (["--steps", "10"], "isn't a multiple of four"),
        (["--live"], "see gestures in everything"),
        (["--family", "lrcn"], "weren't kept"),
        (["--folds", "9"], "no gesture has 9 takes"),
        (["--mirror", "2"], "isn't from 0 to 1"),
        (["--device", "cuda"], "torch finds no GPU here. Install a torch that is built for CUDA"),
        (["--input", "pictures", "--family", "fused"], "read hand or hands, not pictures"),
    ],
)
def test_what_does_not_fit_is_one_clear_error(library, tmp_path, monkeypatch, capsys, words, fact):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert main(["train", str(library), "--out", str(tmp_path / "out"), *words]) == 2
    assert fact in capsys.readouterr().err
    assert not (tmp_path / "out" / "model.onnx").exists()


@pytest.mark.train
def test_the_library_is_no_place_for_the_model(library, capsys):
    pytest.importorskip("torch")
    assert main(["train", str(library), "--out", str(library / "model")]) == 2
    assert "inside the library" in capsys.readouterr().err
    assert not (library / "model").exists()


@pytest.mark.train
def test_tensorboard_is_named_where_it_is_missing(library, tmp_path, monkeypatch, capsys):
    pytest.importorskip("torch")
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert main(["train", str(library), "--out", str(tmp_path / "out"), "--tensorboard", *SMALL]) == 2
    assert "pip install tensorboard" in capsys.readouterr().err


@pytest.mark.train
def test_tensorboard_gets_the_figures_of_every_epoch(library, tmp_path):
    pytest.importorskip("torch")
    events = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    out = tmp_path / "out"
    words = ["train", str(library), "--out", str(out), "--family", "pose_mlp", "--epochs", "3", "--tensorboard"]
    assert main([*words, *SMALL]) == 0
    board = events.EventAccumulator(str(out / "tensorboard" / "the-model"))
    board.Reload()
    seen = [(entry.step, entry.value) for entry in board.Scalars("validation_loss")]
    told = json.loads((out / "metrics.json").read_text())["epochs"]
    assert [step for step, _ in seen] == [1, 2, 3]
    assert [value for _, value in seen] == pytest.approx([epoch["validation_loss"] for epoch in told])


@pytest.mark.train
def test_a_training_that_fails_leaves_the_model_that_was_there(library, tmp_path, monkeypatch, capsys):
    pytest.importorskip("torch")
    from gesturectl.training import export

    out = tmp_path / "out"
    out.mkdir()
    (out / "model.onnx").write_bytes(b"the good one")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        assert main(["train", str(library), "--out", str(out), "--epochs", "1", *SMALL]) == 2
    assert "No space left on device" in capsys.readouterr().err
    monkeypatch.setattr(export, "largest_difference", lambda model, classifier: 1.0)
    assert main(["train", str(library), "--out", str(out), "--epochs", "1", *SMALL]) == 5
    assert "differ from torch" in capsys.readouterr().err
    assert (out / "model.onnx").read_bytes() == b"the good one"
    assert [path.name for path in out.iterdir() if ".partial" in path.name] == []


@pytest.mark.train
def test_an_interrupted_training_goes_on_with_resume(library, tmp_path, monkeypatch, capsys):
    pytest.importorskip("torch")
    from gesturectl.training.run import Run

    words = ["train", str(library), "--out", str(tmp_path / "out"), "--family", "pose_mlp", "--epochs", "4", *SMALL]
    save = Run.save

    def interrupted(run, path):
        save(run, path)
        if len(run.epochs) == 2:
            signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(Run, "save", interrupted)
        assert main(words) == 130
    assert "--resume to go on" in capsys.readouterr().err
    assert not (tmp_path / "out" / "model.onnx").exists()
    assert main([*words, "--resume"]) == 0
    assert "resumed after epoch 2 of 4" in capsys.readouterr().err
    resumed = json.loads((tmp_path / "out" / "metrics.json").read_text())
    assert main(words) == 0
    again = json.loads((tmp_path / "out" / "metrics.json").read_text())
    losses = [[epoch["validation_loss"] for epoch in found["epochs"]] for found in (resumed, again)]
    assert losses[0] == losses[1]
    assert not list((tmp_path / "out").glob("*.checkpoint"))


@pytest.mark.train
@pytest.mark.parametrize(
    ("words", "kind", "size"),
    [
        (["--family", "lrcn", "--size", "16"], "pictures", 16),
        (["--input", "crops", "--size", "12"], "crops", 12),
        (["--input", "keypoints", "--size", "63"], "keypoints", 63),
    ],
)
def test_pictures_and_key_points_are_trained_on_as_well(tmp_path, capsys, words, kind, size):
    pytest.importorskip("torch")
    library = write_toy_library(tmp_path / "library", ("swipe_left", "grab"), takes=4, frames=True)
    assert main(["train", str(library), "--out", str(tmp_path / "out"), "--epochs", "2", "--json", *SMALL, *words]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["input"]["kind"], found["input"]["size"]) == (kind, size)
    assert main(["evaluate", str(library), "--model", str(tmp_path / "out" / "model.onnx"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["takes"] == 8


@pytest.mark.train
def test_the_list_tells_every_family(capsys):
    pytest.importorskip("torch")
    assert main(["train", "--list"]) == 0
    told = capsys.readouterr().out
    for name in ("fused", "dd_net", "temporal_cnn", "lrcn", "conv_lstm", "pose_mlp", "Devineau"):
        assert name in told


@pytest.mark.train
@pytest.mark.slow
def test_two_processes_train_one_model(library, tmp_path):
    """As torchrun starts them, over gloo on the CPU; only the first talks and writes."""
    pytest.importorskip("torch")
    command = [
        sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", "29611",
        "-m", "gesturectl.cli", "train", str(library), "--out", str(tmp_path / "out"), "--epochs", "3", "--json",
        "--device", "cpu", "--family", "cnn_lstm", *SMALL,
    ]  # fmt: skip
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout)["samples_judged"] > 0
    Classifier.load(tmp_path / "out" / "model.onnx", live=False)
