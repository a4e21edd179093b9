"""What a training run does beside plain epochs: shares batches, fine-tunes, and agrees with its peers."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from toy import LABELS, SPEC, toy_windows  # noqa: E402

from gesturectl.training.dataset import split  # noqa: E402
from gesturectl.training.plan import FitConfig, Watchers  # noqa: E402
from gesturectl.training.processes import Processes, joined  # noqa: E402
from gesturectl.training.run import Run  # noqa: E402
from gesturectl.training.session import augmentation, kind_of, usual_config  # noqa: E402

pytestmark = pytest.mark.train

CONFIG = FitConfig(branches=("cnn_lstm", "pointnet_lstm"), epochs=2, batch=16, learning_rate=4e-3)


def run_of(config=CONFIG):
    training, held = split(toy_windows(60), 0.2)
    return Run(training, held, LABELS, SPEC, config)


def test_processes_see_every_window_once_and_equally_many():
    alone = np.concatenate(run_of()._batches(1))
    parts = []
    for number in range(2):
        lonely = run_of()
        lonely.processes = Processes(2, number)  # afterwards: sharing a network needs real processes
        parts.append(lonely._batches(1))
    assert [len(a) for a in parts[0]] == [len(b) for b in parts[1]]
    together = np.concatenate([rows for part in parts for rows in part])
    assert set(together) <= set(alone)
    assert len(set(alone) - set(together)) < 4  # a last step too small to share
    assert len(np.unique(together)) >= len(together) - 1


def test_fine_tuning_never_makes_validation_worse():
    lines: list[str] = []
    run = run_of(replace(CONFIG, fine_tune=3))
    run.epoch(Watchers())
    before = run.calibrate()
    run.fine_tune(Watchers(line=lines.append))
    assert len(lines) == 3
    assert run._calibrated() <= before + 1e-6


def test_fine_tuning_that_only_harms_is_forgotten():
    run = run_of(replace(CONFIG, fine_tune=2, learning_rate=4000.0))
    before = run.calibrate()
    weights = {name: value.clone() for name, value in run.model.state_dict().items()}
    run.fine_tune(Watchers())
    after = run.model.state_dict()
    assert all(torch.allclose(weights[name], after[name]) for name in weights)
    assert run._calibrated() == pytest.approx(before, abs=1e-4)


def test_whoever_watches_hears_how_far_it_is():
    ticks: list[tuple[float, float]] = []
    run = run_of()
    for _ in range(2):
        run.epoch(Watchers(tick=lambda share, left_s: ticks.append((share, left_s))))
    shares = [share for share, _ in ticks]
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert ticks[-1][1] == pytest.approx(0.0, abs=1e-6)


def test_alone_unless_torchrun_says_otherwise(monkeypatch):
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined("cpu") as (processes, device):
        assert (processes.count, processes.leads, device) == (1, True, "cpu")
        assert processes.agreed(1.5, 2.0) == (1.5, 2.0)


def test_what_suits_an_input_is_chosen():
    from gesturectl.recognition.inputs import LIVE, InputSpec

    assert kind_of(("cnn_lstm", "dd_net")) is None
    assert kind_of(("lstm",)) is None
    assert kind_of(("lrcn",)) == "pictures"
    assert usual_config(("cnn_lstm",), LIVE, 100_000).epochs == 8
    assert usual_config(("cnn_lstm",), LIVE, 100).epochs == 120
    assert usual_config(("dd_net",), InputSpec("hand", "take", space=True)).channels == 3
    assert augmentation(InputSpec("hand", "take", space=True)).space
    for kind in ("pictures", "crops"):
        assert not hasattr(augmentation(InputSpec(kind, "take", size=32)), "mirror")
