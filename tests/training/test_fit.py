"""Training from end to end on a toy problem: train, calibrate, export, load, recognise."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from killing import killed_at_every_step  # noqa: E402
from toy import LABELS, SPEC, toy_take, toy_windows  # noqa: E402

from gesturectl.errors import ModelError, UsageError  # noqa: E402
from gesturectl.recognition.classifier import OUTPUTS, Classifier  # noqa: E402
from gesturectl.recognition.window import History  # noqa: E402
from gesturectl.training.branches import FUSED, build_branch  # noqa: E402
from gesturectl.training.branches.base import EMBEDDING, BranchShape  # noqa: E402
from gesturectl.training.export import LARGEST_DIFFERENCE, describe, export, largest_difference  # noqa: E402
from gesturectl.training.fit import FitConfig, FitResult, branch_logits, fit  # noqa: E402
from gesturectl.training.fusion import FusedClassifier  # noqa: E402
from gesturectl.training.run import Run  # noqa: E402

pytestmark = pytest.mark.train

CONFIG = FitConfig(epochs=8, batch=32, learning_rate=4e-3)


@pytest.fixture(scope="module")
def trained() -> FitResult:
    return fit(toy_windows(400), LABELS, SPEC, CONFIG)


@pytest.fixture(scope="module")
def exported(trained, tmp_path_factory):
    path = tmp_path_factory.mktemp("model") / "toy.onnx"
    export(trained.model, describe(trained.model, "toy", "toy takes", trained.metrics), path)
    return path


def test_with_nobody_held_out_all_epochs_count_and_branches_alike():
    alone = replace(CONFIG, epochs=3, patience=1, validation_share=0.0, fine_tune=2)
    said: list[str] = []
    found = fit(toy_windows(80), LABELS, SPEC, alone, progress=said.append)
    assert len(found.epochs) == 3
    assert found.metrics == {}
    assert found.model.branch_weight.tolist() == pytest.approx([1 / 3] * 3)
    assert not any("nan" in line for line in said)


def test_gestures_that_differ_are_told_apart(trained):
    unseen = toy_windows(80, seed=1)
    with torch.inference_mode():
        scores, agreement, _, branch_scores = trained.model(
            torch.from_numpy(unseen.points.astype(np.float32)), torch.from_numpy(unseen.mask)
        )
    label = torch.from_numpy(unseen.label)
    assert (scores.argmax(1) == label).float().mean() > 0.97
    for k in range(3):
        assert (branch_scores[:, k].argmax(1) == label).float().mean() > 0.9
    assert torch.allclose(scores.sum(1), torch.ones(len(label)))
    assert agreement.min() >= 0
    assert agreement.max() <= 1 + 1e-6


def test_the_exported_model_says_what_torch_says(trained, exported):
    classifier = Classifier.load(exported)
    assert largest_difference(trained.model, classifier) < LARGEST_DIFFERENCE
    unseen = toy_windows(20, seed=2)
    scores, _, embedding = classifier.scores(unseen.points.astype(np.float32), unseen.mask)
    with torch.inference_mode():
        expected = trained.model(torch.from_numpy(unseen.points.astype(np.float32)), torch.from_numpy(unseen.mask))
    assert np.abs(scores - expected[0].numpy()).max() < LARGEST_DIFFERENCE
    assert embedding.shape == (len(unseen), 3 * EMBEDDING)


def test_a_live_hand_is_recognised_by_the_exported_model(exported):
    classifier = Classifier.load(exported)
    take, history = toy_take("swipe_left", 77), History()
    for t, points, present in zip(take.t_ms, take.points, take.present, strict=True):
        history.append(int(t), points if present else None)
    end = int(take.t_ms[-1])
    prediction = classifier.predict(history.windows([end], classifier.card.window)[0], end, "left")
    assert prediction is not None
    assert prediction.labels[int(prediction.scores.argmax())] == "swipe_left"


def test_the_graph_holds_real_lstms_and_standard_operators_only(exported):
    onnx = pytest.importorskip("onnx")
    graph = onnx.load(exported)
    kinds = [node.op_type for node in graph.graph.node]
    assert kinds.count("LSTM") == 3
    assert {opset.domain for opset in graph.opset_import} <= {"", "ai.onnx"}


def test_a_model_that_onnx_computes_differently_is_not_written(trained, tmp_path, monkeypatch):
    monkeypatch.setattr(Classifier, "outputs", lambda self, points, mask: wrong_outputs(self, points, mask, 1e-3))
    with pytest.raises(ModelError, match="differ from torch"):
        export(trained.model, describe(trained.model, "toy", "", {}), tmp_path / "toy.onnx")
    assert list(tmp_path.iterdir()) == []


def wrong_outputs(classifier, points, mask, error):
    return tuple(output + error for output in classifier._run(OUTPUTS, points, mask))


def test_a_card_that_does_not_fit_the_graph_is_not_written(trained, tmp_path):
    card = replace(describe(trained.model, "toy", "", {}), labels=("nothing", "fist"))
    with pytest.raises(ModelError, match="scores"):
        export(trained.model, card, tmp_path / "toy.onnx")
    assert list(tmp_path.iterdir()) == []


def test_training_resumed_after_an_interruption_ends_like_one_that_was_not(tmp_path):
    windows, config = toy_windows(60), replace(CONFIG, epochs=3)
    whole = fit(windows, LABELS, SPEC, config)

    class InterruptionError(Exception):
        pass

    def interrupt(line: str) -> None:
        if line.startswith("epoch 2/"):
            raise InterruptionError

    checkpoint = tmp_path / "run.pt"
    with pytest.raises(InterruptionError):
        fit(windows, LABELS, SPEC, config, checkpoint=checkpoint, progress=interrupt)
    lines: list[str] = []
    resumed = fit(windows, LABELS, SPEC, config, checkpoint=checkpoint, progress=lines.append)
    assert lines[0] == "resumed after epoch 1 of 3"
    for name, value in whole.model.state_dict().items():
        assert torch.equal(value, resumed.model.state_dict()[name]), name
    with pytest.raises(UsageError, match="another training"):
        fit(windows, LABELS, SPEC, replace(config, seed=5), checkpoint=checkpoint)


def test_a_damaged_checkpoint_is_one_clear_error(tmp_path):
    path = tmp_path / "run.pt"
    run = Run(toy_windows(8), toy_windows(8, seed=1), LABELS, SPEC, CONFIG)
    run.save(path)
    whole = path.read_bytes()
    run.resume(path)
    random = np.random.default_rng(0)
    damaged = [b"not a checkpoint", b"", whole[:-1], whole[: len(whole) // 2]]
    for at in random.integers(0, len(whole), 12):
        damaged.append(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
    for content in damaged:
        path.write_bytes(content)
        try:
            run.resume(path)
        except UsageError as error:
            assert "checkpoint can't be read" in str(error)
        else:  # a byte between the parts, which says nothing
            assert len(content) == len(whole)


def test_a_checkpoint_that_would_run_a_program_doesnt(tmp_path):
    class Program:
        def __reduce__(self):
            return Path.touch, (tmp_path / "ran",)

    run = Run(toy_windows(8), toy_windows(8, seed=1), LABELS, SPEC, CONFIG)
    torch.save({"of": Program()}, tmp_path / "run.pt")
    with pytest.raises(UsageError, match="checkpoint can't be read"):
        run.resume(tmp_path / "run.pt")
    assert not (tmp_path / "ran").exists()


def test_a_checkpoint_is_the_old_or_the_new_one_whenever_the_training_is_killed(tmp_path):
    path = tmp_path / "run.pt"
    run = Run(toy_windows(8), toy_windows(8, seed=1), LABELS, SPEC, CONFIG)
    run.save(path)
    before = path.read_bytes()

    def restore() -> None:
        path.write_bytes(before)

    def write() -> None:
        run.best_loss = 0.5
        run.save(path)

    def check(where: str) -> None:
        run.resume(path)
        losses.append(run.best_loss)

    losses: list[float] = []
    killed_at_every_step(write, restore, check)
    assert set(losses) == {float("inf"), 0.5}
    assert losses == sorted(losses, reverse=True)


def test_the_same_seed_gives_the_same_model():
    windows, config = toy_windows(40), replace(CONFIG, epochs=1)
    first, second = (fit(windows, LABELS, SPEC, config).model for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_calibration_repairs_overconfidence_and_silences_no_branch():
    model = FusedClassifier(LABELS, SPEC, ("cnn_lstm", "pointnet_lstm"))
    random = torch.Generator().manual_seed(0)
    label = torch.randint(0, 4, (4000,), generator=random)
    right = torch.rand(4000, 2, generator=random) < torch.tensor([0.8, 0.6])
    shown = torch.where(right, label[:, None], torch.randint(0, 4, (4000, 2), generator=random))
    logits = torch.nn.functional.one_hot(shown, 4).float() * 12.0  # sure of everything, wrong a quarter of the time
    model.calibrate(logits, label, torch.ones(4000))
    scores, _, branch_scores = model.fuse(logits)
    for k, accuracy in enumerate((0.85, 0.70)):
        assert abs(float(branch_scores[:, k].amax(1).mean()) - accuracy) < 0.03
    assert 0.3 < float(model.branch_weight[0]) < 0.7  # once calibrated, both deserve to be heard
    hit = float((scores.argmax(1) == label).float().mean())
    assert abs(float(scores.amax(1).mean()) - hit) < 0.03
    assert json.dumps(model.calibration())


def test_branches_that_disagree_show_it():
    model = FusedClassifier(LABELS, SPEC, ("cnn_lstm", "pointnet_lstm"))
    alike = torch.tensor([[[0.0, 9.0, 0.0, 0.0], [0.0, 9.0, 0.0, 0.0]]])
    unlike = torch.tensor([[[0.0, 9.0, 0.0, 0.0], [0.0, 0.0, 8.9, 0.0]]])
    assert float(model.fuse(alike)[1]) > 0.99
    assert float(model.fuse(unlike)[1]) < 0.55


@pytest.mark.parametrize("name", FUSED)
@pytest.mark.parametrize("channels", [2, 3])
def test_a_branch_of_the_live_model_suits_one_core(name, channels):
    network = build_branch(name, BranchShape(labels=19, steps=40, channels=channels))
    assert 30_000 < sum(value.numel() for value in network.parameters()) < 90_000


def test_an_unknown_branch_is_named_with_those_there_are():
    with pytest.raises(UsageError, match=r'no branch "resnet".*cnn_lstm'):
        build_branch("resnet", BranchShape(4, 16, 2))


def test_logits_of_many_windows_come_in_order(trained):
    windows = toy_windows(30, seed=4)
    assert torch.allclose(
        branch_logits(trained.model, windows, 7), branch_logits(trained.model, windows, 500), atol=1e-5
    )
