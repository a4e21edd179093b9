"""`gesturectl benchmark` from end to end, on small files of hands that can't be confused."""

import json

import numpy as np
import pytest
from toy import flat_hand
from toy_library import toy_take, write_toy_library

from gesturectl.cli import main
from gesturectl.evaluation.folds import grouped_folds
from gesturectl.gestures.take import Take, absent, write_take
from gesturectl.recognition.classifier import Classifier
from gesturectl.verbs.benchmark import table

KEYS = {"model", "labels", "accuracy", "parameters", "ms_per_window", "train_seconds"}
SMALL = ["--threads", "1", "--epochs", "6"]


def sequence(label: int, finger: int, random: np.random.Generator) -> np.ndarray:
    """(K, 22, 3) metres: label 0 sweeps to one side, 1 to the other; with one finger the others are bent."""
    count = int(random.integers(20, 40))
    s = np.linspace(0, 1, count)[:, None, None]
    hand = np.insert(flat_hand(), 1, 0.0, axis=0)
    if finger == 1:
        hand[10:] *= 0.4
    way = np.array([0.6 if label else -0.6, 0.0, 0.0])
    return hand + way * s + [0.0, 0.0, 0.5] + random.normal(0, 0.002, (count, 22, 3))


def write_shrec(path, people, seed=0, **more):
    """A file like SHREC'17's: every person does both gestures, with one finger and the whole hand, three times."""
    random = np.random.default_rng(seed)
    rows = [(g, f, s, e) for s in people for g in (0, 1) for f in (1, 2) for e in range(3)]
    parts = [sequence(g, f, random) for g, f, _, _ in rows]
    label, finger, subject, essai = (np.array(column, np.int32) for column in zip(*rows, strict=True))
    np.savez(
        path, frames=np.concatenate(parts).astype(np.float32), offsets=np.cumsum([0, *map(len, parts)]),
        label14=label, label28=2 * label + finger - 1, finger=finger, subject=subject, essai=essai,
        class_names=np.array(["Grab", "Tap"]), **{name: np.full(len(rows), value) for name, value in more.items()},
    )  # fmt: skip
    return path


def write_signs(path, empty=0):
    """A file like the holistic clips: three signs of two people, one sign of a third; `empty` clips without a hand."""
    random = np.random.default_rng(1)
    rows = [
        (r, c, k) for r in range(3) for c in ("hello", "iloveyou", "thanks") for k in range(4) if r < 2 or c == "hello"
    ]
    hands = np.zeros((len(rows), 30, 2, 21, 3), np.float32)
    for clip, (_, sign, _) in zip(hands, rows, strict=True):
        hand = flat_hand() + np.array([0.5, 0.6, 0.0]) + random.normal(0, 0.002, (30, 21, 3))
        way = {"hello": 0.3, "iloveyou": 0.0, "thanks": -0.3}[sign]
        clip[:, 1] = hand + np.linspace(0, 1, 30)[:, None, None] * [way, 0, 0]
    hands[:empty] = 0
    repo, canonical, number = (np.array(column) for column in zip(*rows, strict=True))
    np.savez(
        path, hands=hands, pose7=random.random((len(rows), 30, 7, 3), np.float32), repo=repo, canonical=canonical,
        folder=np.full(len(rows), "MP_Data"), seq=number.astype(str), label=np.zeros(len(rows), np.int64),
        repo_names=np.array(["a/a", "b/b", "c/c"]), repo_licence=np.array(["none"] * 3), class_names=np.array(["x"]),
    )  # fmt: skip
    return path


@pytest.fixture(scope="module")
def shrec(tmp_path_factory):
    return write_shrec(tmp_path_factory.mktemp("shrec") / "train.npz", range(4))


@pytest.mark.train
def test_folds_over_people_give_figures_of_the_family_and_its_parts(shrec, tmp_path, capsys):
    pytest.importorskip("torch")
    out = tmp_path / "out"
    words = ["benchmark", "shrec17", "--train", str(shrec), "--folds", "2", "--json", "--out", str(out), *SMALL]
    assert main(words) == 0
    found = json.loads(capsys.readouterr().out)
    assert all(set(row) == KEYS for row in found)
    assert [(row["model"], row["labels"]) for row in found[:3]] == [
        ("fused", 14),
        ("fused", 28),
        ("fused/cnn_lstm", 14),
    ]
    assert len(found) == 8
    assert found[0]["accuracy"] > 0.9
    assert sum(row["parameters"] for row in found[2::2]) == found[0]["parameters"]
    assert all(0 < row["ms_per_window"] < 1000 for row in found)
    full = json.loads((out / "benchmark.json").read_text())
    assert [len(row["folds"]) for row in full] == [2] * 8
    assert "e2eET (published, official split)" in (out / "benchmark.md").read_text()
    assert sorted(path.name for path in out.iterdir()) == ["benchmark.json", "benchmark.md", "fused.onnx"]


