"""Some steps of a training, in a process of its own: torch isn't loaded by anything else here.

    python -m gesturectl.benchmarks.fitting THREADS

trains a fused model on synthetic takes, with so many threads (0: as many as torch itself would take), and prints one
JSON object: what a step of 128 windows takes, and the most memory there was.
"""

import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np

STEPS = 10
_BATCH = 128
_WARM = 2
"""Steps that don't count: buffers are made in them."""
_EPISODES = 400
"""Gestures or quiets of synthetic takes: enough windows for all steps."""


def main() -> None:
    """Train and tell."""
    import torch

    from gesturectl.recognition.window import WindowSpec
    from gesturectl.training.dataset import Windows, windows_of
    from gesturectl.training.fit import fit
    from gesturectl.training.plan import USUAL, Watchers
    from gesturectl.training.starter import LABELS, synthetic_takes

    spec, random = WindowSpec(), np.random.default_rng(0)
    takes = synthetic_takes(0, _EPISODES)
    windows = Windows.joined(windows_of(take, LABELS, spec, random) for take in takes)
    windows = windows.select(np.arange(_BATCH * (STEPS + _WARM)))
    moments: list[tuple[float, float]] = []
    config = replace(
        USUAL, epochs=1, batch=_BATCH, validation_share=0.0, threads=int(sys.argv[1]) or torch.get_num_threads()
    )
    watch = Watchers(tick=lambda share, left_s: moments.append((time.monotonic(), time.process_time())))
    fit(windows, LABELS, spec, config, progress=watch)
    clock_ms, processor_ms = 1000 * np.diff(moments, axis=0)[_WARM - 1 :].T
    told = {"threads": config.threads, "clock_ms": median(clock_ms), "processor_ms": median(processor_ms)}
    sys.stdout.write(json.dumps({**told, "peak_mb": _peak_mb()}) + "\n")


def _peak_mb() -> float | None:
    """The most that was resident; None where the system doesn't tell: getrusage would tell our parent's, too."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), None)


if __name__ == "__main__":
    main()
