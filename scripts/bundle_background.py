"""Writes models/background.npz: windows of synthetic hands that personal gestures are told from.

    python scripts/bundle_background.py [--out models/background.npz]

Half are of hands that do nothing in particular, half of the starter gestures. They are windows rather than embeddings,
so that they go with any model of this window. The same versions of numpy and zlib give the same bytes.
"""

import argparse
from pathlib import Path

import numpy as np

from gesturectl.recognition.background import write_background
from gesturectl.recognition.window import WindowSpec, resample
from gesturectl.training.starter import synthetic_takes
from gesturectl.types import NOTHING

SEED = 2024
NOTHINGS, OF_EACH = 260, 13


def main() -> None:
    """Draw takes until there are enough windows of everything."""
    parser = argparse.ArgumentParser(description="Write the background that ships.")
    parser.add_argument("--out", type=Path, default=Path("models/background.npz"))
    args = parser.parse_args()
    r = np.random.default_rng(SEED)
    spec = WindowSpec()
    windows, labels = [], []
    counts: dict[str, int] = {}
    for take in synthetic_takes(SEED, 1500):
        interval = take.intervals[int(r.integers(len(take.intervals)))] if take.intervals else None
        if interval is None or counts.get(interval.label, 0) >= (NOTHINGS if interval.label == NOTHING else OF_EACH):
            continue
        end = r.uniform(interval.start_ms, interval.end_ms)
        window = resample(take.t_ms, take.points, take.present, [end], spec)[0]
        if np.isfinite(window).all(axis=(1, 2)).mean() < 0.5:
            continue
        counts[interval.label] = counts.get(interval.label, 0) + 1
        windows.append(window)
        labels.append(interval.label)
    write_background(args.out, np.stack(windows), labels)
    print(f"{len(labels)} windows, {args.out.stat().st_size:,} bytes: {dict(sorted(counts.items()))}")


if __name__ == "__main__":
    main()
