"""What runs the hand models where ONNX Runtime offers GPUs: those are faked, the processor isn't."""

from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnxruntime.capi.onnxruntime_pybind11_state import Fail

from gesturectl import settings
from gesturectl.daemon.sight import find_sight
from gesturectl.landmarks import open_tracker, providers
from gesturectl.landmarks.onnx_tracker import OnnxTracker
from gesturectl.landmarks.providers import Compute, candidates
from gesturectl.paths import bundled
from gesturectl.settings import Settings
from gesturectl.types import Float32
from gesturectl.verbs.checks.finding import State
from gesturectl.verbs.checks.seeing import check_tracker

TITLES = {"CUDA": "CUDAExecutionProvider", "DirectML": "DmlExecutionProvider", "Core ML": "CoreMLExecutionProvider"}
_Real = onnxruntime.InferenceSession


class Machine:
    """A computer with some GPUs, whose ONNX Runtime does on the processor what it says that they do."""

    def __init__(self) -> None:
        self.gpus: list[str] = []
        self.cuda_driver = True
        self.trouble = ""
        """What is wrong with the GPUs: "load", "library", "run", "numbers", or nothing."""
        self.opened: list[tuple[str, dict[str, str], Any, int]] = []
        """Sessions on a GPU: provider, its options, those of the session, and the size of the model."""

    def open(self, content: bytes, options: Any, providers: list[Any], enable_fallback: int = 1) -> Any:
        first = providers[0]
        if isinstance(first, str):
            return _Real(content, options, providers=providers, enable_fallback=enable_fallback)
        assert not enable_fallback  # it would print and run everything on the processor
        self.opened.append((*first, options, len(content)))
        if self.trouble == "load":
            raise Fail("no device\nwas found")
        return _OnGpu(self, first[0], _Real(content, options, providers=["CPUExecutionProvider"]))


class _OnGpu:
    def __init__(self, machine: Machine, provider: str, session: Any) -> None:
        self._machine, self._provider, self._session = machine, provider, session

    def get_providers(self) -> list[str]:
        lacking = self._machine.trouble == "library"
        return ["CPUExecutionProvider"] if lacking else [self._provider, "CPUExecutionProvider"]

    def get_inputs(self) -> Any:
        return self._session.get_inputs()

    def run(self, names: None, values: dict[str, Float32]) -> list[Float32]:
        if self._machine.trouble == "run":
            raise RuntimeError("out of memory")
        outputs: list[Float32] = self._session.run(names, values)
        return [output * np.nan for output in outputs] if self._machine.trouble == "numbers" else outputs


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """One without GPUs; add some."""
    faked = Machine()
    offers = lambda: [*(TITLES[title] for title in faked.gpus), "CPUExecutionProvider"]  # noqa: E731
    monkeypatch.setattr(onnxruntime, "get_available_providers", offers)
    monkeypatch.setattr(onnxruntime, "InferenceSession", faked.open)
    monkeypatch.setattr(onnxruntime, "preload_dlls", lambda: None, raising=False)
    monkeypatch.setattr(providers, "_has_cuda_driver", lambda: faked.cuda_driver)
    return faked


@pytest.mark.parametrize(
    ("compute", "gpus", "tried"),
    [
        ("auto", [], ["CPU"]),
        ("auto", ["DirectML", "CUDA"], ["CUDA", "DirectML", "CPU"]),
        ("auto", ["Core ML"], ["CPU"]),
        ("gpu", ["Core ML"], ["Core ML", "CPU"]),
        ("cpu", ["CUDA"], ["CPU"]),
    ],
)
def test_what_is_tried(machine: Machine, compute: Compute, gpus: list[str], tried: list[str]) -> None:
    machine.gpus = gpus
    assert [provider.title for provider in candidates(compute)] == tried


def test_cuda_isnt_tried_without_nvidias_driver(machine: Machine) -> None:
    machine.gpus, machine.cuda_driver = ["CUDA"], False
    assert [provider.title for provider in candidates("auto")] == ["CPU"]


@pytest.mark.parametrize("title", ["CUDA", "DirectML", "Core ML"])
def test_a_gpu_that_works_is_given_the_exact_model_and_told(machine: Machine, title: str) -> None:
    machine.gpus = [title]
    warned: list[str] = []
    tracker = open_tracker(compute="gpu", power="saver", warn=warned.append)
    assert (tracker.provider, warned) == (title, [])
    assert [name for name, *_ in machine.opened] == [TITLES[title]] * 2
    exact = (bundled("models") / "hand_landmark.onnx").stat().st_size
    assert machine.opened[1][-1] == exact


def test_directml_plans_no_memory_ahead_and_runs_one_layer_after_the_other(machine: Machine) -> None:
    machine.gpus = ["DirectML"]
    OnnxTracker()
    for _, _, options, _ in machine.opened:
        assert not options.enable_mem_pattern
        assert options.execution_mode == onnxruntime.ExecutionMode.ORT_SEQUENTIAL


def test_core_ml_is_told_that_sizes_never_change(machine: Machine) -> None:
    machine.gpus = ["Core ML"]
    OnnxTracker("gpu")
    for _, options, _, _ in machine.opened:
        assert options == {"ModelFormat": "MLProgram", "MLComputeUnits": "ALL", "RequireStaticInputShapes": "1"}


@pytest.mark.parametrize(
    ("trouble", "fact"),
    [
        ("load", "no device was found"),
        ("library", "ONNX Runtime can't load what it needs"),
        ("run", "out of memory"),
        ("numbers", "what it computes aren't numbers"),
    ],
)
def test_a_gpu_that_fails_costs_one_line_and_the_processor_does_its_work(
    machine: Machine, trouble: str, fact: str
) -> None:
    machine.gpus, machine.trouble = ["DirectML"], trouble
    warned: list[str] = []
    sight = find_sight("onnx", None, False, warned.append)
    assert warned == [f"DirectML can't run the hand models ({fact}), so CPU does"]
    assert sight.tracker_words == "onnx on CPU"
    sight.tracker.close()


def test_the_next_gpu_is_tried_before_the_processor(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    machine.gpus = ["CUDA", "DirectML"]
    opened = machine.open

    def no_cuda(content: bytes, options: Any, providers: list[Any], enable_fallback: int = 1) -> Any:
        if providers[0][0] == TITLES["CUDA"]:
            raise Fail("CUDA error 999")
        return opened(content, options, providers, enable_fallback)

    monkeypatch.setattr(onnxruntime, "InferenceSession", no_cuda)
    tracker = OnnxTracker()
    assert tracker.provider == "DirectML"
    assert tracker.problem == "CUDA can't run the hand models (CUDA error 999), so DirectML does"


def test_who_asks_for_a_gpu_where_there_is_none_is_told(machine: Machine) -> None:
    told = OnnxTracker("gpu").problem
    assert told == "there is no GPU here that ONNX Runtime offers to use, so CPU runs the hand models"
    assert OnnxTracker("auto").problem == ""


def test_the_doctor_tells_of_a_gpu_that_fails(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "load_settings", Settings)
    machine.gpus, machine.trouble = ["DirectML"], "run"
    finding = check_tracker()
    assert finding.state is State.DEGRADED
    assert "onnx on CPU" in finding.fact
    assert "DirectML can't run the hand models (out of memory), so CPU does" in finding.fact
    assert "gesturectl settings compute cpu" in finding.remedy
