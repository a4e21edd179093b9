"""`gesturectl retrain` and the history of models, through the command line, with little effort."""

import json
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent / "recognition"))

from personal_takes import drawn

from gesturectl.cli import main
from gesturectl.gestures.take import write_take
from gesturectl.recognition.model_history import SHIPPED, ModelHistory

pytestmark = pytest.mark.train


@pytest.fixture
def data(tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_data_path", lambda *_, **__: tmp_path / "data")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path / "config")
    for way in ("ring", "drop"):
        for seed in range(2):
            write_take(tmp_path / "data" / "library" / way / f"{seed}.npz", drawn(way, seed))
    return tmp_path / "data"


def little(monkeypatch, objection=""):
    """Retrain with little effort; what is found worse is `objection`."""
    from gesturectl.training import retrain as module

    whole = module.retrain
    effort = module.Effort(episodes=12, validation=5, quiet=2, shown=2, epochs=1)
    monkeypatch.setattr(module, "objection", lambda before, after: objection)
    monkeypatch.setattr(module, "retrain", lambda *args, **more: whole(*args, effort=effort, **more))


def asked(capsys, *words):
    assert main([*words, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_model_that_is_no_worse_is_taken_into_use_and_can_be_rolled_back(data, capsys, monkeypatch):
    little(monkeypatch)
    *progress, told = asked(capsys, "retrain", "--one-core", "--progress")
    assert (told["state"], told["gestures"]) == ("promoted", ["drop", "ring"])
    shares = [step["share"] for step in progress]
    assert shares == sorted(shares)
    assert {path.name for path in Path(told["folder"]).iterdir()} == {
        "model.onnx", "about.json", "report.md", "curves.png", "confusion.png",
    }  # fmt: skip
    (listed,) = asked(capsys, "models", "history")
    assert (listed["in_use"], listed["history"][0]["in_use"]) == (told["name"], True)
    (enrolled,) = asked(capsys, "enrol", "--list")
    assert [row["gesture"] for row in enrolled["gestures"]] == ["drop", "ring"]
    assert asked(capsys, "models", "rollback")[0]["in_use"] == SHIPPED
    assert asked(capsys, "models", "use", told["name"])[0]["in_use"] == told["name"]


def test_a_worse_one_is_kept_aside_with_the_reason_and_an_interrupted_one_leaves_nothing(data, capsys, monkeypatch):
    little(monkeypatch, objection="it fires 3 times where you meant nothing, instead of 0")
    (told,) = asked(capsys, "retrain", "--one-core")
    assert told["state"] == "kept aside"
    assert "instead of 0" in told["reason"]
    history = ModelHistory()
    assert (history.current(), len(history.models())) == (SHIPPED, 1)
    assert not (data / "personal.npz").exists()

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("gesturectl.training.retrain.train", interrupted)
    with pytest.raises(KeyboardInterrupt):
        main(["retrain", "--one-core"])
    assert [path.name for path in (data / "models" / "history").iterdir()] == [told["name"]]
    assert not (data / "retrain.lock").exists()


def test_without_torch_it_says_what_works_all_the_same(data, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    assert main(["retrain"]) == 2
    told = capsys.readouterr().err
    assert "gesturectl enrol" in told
    assert "pip install 'gesturectl[train]'" in told
