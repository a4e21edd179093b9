"""Makes ONNX Runtime sessions: one thread, verified bytes, and a GPU only where it really works."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gesturectl.catalogue import verified
from gesturectl.errors import ModelError
from gesturectl.landmarks.providers import CPU, CUDA, Provider, ProviderError
from gesturectl.paths import bundled
from gesturectl.types import Float32, UInt8


class Session:
    """A model ready to run."""

    def __init__(self, file: str, provider: Provider = CPU, folder: Path | None = None) -> None:
        """Load the model `file` of `models/` (or of `folder`); with a GPU, also run it once.

        Raises ModelError, and ProviderError if the model is sound but the GPU can't run it.
        """
        self._session = _session(verified(file, folder), provider, str((folder or bundled("models")) / file))
        image = self._session.get_inputs()[0]
        self.side: int = image.shape[-1]
        """Width and height of the picture it takes, in pixels."""
        self._input: str = image.name
        if provider is not CPU:
            self._try(image.shape)

    def run(self, image: UInt8, matrix: Float32, border: int) -> list[Float32]:
        """The model's outputs for a crop of `image` (H, W, 3) RGB.

        `matrix` (2, 3) maps the picture's pixels to the crop's; `border` is the cv2.BORDER_* beyond the picture's edge.
        """
        size = (self.side, self.side)
        crop = cv2.warpAffine(image, matrix, size, flags=cv2.INTER_LINEAR, borderMode=border)
        outputs: list[Float32] = self._session.run(None, {self._input: cv2.dnn.blobFromImage(crop, 1 / 255)})
        return outputs

    def _try(self, shape: list[int]) -> None:
        """Run the model on a grey picture. A GPU may load a model and then lack the memory, or a kernel, to run it."""
        try:
            outputs = self._session.run(None, {self._input: np.full(shape, 0.5, np.float32)})
        except _errors() as error:
            raise ProviderError(_one_line(error)) from error
        if not all(np.isfinite(output).all() for output in outputs):
            raise ProviderError("what it computes aren't numbers")


def _session(content: bytes, provider: Provider, place: str) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread without spinning: docs/performance.md has what more would cost.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.enable_mem_pattern = provider.memory_pattern
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.use_env_allocators", "1")  # where there is one: daemon/frugal.py
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.log_severity_level = 4  # a GPU that fails is told by ProviderError, not on stderr
    if provider is CUDA:
        onnxruntime.preload_dlls()  # finds CUDA and cuDNN installed as packages; does nothing where there are none
    wanted: list[Any] = [] if provider is CPU else [(provider.name, dict(provider.options))]
    try:
        # What a GPU can't do of a model, the processor does. Without `enable_fallback` it would do all, and print so.
        session = onnxruntime.InferenceSession(content, options, providers=[*wanted, CPU.name], enable_fallback=0)
    except _errors() as error:
        if provider is not CPU:
            raise ProviderError(_one_line(error)) from error
        raise ModelError(place, f"ONNX Runtime can't load the model ({error})", "Install gesturectl again") from error
    if session.get_providers()[0] != provider.name:
        raise ProviderError("ONNX Runtime can't load what it needs")
    return session


def _errors() -> tuple[type[Exception], ...]:
    """All that ONNX Runtime raises; most of its errors have no parent but Exception."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = (value for value in vars(state).values() if isinstance(value, type) and issubclass(value, Exception))
    return (*own, RuntimeError, ValueError)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