@pytest.mark.train
def test_a_test_file_is_tested_once_and_its_model_kept(shrec, tmp_path, capsys):
    pytest.importorskip("torch")
    test = write_shrec(tmp_path / "test.npz", (7, 8), seed=5, split="test")
    words = ["benchmark", "shrec17", "--train", str(shrec), "--test", str(test), "--models", "pose_mlp,dd_net"]
    assert main([*words, "--labels", "14", "--out", str(tmp_path / "out"), *SMALL]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:5]] == [
        "pose_mlp",
        "dd_net",
        "e2eET (published, official split)",
    ]
    assert "±" not in lines[2]
    assert not any("95.36" in line for line in lines)  # a figure with 28 labels
    card = Classifier.load(tmp_path / "out" / "dd_net.onnx", live=False).card
    assert card.labels == ("Grab_1", "Grab_2", "Tap_1", "Tap_2")


@pytest.mark.train
def test_of_one_file_with_both_official_parts_each_is_used_for_what_it_is(tmp_path):
    pytest.importorskip("torch")
    from gesturectl.training.benchmark_sets import shrec17

    path = write_shrec(tmp_path / "both.npz", range(4))
    arrays = dict(np.load(path))
    np.savez(path, **arrays, split=np.where(arrays["subject"] < 3, "train", "test"))
    task = shrec17(path, path, (14,), "5", 0, ("dd_net",))
    assert {task.data.subjects[i] for i in task.folds[0].test} == {"shrec03"}
    assert len(task.folds[0].test) == 12
    assert len(task.data.takes) == 48


@pytest.mark.train
def test_signs_leave_one_person_out_and_count_handless_clips_as_mistakes(tmp_path, capsys):
    pytest.importorskip("torch")
    path = write_signs(tmp_path / "signs.npz", empty=2)
    out = tmp_path / "out"
    words = ["benchmark", "signs", "--train", str(path), "--models", "fused,lstm", "--out", str(out)]
    assert main([*words, "--threads", "1", "--epochs", "1"]) == 0
    assert "2 tested takes show no hand" in capsys.readouterr().out
    rows = {row["model"]: row for row in json.loads((out / "benchmark.json").read_text())}
    assert rows["fused"]["names"] == ["a/a", "b/b"]
    assert rows["fused"]["folds"][0] <= 10 / 12
    assert rows["lstm"]["labels"] == 3


@pytest.mark.train
def test_on_a_library_families_over_points_and_pictures_are_judged_on_the_same_people(tmp_path, capsys):
    pytest.importorskip("torch")
    library = write_toy_library(tmp_path / "library", takes=6, frames=True)
    models = "pose_mlp,lrcn:pictures:12,lrcn:crops:16"
    words = ["benchmark", "library", "--train", str(library), "--models", models, "--folds", "subject"]
    assert main([*words, "--out", str(tmp_path / "out"), *SMALL]) == 0
    rows = json.loads((tmp_path / "out" / "benchmark.json").read_text())
    assert [(row["model"], row["labels"], row["names"]) for row in rows] == [
        ("pose_mlp", 3, ["p0", "p1", "p2"]),
        ("lrcn:pictures:12", 3, ["p0", "p1", "p2"]),
        ("lrcn:crops:16", 3, ["p0", "p1", "p2"]),
    ]
    read = [Classifier.load(tmp_path / "out" / f"{row['model'].replace(':', '-')}.onnx", live=False) for row in rows]
    found = [(classifier.card.input.kind, classifier.card.input.size) for classifier in read]
    assert found == [("hand", 0), ("pictures", 12), ("crops", 16)]
    assert "published" not in capsys.readouterr().out


