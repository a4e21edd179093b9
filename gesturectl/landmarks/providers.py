"""What can run the hand models: the processor, or a GPU by way of one of ONNX Runtime's execution providers.

Which providers ONNX Runtime offers is decided when one of its packages is installed: `onnxruntime` (the processor; Core
ML too, on macOS), `onnxruntime-gpu` (CUDA) or `onnxruntime-directml` (DirectML, on Windows).
"""

import ctypes
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Compute = Literal["auto", "cpu", "gpu"]
"""What may run the models; see `candidates`."""


class ProviderError(Exception):
    """A GPU's provider can't load or run a model; the text is what it says, in one line."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One way to run a model."""

    title: str
    """As people know it: "CPU", "CUDA", "DirectML", "Core ML"."""
    name: str
    """As ONNX Runtime knows it."""
    options: Mapping[str, str] = field(default_factory=dict)
    memory_pattern: bool = True
    """Whether ONNX Runtime may plan its memory ahead; DirectML forbids it."""
    by_itself: bool = True
    """Whether it is used without being asked for."""


CPU = Provider("CPU", "CPUExecutionProvider")
CUDA = Provider("CUDA", "CUDAExecutionProvider", {"cudnn_conv_algo_search": "HEURISTIC"})
"""Trying every algorithm for each layer, as it does otherwise, takes seconds at each start."""
DIRECTML = Provider("DirectML", "DmlExecutionProvider", memory_pattern=False)
CORE_ML = Provider(
    "Core ML",
    "CoreMLExecutionProvider",
    {"ModelFormat": "MLProgram", "MLComputeUnits": "ALL", "RequireStaticInputShapes": "1"},
    by_itself=False,
)
"""Every onnxruntime for macOS has it, so nobody chose it by installing it; and others saw it load for a second, take
more memory and time than the processor for small models, and end the whole process instead of raising an error
(sam-dumont/immich-video-memory-generator pull request 811, docling-project/docling.rs issue 324)."""

_GPUS = (CUDA, DIRECTML, CORE_ML)


def candidates(compute: Compute) -> list[Provider]:
    """What to try here, in this order; the last is the processor.

    "cpu" tries nothing else, "auto" a GPU whose package of ONNX Runtime is installed, "gpu" also Core ML.
    """
    if compute == "cpu":
        return [CPU]
    import onnxruntime

    offered = onnxruntime.get_available_providers()
    found = [each for each in _GPUS if each.name in offered and (each.by_itself or compute == "gpu")]
    return [*(each for each in found if each is not CUDA or _has_cuda_driver()), CPU]


def _has_cuda_driver() -> bool:
    """Whether NVIDIA's driver is installed; onnxruntime prints errors when asked for CUDA without one."""
    if sys.platform == "darwin":
        return False
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True
