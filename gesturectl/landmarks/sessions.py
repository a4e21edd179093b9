"""Makes ONNX Runtime sessions: one thread, verified bytes, and CUDA only where it really works."""

import ctypes
import sys
from pathlib import Path
from typing import Any

import cv2

from gesturectl.catalogue import verified
from gesturectl.errors import ModelError
from gesturectl.paths import bundled
from gesturectl.types import Float32, UInt8


class Session:
    """A model ready to run."""

    def __init__(self, file: str, cuda: bool = True, folder: Path | None = None) -> None:
        """Load the model `file` of `models/` (or of `folder`). Raises ModelError."""
        import onnxruntime

        content = verified(file, folder)
        self._session = _session(onnxruntime, content, cuda, str((folder or bundled("models")) / file))
        self.provider: str = self._session.get_providers()[0].removesuffix("ExecutionProvider")
        """What runs it: "CPU", "CUDA"."""
        image = self._session.get_inputs()[0]
        self.side: int = image.shape[-1]
        """Width and height of the picture it takes, in pixels."""
        self._input: str = image.name

    def run(self, image: UInt8, matrix: Float32, border: int) -> list[Float32]:
        """The model's outputs for a crop of `image` (H, W, 3) RGB.

        `matrix` (2, 3) maps the picture's pixels to the crop's; `border` is the cv2.BORDER_* beyond the picture's edge.
        """
        size = (self.side, self.side)
        crop = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border)
        outputs: list[Float32] = self._session.run(None, {self._input: cv2.dnn.blobFromImage(crop, 1 / 255)})
        return outputs


def _session(onnxruntime: Any, content: bytes, cuda: bool, place: str) -> Any:
    options = onnxruntime.SessionOptions()
    # One thread without spinning: two threads save 30 % of the time and cost twice the CPU; spinning burns a core idle.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.use_env_allocators", "1")  # where there is one: daemon/frugal.py
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 4  # a CUDA that fails to load is reported by `provider`, not on stderr
    providers = ["CPUExecutionProvider"]
    if cuda and "CUDAExecutionProvider" in onnxruntime.get_available_providers() and _has_cuda_driver():
        onnxruntime.preload_dlls()  # finds CUDA and cuDNN installed as packages; does nothing where there are none
        providers.insert(0, "CUDAExecutionProvider")
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    try:
        return onnxruntime.InferenceSession(content, options, providers=providers)
    except (
        errors.Fail, errors.InvalidGraph, errors.InvalidProtobuf, errors.NotImplemented, errors.RuntimeException
    ) as error:  # fmt: skip
        raise ModelError(place, f"ONNX Runtime can't load the model ({error})", "Install gesturectl again") from error


def _has_cuda_driver() -> bool:
    """Whether NVIDIA's driver is installed; onnxruntime prints errors when asked for CUDA without one."""
    if sys.platform == "darwin":
        return False
    try:
        ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return False
    return True