@pytest.mark.train
@pytest.mark.parametrize("subject", ["p1", ""])
def test_a_take_of_a_library_without_a_hand_is_a_mistake(tmp_path, subject):
    pytest.importorskip("torch")
    from gesturectl.training.benchmark_library import own_library

    library = write_toy_library(tmp_path / "library", ("swipe_left", "swipe_right"), takes=6)
    take = toy_take("swipe_left", 1)
    nobody = np.zeros_like(take.present)
    about = {**take.meta, "subject": subject}
    empty = Take(take.t_ms, absent(len(take.t_ms)), absent(len(take.t_ms)), nobody, about)
    write_take(library / "swipe_left" / "empty.npz", empty)
    (library / "swipe_left" / "torn.npz").write_bytes(b"PK torn")
    task = own_library(library, "3", 0, ("pose_mlp",))
    assert sum(task.unusable) == 1
    assert [fold.name for fold in task.folds] == ["1", "2", "3"]
    assert sorted(index for fold in task.folds for index in fold.test) == list(range(12))
    assert len(task.data.skipped) == 2


@pytest.mark.train
@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["library", "--train", "{library}", "--models", "fused:pictures"], "read hand or hands, not pictures"),
        (["library", "--train", "{library}", "--models", "fused:video"], '"video" is no input'),
        (["library", "--train", "{library}", "--models", "lrcn:crops:wide"], '"crops:wide" is no input'),
        (["library", "--train", "{library}", "--models", "lrcn"], "weren't kept"),
        (["library", "--train", "{library}", "--labels", "14"], "that is of shrec17"),
        (["library", "--train", "{library}", "--folds", "9"], "a number from 2 to 3"),
        (["shrec17", "--train", "{shrec}", "--models", "fused:hands"], "can't be chosen"),
        (["shrec17", "--train", "nowhere.npz"], "there is no such file"),
        (["shrec17", "--train", "{signs}"], "it isn't SHREC'17"),
        (["signs", "--train", "{shrec}"], "it isn't a set of holistic clips"),
        (["shrec17", "--train", "{text}"], "it isn't SHREC'17"),
        (["shrec17", "--train", "{shrec}", "--models", "lrcn"], "lrcn reads pictures"),
        (["shrec17", "--train", "{shrec}", "--models", "resnet"], 'no family "resnet"'),
        (["shrec17", "--train", "{shrec}", "--models", "dd_net,dd_net"], "different families"),
        (["shrec17", "--train", "{shrec}", "--folds", "9"], "a number from 2 to 4"),
        (["shrec17", "--train", "{shrec}", "--test", "{shrec}", "--folds", "2"], "nothing to fold"),
        (["shrec17", "--train", "{shrec}", "--test", "{shrec}"], "is in --train as well"),
        (["signs", "--train", "{signs}", "--labels", "14"], "always three"),
        (["signs", "--train", "{signs}", "--device", "cuda"], "torch finds no GPU here"),
    ],
)
def test_what_does_not_fit_is_one_clear_error(shrec, tmp_path, monkeypatch, capsys, words, fact):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    (tmp_path / "text.npz").write_text("no archive")
    places = {"shrec": shrec, "signs": write_signs(tmp_path / "signs.npz"), "text": tmp_path / "text.npz"}
    places["library"] = write_toy_library(tmp_path / "library", ("swipe_left", "grab"), takes=3)
    assert main(["benchmark", *(word.format(**places) for word in words), *SMALL]) == 2
    assert fact in capsys.readouterr().err


def test_nobody_is_in_two_folds_and_folds_are_about_equal():
    subjects = [name for name, count in (("a", 9), ("b", 5), ("c", 4), ("d", 1)) for _ in range(count)]
    folds = grouped_folds(subjects, "2", seed=3)
    assert sorted(len(fold.test) for fold in folds) == [9, 10]
    people = [{subjects[i] for i in fold.test} for fold in folds]
    assert not people[0] & people[1]
    assert len(grouped_folds(subjects, "subject")) == 4


def test_a_table_marks_what_others_have_published():
    class Entry:
        model, source, accuracy = "Net", "official split", {14: 0.9}

    class Row:
        model, labels, accuracy, std, worst, folds = "mine", 14, 0.95, 0.01, 0.94, (0.94, 0.96)
        parameters, ms_per_window, train_seconds = 1234, 0.5, 60.2

    lines = table([Row], [Entry])
    assert "95.00 % ± 1.00" in lines[2]
    assert "1,234" in lines[2]
    assert "Net (published, official split)" in lines[3]
    assert len({len(line) for line in lines}) == 1
