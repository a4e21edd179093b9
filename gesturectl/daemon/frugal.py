"""Keeping the process of vision small, without taking longer."""

import ctypes
import sys


def share_arena() -> None:
    """Let all models calculate in one arena: they never do at once. To be called before the first is loaded.

    Each by itself keeps what it once needed: 6 MB more for the three of us.
    """
    import onnxruntime

    place = onnxruntime.OrtMemoryInfo(
        "Cpu", onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, onnxruntime.OrtMemType.DEFAULT
    )
    onnxruntime.create_and_register_allocator(place, None)


def give_back() -> None:
    """Return to the system what was needed for loading only: some 5 MB, where the C library is glibc."""
    if sys.platform == "linux" and (trim := getattr(ctypes.CDLL(None), "malloc_trim", None)) is not None:
        trim(0)
